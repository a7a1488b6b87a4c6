//! An HTTP server that slow or greedy strangers can't hold up.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::lifecycle::Stop;
use crate::settings::{BadSetting, Env, optional, parsed};

/// What a server allows its clients.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// Open at a time; more wait in the kernel's queue. Each costs a file descriptor and some 20 KiB.
    pub open_max: usize,
    /// How long a client may take to send the head of a request; also how long an idle connection is kept.
    pub header_wait: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self { open_max: 4096, header_wait: Duration::from_secs(30) }
    }
}

/// After a failed accept, mostly for want of file descriptors: time for some connections to close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Streams of one HTTP/2 connection, each as costly as a request.
const STREAMS_MAX: u32 = 128;

/// Where a process listens. With port 0 the port is a free one, and `LISTEN_FILE` is where others find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenSettings {
    pub address: SocketAddr,
    pub file: Option<PathBuf>,
}

impl ListenSettings {
    /// `LISTEN` and `LISTEN_FILE`.
    pub fn read(env: &impl Env, default: SocketAddr) -> Result<Self, BadSetting> {
        Ok(Self { address: parsed(env, "LISTEN", default)?, file: optional(env, "LISTEN_FILE").map(PathBuf::from) })
    }

    /// Listens, then says where: in the log, and in the file, which appears whole or not at all.
    pub async fn bind(&self) -> io::Result<TcpListener> {
        let listener = TcpListener::bind(self.address).await?;
        let address = listener.local_addr()?;
        if let Some(file) = &self.file {
            let partial = file.with_extension("partial");
            tokio::fs::write(&partial, address.to_string()).await?;
            tokio::fs::rename(&partial, file).await?;
        }
        tracing::info!(%address, "listening");
        Ok(listener)
    }
}

/// Serves until the soft stop, then finishes the requests that are under way. The hard stop drops them.
pub async fn serve(listener: TcpListener, router: Router, stop: Stop) -> io::Result<()> {
    let quiet = stop.clone();
    serve_until(listener, router, Connections::default(), async move { quiet.soft().await }, stop).await
}

/// Like [`serve`], for a service that must still be reached while it drains: `quiet` says when to accept no more.
pub async fn serve_until(
    listener: TcpListener,
    router: Router,
    connections: Connections,
    quiet: impl Future<Output = ()> + Send,
    stop: Stop,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(connections.open_max));
    let closing = tokio_util::sync::CancellationToken::new();
    let tracker = TaskTracker::new();
    let mut quiet = pin!(quiet);
    loop {
        let accepted = tokio::select! {
            () = &mut quiet => break,
            () = stop.hard() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        match accepted {
            Ok((stream, peer, permit)) => {
                let served = serve_connection(stream, peer, router.clone(), connections.header_wait, closing.clone());
                let stop = stop.clone();
                tracker.spawn(async move {
                    tokio::select! {
                        () = served => {}
                        () = stop.hard() => {}
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "can't accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    closing.cancel();
    tracker.close();
    tracker.wait().await;
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    header_wait: Duration,
    closing: tokio_util::sync::CancellationToken,
) {
    // Answers are small and awaited: waiting to fill a packet only delays them.
    drop(stream.set_nodelay(true));
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_wait);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS_MAX).keep_alive_interval(header_wait);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

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
        let connections = Connections { open_max: 1, header_wait: Duration::from_millis(50) };
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
}
