//! The routes, and what all of them share.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use draft::Refusal;
use outbox::Outbox;
use runtime::{Sealer, SharedClock, Stop};
use tokio::sync::Semaphore;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accepting::Accepting;
use crate::callback_url::CallbackPolicy;
use crate::edge::{Edge, EdgeRules};
use crate::keys::cache::KeyCache;
use crate::limits::Limits;
use crate::open_calls::OpenCalls;
use crate::planner::Planner;
use crate::store::Store;
use crate::wakes::Wakes;
use crate::{calls, do_not_call, documents, grpc, keys, numbers, openapi, webhooks, workflows};

/// What handlers work with.
#[derive(Clone)]
pub struct Api(Arc<Parts>);

pub struct Parts {
    pub store: Store,
    pub keys: Arc<KeyCache>,
    pub accepting: Accepting,
    pub open_calls: OpenCalls,
    /// None: plans for preflights are made here.
    pub planner: Option<Planner>,
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
    /// The planner has a model that reads prompts in any language, so those that are not in English are accepted.
    pub any_language: bool,
    /// A call is over so long after it was accepted, whatever happens.
    pub call_deadline: Duration,
    /// The longest conversation, unless the request says otherwise.
    pub max_duration: Duration,
    /// The longest stream of events. Its client comes back by itself and goes on where it was.
    pub stream_age_max: Duration,
    /// How long the body of a request may take to arrive: it fits in a few packets.
    pub body_wait: Duration,
    pub edge: EdgeRules,
}

impl Rules {
    /// Whether what the built-in planner refuses may be for the planner's model.
    pub fn leaves_to_model(&self, refusal: &Refusal) -> bool {
        self.any_language && *refusal == Refusal::NotEnglish
    }
}

impl Api {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub async fn router(self) -> Router {
        let grpc = grpc::router(self.clone()).await;
        let edge = Edge::new(self.rules.edge, Arc::clone(&self.clock));
        let (operations, mut contract) = routes().split_for_parts();
        openapi::finish(&mut contract);
        edge.around(operations.merge(documents::router(&contract)).with_state(self).merge(grpc))
    }
}

/// The operations, each with its part of the contract.
pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::begin())
        .routes(routes!(calls::create::create))
        .routes(routes!(calls::list::list))
        .routes(routes!(calls::again::again))
        .routes(routes!(calls::get::get))
        .routes(routes!(calls::events::events))
        .routes(routes!(calls::cancel::cancel))
        .routes(routes!(calls::callback::callback))
        .routes(routes!(calls::redeliver::redeliver))
        .routes(routes!(workflows::list::list))
        .routes(routes!(webhooks::create::create, webhooks::list::list))
        .routes(routes!(webhooks::delete::delete))
        .routes(routes!(keys::list::list, keys::create::create))
        .routes(routes!(keys::revoke::revoke))
        .routes(routes!(numbers::list))
        .routes(routes!(do_not_call::list::list, do_not_call::add::add))
        .routes(routes!(do_not_call::remove::remove))
        .routes(routes!(do_not_call::export::export))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(do_not_call::import::import))
                .layer(DefaultBodyLimit::max(do_not_call::import::FILE_BYTES_MAX)),
        )
}

impl Deref for Api {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
