use std::time::Duration;

use proto::fact::CancelReason;
use proto::{CallId, Envelope};
use serde_json::json;

use crate::operating::operator;
use crate::world::{Script, World, cancel_reason, until};

fn reasons(told: &[Envelope], call: CallId) -> Vec<CancelReason> {
    told.iter().filter(|envelope| envelope.call_id == call).filter_map(cancel_reason).collect()
}

#[tokio::test]
async fn a_call_that_is_past_its_deadline_is_asked_to_end_until_it_does() {
    let world = World::with(&[("CALL_DEADLINE", "1h"), ("SWEEP_DEADLINE_GRACE", "30s")]).await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.dialing).await;
    world.call_when(call, "it is dialed", |call| call["status"] == "dialing").await;
    assert_eq!(reasons(&world.told(), call), []);

    world.clock.put_forward(Duration::from_secs(3_631));
    let first = world.told_when("the first", |told| !reasons(told, call).is_empty()).await;
    assert_eq!(reasons(&first, call), [CancelReason::Deadline]);
    world.clock.put_forward(Duration::from_secs(61));
    world.told_when("the second", |told| reasons(told, call).len() == 2).await;

    world.tell(call, script.ended).await;
    world.call_when(call, "it ended", |call| call["status"] == "ended").await;
    world.clock.put_forward(Duration::from_secs(61));
    let other = world.accepted(json!({})).await;
    world.clock.put_forward(Duration::from_secs(3_631));
    let last = world.told_when("that of the other", |told| !reasons(told, other).is_empty()).await;
    assert_eq!(reasons(&last, call).len(), 2, "a call that is over is left alone");
    world.stop().await;
}

#[tokio::test]
async fn a_call_that_nobody_works_on_is_told_again_as_the_same_fact() {
    let world = World::start().await;
    let silent = world.accepted(json!({})).await;
    let moving = world.accepted(json!({})).await;
    let (envelope, _) = world.requested(silent).await;
    let script = Script::new(&world.requested(moving).await.1);
    world.tell(moving, script.planned).await;
    world.call_when(moving, "it is planned", |call| call["status"] == "planning").await;

    // NATS keeps the ids of some minutes: it drops what it has. What the sweep tells is seen in the outbox alone.
    let mut look = operator(&world).await;
    let told_at = |call: CallId| format!("SELECT told_at FROM calls WHERE call_id = '{call}'");
    let first = look.time(&told_at(silent)).await;
    let moved = look.time(&told_at(moving)).await;
    world.clock.put_forward(Duration::from_secs(61));
    until("it is told again", async || {
        let mut another = operator(&world).await;
        (another.time(&told_at(silent)).await > first).then_some(())
    })
    .await;
    assert_eq!(look.time(&told_at(moving)).await, moved);
    let again: Vec<_> = world.told().into_iter().filter(|fact| fact.call_id == silent).collect();
    assert!(again.iter().all(|fact| *fact == envelope));
    world.stop().await;
}

#[tokio::test]
async fn a_fact_about_a_call_that_nobody_accepted_becomes_a_dead_letter() {
    let world = World::start().await;
    let known = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(known).await.1);
    let stranger = CallId::new(chrono::DateTime::default(), [9; 10]);
    let envelope = world.tell(stranger, script.ringing).await;
    let mut look = operator(&world).await;
    let reason = look.text(&format!("SELECT reason FROM dead_letters WHERE call_id = '{stranger}'")).await;
    assert_eq!(reason, "no such call was accepted here");
    let event = envelope.event_id;
    let kept = format!("SELECT encode(payload, 'hex') FROM dead_letters WHERE event_id = '{event}'");
    assert_eq!(look.text(&kept).await, hex(&proto::wire::encode(&envelope)));
    world.stop().await;
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
