//! What every request passes and every answer gets: a span, an id, `X-Request-Id` and `traceparent`, a count, and a body
//! for problems, also those that the framework found.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ALLOW, HeaderName};
use axum::http::{HeaderValue, Method, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use proto::EventId;
use runtime::{SharedClock, TraceContext};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn pass(State(clock): State<SharedClock>, request: Request, next: Next) -> Response {
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    let request_id = EventId::new(clock.now(), rand::random()).to_string();
    let span = span(method, &route, &request, &request_id);
    TraceContext::from_headers(request.headers()).parent_of(&span);
    let trace = TraceContext::of(&span);

    let began = clock.instant();
    let response = next.run(request).instrument(span.clone()).await;
    let took = clock.instant().saturating_duration_since(began);

    let response = span.in_scope(|| finished(response, &span, &request_id, &trace));
    let status = response.status().as_u16().to_string();
    metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("http_request_seconds", "method" => method, "route" => route).record(took.as_secs_f64());
    response
}

fn span(method: &'static str, route: &str, request: &Request, request_id: &str) -> Span {
    let name = if route.is_empty() { method.to_owned() } else { format!("{method} {route}") };
    tracing::info_span!(
        "request",
        otel.name = name,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        network.protocol.version = version(request.version()),
        error.type = Empty,
        request.id = request_id,
    )
}

fn finished(response: Response, span: &Span, request_id: &str, trace: &TraceContext) -> Response {
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
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
    if let Ok(id) = HeaderValue::from_str(request_id) {
        parts.headers.insert(REQUEST_ID, id);
    }
    trace.inject(&mut parts.headers);
    Response::from_parts(parts, body)
}

/// Methods that we do not know have no end.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}

fn version(version: Version) -> &'static str {
    if version == Version::HTTP_2 { "2" } else { "1.1" }
}
