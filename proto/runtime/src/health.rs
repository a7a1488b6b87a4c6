//! `/live`, `/ready` and `/metrics`.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures_util::future::join_all;
use serde::Serialize;

use crate::lifecycle::Stop;
pub use crate::serve::{ListenSettings, serve};
use crate::telemetry::render_metrics;

/// A dependency that takes longer is not reachable for those who wait for us.
const CHECK_WAIT: Duration = Duration::from_secs(2);

pub type Checked = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

type Check = Arc<dyn Fn() -> Checked + Send + Sync>;

/// Whether the process lives, and whether work should be sent to it.
#[derive(Clone)]
pub struct Health {
    stop: Stop,
    checks: Vec<(&'static str, Check)>,
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.checks.iter().map(|(name, _)| name)).finish()
    }
}

#[derive(Serialize)]
struct Report {
    status: &'static str,
    checks: BTreeMap<&'static str, String>,
}

impl Health {
    pub fn new(stop: Stop) -> Self {
        Self { stop, checks: Vec::new() }
    }

    /// Adds a dependency without which no work should come here. The text of a failure is shown to whoever asks, so it
    /// must hold nothing private.
    #[must_use]
    pub fn check(mut self, name: &'static str, check: impl Fn() -> Checked + Send + Sync + 'static) -> Self {
        self.checks.push((name, Arc::new(check)));
        self
    }

    pub fn router(self) -> Router {
        Router::new()
            .route("/live", get(|| async { "live\n" }))
            .route("/ready", get(ready))
            .route("/metrics", get(metrics))
            .with_state(self)
    }

    async fn report(&self) -> (StatusCode, Report) {
        let asked = self.checks.iter().map(|(name, check)| async move {
            match tokio::time::timeout(CHECK_WAIT, check()).await {
                Ok(result) => (*name, result),
                Err(_) => (*name, Err("no answer in time".to_owned())),
            }
        });
        let results = join_all(asked).await;
        let reachable = results.iter().all(|(_, result)| result.is_ok());
        let text = |result: Result<(), String>| result.err().unwrap_or_else(|| "ok".to_owned());
        let checks = results.into_iter().map(|(name, result)| (name, text(result))).collect();
        match (self.stop.is_soft(), reachable) {
            (true, _) => (StatusCode::SERVICE_UNAVAILABLE, Report { status: "stopping", checks }),
            (false, false) => (StatusCode::SERVICE_UNAVAILABLE, Report { status: "not ready", checks }),
            (false, true) => (StatusCode::OK, Report { status: "ready", checks }),
        }
    }
}

async fn ready(State(health): State<Health>) -> Response {
    let (status, report) = health.report().await;
    (status, Json(report)).into_response()
}

async fn metrics() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], render_metrics()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle;

    fn health(lifecycle: &Lifecycle) -> Health {
        Health::new(lifecycle.stop()).check("postgres", || Box::pin(async { Ok(()) }))
    }

    #[tokio::test]
    async fn a_process_whose_dependencies_answer_is_ready() {
        let (status, report) = health(&Lifecycle::new(Duration::ZERO)).report().await;
        assert_eq!((status, report.status), (StatusCode::OK, "ready"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dependency_that_fails_or_hangs_is_named() {
        let health = health(&Lifecycle::new(Duration::ZERO))
            .check("nats", || Box::pin(async { Err("gone".to_owned()) }))
            .check("redis", || Box::pin(std::future::pending()));
        let (status, report) = health.report().await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(report.checks["postgres"], "ok");
        assert_eq!(report.checks["nats"], "gone");
        assert_eq!(report.checks["redis"], "no answer in time");
    }

    #[tokio::test]
    async fn a_stopping_process_wants_no_more_work() {
        let lifecycle = Lifecycle::new(Duration::ZERO);
        lifecycle.request_stop();
        let (status, report) = health(&lifecycle).report().await;
        assert_eq!((status, report.status), (StatusCode::SERVICE_UNAVAILABLE, "stopping"));
    }
}
