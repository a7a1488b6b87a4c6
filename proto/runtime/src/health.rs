//! `/live`, `/ready` and `/metrics`, and how a process listens.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use futures_util::future::{BoxFuture, join_all};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::lifecycle::Stop;
use crate::settings::{BadSetting, Env, optional, parsed};
use crate::telemetry::render_metrics;

/// A probe that waits longer than this would be cut off by the one who asked.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// Whether this process lives, and whether it can do its work.
#[derive(Clone)]
pub struct Health {
    stop: Stop,
    checks: Vec<(&'static str, Check)>,
}

impl Health {
    pub fn new(stop: Stop) -> Self {
        Self { stop, checks: Vec::new() }
    }

    /// Adds a dependency without which the process is not ready. The text of the error is shown to whoever asks.
    #[must_use]
    pub fn check<F>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    {
        self.checks.push((name, Arc::new(check)));
        self
    }

    pub fn router(self) -> Router {
        Router::new()
            .route("/live", get(|| async { StatusCode::OK }))
            .route("/ready", get(ready))
            .route("/metrics", get(metrics))
            .with_state(self)
    }
}

/// Not ready while stopping, so that a load balancer looks elsewhere.
async fn ready(State(health): State<Health>) -> impl IntoResponse {
    if health.stop.is_soft() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"stopping": true})));
    }
    let results = join_all(health.checks.iter().map(|(name, check)| async move {
        let result = tokio::time::timeout(CHECK_TIMEOUT, check()).await;
        (*name, result.unwrap_or_else(|_| Err("no answer in time".to_owned())))
    }))
    .await;
    let all_well = results.iter().all(|(_, result)| result.is_ok());
    let status = if all_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told: Map<String, Value> = results
        .into_iter()
        .map(|(name, result)| (name.to_owned(), result.map_or_else(Value::from, |()| "ok".into())))
        .collect();
    (status, Json(Value::Object(told)))
}

async fn metrics() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], render_metrics())
}

/// Where a process listens. With port 0 the port is a free one, and `LISTEN_FILE` is where others find it.
#[derive(Clone, Debug)]
pub struct ListenSettings {
    pub address: SocketAddr,
    pub file: Option<PathBuf>,
}

impl ListenSettings {
    pub fn read(env: &impl Env, default: SocketAddr) -> Result<Self, BadSetting> {
        Ok(Self { address: parsed(env, "LISTEN", default)?, file: optional(env, "LISTEN_FILE").map(PathBuf::from) })
    }

    /// Listens, then tells where: in the log, and in the file, which appears whole or not at all.
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

/// Serves until the soft stop, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, stop: Stop) -> io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // Answers are small: waiting to fill a packet only delays them. A socket that refuses is still a socket.
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let drained = stop.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move { drained.soft().await });
    tokio::select! {
        result = server => result,
        () = stop.hard() => Ok(()),
    }
}
