//! What is lost on the way, and how a call goes on.

use serde_json::Value;
use tokio::net::TcpListener;

use crate::application::Application;
use crate::world::World;

#[tokio::test]
async fn when_the_socket_is_lost_the_application_says_how_to_go_on_and_the_callee_is_still_there() {
    let world = World::start().await;
    let again = world.application.conversation("");
    world.application.answers("/next", &[&again, "<Response><Hangup/></Response>"]);
    let sid = world.call("restaurant", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    talk.say("I'd like to ask something.").await;
    drop(talk);

    let mut talk = world.application.next_talk().await;
    let asked = world.application.told("/next").remove(0);
    assert_eq!(asked["SessionStatus"], "failed");
    assert_eq!(asked["ErrorCode"], "64105");
    assert_eq!(asked["CallSid"], sid);
    assert!(talk.ask("Sorry, we were cut off. Is a table available?").await.starts_with("Yes"));
    talk.end().await;
    assert_eq!(world.statuses().await, ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(world.network.rings(&world.number("restaurant")), 1);
}

#[tokio::test]
async fn an_application_that_is_gone_for_a_moment_is_asked_until_it_is_back() {
    let (application, listener) = Application::reserve().await;
    drop(listener);
    let world = World::with(application).await;
    let sid = world.call("generic", &[]).await;
    world.until_status(&sid, "in-progress").await;
    let listener = TcpListener::bind(world.application.address()).await.unwrap();
    world.application.serve(listener);
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    talk.end().await;
    // The earlier ones were tried twice, and may have been given up.
    assert_eq!(world.application.until_over().await.pop().unwrap()["CallStatus"], "completed");
    assert_eq!(world.network.rings(&world.number("generic")), 1);
}

#[tokio::test]
async fn a_socket_that_can_not_be_had_is_told_too() {
    let world = World::start().await;
    let nowhere =
        r#"<Response><Connect action="/next"><ConversationRelay url="ws://127.0.0.1:1/"/></Connect></Response>"#;
    world.application.answers("/answer", &[nowhere]);
    world.call("generic", &[]).await;
    let asked = world.application.until_told("/next", 1).await.remove(0);
    assert_eq!(asked["ErrorCode"], "64102");
    assert_eq!(world.statuses().await.pop().unwrap(), "completed");
}

#[tokio::test]
async fn a_talking_call_can_be_taken_elsewhere() {
    let world = World::start().await;
    let sid = world.call("generic", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    let elsewhere = "<Response><Say>Please hold.</Say></Response>";
    let response = world.post(&format!("Calls/{sid}.json"), &[("Twiml", elsewhere)]).await;
    assert_eq!(response.json::<Value>().await.unwrap()["status"], "in-progress");
    assert_eq!(talk.next().await, None);
    assert_eq!(world.statuses().await.pop().unwrap(), "completed");
    let call = world.network.calls(&world.number("generic")).remove(0);
    assert_eq!(call.transcript.last().unwrap().text, "Please hold.");
}
