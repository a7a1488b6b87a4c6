//! Something bad between the dialer and its carrier.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use runtime::{Clock, SystemClock};

use crate::world::World;

pub(crate) const BODY_BYTES_MAX: usize = 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    /// Calls are created, and nobody hears so.
    LoseAnswer,
    /// The first request to create a call goes nowhere, and nobody hears so.
    SwallowFirst,
    /// The first two requests to create a call come too early.
    ThrottleTwice,
    /// The first requests to create a call, so many, meet an error of the carrier.
    Fail(u32),
    /// Calls are created, and the answer is an error.
    CreateAndFail,
    /// Calls are created, and the answer comes when they are over.
    AnswerLate,
    /// Calls are created, and are to wait for an hour before they ring.
    Queue,
}

pub(crate) struct Proxy {
    pub(crate) url: String,
    /// Requests to create a call that came here.
    pub(crate) created: Arc<AtomicU32>,
    /// Requests to list calls that came here.
    pub(crate) listed: Arc<AtomicU32>,
}

#[derive(Clone)]
struct Between {
    to: String,
    trouble: Trouble,
    created: Arc<AtomicU32>,
    listed: Arc<AtomicU32>,
    client: reqwest::Client,
}

impl Proxy {
    pub(crate) async fn start(world: &World, trouble: Trouble) -> Self {
        let (created, listed) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let between =
            Between { to: world.network.url(), trouble, created: created.clone(), listed: listed.clone(), client };
        let url = world.serve(Router::new().fallback(pass).with_state(between)).await;
        Self { url, created, listed }
    }
}

async fn pass(State(between): State<Between>, request: Request) -> Response {
    let is_calls = request.uri().path().ends_with("/Calls.json");
    if is_calls && request.method() == Method::GET {
        between.listed.fetch_add(1, Ordering::SeqCst);
    }
    if !is_calls || request.method() != Method::POST {
        return forward(&between, request).await;
    }
    let before = between.created.fetch_add(1, Ordering::SeqCst);
    let down = || (StatusCode::SERVICE_UNAVAILABLE, r#"{"code":20503,"message":"down","status":503}"#).into_response();
    match between.trouble {
        Trouble::LoseAnswer => {
            forward(&between, request).await;
            std::future::pending().await
        }
        Trouble::SwallowFirst if before == 0 => std::future::pending().await,
        Trouble::ThrottleTwice if before < 2 => {
            (StatusCode::TOO_MANY_REQUESTS, r#"{"code":20429,"message":"slow","status":429}"#).into_response()
        }
        Trouble::Fail(most) if before < most => down(),
        Trouble::CreateAndFail => {
            forward(&between, request).await;
            down()
        }
        Trouble::AnswerLate => {
            let answer = forward(&between, request).await;
            while !is_busy(&between).await {
                SystemClock.sleep(Duration::from_millis(20)).await;
            }
            answer
        }
        Trouble::Queue => {
            let (head, body) = forward(&between, request).await.into_parts();
            let answer = String::from_utf8(to_bytes(body, BODY_BYTES_MAX).await.unwrap().to_vec()).unwrap();
            let hour = answer.replace(r#""queue_time":"0""#, r#""queue_time":"3600000""#);
            assert_ne!(answer, hour);
            (head.status, hour).into_response()
        }
        Trouble::None | Trouble::SwallowFirst | Trouble::ThrottleTwice | Trouble::Fail(_) => {
            forward(&between, request).await
        }
    }
}

/// Whether the network has found somebody busy.
async fn is_busy(between: &Between) -> bool {
    let calls = between.client.get(format!("{}/_sim/calls", between.to)).send().await.unwrap();
    calls.text().await.unwrap().contains(r#""status":"busy""#)
}

async fn forward(between: &Between, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.unwrap();
    send(&between.client, &between.to, &head, body).await
}

/// Sends a request as it came to somebody else.
pub(crate) async fn send(client: &reqwest::Client, to: &str, head: &Parts, body: Bytes) -> Response {
    let path = head.uri.path_and_query().unwrap();
    let sent = client.request(head.method.clone(), format!("{to}{path}")).headers(head.headers.clone()).body(body);
    let answer = sent.send().await.unwrap();
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}
