use std::time::Duration;

use bytes::Bytes;
use notifier::outcome::{Answer, Class};
use notifier::schedule::Next;
use notifier::store::{Begun, Finished, Learned, NewDelivery, Shares, Target};
use proto::fact::{CallbackAttempted, CallbackTarget, Recipient};
use proto::{DeliveryId, Fact, Private};
use runtime::{Clock as _, SystemClock, TraceContext};

use crate::receiver::Receiver;
use crate::world::{AskedCall, SECRET, World, envelope, new_call};

/// A delivery that a notifier began and died with.
async fn held(world: &World, url: &str, lease: Duration) -> (AskedCall, DeliveryId) {
    let call = new_call();
    let delivery_id = DeliveryId::new(SystemClock.now(), rand::random());
    let callback = CallbackTarget { url: url.parse().unwrap(), bearer: None };
    let signing_secrets = [world.seal(SECRET, call.org_id)];
    let learned = Learned {
        call_id: call.call_id,
        org_id: call.org_id,
        created_at: call.created_at,
        metadata: None,
        recipient: &Recipient::default(),
        signing_secrets: &signing_secrets,
        target: Some((delivery_id, &callback)),
    };
    world.store.learn(&learned).await.unwrap();
    let target = Target { delivery_id, webhook_id: None, url: callback.url, bearer: None };
    let delivery = [NewDelivery {
        call_id: call.call_id,
        org_id: call.org_id,
        target: &target,
        signing_secrets: &signing_secrets,
        host: "a host",
        body: Bytes::from_static(b"{}"),
        trace: &TraceContext::default(),
        span: Duration::from_mins(1),
        lease: Some(lease),
    }];
    assert_eq!(world.store.begin(&delivery).await.unwrap(), [Begun::New { fence: 1 }]);
    assert_eq!(world.store.begin(&delivery).await.unwrap(), [Begun::Before]);
    (call, delivery_id)
}

#[tokio::test]
async fn a_delivery_whose_holder_died_is_made_by_another_when_the_lease_is_over() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    let (call, delivery_id) = held(&world, &receiver.url(), Duration::from_millis(800)).await;
    assert!(receiver.posts().is_empty());
    assert_eq!(world.delivered(call).await, ["2xx"]);
    let posts = receiver.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].header("webhook-id"), delivery_id.to_string());
    world.stop().await;
}

#[tokio::test]
async fn whoever_lost_his_lease_records_nothing() {
    let world = World::without_notifier(&[]).await;
    let (call, delivery_id) = held(&world, "http://127.0.0.1:8080/", Duration::ZERO).await;
    let shares = Shares { others: 4, ..Shares::default() };
    let claims = world.store.claim(10, &shares, Duration::from_mins(1)).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.fence).collect::<Vec<_>>(), [2]);
    assert!(world.store.claim(10, &shares, Duration::from_mins(1)).await.unwrap().is_empty());

    let attempted = Fact::CallbackAttempted(CallbackAttempted {
        delivery_id,
        webhook_id: None,
        attempt: 1,
        started_at: None,
        http_status: None,
        result: "timeout".to_owned(),
        took: Duration::ZERO,
        answer: Private::default(),
        next_attempt_at: None,
    });
    let report = |fence| Finished {
        delivery_id,
        fence,
        attempt: 1,
        started_at: SystemClock.now(),
        took: Duration::ZERO,
        answer: Answer::none(Class::Timeout),
        next: Next::Retry { after: Duration::ZERO },
        fact: envelope(call, attempted.clone()),
        trace: TraceContext::default(),
    };
    assert_eq!(world.store.record(&[report(1)]).await.unwrap().lost, 1);
    assert_eq!(world.store.record(&[report(2)]).await.unwrap().lost, 0);
    assert_eq!(world.store.record(&[report(2)]).await.unwrap().lost, 1, "a report that is repeated changes nothing");
    world.stop().await;
}

#[tokio::test]
async fn a_host_that_floods_does_not_keep_others_from_being_claimed() {
    let world = World::without_notifier(&[]).await;
    for _ in 0..20 {
        held(&world, "http://127.0.0.1:8080/", Duration::ZERO).await;
    }
    let shares = Shares { hosts: [("a host".to_owned(), 3)].into(), others: 1 };
    assert_eq!(world.store.claim(10, &shares, Duration::from_mins(1)).await.unwrap().len(), 3);
    let full = Shares { hosts: [("a host".to_owned(), 0)].into(), others: 1 };
    assert!(world.store.claim(10, &full, Duration::from_mins(1)).await.unwrap().is_empty());
    assert_eq!(world.store.backlog().await.unwrap().waiting, 20);
    world.stop().await;
}
