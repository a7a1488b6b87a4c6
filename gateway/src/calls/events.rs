//! `GET /api/calls/{id}/events`: a call as it happens, as server-sent events. The id of an event is its place among the
//! events of the call, so that a client that was cut off goes on where it was.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use futures_util::stream;
use utoipa::IntoParams;

use super::PathCall;
use super::feed::{Feed, Next, WatchError};
use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::shapes::{self, CallPath};
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies cut connections that are silent for half a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon a client may come back after it was cut off.
const RETRY: Duration = Duration::from_secs(1);

impl Refuses for WatchError {
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
        Problems<WatchError>,
    ),
)]
pub async fn events(
    State(api): State<Api>,
    Reader(caller): Reader,
    PathCall(id): PathCall,
    headers: HeaderMap,
) -> Result<Response, WatchError> {
    let feed = Feed::open(&api, &caller, id, last_event_id(&headers)).await?;
    if feed.is_over().await? {
        // A client that comes back by itself is told by this status to stay away.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(stream(feed)).keep_alive(keep_alive).into_response())
}

/// A client that does not know where it was is shown everything.
fn last_event_id(headers: &HeaderMap) -> u32 {
    headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.trim().parse().ok()).unwrap_or(0)
}

fn stream(feed: Feed) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(feed, |mut feed| async move {
        let Next::Event(row) = feed.next().await else {
            return None;
        };
        let event = Event::default().id(row.place.to_string()).event(row.name).data(row.data).retry(RETRY);
        Some((Ok(event), feed))
    })
}

impl IntoResponse for WatchError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
