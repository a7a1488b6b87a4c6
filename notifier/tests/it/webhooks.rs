use std::time::Duration;

use proto::fact::{CallbackRedeliveryRequested, WebhookCreated, WebhookDeleted};
use proto::{DeliveryId, Fact, WebhookId};
use runtime::{Clock as _, SystemClock};
use standardwebhooks::Webhook;

use crate::receiver::{Receiver, Reply};
use crate::world::{AskedCall, SECRET, World, envelope, new_call, round, route, until};

#[tokio::test]
async fn each_webhook_of_the_workflow_is_told_beside_the_callback() {
    let world = World::start().await;
    let (callback, one, other) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let maker = new_call();
    let ids = [world.webhook(maker, &one.url()).await, world.webhook(maker, &other.url()).await];
    let call = world.requested(&callback.url()).await;
    world.targets_known(call, 3).await;
    world.ended(call).await;

    for (receiver, webhook) in [(&one, ids[0]), (&other, ids[1])] {
        let posts = until("the webhook", || receiver.posts(), |posts| !posts.is_empty()).await;
        assert_eq!(posts[0].header("webhook-id"), DeliveryId::of_webhook(webhook, call.call_id).to_string());
        Webhook::new(SECRET).unwrap().verify(&posts[0].body, &posts[0].headers).unwrap();
        assert_eq!(posts[0].header("authorization"), "", "the secret of the callback is not for others");
        assert_eq!(posts[0].json()["context"], r#"{"name": null, "email": null, "number": "+14155550101"}"#);
    }
    let posts = until("the callback", || callback.posts(), |posts| !posts.is_empty()).await;
    assert!(posts[0].json()["context"].is_null());
    let of = |webhook| world.attempts(call).into_iter().any(|attempt| attempt.webhook_id == webhook);
    until("all three to be told", || of(None) && of(Some(ids[0])) && of(Some(ids[1])), |all| *all).await;
    world.stop().await;
}

#[tokio::test]
async fn a_webhook_that_was_deleted_or_came_after_the_end_is_told_nothing() {
    let world = World::start().await;
    let [deleted, never, late, alive] =
        [Receiver::start().await, Receiver::start().await, Receiver::start().await, Receiver::start().await];
    let (maker, workflow_id) = (new_call(), route().workflow_id);
    let webhook_id = world.webhook(maker, &deleted.url()).await;
    let callback = Receiver::start().await;
    let call = world.requested(&callback.url()).await;
    world.targets_known(call, 2).await;
    world.tell(maker, Fact::WebhookDeleted(WebhookDeleted { webhook_id, workflow_id })).await;
    world.targets_known(call, 1).await;

    // The end of this one is heard before its beginning.
    let webhook_id = WebhookId::new(SystemClock.now(), rand::random());
    world.store.delete_webhook(webhook_id, workflow_id, SystemClock.now()).await.unwrap();
    let url = never.url().parse().unwrap();
    world.tell(maker, Fact::WebhookCreated(WebhookCreated { webhook_id, workflow_id, url })).await;

    let tomorrow = AskedCall { created_at: SystemClock.now() + Duration::from_hours(24), ..maker };
    world.webhook(tomorrow, &late.url()).await;
    world.webhook(maker, &alive.url()).await;
    world.targets_known(call, 3).await;
    world.ended(call).await;
    until("the webhook that lives", || alive.posts(), |posts| posts.len() == 1).await;
    for receiver in [&deleted, &never, &late] {
        assert!(receiver.posts().is_empty());
    }
    world.stop().await;
}

#[tokio::test]
async fn a_request_for_a_redelivery_begins_one_round_however_often_it_is_heard() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s,10ms")]).await;
    let receiver = Receiver::replying([500, 500].map(Reply::Status)).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["5xx", "5xx"]);
    let delivery_id = receiver.posts()[0].header("webhook-id").parse().unwrap();

    let request = envelope(call, Fact::CallbackRedeliveryRequested(CallbackRedeliveryRequested { delivery_id }));
    world.publish(&request).await;
    assert_eq!(world.delivered(call).await, ["5xx", "5xx", "2xx"]);
    let posts = receiver.posts();
    assert!(posts.iter().all(|post| post.header("webhook-id") == posts[0].header("webhook-id")));
    // Heard again.
    assert!(!world.store.redeliver(delivery_id, request.event_id, round()).await.unwrap());
    world.stop().await;
}
