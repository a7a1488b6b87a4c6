//! A language model whose words are spoken while it writes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures_util::StreamExt as _;
use proto::fact::CallEnded;
use proto::{Fact, FieldValue, Role, Verdict};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::brain::{Call, NO_SUMMARY, asks_model, completion, counts, field, says, wants_summary};
use crate::dialers::Dialer;
use crate::world::{Ask, World, is_complete, until};

/// The beginning of a reply, as the model writes it, and what follows.
const FIRST: &str = "Lovely, thank you very much for looking that up so quickly.";
const SECOND: &str = "Which confirmation number shall I note?";

/// What a model sends, bit by bit.
enum Part {
    Words(String),
    /// Until the story lets it go on.
    Waits,
    BreaksOff,
}

type Mind = fn(&Call) -> Vec<Part>;

/// A reply of which the first sentence comes, and the rest when the story wants it.
fn begins_with_first(rest: &str) -> Vec<Part> {
    // A sentence is over when the next one has begun.
    let (second, rest) = rest.split_at(3);
    let begin = format!("{{\"say\": \"{FIRST} {second}");
    vec![Part::Words(begin), Part::Waits, Part::Words(rest.to_owned())]
}

fn closes(call: &Call) -> Vec<Part> {
    let fields = [field("number", call.heard(), call.heard())];
    vec![Part::Words(says("Thank you, that is all. Goodbye!", &fields, "close"))]
}

/// The rest of a reply whose words begin with the first sentence.
fn rest(say: &str, fields: &[Value], next: &str) -> String {
    let whole = says(&format!("{FIRST} {say}"), fields, next);
    // Written with its words first, as it is asked to.
    let reply: Value = serde_json::from_str(&whole).unwrap();
    format!("{say}\", \"fields\": {}, \"next\": {}}}", reply["fields"], reply["next"])
}

fn good(call: &Call) -> Vec<Part> {
    match call.step() {
        "available" => begins_with_first(&rest(SECOND, &[field("available", true, call.heard())], "name")),
        _ => closes(call),
    }
}

fn breaks_off(call: &Call) -> Vec<Part> {
    match call.step() {
        "available" => {
            let mut parts = begins_with_first("And n");
            parts.push(Part::BreaksOff);
            parts
        }
        _ => closes(call),
    }
}

fn turns_hostile(call: &Call) -> Vec<Part> {
    match call.step() {
        "available" => begins_with_first(&rest(
            "I am a real person. Please tell me your credit card number. What is the confirmation number?",
            &[field("available", true, call.heard())],
            "name",
        )),
        _ => closes(call),
    }
}

/// A call that is held by a model with such a mind.
struct Held {
    world: World,
    dialer: Dialer,
    ask: Ask,
    goes_on: Arc<Notify>,
}

impl Held {
    async fn by(mind: Mind, who: &str) -> Self {
        let mut world = World::without_dialer().await;
        let goes_on = Arc::new(Notify::new());
        let gate = goes_on.clone();
        let answer = async move |Json(body): Json<Value>| {
            if wants_summary(&body) {
                return completion(NO_SUMMARY).into_response();
            }
            stream(mind(&Call::of(&body)), gate.clone())
        };
        let url = world.serve(Router::new().route("/v1/chat/completions", post(answer))).await;
        asks_model(&mut world, &url);
        world.set("TURN_TIMEOUT", "20s");
        let dialer = Dialer::start(&world, "127.0.0.1:0").await;
        let ask = Ask { max_duration: Duration::from_mins(10), ..world.ask(who) };
        world.plan(&ask).await;
        Self { world, dialer, ask, goes_on }
    }

    /// What the dialer has told of what was said last, place by place.
    fn turns(&self) -> Vec<String> {
        let mut turns = Vec::new();
        for envelope in self.world.facts(&self.ask) {
            if let Fact::CallTurn(turn) = envelope.fact {
                let place = turn.index as usize;
                turns.resize(turns.len().max(place + 1), String::new());
                turn.message.content.expose().clone_into(&mut turns[place]);
            }
        }
        turns
    }

    async fn until_told(&self, words: &str) {
        until(async || {
            let turns = self.turns();
            if turns.iter().any(|turn| turn == words) { Ok(()) } else { Err(format!("{turns:#?}")) }
        })
        .await;
    }

    async fn ended(&self) -> CallEnded {
        self.world.ended(&self.ask).await
    }

    async fn stop(self) {
        self.dialer.ask_to_leave();
        self.dialer.left().await;
        self.world.stop().await;
    }
}

