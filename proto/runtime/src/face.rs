//! What the clients of a face are answered, counted: how many requests there are, how many go wrong, how long they take.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use crate::clock::SharedClock;

/// Whose fault a status of gRPC is: by the conventions of OpenTelemetry these are the server's.
const FAULTS: [u16; 6] = [2, 4, 12, 13, 14, 15];

/// Of what is counted.
#[derive(Clone, Debug)]
pub struct Asked {
    /// One of few, as strangers may send any word.
    pub method: &'static str,
    /// The pattern that the address met; empty where it met none.
    pub route: String,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
        Self { method: method(request.method()), route }
    }

    /// `http_requests_total`, `http_request_seconds` and, of gRPC, where every answer is a 200, `grpc_answers_total`.
    pub fn count(self, response: &Response, took: Duration) {
        let Self { method, route } = self;
        let status = response.status().as_u16().to_string();
        if let Some(code) = grpc_status(response) {
            metrics::counter!("grpc_answers_total", "route" => route.clone(), "code" => code.to_string()).increment(1);
        }
        metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
            .increment(1);
        metrics::histogram!("http_request_seconds", "method" => method, "route" => route).record(took.as_secs_f64());
    }
}

/// Shows the answers over gRPC of a route before there are any.
pub fn grpc_from_zero(route: &str) {
    for code in FAULTS.into_iter().chain([0]) {
        metrics::counter!("grpc_answers_total", "route" => route.to_owned(), "code" => code.to_string()).increment(0);
    }
}

/// Counts what a router answers.
pub fn counted(router: Router, clock: SharedClock) -> Router {
    router.layer(from_fn_with_state(clock, pass))
}

async fn pass(State(clock): State<SharedClock>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let began = clock.instant();
    let response = next.run(request).await;
    asked.count(&response, clock.instant().saturating_duration_since(began));
    response
}

/// The status of an answer over gRPC. An answer that has a body ends with its status, after all is counted; what was refused
/// has none and begins with it.
pub fn grpc_status(response: &Response) -> Option<u16> {
    let content = response.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !content.starts_with("application/grpc") {
        return None;
    }
    let status = response.headers().get("grpc-status").and_then(|status| status.to_str().ok()?.parse().ok());
    Some(status.unwrap_or(0))
}

/// Whether a status of gRPC says that we are at fault, and not who asked.
pub fn is_our_fault(grpc_status: u16) -> bool {
    FAULTS.contains(&grpc_status)
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

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn answer(content: &str, status: Option<&str>) -> Response {
        let mut answer = Response::builder().header(header::CONTENT_TYPE, content);
        if let Some(status) = status {
            answer = answer.header("grpc-status", status);
        }
        answer.body(Body::empty()).unwrap()
    }

    #[test]
    fn a_refusal_over_grpc_is_told_from_an_answer_and_from_other_faces() {
        assert_eq!(grpc_status(&answer("application/grpc", None)), Some(0));
        assert_eq!(grpc_status(&answer("application/grpc", Some("14"))), Some(14));
        assert_eq!(grpc_status(&answer("application/json", Some("14"))), None);
        assert!(is_our_fault(14) && is_our_fault(13));
        assert!(![0, 3, 5, 7, 8, 16].into_iter().any(is_our_fault));
    }

    #[test]
    fn a_word_of_a_stranger_is_no_label() {
        assert_eq!(method(&Method::PUT), "PUT");
        assert_eq!(method(&Method::from_bytes(b"BREW").unwrap()), "_OTHER");
    }
}
