//! What an operator does about facts that nobody could handle, calls that stand still, and what is old.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proto::fact::CallbackAttempted;
use proto::{CallId, Fact, Private};
use reqwest::StatusCode;
use runtime::Clock as _;
use serde_json::json;

use crate::operating::operator;
use crate::sweeping::hex;
use crate::world::{CALLEE, Script, World, until};

#[tokio::test]
async fn a_dead_letter_is_listed_shown_put_back_into_the_line_and_dropped() {
    let world = World::start().await;
    let known = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(known).await.1);
    assert!(world.admin(&["dead-letter", "list"]).await.unwrap().is_empty());
    let stranger = CallId::new(DateTime::default(), [9; 10]);
    let dead = world.tell(stranger, script.ringing.clone()).await;
    let line =
        until("the dead letter", async || world.admin(&["dead-letter", "list"]).await.unwrap().remove("dead_letter"))
            .await;
    let id = line.split(' ').next().unwrap();
    assert!(line.contains(&format!("consumer gateway kind call.ringing call {stranger}")), "{line}");
    let shown = world.admin(&["dead-letter", "show", id]).await.unwrap();
    assert_eq!(shown["reason"], "no such call was accepted here");
    assert_eq!(shown["event_id"], dead.event_id.to_string());

    // It has just been told: NATS would take it for a repetition.
    let told_at: DateTime<Utc> = world.admin(&["dead-letter", "retry", id]).await.unwrap()["told_at"].parse().unwrap();
    let wait = told_at - world.clock.now();
    assert!(wait > TimeDelta::minutes(8) && wait <= TimeDelta::minutes(10), "{wait}");
    let mut look = operator(&world).await;
    let due = look.time(&format!("SELECT due_at FROM outbox WHERE event_id = '{}'", dead.event_id)).await;
    assert!((due - told_at).abs() < TimeDelta::minutes(1), "{due} and not {told_at}");
    let gone = world.admin(&["dead-letter", "retry", id]).await.unwrap_err();
    assert_eq!(gone, "there is no such dead letter");

    // One that died an hour ago is told at once.
    let planned = world.envelope(known, script.planned);
    for (id, payload) in [("old", hex(&proto::wire::encode(&planned))), ("newer", "ff".to_owned())] {
        look.execute(&format!(
            "INSERT INTO dead_letters VALUES ('{id}', 'dialer', 'a bug', 5, 'call.planned', '{}', '{known}', '', '', '\\x{payload}',
             now() - interval '1 hour')",
            planned.event_id
        ))
        .await;
    }
    world.admin(&["dead-letter", "retry", "old"]).await.unwrap();
    world.told_when("the fact is told again", |told| told.contains(&planned)).await;
    let unreadable = world.admin(&["dead-letter", "retry", "newer"]).await.unwrap_err();
    assert_eq!(unreadable, "this version can't read it; it stays where it is");
    assert_eq!(world.admin(&["dead-letter", "drop", "newer"]).await.unwrap()["dropped"], "newer");
    assert!(world.admin(&["dead-letter", "list"]).await.unwrap().is_empty());
    for command in ["show", "drop"] {
        let gone = world.admin(&["dead-letter", command, "newer"]).await.unwrap_err();
        assert_eq!(gone, "there is no such dead letter");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_call_that_stands_still_is_listed_with_where_it_stands() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    assert!(world.admin(&["stuck"]).await.unwrap().is_empty(), "it is young");
    world.clock.put_forward(Duration::from_secs(150));
    let stuck = world.admin(&["stuck"]).await.unwrap().remove("call").unwrap();
    assert!(stuck.starts_with(&format!("{call} org {} queued since ", world.org)), "{stuck}");
    assert!(world.admin(&["stuck", "--for", "3m"]).await.unwrap().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_call_and_its_workflow_are_erased_when_they_are_old() {
    let world = World::with(&[("CALL_RETENTION", "96h")]).await;
    let call = world.accepted(json!({"callback_url": "https://agent.example.com/"})).await;
    let script = Script::new(&world.requested(call).await.1);
    for fact in [script.planned, script.ended, script.attempted, script.delivered] {
        world.tell(call, fact).await;
    }
    world.call_when(call, "it is delivered", |call| call["callback"]["status"] == "delivered").await;
    let mut look = operator(&world).await;
    let kept = "SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM workflows) + (SELECT count(*) FROM results)
        + (SELECT count(*) FROM callbacks) + (SELECT count(*) FROM call_events)";
    assert_ne!(look.text(&format!("SELECT ({kept})::text")).await, "0");

    world.clock.put_forward(Duration::from_hours(97));
    until("it is erased", async || {
        let answer = world.get(&format!("/api/calls/{call}")).send().await.unwrap();
        (answer.status() == StatusCode::NOT_FOUND).then_some(())
    })
    .await;
    assert_eq!(look.text(&format!("SELECT ({kept})::text")).await, "0", "nothing is left of it");
    world.stop().await;
}

#[tokio::test]
async fn what_is_told_late_of_a_person_who_was_forgotten_brings_no_words_back() {
    let world = World::start().await;
    let call = world.accepted(json!({"callback_url": "https://agent.example.com/"})).await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.ended).await;
    world.call_when(call, "it has ended", |call| call["status"] == "ended").await;
    let erased = world.admin(&["erase", "--number", CALLEE]).await.unwrap();
    assert_eq!(erased["erased"], call.to_string());

    let Fact::CallbackAttempted(attempted) = script.attempted else { unreachable!("as its name says") };
    let answered = CallbackAttempted { answer: Private::new("Thank you, Ann."), ..attempted };
    for fact in [script.planned, Fact::CallbackAttempted(answered), script.delivered] {
        world.tell(call, fact).await;
    }
    world.call_when(call, "it is delivered", |call| call["callback"]["status"] == "delivered").await;
    let mut look = operator(&world).await;
    assert_eq!(look.text("SELECT count(*)::text FROM callback_attempts WHERE answer = ''").await, "1");
    assert_eq!(look.text("SELECT count(*)::text FROM callback_attempts").await, "1");
    assert_eq!(look.text("SELECT count(*)::text FROM workflows").await, "0");
    world.stop().await;
}
