use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use runtime::SystemClock;
use serde_json::Value;
use tokio::sync::Notify;
use tower::ServiceExt as _;

use super::{Edge, EdgeRules};

const PATIENT: EdgeRules = EdgeRules { in_flight_max: 1, deadline: Duration::from_mins(1) };

fn edge(rules: EdgeRules, router: Router) -> Router {
    Edge::new(rules, Arc::new(SystemClock)).around(router)
}

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path)
}

async fn ask(router: &Router, request: axum::http::request::Builder) -> Response {
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// The headers of a problem with this status and code.
async fn problem(answer: Response, status: StatusCode, code: &str) -> HeaderMap {
    let (parts, body) = answer.into_parts();
    let body: Value = serde_json::from_slice(&to_bytes(body, 10_000).await.unwrap()).unwrap();
    assert_eq!((parts.status, body["code"].as_str().unwrap()), (status, code), "{body}");
    assert_eq!(parts.headers["content-type"], "application/problem+json");
    assert_eq!(parts.headers["x-request-id"], body["request_id"].as_str().unwrap());
    parts.headers
}

async fn stuck() {
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_panic_is_told_as_ours_and_keeps_its_words() {
    let router = Router::new().route("/", get(async || -> () { panic!("+14155550100") }));
    let answer = ask(&edge(PATIENT, router), request("GET", "/")).await;
    problem(answer, StatusCode::INTERNAL_SERVER_ERROR, "internal_error").await;
}

#[tokio::test]
async fn what_takes_too_long_may_be_tried_again_unless_it_may_have_been_done() {
    let rules = EdgeRules { deadline: Duration::from_millis(10), ..PATIENT };
    let router = edge(rules, Router::new().route("/", get(stuck).post(stuck)));
    for (method, code) in [("GET", "try_again"), ("POST", "outcome_unknown")] {
        let headers = problem(ask(&router, request(method, "/")).await, StatusCode::SERVICE_UNAVAILABLE, code).await;
        assert_eq!(headers["retry-after"], "1");
    }
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_refused_at_once() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enters, may_leave) = (Arc::clone(&entered), Arc::clone(&leave));
    let slow = async move || {
        enters.notify_one();
        may_leave.notified().await;
    };
    let router = edge(PATIENT, Router::new().route("/slow", post(slow)).route("/", get(async || ())));
    let first = ask(&router, request("POST", "/slow"));
    let others = async {
        entered.notified().await;
        let refused = ask(&router, request("GET", "/")).await;
        let headers = problem(refused, StatusCode::SERVICE_UNAVAILABLE, "try_again").await;
        assert_eq!(headers["retry-after"], "1");
        leave.notify_one();
    };
    let (first, ()) = tokio::join!(first, others);
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(ask(&router, request("GET", "/")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_head_has_a_size_and_a_number_of_fields() {
    let router = edge(PATIENT, Router::new().route("/", get(async || ())));
    let many = (0..101).fold(request("GET", "/"), |request, place| request.header(format!("x-{place}"), "1"));
    let long = request("GET", "/").header("x", "y".repeat(17_000));
    let far = request("GET", &format!("/?q={}", "z".repeat(17_000)));
    for bad in [many, long, far] {
        let answer = ask(&router, bad).await;
        problem(answer, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large").await;
    }
    let usual = (0..99).fold(request("GET", "/"), |request, place| request.header(format!("x-{place}"), "1"));
    assert_eq!(ask(&router, usual.header("y", "z".repeat(10_000))).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn wrong_methods_and_addresses_are_problems() {
    let router = edge(PATIENT, Router::new().route("/", get(async || ())));
    for method in ["POST", "OPTIONS", "TRACE", "BREW"] {
        let answer = ask(&router, request(method, "/")).await;
        let headers = problem(answer, StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").await;
        assert_eq!(headers["allow"], "GET,HEAD");
    }
    problem(ask(&router, request("GET", "/%ff")).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(ask(&router, request("HEAD", "/")).await.status(), StatusCode::OK);
}
