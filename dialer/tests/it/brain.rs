//! A language model holds the conversation: well, badly, late, or with the worst of intentions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use proto::fact::CallEnded;
use proto::{FieldValue, Role, Verdict};
use serde_json::{Value, json};

use crate::dialers::Dialer;
use crate::world::{Ask, World, is_complete, until};

/// Words of the model's own, which no script has.
const ITS_WORDS: &str = "Lovely! Which confirmation number shall I note?";

/// What the model answers when it is shown this call. Nothing: it never does.
type Mind = fn(&Call) -> String;

/// The call as the model sees it.
pub(crate) struct Call(Value);

impl Call {
    /// Of what was asked of the model.
    pub(crate) fn of(asked: &Value) -> Self {
        let shown = asked["messages"][1]["content"].as_str().unwrap();
        let shown = shown.strip_prefix("<call>\n").unwrap().strip_suffix("\n</call>").unwrap();
        Self(serde_json::from_str(shown).unwrap())
    }

    pub(crate) fn step(&self) -> &str {
        self.0["at"]["step"].as_str().unwrap()
    }

    /// The last words of the callee.
    pub(crate) fn heard(&self) -> &str {
        let conversation = self.0["conversation"].as_array().unwrap();
        conversation.iter().rfind(|message| message["who"] == "callee").unwrap()["text"].as_str().unwrap()
    }
}

pub(crate) fn says(say: &str, fields: &[Value], next: &str) -> String {
    json!({"say": say, "fields": fields, "next": next}).to_string()
}

pub(crate) fn field(name: &str, value: impl Into<Value>, quote: &str) -> Value {
    json!({"name": name, "value": value.into(), "quote": quote})
}

pub(crate) fn good(call: &Call) -> String {
    match call.step() {
        "available" => says(ITS_WORDS, &[field("available", true, call.heard())], "name"),
        _ => says("Thank you, that is all. Goodbye!", &[field("number", call.heard(), call.heard())], "close"),
    }
}

fn invents(call: &Call) -> String {
    match call.step() {
        "available" => says(ITS_WORDS, &[field("available", true, "Yes, I have booked it for you")], "name"),
        _ => says("Thank you. Goodbye!", &[field("number", "9999", "It is 9999")], "close"),
    }
}

fn sleeps(_: &Call) -> String {
    String::new()
}

fn babbles(_: &Call) -> String {
    "Sure! I would love to help you with that.".to_owned()
}

fn hostile(call: &Call) -> String {
    let quote = field("available", false, call.heard());
    says("I am a real person, not a robot. Please tell me your credit card number!", &[quote], "close")
}

/// From a model that has none.
pub(crate) const NO_SUMMARY: &str = "{}";

/// Whether the model is asked to sum a call up, and not what to say.
pub(crate) fn wants_summary(asked: &Value) -> bool {
    asked["response_format"]["json_schema"]["name"] == "summary"
}

/// What the model answers, in one piece.
pub(crate) fn completion(content: &str) -> Json<Value> {
    let message = json!({"role": "assistant", "content": content});
    Json(json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}))
}

/// Dialers of this world ask the model at that address.
pub(crate) fn asks_model(world: &mut World, url: &str) {
    for (name, value) in [
        ("MODEL_API", "openai"),
        ("MODEL_NAME", "test"),
        ("MODEL_URL", &format!("{url}/v1")),
        ("TURN_FILLER", "500ms"),
        ("TURN_TIMEOUT", "2s"),
    ] {
        world.set(name, value);
    }
}

/// Waits until a counter of the dialer, with this label if any, has come so far.
pub(crate) async fn counts(dialer: &Dialer, counter: &str, label: &str, at_least: f64) {
    until(async || {
        let metrics = dialer.metrics().await;
        let named = |line: &&str| line.strip_prefix(counter).is_some_and(|rest| rest.starts_with(['{', ' ']));
        let of_it = |line: &&str| named(line) && line.contains(label);
        let count = metrics.lines().find(of_it).and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
        if count.is_some_and(|count| count >= at_least) { Ok(()) } else { Err(format!("{counter} is {count:?}")) }
    })
    .await;
}

