//! The routes, and what all of them share.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use outbox::Outbox;
use runtime::{Sealer, SharedClock, Stop};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::BODY_BYTES_MAX;
use crate::callback_url::CallbackPolicy;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::store::Store;
use crate::wakes::Wakes;
use crate::{calls, documents, edge, openapi};

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
    /// The longest stream of events. Its client comes back by itself and goes on where it was.
    pub stream_age_max: Duration,
}

impl Api {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub fn router(self) -> Router {
        let clock = Arc::clone(&self.clock);
        let (operations, mut contract) = routes().split_for_parts();
        openapi::finish(&mut contract);
        operations
            .merge(documents::router(&contract))
            .fallback(async || Problem::not_found())
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(axum::middleware::from_fn_with_state(clock, edge::pass))
            .with_state(self)
    }
}

/// The operations, each with its part of the contract.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::begin())
        .routes(routes!(calls::create::create))
        .routes(routes!(calls::get::get))
        .routes(routes!(calls::events::events))
        .routes(routes!(calls::cancel::cancel))
        .routes(routes!(calls::callback::callback))
        .routes(routes!(calls::redeliver::redeliver))
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
