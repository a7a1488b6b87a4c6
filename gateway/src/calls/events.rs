//! `GET /api/calls/{id}/events`: a call as it happens, as server-sent events. The id of an event is its place among the
//! events of the call, so that a client that was cut off goes on where it was.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use futures_util::stream;
use proto::{CallId, OrgId};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::IntoParams;

use super::PathCall;
use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::shapes::{self, CallPath};
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::store::{EventRow, StoreError};
use crate::wakes::Watch;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies cut connections that are silent for half a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon a client may come back after it was cut off.
const RETRY: Duration = Duration::from_secs(1);
/// Whoever was not told, because a connection to the database broke, looks by himself.
const LOOK: Duration = Duration::from_secs(2);

#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    #[error("no such call")]
    NotFound,
    #[error("no room for another stream")]
    Full,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One client's stream.
struct Feed {
    api: Api,
    org: OrgId,
    call: CallId,
    /// The place of the last event that was sent.
    sent: u32,
    watch: Watch,
    /// When the client is sent to another process, however much it has to tell: so that no process is held for ever.
    until: Instant,
    unsent: std::vec::IntoIter<EventRow>,
    _room: OwnedSemaphorePermit,
}

impl Refuses for EventsError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::NotFound]];
}

/// The header, as the contract shows it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct LastEventId {
    /// The id of the last event that you have seen. The stream goes on after it; anything that is no id shows everything.
    #[param(rename = "Last-Event-ID")]
    pub last_event_id: Option<String>,
}

/// Watch a call
///
/// Server-sent events: `queued`, `planned`, `dialing`, `ringing`, `answered`, `turn`, `ended`, `callback`, each with JSON
/// data that names `call_id` and `at`. The stream ends after the last; a client that was cut off goes on with
/// `Last-Event-ID`.
#[utoipa::path(
    get,
    path = "/api/calls/{call_id}/events",
    operation_id = "watchCall",
    tag = "calls",
    security(("key" = [])),
    params(CallPath, LastEventId),
    responses(
        (status = 200, description = "The events, as they happen.", body = shapes::Event, content_type = "text/event-stream"),
        (status = 204, description = "There is nothing more to come: stay away."),
        Problems<EventsError>,
    ),
)]
pub async fn events(
    State(api): State<Api>,
    Reader(caller): Reader,
    PathCall(id): PathCall,
    headers: HeaderMap,
) -> Result<Response, EventsError> {
    let call = id.ok_or(EventsError::NotFound)?;
    let over = api.store.is_over(caller.org_id, call).await?.ok_or(EventsError::NotFound)?;
    let sent = last_event_id(&headers);
    if over && api.store.events_after(call, sent).await?.is_empty() {
        // A client that comes back by itself is told by this status to stay away.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let room = api.streams.clone().try_acquire_owned().map_err(|_| EventsError::Full)?;
    let watch = api.wakes.watch(call);
    let until = api.clock.instant() + api.rules.stream_age_max;
    let feed = Feed { api, org: caller.org_id, call, sent, watch, until, unsent: Vec::new().into_iter(), _room: room };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(feed.stream()).keep_alive(keep_alive).into_response())
}

/// A client that does not know where it was is shown everything.
fn last_event_id(headers: &HeaderMap) -> u32 {
    headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.trim().parse().ok()).unwrap_or(0)
}

impl Feed {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut feed| async move {
            let row = feed.next().await?;
            feed.sent = row.place;
            let event = Event::default().id(row.place.to_string()).event(row.name).data(row.data).retry(RETRY);
            Some((Ok(event), feed))
        })
    }

    /// None: there is nothing more to come, or the client should come back to another process.
    async fn next(&mut self) -> Option<EventRow> {
        loop {
            if let Some(row) = self.unsent.next() {
                return Some(row);
            }
            let left = self.until.saturating_duration_since(self.api.clock.instant());
            if left.is_zero() {
                return None;
            }
            let news = self.watch.news();
            match self.look().await {
                Ok(Look { over: true, rows }) if rows.is_empty() => return None,
                Ok(Look { rows, .. }) if !rows.is_empty() => {
                    drop(news);
                    self.unsent = rows.into_iter();
                    continue;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a stream waits"),
            }
            tokio::select! {
                () = news => {}
                () = self.api.clock.sleep(LOOK.min(left)) => {}
                () = self.api.stop.soft() => return None,
            }
        }
    }

    /// Whether the call is over is read first: what was told before that is then among the events.
    async fn look(&self) -> Result<Look, StoreError> {
        let over = self.api.store.is_over(self.org, self.call).await?.unwrap_or(true);
        Ok(Look { over, rows: self.api.store.events_after(self.call, self.sent).await? })
    }
}

struct Look {
    over: bool,
    rows: Vec<EventRow>,
}

impl IntoResponse for EventsError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Full => Problem::try_again(),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
