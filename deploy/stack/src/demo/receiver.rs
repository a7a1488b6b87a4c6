//! The agent's side: a real HTTP receiver that checks each callback as a careful client would.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use runtime::{Lifecycle, serve};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What arrived for each call.
#[derive(Clone)]
pub(crate) struct Receiver {
    webhook: Arc<Webhook>,
    bearer: Arc<str>,
    arrived: Arc<Mutex<BTreeMap<String, Value>>>,
    news: Arc<Notify>,
}

impl Receiver {
    /// Listens on a free port of this machine and gives the URL for callbacks.
    pub(crate) async fn start(
        lifecycle: &Lifecycle,
        signing_secret: &str,
        bearer: &str,
    ) -> anyhow::Result<(Self, String)> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("the receiver of callbacks can't listen")?;
        let url = format!("http://{}/calls", listener.local_addr()?);
        let receiver = Self {
            webhook: Arc::new(Webhook::new(signing_secret).context("the signing secret is not one")?),
            bearer: format!("Bearer {bearer}").into(),
            arrived: Arc::default(),
            news: Arc::default(),
        };
        let router = Router::new().fallback(receive).with_state(receiver.clone());
        let stop = lifecycle.stop();
        lifecycle.spawn("receiver", async move {
            if let Err(error) = serve(listener, router, stop).await {
                tracing::error!(%error, "the receiver of callbacks stopped");
            }
        });
        Ok((receiver, url))
    }

    /// Waits for the callback of that call, already checked.
    pub(crate) async fn callback_of(&self, call_id: &str) -> Value {
        loop {
            let news = self.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner).get(call_id).cloned();
            match arrived {
                Some(callback) => return callback,
                None => news.await,
            }
        }
    }
}

/// Takes a callback only when both its signature and its bearer are right.
async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let bearer = headers.get("authorization").map(HeaderValue::as_bytes);
    if receiver.webhook.verify(&body, &headers).is_err() || bearer != Some(receiver.bearer.as_bytes()) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(callback) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let Some(call_id) = callback["call_id"].as_str().map(str::to_owned) else {
        return StatusCode::BAD_REQUEST;
    };
    receiver.arrived.lock().unwrap_or_else(PoisonError::into_inner).insert(call_id, callback);
    receiver.news.notify_waiters();
    StatusCode::NO_CONTENT
}
