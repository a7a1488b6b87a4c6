use std::time::Duration;

use runtime::{Clock as _, SystemClock};

use crate::receiver::{RawReceiver, Receiver, Reply};
use crate::world::{World, until};

#[tokio::test]
async fn a_receiver_that_hangs_does_not_hold_up_the_others() {
    let settings =
        [("CALLBACK_IN_FLIGHT", "8"), ("CALLBACK_TIMEOUT", "20s"), ("CALLBACK_LEASE", "30s"), ("DRAIN", "100ms")];
    let world = World::with(&settings).await;
    let hanging = RawReceiver::start(|stream| async move {
        let _kept = stream;
        std::future::pending::<()>().await;
    })
    .await;
    for _ in 0..30 {
        world.finished_call(&hanging.url()).await;
    }
    let receiver = Receiver::start().await;
    for _ in 0..30 {
        world.finished_call(&receiver.url()).await;
    }
    until("all others to be told", || receiver.posts().len(), |count| *count == 30).await;
}

#[tokio::test]
async fn an_endpoint_in_trouble_is_left_alone_until_a_probe_succeeds() {
    let settings =
        [("CALLBACK_TROUBLES", "3"), ("CALLBACK_PAUSE", "700ms"), ("CALLBACK_SCHEDULE", "0s,1ms,1ms,1ms,1ms,1ms")];
    let world = World::with(&settings).await;
    let receiver = Receiver::replying([500, 500, 500].map(Reply::Status)).await;
    let started = SystemClock.instant();
    let call = world.finished_call(&receiver.url()).await;
    world.delivered(call).await;
    let attempts = world.attempts(call);
    assert_eq!(attempts.len(), 4);
    assert!(
        SystemClock.instant() - started > Duration::from_millis(700),
        "the fourth did not wait for the pause to end"
    );
    world.stop().await;
}

#[tokio::test]
async fn two_notifiers_share_the_work_and_send_each_once() {
    let mut world = World::start().await;
    world.add_notifier().await;
    let receiver = Receiver::start().await;
    let mut calls = Vec::new();
    for _ in 0..100 {
        calls.push(world.requested(&receiver.url()).await);
    }
    for call in &calls {
        world.ended(*call).await;
    }
    for call in &calls {
        assert_eq!(world.delivered(*call).await, ["2xx"]);
    }
    assert_eq!(receiver.posts().len(), 100);
    world.stop().await;
}

#[tokio::test]
async fn a_notifier_that_stops_finishes_the_attempts_that_it_makes() {
    let mut world = World::with(&[("CALLBACK_TIMEOUT", "5s"), ("CALLBACK_LEASE", "20s")]).await;
    let receiver = Receiver::replying([Reply::Slow(Duration::from_millis(500))]).await;
    let call = world.finished_call(&receiver.url()).await;
    until("the attempt to be on its way", || receiver.posts().len(), |count| *count == 1).await;
    world.stop_notifiers().await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    world.stop().await;
}
