//! One story for each way in which a call ends before anybody talks, and for each way to end it from outside.

use reqwest::StatusCode;
use serde_json::Value;

use crate::world::World;

#[tokio::test]
async fn a_busy_line_is_reported_as_busy() {
    let world = World::start().await;
    let sid = world.call("busy", &[]).await;
    assert_eq!(world.statuses().await, ["initiated", "busy"]);
    let told = world.application.told("/status").pop().unwrap();
    assert_eq!(told["SipResponseCode"], "486");
    assert_eq!(told["CallSid"], sid);
    assert_eq!(told["AccountSid"], world.network.settings().account_sid);
    assert_eq!(told["Direction"], "outbound-api");
    assert_eq!(told["CallDuration"], "0");
    assert!(world.application.told("/answer").is_empty(), "a document was asked for");
}

#[tokio::test]
async fn a_phone_that_nobody_picks_up_rings_until_the_timeout() {
    let world = World::start().await;
    let sid = world.call("no_answer", &[("Timeout", "20")]).await;
    assert_eq!(world.statuses().await, ["initiated", "ringing", "no-answer"]);
    assert_eq!(world.get(&format!("Calls/{sid}.json")).await["duration"], "0");
    assert_eq!(world.network.rings(&world.number("no_answer")), 1);
}

#[tokio::test]
async fn a_timeout_shorter_than_the_way_to_the_phone_is_no_answer() {
    let world = World::start().await;
    world.call("generic", &[("Timeout", "2")]).await;
    assert_eq!(world.statuses().await, ["initiated", "ringing", "no-answer"]);
}

#[tokio::test]
async fn a_number_that_does_not_exist_fails_without_a_ring() {
    let world = World::start().await;
    world.call("bad_number", &[]).await;
    assert_eq!(world.statuses().await, ["initiated", "failed"]);
    assert_eq!(world.application.told("/status").pop().unwrap()["SipResponseCode"], "404");
    assert_eq!(world.network.rings(&world.number("bad_number")), 0);
}

#[tokio::test]
async fn a_rejected_call_is_busy_with_the_code_of_a_refusal() {
    let world = World::start().await;
    world.call("rejects", &[]).await;
    assert_eq!(world.statuses().await, ["initiated", "ringing", "busy"]);
    assert_eq!(world.application.told("/status").pop().unwrap()["SipResponseCode"], "603");
}

#[tokio::test]
async fn only_the_wanted_events_are_told() {
    let world = World::start().await;
    let (to, url) = (world.number("busy"), world.application.url("/status"));
    let fields = [("To", to.as_str()), ("From", "+14155550199"), ("Url", &url), ("StatusCallback", &url)];
    world.post("Calls.json", &fields).await;
    assert_eq!(world.statuses().await, ["busy"]);
}

#[tokio::test]
async fn a_ringing_call_can_be_canceled_once() {
    let world = World::start().await;
    let sid = world.call("no_answer", &[]).await;
    world.until_status(&sid, "ringing").await;
    let canceled = world.post(&format!("Calls/{sid}.json"), &[("Status", "canceled")]).await;
    assert_eq!(canceled.json::<Value>().await.unwrap()["status"], "canceled");
    assert_eq!(world.statuses().await, ["initiated", "ringing", "canceled"]);
    let again = world.post(&format!("Calls/{sid}.json"), &[("Status", "canceled")]).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert_eq!(again.json::<Value>().await.unwrap()["code"], 21220);
}

#[tokio::test]
async fn a_talking_call_can_be_completed_but_not_canceled() {
    let world = World::start().await;
    let sid = world.call("generic", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    let canceled = world.post(&format!("Calls/{sid}.json"), &[("Status", "canceled")]).await;
    assert_eq!(canceled.status(), StatusCode::BAD_REQUEST);
    world.post(&format!("Calls/{sid}.json"), &[("Status", "completed")]).await;
    assert_eq!(talk.next().await, None, "the socket is closed");
    assert_eq!(world.statuses().await, ["initiated", "ringing", "in-progress", "completed"]);
    assert!(world.application.told("/next").is_empty(), "nothing follows a call that is over");
}

#[tokio::test]
async fn a_call_ends_at_its_time_limit() {
    let world = World::start().await;
    world.call("silent", &[("TimeLimit", "10")]).await;
    let mut talk = world.application.next_talk().await;
    assert_eq!(talk.next().await, None);
    assert_eq!(world.statuses().await.pop().unwrap(), "completed");
    let seconds: u64 = world.application.told("/status").pop().unwrap()["CallDuration"].parse().unwrap();
    assert!(seconds >= 10, "{seconds}");
}

#[tokio::test]
async fn a_call_without_a_usable_document_ends() {
    for document in ["<Response><Hangup/></Response>", "<Response/>", "oops", "<Response><Connect/></Response>"] {
        let world = World::start().await;
        world.application.answers("/answer", &[document]);
        world.call("generic", &[]).await;
        assert_eq!(world.statuses().await, ["initiated", "ringing", "in-progress", "completed"], "{document}");
    }
}

#[tokio::test]
async fn documents_can_pause_speak_and_lead_to_each_other() {
    let world = World::start().await;
    let hello = r#"<Response><Pause length="2"/><Say>Hello.</Say><Redirect>/more?a=1</Redirect></Response>"#;
    world.application.answers("/answer", &[hello]);
    world.application.answers("/more", &["<Response><Say>Bye.</Say></Response>"]);
    world.call("generic", &[]).await;
    assert_eq!(world.statuses().await.pop().unwrap(), "completed");
    let transcript = world.network.calls(&world.number("generic"))[0].transcript.clone();
    assert_eq!(transcript.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["Hello.", "Bye."]);
}
