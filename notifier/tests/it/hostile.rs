use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use crate::receiver::{RawReceiver, Receiver, Reply};
use crate::world::World;

const ONCE: &[(&str, &str)] = &[("CALLBACK_SCHEDULE", "0s"), ("CALLBACK_TIMEOUT", "500ms")];

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let world = World::with(&[("CALLBACK_TIMEOUT", "10s"), ("CALLBACK_LEASE", "20s")]).await;
    let receiver = Receiver::replying([Reply::Endless]).await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    assert!(world.attempts(call)[0].took < Duration::from_secs(5), "the answer was read on");
    world.stop().await;
}

#[tokio::test]
async fn a_packed_answer_is_not_unpacked() {
    let world = World::start().await;
    let receiver = RawReceiver::start(|mut stream| async move {
        let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 6\r\n\r\n";
        let _ = stream.write_all(&[head, &b"\x1f\x8bpack"[..]].concat()).await;
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    assert_eq!(world.attempts(call)[0].answer.expose(), "\u{1f}\u{fffd}pack");
    world.stop().await;
}

#[tokio::test]
async fn headers_that_drip_are_cut_at_the_deadline() {
    let world = World::with(ONCE).await;
    let receiver = RawReceiver::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"x-drip: 1\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["timeout"]);
    world.stop().await;
}

#[tokio::test]
async fn a_body_that_drips_holds_us_no_longer_than_the_deadline_and_its_status_counts() {
    let world = World::with(ONCE).await;
    let receiver = RawReceiver::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n").await;
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    assert!(world.attempts(call)[0].took < Duration::from_secs(5));
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_says_nothing_times_out() {
    let world = World::with(ONCE).await;
    let receiver = RawReceiver::start(|stream| async move {
        let _kept = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["timeout"]);
    world.stop().await;
}

#[tokio::test]
async fn what_is_not_http_is_garbled() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s")]).await;
    let answers: [&[u8]; 3] = [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200", b""];
    for answer in answers {
        let receiver = RawReceiver::start(move |mut stream| async move {
            let _ = stream.write_all(answer).await;
        })
        .await;
        let call = world.finished_call(&receiver.url()).await;
        assert_eq!(world.exhausted(call).await, ["garbled"], "{}", String::from_utf8_lossy(answer));
    }
    world.stop().await;
}

#[tokio::test]
async fn a_flood_of_headers_is_garbled() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s")]).await;
    let receiver = RawReceiver::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(&[b"x-flood: ", &[b'x'; 8_000][..], b"\r\n"].concat()).await.is_ok() {}
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["garbled"]);
    world.stop().await;
}

#[tokio::test]
async fn a_reset_in_the_middle_of_the_body_does_not_undo_the_status() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s")]).await;
    let receiver = RawReceiver::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 100\r\n\r\nx").await;
        let _ = stream.set_zero_linger();
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    world.stop().await;
}

#[tokio::test]
async fn garbage_instead_of_tls_is_told_as_such_and_a_closed_port_as_unreachable() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s")]).await;
    let receiver = RawReceiver::start(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let call = world.finished_call(&format!("https://{}/", receiver.address)).await;
    assert_eq!(world.exhausted(call).await, ["tls"]);

    let closed = receiver.url();
    drop(receiver);
    let call = world.finished_call(&closed).await;
    assert_eq!(world.exhausted(call).await, ["unreachable"]);
    world.stop().await;
}
