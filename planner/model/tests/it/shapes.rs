use std::time::Duration;

use model::{Anthropic, Failed, Model, OpenAi, Question, Said, Shape, Speaker, Tokens};
use serde_json::json;

use crate::vendor::Vendor;

pub(crate) const WITHIN: Duration = Duration::from_secs(30);

/// From the reference of the chat completions API.
pub(crate) const COMPLETION: &str = r#"{"id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": "chat.completion", "created": 1741569952,
    "model": "gpt-5.4", "choices": [{"index": 0, "message": {"role": "assistant", "content": "{\"size\": 2}", "refusal": null,
    "annotations": []}, "logprobs": null, "finish_reason": "stop"}], "usage": {"prompt_tokens": 19, "completion_tokens": 10,
    "total_tokens": 29, "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0}}, "service_tier": "default"}"#;

/// llama-cpp-python, when it is given a `json_schema`.
const PYDANTIC: &str = r#"{"error": {"message": "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type')}]",
    "type": "internal_server_error", "param": null, "code": null}}"#;

/// From the reference of the messages API, with a tool that is used.
pub(crate) const MESSAGE: &str = r#"{"id": "msg_01Aq9w938a90dw8q", "type": "message", "role": "assistant", "model": "claude-opus-4-6",
    "content": [{"type": "text", "text": "I'll do that."}, {"type": "tool_use", "id": "toolu_01A09q90qw90lq917835lq9",
    "name": "party", "input": {"size": 2}, "caller": {"type": "direct"}}], "stop_reason": "tool_use", "stop_sequence": null,
    "usage": {"input_tokens": 472, "output_tokens": 65, "cache_read_input_tokens": 0}}"#;

pub(crate) fn question() -> Question {
    let schema = json!({
        "type": "object", "properties": {"size": {"type": "integer"}}, "required": ["size"], "additionalProperties": false,
    });
    Question {
        system: "Count.".to_owned(),
        said: vec![Said { by: Speaker::Us, text: "Two people.".to_owned() }],
        shape: Shape { name: "party", description: "How many come.", schema },
        tokens_max: 100,
    }
}

#[tokio::test]
async fn chat_completions_are_asked_with_the_schema_and_read_with_their_tokens() {
    let (vendor, url) = Vendor::start(&[(200, COMPLETION)]).await;
    let model = OpenAi::new(url.join("/v1").unwrap(), "gpt", Some("sk-1".to_owned().into())).unwrap();
    let reply = model.answer(&question(), WITHIN).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.tokens), ("{\"size\": 2}", Tokens { read: 19, written: 10 }));
    let [asked] = &vendor.asked()[..] else { panic!("asked more than once") };
    assert_eq!(
        (asked.path.as_str(), &asked.headers["authorization"]),
        ("/v1/chat/completions", &"Bearer sk-1".parse().unwrap())
    );
    let format = &asked.body["response_format"];
    assert_eq!((&format["type"], &format["json_schema"]["strict"]), (&json!("json_schema"), &json!(true)));
    assert_eq!(format["json_schema"]["schema"], question().shape.schema);
    assert_eq!(asked.body["messages"][1], json!({"role": "user", "content": "Two people."}));
}

#[tokio::test]
async fn an_endpoint_that_knows_no_schemas_is_asked_in_other_ways_and_that_is_remembered() {
    for refusal in [(500, PYDANTIC), (400, "{}"), (422, "nonsense")] {
        let fenced = COMPLETION.replace("{\\\"size\\\": 2}", "```json\\n{\\\"size\\\": 2}\\n```");
        let (vendor, url) = Vendor::start(&[refusal, refusal, (200, &fenced), (200, COMPLETION)]).await;
        let model = OpenAi::new(url, "local", None).unwrap();
        assert_eq!(model.answer(&question(), WITHIN).await.unwrap().text, "{\"size\": 2}");
        model.answer(&question(), WITHIN).await.unwrap();
        let asked = vendor.asked();
        let ways: Vec<_> =
            asked.iter().map(|asked| asked.body["response_format"]["type"].as_str().unwrap_or("plain")).collect();
        assert_eq!(ways, ["json_schema", "json_object", "plain", "plain"]);
        let told = asked[2].body["messages"][0]["content"].as_str().unwrap();
        assert!(told.contains("\"additionalProperties\":false"), "{told}");
    }
}

#[tokio::test]
async fn an_error_that_has_nothing_to_do_with_schemas_weakens_no_later_question() {
    let (vendor, url) = Vendor::start(&[(500, "{}"), (500, "{}"), (500, "{}"), (429, "{}"), (200, COMPLETION)]).await;
    let model = OpenAi::new(url, "local", None).unwrap();
    assert_eq!(model.answer(&question(), WITHIN).await.err(), Some(Failed::Refused { status: 500 }));
    let busy = Failed::Busy { retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(model.answer(&question(), WITHIN).await.err(), Some(busy));
    model.answer(&question(), WITHIN).await.unwrap();
    assert_eq!(vendor.asked().last().unwrap().body["response_format"]["type"], "json_schema");
}

#[tokio::test]
async fn messages_are_asked_for_a_tool_and_read_from_its_use() {
    let (vendor, url) = Vendor::start(&[(200, MESSAGE), (529, "{}")]).await;
    let model = Anthropic::new(url, "claude", "sk-ant-1".to_owned().into()).unwrap();
    let reply = model.answer(&question(), WITHIN).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.tokens), ("{\"size\":2}", Tokens { read: 472, written: 65 }));
    assert!(matches!(model.answer(&question(), WITHIN).await.err(), Some(Failed::Busy { .. })));
    let asked = vendor.asked();
    assert_eq!(
        (asked[0].path.as_str(), &asked[0].headers["x-api-key"]),
        ("/v1/messages", &"sk-ant-1".parse().unwrap())
    );
    assert_eq!(asked[0].headers["anthropic-version"], "2023-06-01");
    assert_eq!(asked[0].body["tool_choice"], json!({"type": "tool", "name": "party"}));
    assert_eq!(asked[0].body["tools"][0]["input_schema"], question().shape.schema);
}

#[tokio::test]
async fn what_is_no_answer_is_told_apart() {
    let cut = COMPLETION.replace("\"stop\"", "\"length\"");
    let refused = COMPLETION.replace("\"refusal\": null", "\"refusal\": \"I can't.\"");
    let cases = [
        (200, "not JSON", Failed::Unreadable),
        (200, "{\"choices\": []}", Failed::Unreadable),
        (200, cut.as_str(), Failed::Cut),
        (200, refused.as_str(), Failed::Declined),
        (401, "{}", Failed::Refused { status: 401 }),
    ];
    for (status, body, expected) in cases {
        let (_vendor, url) = Vendor::start(&[(status, body)]).await;
        assert_eq!(
            OpenAi::new(url, "m", None).unwrap().answer(&question(), WITHIN).await.err(),
            Some(expected),
            "{body}"
        );
    }
    let (_vendor, url) = Vendor::start(&[(0, "")]).await;
    let hung = OpenAi::new(url, "m", None).unwrap().answer(&question(), Duration::from_millis(50)).await;
    assert_eq!(hung.err(), Some(Failed::TimedOut));
    let nobody = OpenAi::new("http://127.0.0.1:1".parse().unwrap(), "m", None).unwrap();
    assert_eq!(nobody.answer(&question(), WITHIN).await.err(), Some(Failed::Unreachable));
}
