use proto::fact::CancelReason;
use proto::{CallId, Envelope};
use serde_json::{Value, json};

use crate::world::{Script, World, cancel_reason};

async fn cancel(world: &World, call: CallId) -> Value {
    let answer = world.post(&format!("/api/calls/{call}/cancel")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

fn cancels(told: &[Envelope]) -> Vec<CancelReason> {
    told.iter().filter_map(cancel_reason).collect()
}

#[tokio::test]
async fn a_call_is_asked_to_end_once_however_often_the_client_asks() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    for _ in 0..3 {
        assert_eq!(cancel(&world, call).await["canceled"], true);
    }
    let later = world.accepted(json!({})).await;
    assert_eq!(cancel(&world, later).await["canceled"], true);
    let told = world.told_when("the later one", |told| cancels(told).len() >= 2).await;
    assert_eq!(cancels(&told), [CancelReason::Caller, CancelReason::Caller]);
    assert!(world.call(call).await["cancel_requested_at"].is_string());
    world.stop().await;
}

#[tokio::test]
async fn a_call_that_is_over_can_not_be_canceled_and_that_is_no_error() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.ended).await;
    world.call_when(call, "it ended", |call| call["status"] == "ended").await;
    assert_eq!(cancel(&world, call).await, json!({"success": true, "canceled": false, "call_id": call}));
    assert!(cancels(&world.told()).is_empty());
    world.stop().await;
}