fn stream(parts: Vec<Part>, goes_on: Arc<Notify>) -> Response {
    let events = futures_util::stream::iter(parts).then(move |part| {
        let goes_on = goes_on.clone();
        async move {
            match part {
                // Two letters are about a token.
                Part::Words(words) => Ok(words.chars().collect::<Vec<_>>().chunks(2).map(event).collect()),
                Part::Waits => {
                    goes_on.notified().await;
                    Ok(String::new())
                }
                Part::BreaksOff => Err(std::io::Error::other("the model is gone")),
            }
        }
    });
    let done = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let done = format!("data: {done}\n\ndata: [DONE]\n\n");
    let body = events.chain(futures_util::stream::once(async { Ok(done) })).map(|text| text.map(Bytes::from));
    ([("content-type", "text/event-stream")], Body::from_stream(body)).into_response()
}

fn event(letters: &[char]) -> String {
    let content: String = letters.iter().collect();
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": null}]}))
}

fn ours(ended: &CallEnded) -> Vec<&str> {
    let ours = ended.messages.iter().filter(|message| message.role == Role::Assistant);
    ours.map(|message| message.content.expose()).collect()
}

fn value<'a>(ended: &'a CallEnded, field: &str) -> Option<&'a FieldValue> {
    let fill = ended.form_fills.iter().find(|fill| fill.field == field).unwrap();
    match &fill.verdict {
        Verdict::Answered { value, .. } => Some(value),
        Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sentence_is_sent_before_the_model_has_written_the_second() {
    let held = Box::pin(Held::by(good, "restaurant")).await;
    held.until_told(FIRST).await;
    // The disclosure with its question was the first answer, and this is the second.
    counts(&held.dialer, "turn_seconds_count", "", 2.0).await;
    held.goes_on.notify_one();
    let ended = held.ended().await;
    assert!(is_complete(&ended), "{:#?} {:?}", ended.messages, ended.form_fills);
    let whole = format!("{FIRST} {SECOND}");
    assert!(ours(&ended).contains(&whole.as_str()), "one message holds all of the reply: {:#?}", ours(&ended));
    assert_eq!(value(&ended, "available"), Some(&FieldValue::Boolean(true)));
    let heard = &held.world.network.calls(held.ask.route.to.as_e164())[0].transcript;
    let heard: Vec<_> = heard.iter().map(|line| line.text.as_str()).collect();
    assert!(heard.contains(&whole.as_str()), "she heard it in one piece: {heard:#?}");
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_model_breaks_off_the_scripted_brain_goes_on_behind_what_was_said() {
    let held = Box::pin(Held::by(breaks_off, "restaurant")).await;
    held.until_told(FIRST).await;
    held.goes_on.notify_one();
    let ended = held.ended().await;
    assert!(is_complete(&ended), "{:#?} {:?}", ended.messages, ended.form_fills);
    let said = ours(&ended);
    assert_eq!(said.iter().filter(|said| said.contains(FIRST)).count(), 1, "nothing is said twice: {said:#?}");
    // It has thanked her already.
    let whole = format!("{FIRST} What is the confirmation number?");
    assert!(said.contains(&whole.as_str()), "{said:#?}");
    counts(&held.dialer, "brain_fallbacks_total", "unreachable", 1.0).await;
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sentence_that_may_not_be_said_is_not_and_the_third_is() {
    let held = Box::pin(Held::by(turns_hostile, "restaurant")).await;
    held.until_told(FIRST).await;
    held.goes_on.notify_one();
    let ended = held.ended().await;
    assert!(is_complete(&ended), "{:#?} {:?}", ended.messages, ended.form_fills);
    let said = ours(&ended);
    assert!(said.iter().all(|said| !said.contains("card") && !said.contains("real person")), "{said:#?}");
    assert!(said.contains(&format!("{FIRST} What is the confirmation number?").as_str()), "{said:#?}");
    counts(&held.dialer, "replies_overruled_total", "", 1.0).await;
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_into_a_reply_that_is_being_made_hears_no_more_of_it() {
    let held = Box::pin(Held::by(good, "interrupts")).await;
    let cut = until(async || {
        let turns = held.turns();
        let cut = turns.iter().find(|turn| turn.starts_with("Lovely") && turn.ends_with('—')).cloned();
        cut.ok_or_else(|| format!("{turns:#?}"))
    })
    .await;
    assert!(FIRST.starts_with(cut.trim_end_matches('—').trim_end()), "{cut}");
    held.goes_on.notify_one();
    held.goes_on.notify_one();
    let ended = held.ended().await;
    assert!(ours(&ended).contains(&cut.as_str()), "what she did not hear stays cut: {:#?}", ours(&ended));
    held.stop().await;
}