/// A call to somebody who answers what she is asked, held by a model with such a mind.
struct Held {
    world: World,
    dialer: Dialer,
    ended: CallEnded,
    /// How often the model was asked.
    asked: usize,
}

impl Held {
    async fn by(mind: Mind) -> Self {
        let mut world = World::without_dialer().await;
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let answer = async move |Json(body): Json<Value>| {
            count.fetch_add(1, Ordering::SeqCst);
            let content = if wants_summary(&body) { NO_SUMMARY.to_owned() } else { mind(&Call::of(&body)) };
            if content.is_empty() {
                tokio::time::sleep(Duration::from_hours(1)).await;
            }
            completion(&content)
        };
        let url = world.serve(Router::new().route("/v1/chat/completions", post(answer))).await;
        asks_model(&mut world, &url);
        let dialer = Dialer::start(&world, "127.0.0.1:0").await;
        // The carrier's clock is fast, and the model's is not.
        let ask = Ask { max_duration: Duration::from_mins(10), ..world.ask("restaurant") };
        let ended = world.call(&ask).await;
        Self { world, dialer, ended, asked: asked.load(Ordering::SeqCst) }
    }

    fn ours(&self) -> Vec<&str> {
        let ours = self.ended.messages.iter().filter(|message| message.role == Role::Assistant);
        ours.map(|message| message.content.expose()).collect()
    }

    fn value(&self, field: &str) -> Option<&FieldValue> {
        let fill = self.ended.form_fills.iter().find(|fill| fill.field == field).unwrap();
        match &fill.verdict {
            Verdict::Answered { value, .. } => Some(value),
            Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => None,
        }
    }

    async fn stop(self) {
        self.dialer.ask_to_leave();
        self.dialer.left().await;
        self.world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_does_its_work_holds_the_conversation() {
    let held = Held::by(good).await;
    let ours = held.ours();
    assert!(is_complete(&held.ended), "{ours:#?} {:?}", held.ended.form_fills);
    assert!(ours[0].starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."));
    assert!(ours.contains(&ITS_WORDS) && ours.contains(&"Thank you, that is all. Goodbye!"), "{ours:#?}");
    assert_eq!(held.value("available"), Some(&FieldValue::Boolean(true)));
    assert!(held.asked >= 2, "asked {} times", held.asked);
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_invents_is_not_recorded_and_is_counted() {
    let held = Held::by(invents).await;
    assert!(held.ours().contains(&ITS_WORDS), "{:#?}", held.ours());
    assert_eq!(held.value("available"), None, "it was claimed with words that nobody said");
    let number = format!("{:?}", held.ended.form_fills);
    assert!(!number.contains("9999"), "{number}");
    counts(&held.dialer, "claims_refused_total", "", 2.0).await;
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_late_lets_the_callee_know_and_the_scripted_brain_goes_on() {
    let held = Held::by(sleeps).await;
    let ours = held.ours();
    assert!(is_complete(&held.ended), "{ours:#?}");
    let filler = ["One moment, please.", "Let me see.", "Just a second."];
    assert!(ours.iter().any(|said| filler.contains(said)), "{ours:#?}");
    counts(&held.dialer, "brain_fallbacks_total", "timed_out", 1.0).await;
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_babbles_is_replaced_by_the_scripted_brain() {
    let held = Held::by(babbles).await;
    assert!(is_complete(&held.ended), "{:#?}", held.ours());
    assert!(held.ours().iter().all(|said| !said.contains("Sure!")), "{:#?}", held.ours());
    counts(&held.dialer, "brain_fallbacks_total", "no_reply", 1.0).await;
    held.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_model_says_nothing_that_is_forbidden_and_does_not_end_the_call() {
    let held = Held::by(hostile).await;
    let ours = held.ours();
    assert!(is_complete(&held.ended), "{ours:#?} {:?}", held.ended.form_fills);
    assert!(ours[0].starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."));
    assert!(ours.iter().all(|said| !said.contains("card") && !said.contains("real person")), "{ours:#?}");
    assert_eq!(held.value("available"), Some(&FieldValue::Boolean(true)), "as she said, and not as it claims");
    counts(&held.dialer, "replies_overruled_total", "", 1.0).await;
    held.stop().await;
}
