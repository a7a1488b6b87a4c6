use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::lifecycle::Lifecycle;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";

async fn bind(file: Option<PathBuf>) -> TcpListener {
    ListenSettings { address: (Ipv4Addr::LOCALHOST, 0).into(), file }.bind().await.unwrap()
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn a_request_under_way_is_finished_after_the_soft_stop() {
    let lifecycle = Lifecycle::new(Duration::from_secs(30));
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (arrived, may_leave) = (Arc::clone(&entered), Arc::clone(&leave));
    let router = Router::new().route(
        "/",
        get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
            arrived.notify_one();
            may_leave.notified().await;
            peer.ip().to_string()
        }),
    );
    let listener = bind(None).await;
    let address = listener.local_addr().unwrap();
    let stop = lifecycle.stop();
    lifecycle.spawn("http", async move { serve(listener, router, stop).await.unwrap() });

    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    entered.notified().await;
    lifecycle.request_stop();
    leave.notify_one();

    assert!(answer(&mut client).await.ends_with("127.0.0.1"));
    lifecycle.shut_down().await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_request_without_end_is_dropped_by_the_hard_stop() {
    let lifecycle = Lifecycle::new(Duration::ZERO);
    let entered = Arc::new(Notify::new());
    let arrived = Arc::clone(&entered);
    let router = Router::new().route(
        "/",
        get(|| async move {
            arrived.notify_one();
            std::future::pending::<()>().await;
        }),
    );
    let listener = bind(None).await;
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let stop = lifecycle.stop();
    lifecycle.spawn("http", async move { serve(listener, router, stop).await.unwrap() });
    client.write_all(REQUEST).await.unwrap();
    entered.notified().await;

    lifecycle.shut_down().await.unwrap();

    assert_eq!(answer(&mut client).await, "");
}

#[tokio::test]
async fn a_client_that_never_finishes_its_head_is_cut_off() {
    let lifecycle = Lifecycle::new(Duration::ZERO);
    let listener = bind(None).await;
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let connections = Connections { header_wait: Duration::from_millis(50), ..Connections::default() };
    let stop = lifecycle.stop();
    lifecycle.spawn("http", async move {
        serve_until(listener, Router::new(), connections, stop.clone().soft(), stop).await.unwrap();
    });
    client.write_all(b"GET / HT").await.unwrap();

    assert!(!answer(&mut client).await.contains("200"));
    lifecycle.shut_down().await.unwrap();
}

#[tokio::test]
async fn the_bound_address_is_written_where_the_launcher_looks() {
    let path = std::env::temp_dir().join(format!("callcow-listen-{}", std::process::id()));
    let listener = bind(Some(path.clone())).await;
    let written = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(written, listener.local_addr().unwrap().to_string());
}

/// A server with these limits that answers `/` with as many bytes as the test wants.
async fn limited(lifecycle: &Lifecycle, connections: Connections, bytes: usize) -> SocketAddr {
    let router = Router::new().route("/", get(async move || "x".repeat(bytes)));
    let listener = bind(None).await;
    let address = listener.local_addr().unwrap();
    let stop = lifecycle.stop();
    lifecycle.spawn("http", async move {
        serve_until(listener, router, connections, stop.clone().soft(), stop).await.unwrap();
    });
    address
}

fn impatient() -> Connections {
    Connections { open_max: 1, header_wait: Duration::from_millis(100), ..Connections::default() }
}

#[tokio::test]
async fn clients_that_say_nothing_or_stop_in_the_preface_do_not_keep_others_out() {
    for beginning in [&b""[..], b"PRI * HTTP/2.0\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let lifecycle = Lifecycle::new(Duration::ZERO);
        let address = limited(&lifecycle, impatient(), 2).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(beginning).await.unwrap();

        let mut next = TcpStream::connect(address).await.unwrap();
        next.write_all(REQUEST).await.unwrap();
        assert!(answer(&mut next).await.ends_with("xx"), "after {beginning:?}");
        lifecycle.shut_down().await.unwrap();
    }
}

#[tokio::test]
async fn a_client_that_does_not_take_its_answer_does_not_keep_others_out() {
    let lifecycle = Lifecycle::new(Duration::ZERO);
    let address = limited(&lifecycle, impatient(), 64 * 1024 * 1024).await;
    let mut greedy = TcpStream::connect(address).await.unwrap();
    greedy.write_all(REQUEST).await.unwrap();

    let mut next = TcpStream::connect(address).await.unwrap();
    next.write_all(REQUEST).await.unwrap();
    let mut first = [0; 12];
    next.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    lifecycle.shut_down().await.unwrap();
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait_for_room() {
    let lifecycle = Lifecycle::new(Duration::ZERO);
    let connections = Connections { open_max: 1, ..Connections::default() };
    let address = limited(&lifecycle, connections, 2).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    let mut head = [0; 12];
    first.read_exact(&mut head).await.unwrap();

    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(REQUEST).await.unwrap();
    let too_soon = tokio::time::timeout(Duration::from_millis(50), second.read_exact(&mut head)).await;
    assert!(too_soon.is_err(), "there is no room for the second");
    drop(first);
    assert!(answer(&mut second).await.ends_with("xx"));
    lifecycle.shut_down().await.unwrap();
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let lifecycle = Lifecycle::new(Duration::ZERO);
    let address = limited(&lifecycle, Connections::default(), 2).await;
    for head in ["x: y\r\n".repeat(HEAD_FIELDS_MAX + 1), format!("x: {}\r\n", "y".repeat(70_000))] {
        let mut client = TcpStream::connect(address).await.unwrap();
        let request = format!("GET / HTTP/1.1\r\nhost: here\r\n{head}\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        let mut status = [0; 12];
        client.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 431");
    }
    lifecycle.shut_down().await.unwrap();
}

#[tokio::test]
async fn an_old_connection_is_closed_after_its_answer() {
    let lifecycle = Lifecycle::new(Duration::ZERO);
    let connections = Connections { age_max: Duration::from_millis(50), ..Connections::default() };
    let address = limited(&lifecycle, connections, 2).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
    assert!(answer(&mut client).await.ends_with("xx"), "it is answered, then closed");
    lifecycle.shut_down().await.unwrap();
}
