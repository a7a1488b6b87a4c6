//! One request, with one deadline over all of it and a ceiling on what is read.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::Failed;
use crate::events::{self, Events};

/// A plan has a few thousand letters; more is a model in a loop, or no model at all.
pub(crate) const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// A server that does not even take the connection won't answer soon.
const CONNECT_MAX: Duration = Duration::from_secs(5);

pub(crate) fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(CONNECT_MAX)
        .redirect(reqwest::redirect::Policy::none())
        // Who repeats a request that costs money decides that for himself.
        .retry(reqwest::retry::never())
        .build()
}

/// An answer, or the events that it will be made of.
pub(crate) enum Opened<A> {
    Whole(A),
    Events(Events),
}

pub(crate) async fn send<A: DeserializeOwned>(request: RequestBuilder, within: Duration) -> Result<A, Failed> {
    read(begin(request, within).await?).await
}

/// For a request that asks for events. Not every server heeds that.
pub(crate) async fn open<A: DeserializeOwned>(request: RequestBuilder, within: Duration) -> Result<Opened<A>, Failed> {
    let response = begin(request, within).await?;
    if events::are_events(&response) {
        return Ok(Opened::Events(Events::of(response)));
    }
    read(response).await.map(Opened::Whole)
}

/// The deadline is that of the whole answer.
async fn begin(request: RequestBuilder, within: Duration) -> Result<Response, Failed> {
    let response = request.timeout(within).send().await.map_err(|error| failed(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(refused(status, response.headers()));
    }
    Ok(response)
}

async fn read<A: DeserializeOwned>(mut response: Response) -> Result<A, Failed> {
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if answer.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Failed::Unreadable);
        }
        answer.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&answer).map_err(|_| Failed::Unreadable)
}

pub(crate) fn failed(error: &reqwest::Error) -> Failed {
    if error.is_timeout() { Failed::TimedOut } else { Failed::Unreachable }
}

fn refused(status: StatusCode, headers: &HeaderMap) -> Failed {
    let busy = status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT;
    if busy || (status.is_server_error() && status != StatusCode::INTERNAL_SERVER_ERROR) {
        return Failed::Busy { retry_after: retry_after(headers) };
    }
    Failed::Refused { status: status.as_u16() }
}

/// Seconds, or a date, which is compared with the date of the answer itself: no clock of ours is needed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let sent: SystemTime = headers.get(reqwest::header::DATE).and_then(|sent| date(sent.to_str().ok()?))?;
    Some(date(text)?.duration_since(sent).unwrap_or_default())
}
