//! What every request passes and every answer gets: a span, an id, `X-Request-Id` and `traceparent`, a count, and a body
//! for problems, also those that the framework found.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{ALLOW, HeaderName};
use axum::http::{HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use proto::EventId;
use runtime::face::{self, Asked};
use runtime::trace::number;
use runtime::{SharedClock, TraceContext};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::body::BODY_BYTES_MAX;
use crate::limits::Meter;
use crate::problem::{Code, Problem};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is granted to requests.
#[derive(Clone, Copy, Debug)]
pub struct EdgeRules {
    /// Requests under way at once; beyond them one is refused at once rather than left to wait. Each holds a body at most.
    pub in_flight_max: usize,
    /// How long an answer may take. Longer than the database is waited for, so that a slow one is told by what it is.
    pub deadline: Duration,
}

/// The edge of the API.
#[derive(Clone)]
pub struct Edge {
    room: Arc<Semaphore>,
    deadline: Duration,
    clock: SharedClock,
}

/// Heads are a key, a trace and what proxies add; longer ones are refused in words, and far longer ones by the server.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEAD_FIELDS_MAX: usize = 100;

impl Edge {
    pub fn new(rules: EdgeRules, clock: SharedClock) -> Self {
        Self { room: Arc::new(Semaphore::new(rules.in_flight_max)), deadline: rules.deadline, clock }
    }

    /// The router, with an answer to everything.
    pub fn around(self, router: Router) -> Router {
        router
            .fallback(async || Problem::not_found())
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(axum::middleware::from_fn_with_state(self, pass))
    }

    async fn answer(&self, request: Request, next: Next) -> Response {
        if !is_short(&request) {
            return Problem::plain(Code::HeadersTooLarge).into_response();
        }
        let Ok(_room) = self.room.try_acquire() else {
            metrics::counter!("requests_shed_total").increment(1);
            return Problem::try_again().into_response();
        };
        let safe = request.method().is_safe();
        let answer = tokio::select! {
            biased;
            answer = next.run(request) => return answer,
            () = self.clock.sleep(self.deadline) => if safe { Code::TryAgain } else { Code::OutcomeUnknown },
        };
        tracing::error!("a request took too long");
        Problem::plain(answer).retry_after(1).into_response()
    }
}

fn is_short(request: &Request) -> bool {
    let headers = request.headers();
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    headers.len() <= HEAD_FIELDS_MAX && target + bytes <= HEAD_BYTES_MAX
}

/// What a panic holds may be somebody's words.
fn panicked(_words: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

async fn pass(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let clock = &edge.clock;
    let asked = Asked::of(&request);
    let request_id = EventId::new(clock.now(), rand::random()).to_string();
    let span = span(&asked, &request, &request_id);
    TraceContext::from_headers(request.headers()).parent_of(&span);
    let trace = TraceContext::of(&span);

    let meter = Meter::default();
    request.extensions_mut().insert(meter.clone());
    let began = clock.instant();
    let response = edge.answer(request, next).instrument(span.clone()).await;
    let took = clock.instant().saturating_duration_since(began);
    // By these milliseconds the collector keeps the traces of slow answers.
    span.record("request.took_ms", number(took.as_millis()));

    let mut response = span.in_scope(|| finished(response, &span, &request_id, &trace));
    meter.write(response.headers_mut());
    asked.count(&response, took);
    response
}

fn span(asked: &Asked, request: &Request, request_id: &str) -> Span {
    let Asked { method, route } = asked;
    let name = if route.is_empty() { (*method).to_owned() } else { format!("{method} {route}") };
    tracing::info_span!(
        "request",
        otel.name = name,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = *method,
        http.route = route.as_str(),
        http.response.status_code = Empty,
        network.protocol.version = version(request.version()),
        error.type = Empty,
        request.id = request_id,
        request.took_ms = Empty,
        rpc.grpc.status_code = Empty,
    )
}

fn finished(response: Response, span: &Span, request_id: &str, trace: &TraceContext) -> Response {
    let status = response.status();
    span.record("http.response.status_code", number(status.as_u16()));
    let grpc = face::grpc_status(&response);
    let (mut parts, mut body) = response.into_parts();
    if status.is_client_error() || status.is_server_error() {
        let found = parts.extensions.remove::<Problem>();
        let problem = found.unwrap_or_else(|| {
            let problem = Problem::of_status(status);
            let allow = parts.headers.remove(ALLOW);
            parts = problem.clone().into_response().into_parts().0;
            parts.headers.extend(allow.map(|allow| (ALLOW, allow)));
            problem
        });
        span.record("error.type", problem.code().word());
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        body = problem.write(request_id);
    }
    if let Some(code) = grpc {
        span.record("rpc.grpc.status_code", number(code));
        if face::is_our_fault(code) {
            span.record("otel.status_code", "ERROR");
        }
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        parts.headers.insert(REQUEST_ID, id);
    }
    trace.inject(&mut parts.headers);
    Response::from_parts(parts, body)
}

fn version(version: Version) -> &'static str {
    if version == Version::HTTP_2 { "2" } else { "1.1" }
}

#[cfg(test)]
mod tests;
