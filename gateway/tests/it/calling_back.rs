use proto::fact::{CallbackAttempted, CallbackDelivered, CallbackExhausted};
use proto::{CallId, DeliveryId, Fact, Private, WebhookId};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

use crate::world::{Script, World, problem, until};

fn attempted(delivery_id: DeliveryId, attempt: u32, http_status: u16) -> CallbackAttempted {
    CallbackAttempted {
        delivery_id,
        webhook_id: None,
        attempt,
        started_at: Some("2026-03-30T12:00:00Z".parse().unwrap()),
        http_status: Some(http_status),
        result: format!("{}xx", http_status / 100),
        took: Duration::from_millis(12),
        answer: Private::new("down for maintenance"),
        next_attempt_at: (http_status != 200).then(|| "2026-03-30T12:00:05Z".parse().unwrap()),
    }
}

/// The delivery of a call that was given up after two attempts.
async fn exhausted(world: &World) -> (CallId, DeliveryId) {
    let call = world.accepted(json!({"callback_url": "https://agent.example.com/"})).await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.ended).await;
    world.call_when(call, "the end", |call| call["status"] == "ended").await;
    let delivery_id = DeliveryId::from(Uuid::from_u128(rand::random()));
    world.tell(call, Fact::CallbackAttempted(attempted(delivery_id, 1, 503))).await;
    let last = Some(CallbackAttempted { next_attempt_at: None, ..attempted(delivery_id, 2, 500) });
    world.tell(call, Fact::CallbackExhausted(CallbackExhausted { delivery_id, attempts: 2, last })).await;
    callback_when(world, call, |callback| {
        callback["status"] == "exhausted" && callback["deliveries"][0]["attempts"].as_array().unwrap().len() == 2
    })
    .await;
    (call, delivery_id)
}

async fn callback_when(world: &World, call: CallId, wanted: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/api/calls/{call}/callback");
    let look = async || Some(world.get(&path).send().await.unwrap().json::<Value>().await.unwrap());
    until("the callback to be as wanted", async || look().await.filter(&wanted)).await
}

#[tokio::test]
async fn every_attempt_is_seen_with_what_the_receiver_said() {
    let world = World::start().await;
    let (call, delivery_id) = exhausted(&world).await;
    let seen = callback_when(&world, call, |_| true).await;
    assert_eq!(seen["call_id"], call.to_string());
    let delivery = &seen["deliveries"][0];
    assert_eq!(delivery["delivery_id"], delivery_id.to_string());
    assert!(delivery["webhook_id"].is_null() && delivery["next_attempt_at"].is_null());
    assert_eq!(
        delivery["attempts"][0],
        json!({"attempt": 1, "started_at": "2026-03-30T12:00:00.000Z", "took_seconds": 0.012, "result": "5xx",
            "http_status": 503, "answer": "down for maintenance", "next_attempt_at": "2026-03-30T12:00:05.000Z"})
    );
    assert_eq!(delivery["attempts"][1]["http_status"], 500);
    assert_eq!(world.call(call).await["callback"]["attempts"], 2);
    world.stop().await;
}

#[tokio::test]
async fn a_delivery_that_was_given_up_is_sent_again_under_its_id() {
    let world = World::start().await;
    let (call, delivery_id) = exhausted(&world).await;
    let path = format!("/api/calls/{call}/callback/redeliver");
    let answer = world.post(&path).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let answer: Value = answer.json().await.unwrap();
    let expected = json!({"success": true, "call_id": call, "redelivering": [delivery_id], "pending": [], "spent": []});
    assert_eq!(answer, expected);

    callback_when(&world, call, |callback| callback["status"] == "pending").await;
    let again: Value = world.post(&path).send().await.unwrap().json().await.unwrap();
    assert_eq!((&again["redelivering"], &again["pending"]), (&json!([]), &json!([delivery_id])), "it is on its way");

    let last = Some(attempted(delivery_id, 3, 200));
    world.tell(call, Fact::CallbackDelivered(CallbackDelivered { delivery_id, attempts: 3, last })).await;
    let seen = callback_when(&world, call, |callback| callback["status"] == "delivered").await;
    assert_eq!(seen["deliveries"][0]["attempts"].as_array().unwrap().len(), 3);
    world.stop().await;
}

#[tokio::test]
async fn a_delivery_that_was_attempted_as_often_as_any_may_be_is_not_sent_again() {
    let world = World::start().await;
    let (call, delivery_id) = exhausted(&world).await;
    let path = format!("/api/calls/{call}/callback/redeliver");
    assert_eq!(world.post(&path).send().await.unwrap().status(), 202);
    callback_when(&world, call, |callback| callback["status"] == "pending").await;
    let last = Some(CallbackAttempted { next_attempt_at: None, ..attempted(delivery_id, 100, 500) });
    world.tell(call, Fact::CallbackExhausted(CallbackExhausted { delivery_id, attempts: 100, last })).await;
    callback_when(&world, call, |callback| callback["status"] == "exhausted").await;
    problem(world.post(&path).send().await.unwrap(), 409, "too_many_attempts").await;
    callback_when(&world, call, |callback| callback["status"] == "exhausted").await;
    world.stop().await;
}

#[tokio::test]
async fn what_a_webhook_is_told_is_seen_beside_the_callback_and_is_no_event_of_the_call() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.ended).await;
    let webhook = WebhookId::from(Uuid::from_u128(7));
    let delivery_id = DeliveryId::of_webhook(webhook, call);
    let last = Some(CallbackAttempted { webhook_id: Some(webhook), ..attempted(delivery_id, 1, 200) });
    world.tell(call, Fact::CallbackDelivered(CallbackDelivered { delivery_id, attempts: 1, last })).await;
    let seen = callback_when(&world, call, |callback| callback["deliveries"][0]["status"] == "delivered").await;
    assert_eq!(seen["status"], "none", "the request named no callback");
    assert_eq!(seen["deliveries"][0]["webhook_id"], webhook.to_string());
    assert_eq!(world.call(call).await["callback"]["status"], "none");
    let events = world.get(&format!("/api/calls/{call}/events")).send().await.unwrap().text().await.unwrap();
    assert!(events.contains("event: ended") && !events.contains("event: callback"), "{events}");
    world.stop().await;
}

#[tokio::test]
async fn only_a_call_that_ended_and_has_somebody_to_tell_is_told_again() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let path = format!("/api/calls/{call}/callback/redeliver");
    problem(world.post(&path).send().await.unwrap(), 409, "call_not_ended").await;
    let script = Script::new(&world.requested(call).await.1);
    world.tell(call, script.ended).await;
    world.call_when(call, "the end", |call| call["status"] == "ended").await;
    problem(world.post(&path).send().await.unwrap(), 409, "no_callback").await;

    let (_, stranger) = world.organization().await;
    for answer in [
        world.client().post(world.url(&path)).bearer_auth(&stranger).send().await.unwrap(),
        world
            .client()
            .get(world.url(&format!("/api/calls/{call}/callback")))
            .bearer_auth(&stranger)
            .send()
            .await
            .unwrap(),
        world.get("/api/calls/nothing/callback").send().await.unwrap(),
    ] {
        problem(answer, 404, "not_found").await;
    }
    world.stop().await;
}
