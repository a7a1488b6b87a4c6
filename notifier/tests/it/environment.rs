//! What only a process has: an environment, and certificates that its machine trusts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Version;

use crate::receiver::{RawReceiver, Receiver};
use crate::secure::SecureReceiver;
use crate::world::{AskedCall, World};

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_asked() {
    let world = World::without_notifier(&[]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let proxy = RawReceiver::start(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(())
    })
    .await;
    let address = format!("http://{}", proxy.address);
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let _notifier = world.notifier_process(&names.map(|name| (name, address.as_str())));
    let receiver = Receiver::start().await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    assert_eq!(receiver.posts().len(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 0, "it went through the proxy");
}

#[tokio::test]
async fn over_http_2_one_connection_carries_many_deliveries_at_once() {
    let receiver = SecureReceiver::offering(&["h2", "http/1.1"]).await;
    let world = World::without_notifier(&[]).await;
    let _notifier = world.notifier_process(&[("SSL_CERT_FILE", receiver.certificate.to_str().unwrap())]);
    let first = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(first).await, ["2xx"]);
    for call in finished_calls(&world, &receiver.url(), 30).await {
        assert_eq!(world.delivered(call).await, ["2xx"]);
    }
    assert_eq!(receiver.posts(), [Version::HTTP_2; 31]);
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_secure_receiver_without_http_2_keeps_its_connection_too() {
    let receiver = SecureReceiver::offering(&["http/1.1"]).await;
    let world = World::without_notifier(&[]).await;
    let _notifier = world.notifier_process(&[("SSL_CERT_FILE", receiver.certificate.to_str().unwrap())]);
    for _ in 0..5 {
        let call = world.finished_call(&receiver.url()).await;
        assert_eq!(world.delivered(call).await, ["2xx"]);
    }
    assert_eq!(receiver.posts(), [Version::HTTP_11; 5]);
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_told_as_tls() {
    let receiver = SecureReceiver::offering(&["h2"]).await;
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s")]).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["tls"]);
    assert!(receiver.posts().is_empty());
    world.stop().await;
}

/// They end together, so that their results are sent at once.
async fn finished_calls(world: &World, url: &str, count: usize) -> Vec<AskedCall> {
    let mut calls = Vec::new();
    for _ in 0..count {
        calls.push(world.requested(url).await);
    }
    for call in &calls {
        world.ended(*call).await;
    }
    calls
}
