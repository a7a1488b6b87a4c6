use standardwebhooks::Webhook;

use crate::receiver::Receiver;
use crate::world::{BEARER, SECRET, World, new_call, requested, until};

const NEW_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn a_finished_call_is_told_once_signed_and_with_the_bearer_secret() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    let call = world.requested(&receiver.url()).await;
    world.ended(call).await;
    world.ended(call).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);

    // A later call is told too, so the second hearing of the first has come and gone.
    let later = world.finished_call(&receiver.url()).await;
    world.delivered(later).await;
    let posts = receiver.posts();
    assert_eq!(posts.len(), 2, "{posts:?}");
    let post = &posts[0];
    Webhook::new(SECRET).unwrap().verify(&post.body, &post.headers).unwrap();
    assert_eq!(post.header("authorization"), format!("Bearer {BEARER}"));
    assert_eq!(post.header("content-type"), "application/json");
    assert_eq!(post.header("user-agent"), concat!("CallCow/", env!("CARGO_PKG_VERSION")));
    assert!(!post.headers.contains_key("accept-encoding"), "some bytes may unpack to a great many");
    assert_eq!(post.json()["call_id"], call.call_id.to_string());
    assert_eq!(post.json()["metadata"]["order"], 7);
    world.stop().await;
}

#[tokio::test]
async fn while_a_secret_is_rotated_both_verify() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    let call = new_call();
    let secrets = [NEW_SECRET, SECRET].map(|secret| world.seal(secret, call.org_id)).to_vec();
    world.requested_with(call, &receiver.url(), secrets).await;
    world.ended(call).await;
    world.delivered(call).await;
    let post = &receiver.posts()[0];
    for secret in [SECRET, NEW_SECRET] {
        Webhook::new(secret).unwrap().verify(&post.body, &post.headers).unwrap();
    }
    world.stop().await;
}

#[tokio::test]
async fn nothing_is_sent_when_a_secret_cannot_be_opened() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    let call = new_call();
    let of_somebody_else = world.seal(SECRET, new_call().org_id);
    world.requested_with(call, &receiver.url(), vec![of_somebody_else]).await;
    world.ended(call).await;
    assert!(world.exhausted(call).await.iter().all(|result| result == "sealed"));
    assert!(receiver.posts().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn an_end_that_is_heard_before_its_request_is_told_all_the_same() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    let call = new_call();
    world.ended(call).await;
    world.requested_with(call, &receiver.url(), vec![world.seal(SECRET, call.org_id)]).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    world.stop().await;
}

#[tokio::test]
async fn a_call_without_a_callback_is_told_to_nobody() {
    let world = World::start().await;
    let receiver = Receiver::start().await;
    let silent = new_call();
    world.tell(silent, requested(None, Vec::new())).await;
    world.ended(silent).await;
    let call = world.finished_call(&receiver.url()).await;
    world.delivered(call).await;
    assert_eq!(world.told(silent), []);
    until("one post", || receiver.posts().len(), |count| *count == 1).await;
    world.stop().await;
}
