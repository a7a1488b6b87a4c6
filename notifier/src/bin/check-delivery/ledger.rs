//! A receiver that keeps what came when. It answers late, fails sometimes, or never answers.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use proto::CallId;
use runtime::{Clock as _, SystemClock};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Posts to this path are never answered.
pub(crate) const HANG: &str = "/hang";

#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) delay: Duration,
    /// Of 1.
    pub(crate) fails: f64,
}

/// What came about one call.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) first: Instant,
    pub(crate) webhook_ids: BTreeSet<String>,
    pub(crate) taken: u32,
    pub(crate) refused: u32,
}

pub(crate) struct Ledger {
    pub(crate) port: u16,
    shared: Arc<Shared>,
    _serving: JoinSet<()>,
}

struct Shared {
    manner: Manner,
    entries: Mutex<BTreeMap<CallId, Entry>>,
}

#[derive(Deserialize)]
struct Callback {
    call_id: CallId,
}

impl Ledger {
    pub(crate) async fn start(manner: Manner) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared { manner, entries: Mutex::default() });
        // On every address of loopback, so that one server is a thousand hosts.
        let listener = TcpListener::bind(SocketAddr::from(([0, 0, 0, 0], 0))).await?;
        let port = listener.local_addr()?.port();
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap_or_default() });
        Ok(Self { port, shared, _serving: serving })
    }

    pub(crate) fn entries(&self) -> BTreeMap<CallId, Entry> {
        self.shared.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn entry(&self, call_id: CallId) -> anyhow::Result<Entry> {
        self.entries().get(&call_id).cloned().context("nothing came about a call")
    }
}

async fn take(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let now = SystemClock.instant();
    if uri.path() == HANG {
        std::future::pending::<()>().await;
    }
    let Ok(callback) = serde_json::from_slice::<Callback>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    SystemClock.sleep(shared.manner.delay).await;
    let fails = rand::random_bool(shared.manner.fails);
    let mut entries = shared.entries.lock().unwrap_or_else(PoisonError::into_inner);
    let new = || Entry { first: now, webhook_ids: BTreeSet::new(), taken: 0, refused: 0 };
    let entry = entries.entry(callback.call_id).or_insert_with(new);
    entry.webhook_ids.insert(id);
    if fails {
        entry.refused += 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    entry.taken += 1;
    StatusCode::OK
}
