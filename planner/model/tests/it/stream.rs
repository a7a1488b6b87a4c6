//! Answers that come bit by bit.

use std::time::Duration;

use model::{Anthropic, Failed, Model, OpenAi, Reply, Tokens};
use serde_json::json;

use crate::shapes::{COMPLETION, MESSAGE, WITHIN, question};
use crate::vendor::{STALLS, Vendor};

/// From the reference of the chat completions API, with the usage that is asked for.
const CHUNKS: &[&str] = &[
    r#"{"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-5.4","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}"#,
    r#"{"id":"chatcmpl-123","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{\"size\""},"logprobs":null,"finish_reason":null}],"usage":null}"#,
    r#"{"id":"chatcmpl-123","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":": 2}"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
    r#"{"id":"chatcmpl-123","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
    r#"{"id":"chatcmpl-123","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29}}"#,
    "[DONE]",
];

/// From the documentation of the messages API: a tool that is used behind some words.
const EVENTS: &[(&str, &str)] = &[
    (
        "message_start",
        r#"{"type":"message_start","message":{"id":"msg_014p7gG3wDgGV9EUtLvnow3U","type":"message","role":"assistant","model":"claude-opus-4-6","stop_sequence":null,"usage":{"input_tokens":472,"output_tokens":2},"content":[],"stop_reason":null}}"#,
    ),
    ("content_block_start", r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#),
    ("ping", r#"{"type": "ping"}"#),
    ("content_block_delta", r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Okay"}}"#),
    ("content_block_stop", r#"{"type":"content_block_stop","index":0}"#),
    (
        "content_block_start",
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","name":"party","input":{}}}"#,
    ),
    (
        "content_block_delta",
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}"#,
    ),
    (
        "content_block_delta",
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"size\":"}}"#,
    ),
    (
        "content_block_delta",
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":" 2}"}}"#,
    ),
    ("content_block_stop", r#"{"type":"content_block_stop","index":1}"#),
    (
        "message_delta",
        r#"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}"#,
    ),
    ("message_stop", r#"{"type":"message_stop"}"#),
];

fn chunks(chunks: &[&str]) -> String {
    chunks.iter().fold(String::new(), |body, chunk| body + "data: " + chunk + "\n\n")
}

fn events(events: &[(&str, &str)]) -> String {
    events.iter().fold(String::new(), |body, (name, data)| body + "event: " + name + "\ndata: " + data + "\n\n")
}

fn open_ai(url: url::Url) -> OpenAi {
    OpenAi::new(url, "m", None).unwrap()
}

fn anthropic(url: url::Url) -> Anthropic {
    Anthropic::new(url, "claude", "sk-ant-1".to_owned().into()).unwrap()
}

/// The answer, and all that was told of it on the way.
async fn heard(model: &dyn Model, within: Duration) -> (Result<Reply, Failed>, Vec<String>) {
    let mut told = Vec::new();
    let answer = model.stream(&question(), within, &mut |text| told.push(text.to_owned())).await;
    (answer, told)
}

#[tokio::test]
async fn chat_completions_are_heard_while_they_are_written() {
    let (vendor, url) = Vendor::start(&[(200, &chunks(CHUNKS))]).await;
    let (reply, told) = heard(&open_ai(url), WITHIN).await;
    let reply = reply.unwrap();
    assert_eq!((reply.text.as_str(), reply.tokens), ("{\"size\": 2}", Tokens { read: 19, written: 10 }));
    assert_eq!(told, ["{\"size\"", "{\"size\": 2}"]);
    let body = &vendor.asked()[0].body;
    assert_eq!((&body["stream"], &body["stream_options"]), (&json!(true), &json!({"include_usage": true})));
}

#[tokio::test]
async fn the_input_of_a_tool_is_heard_while_it_is_written() {
    let (vendor, url) = Vendor::start(&[(200, &events(EVENTS))]).await;
    let (reply, told) = heard(&anthropic(url), WITHIN).await;
    let reply = reply.unwrap();
    assert_eq!((reply.text.as_str(), reply.tokens), ("{\"size\": 2}", Tokens { read: 472, written: 89 }));
    assert_eq!(told, ["{\"size\":", "{\"size\": 2}"]);
    let body = &vendor.asked()[0].body;
    assert_eq!((&body["stream"], &body["tools"][0]["eager_input_streaming"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn what_breaks_off_was_heard_and_is_no_answer() {
    let declined = CHUNKS[1].replace("\"content\"", "\"refusal\"");
    let cut = CHUNKS[3].replace("stop", "length");
    let overloaded = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
    for (body, expected) in [
        (chunks(&CHUNKS[..3]), Failed::Cut),
        (chunks(&[CHUNKS[1], CHUNKS[2], &cut]), Failed::Cut),
        (chunks(&[CHUNKS[1], r#"{"error": {"message": "out of memory"}}"#]), Failed::Cut),
        (chunks(&[CHUNKS[1], &declined]), Failed::Declined),
        (chunks(&[CHUNKS[1], "nonsense"]), Failed::Unreadable),
        (chunks(&[CHUNKS[1]]) + &format!("data: {}\n\n", "x".repeat(1024 * 1024)), Failed::Unreadable),
        (chunks(&[CHUNKS[1]]) + STALLS + "\n\n", Failed::TimedOut),
    ] {
        let (_vendor, url) = Vendor::start(&[(200, &body)]).await;
        let (answer, told) = heard(&open_ai(url), Duration::from_millis(500)).await;
        assert_eq!(answer.err(), Some(expected), "{}", &body[body.len().saturating_sub(80)..]);
        assert_eq!(told[0], "{\"size\"");
    }
    for (body, expected) in [
        (events(&EVENTS[..8]), Failed::Cut),
        (events(&EVENTS[..8]) + &events(&[("error", overloaded)]), Failed::Cut),
        (events(EVENTS).replace("\"tool_use\",\"stop_sequence", "\"refusal\",\"stop_sequence"), Failed::Declined),
        (events(&EVENTS[..8]) + STALLS + "\n\n", Failed::TimedOut),
    ] {
        let (_vendor, url) = Vendor::start(&[(200, &body)]).await;
        let (answer, told) = heard(&anthropic(url), Duration::from_millis(500)).await;
        assert_eq!((answer.err(), told[0].as_str()), (Some(expected), "{\"size\":"), "{body}");
    }
}

#[tokio::test]
async fn a_server_that_sends_no_events_is_asked_for_the_whole_and_that_is_remembered() {
    for answers in [vec![(200, COMPLETION)], vec![(400, "{}"), (200, COMPLETION)]] {
        let (vendor, url) = Vendor::start(&[&answers[..], &[(200, COMPLETION)]].concat()).await;
        let model = open_ai(url);
        for _ in 0..2 {
            let (reply, told) = heard(&model, WITHIN).await;
            assert_eq!((reply.unwrap().text, told), ("{\"size\": 2}".to_owned(), vec!["{\"size\": 2}".to_owned()]));
        }
        let asked: Vec<_> = vendor.asked().iter().map(|asked| asked.body["stream"] == true).collect();
        assert_eq!((asked[0], asked.last(), asked.len()), (true, Some(&false), answers.len() + 1));
    }
    let (vendor, url) = Vendor::start(&[(400, "{}"), (200, MESSAGE), (200, MESSAGE)]).await;
    let model = anthropic(url);
    for _ in 0..2 {
        assert_eq!(heard(&model, WITHIN).await.0.unwrap().text, "{\"size\":2}");
    }
    let asked: Vec<_> = vendor.asked().iter().map(|asked| asked.body["stream"] == true).collect();
    assert_eq!(asked, [true, false, false]);
}

#[tokio::test]
async fn a_server_that_only_knows_no_schemas_is_still_heard_while_it_writes() {
    let refusals = [(400, "{}"), (400, "{}")];
    let (vendor, url) = Vendor::start(&[&refusals[..], &[(200, COMPLETION), (200, &chunks(CHUNKS))]].concat()).await;
    let model = open_ai(url);
    heard(&model, WITHIN).await.0.unwrap();
    assert_eq!(heard(&model, WITHIN).await.1.len(), 2);
    let asked: Vec<_> = vendor.asked().iter().map(|asked| asked.body["stream"] == true).collect();
    assert_eq!(asked, [true, false, false, true]);
}
