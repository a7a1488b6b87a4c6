use std::collections::BTreeMap;
use std::time::Duration;

use notifier::admin::Admin;
use proto::{OrgId, Sealed};
use runtime::{Clock as _, Sealer, SystemClock};
use secrecy::SecretString;
use standardwebhooks::Webhook;

use crate::receiver::Receiver;
use crate::world::{BEARER, SECRET, World, new_call, round, until};

const OLD_KEY: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const NEW_KEY: &str = "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
const NEW_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// As a gateway does that has the new key already.
fn sealed_with_new_key(secret: &str, org_id: OrgId) -> Sealed {
    let env = BTreeMap::from([("SEAL_KEYS".to_owned(), format!("{NEW_KEY},{OLD_KEY}"))]);
    let sealed = Sealer::read(&env).unwrap().seal(&SecretString::from(secret), &org_id.to_string());
    assert_eq!(sealed.key_id, "k2");
    Sealed { key_id: sealed.key_id, nonce: sealed.nonce, ciphertext: sealed.ciphertext }
}

#[tokio::test]
async fn while_a_sealing_key_is_rotated_what_either_key_sealed_is_sent() {
    let mut world = World::without_notifier(&[]).await;
    world.set(&[("SEAL_KEYS", &format!("{NEW_KEY},{OLD_KEY}"))]);
    world.add_notifier().await;
    let receiver = Receiver::start().await;
    let call = new_call();
    let secrets = vec![sealed_with_new_key(NEW_SECRET, call.org_id), world.seal(SECRET, call.org_id)];
    world.requested_with(call, &receiver.url(), secrets).await;
    world.ended(call).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    let post = &receiver.posts()[0];
    assert_eq!(post.header("authorization"), format!("Bearer {BEARER}"));
    for secret in [SECRET, NEW_SECRET] {
        Webhook::new(secret).unwrap().verify(&post.body, &post.headers).unwrap();
    }
    world.stop().await;
}

#[tokio::test]
async fn a_sealing_key_that_was_taken_out_too_early_can_be_put_back() {
    let mut world = World::without_notifier(&[("CALLBACK_SCHEDULE", "0s")]).await;
    let before = SystemClock.now() - Duration::from_mins(1);
    world.set(&[("SEAL_KEYS", NEW_KEY)]);
    world.add_notifier().await;
    let receiver = Receiver::start().await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["sealed"]);
    assert!(receiver.posts().is_empty(), "it was sent without its signature");

    world.stop_notifiers().await;
    world.set(&[("SEAL_KEYS", &format!("{NEW_KEY},{OLD_KEY}"))]);
    world.add_notifier().await;
    assert_eq!(world.store.redeliver_exhausted(before, round()).await.unwrap(), 1);
    assert_eq!(world.delivered(call).await, ["sealed", "2xx"]);
    let post = &receiver.posts()[0];
    Webhook::new(SECRET).unwrap().verify(&post.body, &post.headers).unwrap();
    world.stop().await;
}

#[tokio::test]
async fn an_old_sealing_key_is_retired_when_all_is_sealed_anew() {
    let mut world = World::start().await;
    let receiver = Receiver::start().await;
    let told = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(told).await, ["2xx"]);
    let on_the_line = world.requested(&receiver.url()).await;
    world.targets_known(on_the_line, 1).await;
    let stranger = new_call();
    world.requested_with(stranger, &receiver.url(), vec![world.seal(SECRET, told.org_id)]).await;
    world.targets_known(stranger, 1).await;
    world.stop_notifiers().await;

    world.set(&[("SEAL_KEYS", &format!("{NEW_KEY},{OLD_KEY}"))]);
    let lines = ["rows sealed anew: 6", "can't be opened with these keys, and left alone: 1"];
    assert_eq!(world.admin(Admin::Reseal).await, lines);
    let again = ["rows sealed anew: 0", "can't be opened with these keys, and left alone: 1"];
    assert_eq!(world.admin(Admin::Reseal).await, again);

    world.set(&[("SEAL_KEYS", NEW_KEY)]);
    world.add_notifier().await;
    world.ended(on_the_line).await;
    assert_eq!(world.delivered(on_the_line).await, ["2xx"]);
    assert_eq!(world.admin(Admin::Redeliver { call_id: told.call_id }).await, ["deliveries due again: 1"]);
    let posts = until("all three posts", || receiver.posts(), |posts| posts.len() == 3).await;
    for post in &posts {
        assert_eq!(post.header("authorization"), format!("Bearer {BEARER}"));
        Webhook::new(SECRET).unwrap().verify(&post.body, &post.headers).unwrap();
    }
    world.stop().await;
}
