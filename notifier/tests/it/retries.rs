use std::time::Duration;

use chrono::TimeDelta;
use proto::fact::CALLBACK_ATTEMPTS_MAX;
use proto::{Fact, Timestamp};
use runtime::{Clock as _, SystemClock};
use standardwebhooks::Webhook;

use crate::receiver::{Receiver, Reply};
use crate::world::{SECRET, World, round, until};

#[tokio::test]
async fn a_receiver_that_fails_gets_the_same_bytes_under_the_same_id_again() {
    let world = World::start().await;
    let receiver = Receiver::replying([Reply::Status(500), Reply::Status(503)]).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["5xx", "5xx", "2xx"]);
    let posts = receiver.posts();
    assert_eq!(posts.len(), 3);
    for post in &posts {
        assert_eq!(post.header("webhook-id"), posts[0].header("webhook-id"));
        assert_eq!(post.body, posts[0].body);
        Webhook::new(SECRET).unwrap().verify(&post.body, &post.headers).unwrap();
    }
    let attempts = world.attempts(call);
    assert_eq!(attempts[0].http_status, Some(500));
    assert!(attempts[0].next_attempt_at.is_some() && attempts[2].next_attempt_at.is_none());
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_never_recovers_is_given_up_visibly_and_can_be_asked_for_again() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s,10ms,10ms")]).await;
    let receiver = Receiver::replying([500, 500, 500].map(Reply::Status)).await;
    let before = SystemClock.now() - TimeDelta::minutes(1);
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["5xx", "5xx", "5xx"]);
    let listed = world.store.exhausted(before, 10).await.unwrap();
    assert_eq!(listed.iter().map(|delivery| delivery.call_id).collect::<Vec<_>>(), [call.call_id]);

    assert_eq!(world.store.redeliver_exhausted(before, round()).await.unwrap(), 1);
    assert_eq!(world.delivered(call).await, ["5xx", "5xx", "5xx", "2xx"]);
    assert_eq!(world.store.redeliver_call(call.call_id, round()).await.unwrap(), 1);
    let posts = until("a fifth post", || receiver.posts(), |posts| posts.len() == 5).await;
    assert!(posts.iter().all(|post| post.header("webhook-id") == posts[0].header("webhook-id")));
    world.stop().await;
}

#[tokio::test]
async fn however_often_somebody_asks_there_is_a_last_attempt() {
    let waits = vec!["0s"; 34].join(",");
    let world = World::with(&[("CALLBACK_SCHEDULE", &waits), ("CALLBACK_TROUBLES", "1000")]).await;
    let receiver = Receiver::replying(std::iter::repeat_n(Reply::Status(500), 200)).await;
    let call = world.finished_call(&receiver.url()).await;
    for attempts in [34, 68, 100] {
        let over = |told: &Vec<_>| {
            told.iter().any(|fact| matches!(fact, Fact::CallbackExhausted(end) if end.attempts == attempts))
        };
        until("the end of a round", || world.told(call), over).await;
        let again = world.store.redeliver_call(call.call_id, round()).await.unwrap();
        assert_eq!(again, u64::from(attempts < CALLBACK_ATTEMPTS_MAX), "after {attempts} attempts");
    }
    assert_eq!(world.store.redeliver_exhausted(Timestamp::UNIX_EPOCH, round()).await.unwrap(), 0);
    assert_eq!(receiver.posts().len(), 100);
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_not_asked_again() {
    let world = World::start().await;
    let receiver = Receiver::replying([Reply::Status(410)]).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["4xx"]);
    assert_eq!(receiver.posts().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_refuses_is_asked_fewer_times() {
    let world = World::start().await;
    let receiver = Receiver::replying([404, 403, 400, 404, 403, 400].map(Reply::Status)).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["4xx"; 5]);
    world.stop().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::start().await;
    let elsewhere = Receiver::start().await;
    let redirect = Reply::With(307, vec![("location", elsewhere.url())]);
    let receiver = Receiver::replying([redirect]).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["3xx", "2xx"]);
    assert!(elsewhere.posts().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    let world = World::start().await;
    let receiver = Receiver::replying([Reply::With(429, vec![("retry-after", "1".to_owned())])]).await;
    let call = world.finished_call(&receiver.url()).await;
    let started = SystemClock.instant();
    world.delivered(call).await;
    assert!(SystemClock.instant() - started > Duration::from_millis(800), "it was not left alone");
    let attempts = world.attempts(call);
    assert_eq!(attempts.iter().map(|attempt| attempt.http_status).collect::<Vec<_>>(), [Some(429), Some(200)]);
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_asks_for_ages_gets_a_day() {
    let world = World::start().await;
    let ages = Reply::With(503, vec![("retry-after", u64::MAX.to_string())]);
    let receiver = Receiver::replying([ages]).await;
    let call = world.finished_call(&receiver.url()).await;
    world.attempted(call, 1).await;
    let next = world.attempts(call)[0].next_attempt_at.unwrap() - SystemClock.now();
    assert!(next > TimeDelta::hours(23) && next <= TimeDelta::hours(24), "{next}");
    world.stop().await;
}

#[tokio::test]
async fn one_connection_serves_a_receiver_again_and_again() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    for _ in 0..3 {
        let call = world.finished_call(&receiver.url()).await;
        assert_eq!(world.delivered(call).await, ["2xx"]);
    }
    let posts = receiver.posts();
    assert_eq!(posts.len(), 3);
    assert!(posts.iter().all(|post| post.peer == posts[0].peer), "it was dialed again");
    world.stop().await;
}
