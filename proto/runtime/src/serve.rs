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
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::lifecycle::Stop;
use crate::settings::{BadSetting, Env, duration, optional, parsed};

/// What a server allows its clients.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// Open at a time; more wait in the kernel's queue. Each costs a file descriptor and some 20 KiB.
    pub open_max: usize,
    /// How long a client may take to send the head of a request, or to take what it is sent; also how long an idle
    /// connection is kept.
    pub header_wait: Duration,
    /// After this a connection takes no new requests, so that nobody keeps one for ever and clients spread anew.
    pub age_max: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self { open_max: 4096, header_wait: Duration::from_secs(30), age_max: Duration::from_hours(1) }
    }
}

impl Connections {
    /// `CONNECTIONS_MAX`, `HEADER_WAIT` and `CONNECTION_AGE`.
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let usual = Self::default();
        Ok(Self {
            open_max: parsed(env, "CONNECTIONS_MAX", usual.open_max)?,
            header_wait: duration(env, "HEADER_WAIT", usual.header_wait)?,
            age_max: duration(env, "CONNECTION_AGE", usual.age_max)?,
        })
    }
}

/// After a failed accept, mostly for want of file descriptors: time for some connections to close.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Streams of one HTTP/2 connection, each as costly as a request.
const STREAMS_MAX: u32 = 128;
/// What is read of a head before the connection is refused. Services refuse earlier, in words.
const HEAD_BYTES_MAX: u32 = 64 * 1024;
/// As many fields fit into that when each has some use.
const HEAD_FIELDS_MAX: usize = 256;

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
                let served = serve_connection(stream, peer, router.clone(), connections, closing.clone());
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
    limits: Connections,
    closing: tokio_util::sync::CancellationToken,
) {
    // Answers are small and awaited: waiting to fill a packet only delays them.
    drop(stream.set_nodelay(true));
    // A client that does not take what it is sent would hold its answer, and its place, for ever.
    drop(SockRef::from(&stream).set_tcp_user_timeout(Some(limits.header_wait)));
    let asked = Arc::new(Notify::new());
    let asks = Arc::clone(&asked);
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        asks.notify_one();
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let builder = builder(&limits);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = pin!(connection);
    let silent = async {
        if tokio::time::timeout(limits.header_wait, asked.notified()).await.is_ok() {
            std::future::pending::<()>().await;
        }
    };
    let result = tokio::select! {
        result = connection.as_mut() => result,
        // Until the first request nothing else watches the time: which HTTP it speaks is not known.
        () = silent => return,
        () = tokio::time::sleep(limits.age_max) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

fn builder(limits: &Connections) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    let head_bytes_max = HEAD_BYTES_MAX.try_into().unwrap_or(usize::MAX);
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_wait)
        .max_buf_size(head_bytes_max)
        .max_headers(HEAD_FIELDS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_BYTES_MAX)
        .keep_alive_interval(limits.header_wait);
    builder
}

#[cfg(test)]
mod tests;
