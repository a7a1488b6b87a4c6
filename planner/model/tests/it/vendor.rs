//! A vendor that answers from a list, and keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use futures_util::StreamExt as _;
use serde_json::Value;

pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

#[derive(Clone, Default)]
pub(crate) struct Vendor {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Vendor {
    /// A status of 0 never answers.
    pub(crate) async fn start(answers: &[(u16, &str)]) -> (Self, url::Url) {
        runtime::install_crypto();
        let vendor = Self::default();
        vendor.answers.lock().unwrap().extend(answers.iter().map(|(status, body)| (*status, (*body).to_owned())));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let router = Router::new().fallback(answer).with_state(vendor.clone());
        #[expect(clippy::disallowed_methods, reason = "ends with the test")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        (vendor, url)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// In a stream, a comment that never ends.
pub(crate) const STALLS: &str = ": the model thinks";

async fn answer(State(vendor): State<Vendor>, uri: Uri, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    vendor.asked.lock().unwrap().push(Asked { path: uri.path().to_owned(), headers, body });
    let next = vendor.answers.lock().unwrap().pop_front();
    let Some((status, body)) = next else { return StatusCode::IM_A_TEAPOT.into_response() };
    if status == 0 {
        tokio::time::sleep(Duration::from_hours(1)).await;
    }
    let status = StatusCode::from_u16(status).unwrap();
    if body.starts_with("data:") || body.starts_with("event:") {
        return (status, [("content-type", "text/event-stream; charset=utf-8")], events(&body)).into_response();
    }
    (status, [("content-type", "application/json"), ("retry-after", "7")], body).into_response()
}

/// Sends one event after the other.
fn events(body: &str) -> Body {
    let events: Vec<_> = body.split_inclusive("\n\n").map(str::to_owned).collect();
    Body::from_stream(futures_util::stream::iter(events).then(|event| async move {
        if event.starts_with(STALLS) {
            tokio::time::sleep(Duration::from_hours(1)).await;
        }
        Ok::<_, std::io::Error>(Bytes::from(event))
    }))
}
