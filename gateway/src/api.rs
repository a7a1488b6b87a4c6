//! The routes, and what all of them share.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use outbox::Outbox;
use runtime::{Sealer, SharedClock, Stop};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::body::BODY_BYTES_MAX;
use crate::callback_url::CallbackPolicy;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::store::Store;
use crate::wakes::Wakes;
use crate::{calls, edge};

/// What handlers work with.
#[derive(Clone)]
pub struct Api(Arc<Parts>);

pub struct Parts {
    pub store: Store,
    pub limits: Arc<Limits>,
    pub outbox: Arc<Outbox>,
    pub sealer: Sealer,
    pub wakes: Arc<Wakes>,
    /// Streams of events that may still be opened.
    pub streams: Arc<Semaphore>,
    pub rules: Rules,
    pub clock: SharedClock,
    pub stop: Stop,
}

/// What is asked of requests, and granted to them.
#[derive(Clone, Debug)]
pub struct Rules {
    pub callbacks: CallbackPolicy,
    /// How long the answer to an idempotency key is kept.
    pub idempotency_window: Duration,
    /// A call is over so long after it was accepted, whatever happens.
    pub call_deadline: Duration,
    /// The longest conversation, unless the request says otherwise.
    pub max_duration: Duration,
}

impl Api {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn router(self) -> Router {
        let clock = Arc::clone(&self.clock);
        Router::new()
            .route("/api/call-prompt", post(calls::create::create))
            .route("/api/calls/{call_id}", get(calls::get::get))
            .route("/api/calls/{call_id}/events", get(calls::events::events))
            .route("/api/calls/{call_id}/cancel", post(calls::cancel::cancel))
            .route("/api/calls/{call_id}/callback", get(calls::callback::callback))
            .route("/api/calls/{call_id}/callback/redeliver", post(calls::redeliver::redeliver))
            .fallback(async || Problem::not_found())
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(axum::middleware::from_fn_with_state(clock, edge::pass))
            .with_state(self)
    }
}

impl Deref for Api {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What a panic holds may be somebody's words.
fn panicked(_words: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}
