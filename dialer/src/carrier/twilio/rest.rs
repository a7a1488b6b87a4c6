//! The REST API for calls.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{Answered, ErrorBody, classify};
use super::status::{Details, detection, news};
use super::twiml::asked_again;
use super::{ADDRESS, Twilio};
use crate::carrier::{CannotTell, Cause, DialError, DialRequest, Found, HangUp, LegId, News, Over, Probe, Refusal};

/// A call or a page of calls is a few kilobytes; what is larger is not Twilio's.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// The newest come first, and between two numbers we have at most one attempt at a time.
const PAGE_SIZE: &str = "20";
/// More calls between two numbers within the few minutes that we look back are not ours.
const PAGES_MAX: u32 = 5;
/// A carrier that gets calls faster than it may place them keeps them for up to a day. A phone must not ring when
/// nobody waits for the call any more. This is longer than an answer and the cancelation take together, so that what is
/// canceled has not rung.
const QUEUED_MAX: Duration = Duration::from_secs(45);
/// The call is not in a state that allows the change: most often it is over.
const NOT_IN_THAT_STATE: u32 = 21220;
/// The carrier's clock and ours may differ by so much.
const SKEW_MAX: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Deserialize)]
struct Call {
    sid: String,
    status: String,
    /// RFC 2822.
    date_created: Option<String>,
    duration: Option<String>,
    /// Milliseconds that it waits for its turn at the carrier.
    queue_time: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Calls {
    calls: Vec<Call>,
    /// A path, for more of them.
    next_page_uri: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Events {
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
struct Event {
    request: Option<serde_json::Value>,
}

pub(super) async fn create(twilio: &Twilio, request: &DialRequest) -> Result<LegId, DialError> {
    let url = |purpose| asked_again(twilio.links.url(ADDRESS, request.link, purpose));
    let mut form = vec![
        ("To", request.to.as_e164().to_owned()),
        ("From", request.from.as_e164().to_owned()),
        ("Url", url("answer")),
        ("Method", "POST".to_owned()),
        ("StatusCallback", url("status")),
        ("StatusCallbackMethod", "POST".to_owned()),
        ("Timeout", whole_seconds(request.ring_timeout)),
        ("TimeLimit", whole_seconds(request.talk_max)),
    ];
    form.extend(["initiated", "ringing", "answered", "completed"].map(|event| ("StatusCallbackEvent", event.into())));
    if let Some(detection) = detection(request.detection) {
        form.extend([
            ("MachineDetection", detection.to_owned()),
            ("AsyncAmd", "true".to_owned()),
            ("AsyncAmdStatusCallback", url("amd")),
            ("AsyncAmdStatusCallbackMethod", "POST".to_owned()),
        ]);
    }
    let sent = twilio.signed_in(twilio.once.post(twilio.calls())).form(&form).send().await;
    let response = sent.map_err(|error| {
        // The connection never came about, or the request was never a request: no byte of it left.
        if error.is_connect() || error.is_builder() {
            DialError::NotSent(Box::new(error.without_url()))
        } else {
            DialError::Unknown(Box::new(error.without_url()))
        }
    })?;
    let status = response.status();
    if status.is_success() {
        // Created, even if its name can't be read: the name comes again with the first webhook.
        let call: Call = read(response).await.map_err(|error| DialError::Unknown(Box::new(error)))?;
        return if queued(&call) > QUEUED_MAX { unqueue(twilio, LegId(call.sid)).await } else { Ok(LegId(call.sid)) };
    }
    let retry_after = retry_after(&response);
    let code = read::<ErrorBody>(response).await.ok().and_then(|body| body.code);
    Err(classify(status, code, retry_after))
}

fn queued(call: &Call) -> Duration {
    call.queue_time.as_deref().and_then(|text| text.parse().ok()).map(Duration::from_millis).unwrap_or_default()
}

/// Takes back what would ring too late. If that fails, it is a call like any other, and hung up when it has not rung in
/// its time.
async fn unqueue(twilio: &Twilio, leg: LegId) -> Result<LegId, DialError> {
    match update(twilio, &leg, "canceled").await {
        Ok(Updated::Changed) => Err(DialError::Refused { class: Refusal::Queued, code: None }),
        Ok(Updated::NotInThatState) | Err(_) => Ok(leg),
    }
}

pub(super) async fn fetch(twilio: &Twilio, leg: &LegId) -> Result<News, CannotTell> {
    let response = get(twilio, &twilio.leg(leg), &[]).await?;
    if response.status() == StatusCode::NOT_FOUND {
        return Ok(News::Over(Over { cause: Cause::Failed { code: Some("not_found".into()) }, talked: None }));
    }
    let call: Call = read(succeeded(response)?).await?;
    news_of(&call).ok_or_else(|| CannotTell("an unknown status".into()))
}

pub(super) async fn find(twilio: &Twilio, probe: &Probe) -> Result<Found, CannotTell> {
    // No filter on the start: a call that is queued has none.
    let query = [("To", probe.to.as_e164()), ("From", probe.from.as_e164()), ("PageSize", PAGE_SIZE)];
    let mut page: Calls = read(succeeded(get(twilio, &twilio.calls(), &query).await?)?).await?;
    for _ in 0..PAGES_MAX {
        for call in page.calls {
            if is_too_old(&call, probe) {
                return Ok(Found::Nothing);
            }
            if is_ours(twilio, &call, probe).await? {
                let news = news_of(&call).ok_or_else(|| CannotTell("an unknown status".into()))?;
                return Ok(Found::Leg(LegId(call.sid), news));
            }
        }
        let Some(next) = page.next_page_uri else {
            return Ok(Found::Nothing);
        };
        page = read(succeeded(get(twilio, &twilio.at(&next), &[]).await?)?).await?;
    }
    Err(CannotTell("more calls than we look through".into()))
}

fn is_too_old(call: &Call, probe: &Probe) -> bool {
    let created = call.date_created.as_deref().and_then(|text| DateTime::parse_from_rfc2822(text).ok());
    created.is_some_and(|created| created < probe.sent_at - SKEW_MAX)
}

/// The first event of a call is the request that made it, with our addresses and so with our attempt.
async fn is_ours(twilio: &Twilio, call: &Call, probe: &Probe) -> Result<bool, CannotTell> {
    let url = twilio.resource(&format!("Calls/{}/Events.json", call.sid));
    let page: Events = read(succeeded(get(twilio, &url, &[]).await?)?).await?;
    let attempt = probe.attempt.to_string();
    Ok(page.events.iter().filter_map(|event| event.request.as_ref()).any(|made| made.to_string().contains(&attempt)))
}

pub(super) async fn hang_up(twilio: &Twilio, leg: &LegId, how: HangUp) -> Result<(), CannotTell> {
    match how {
        HangUp::Bye => update(twilio, leg, "completed").await.map(|_| ()),
        // Somebody may have answered meanwhile.
        HangUp::Cancel => match update(twilio, leg, "canceled").await? {
            Updated::Changed => Ok(()),
            Updated::NotInThatState => update(twilio, leg, "completed").await.map(|_| ()),
        },
    }
}

enum Updated {
    Changed,
    NotInThatState,
}

async fn update(twilio: &Twilio, leg: &LegId, status: &str) -> Result<Updated, CannotTell> {
    let sent = twilio.signed_in(twilio.again.post(twilio.leg(leg))).form(&[("Status", status)]).send().await;
    let response = sent.map_err(|error| CannotTell(Box::new(error.without_url())))?;
    if response.status().is_success() {
        return Ok(Updated::Changed);
    }
    let status = response.status();
    let code = read::<ErrorBody>(response).await.ok().and_then(|body| body.code);
    if code == Some(NOT_IN_THAT_STATE) || status == StatusCode::NOT_FOUND {
        return Ok(Updated::NotInThatState);
    }
    Err(CannotTell(Box::new(Answered(status))))
}

fn news_of(call: &Call) -> Option<News> {
    let talked = call.duration.as_deref().and_then(|text| text.parse().ok()).map(Duration::from_secs);
    news(&call.status, Details { sip: None, error: None, talked })
}

async fn get(twilio: &Twilio, url: &str, query: &[(&str, &str)]) -> Result<Response, CannotTell> {
    let sent = twilio.signed_in(twilio.again.get(url)).query(query).send().await;
    sent.map_err(|error| CannotTell(Box::new(error.without_url())))
}

fn succeeded(response: Response) -> Result<Response, CannotTell> {
    let status = response.status();
    if status.is_success() { Ok(response) } else { Err(CannotTell(Box::new(Answered(status)))) }
}

async fn read<T: DeserializeOwned>(mut response: Response) -> Result<T, CannotTell> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| CannotTell(Box::new(error.without_url())))? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(CannotTell("an answer without end".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&bytes).map_err(|error| CannotTell(Box::new(error)))
}

fn retry_after(response: &Response) -> Option<Duration> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// Twilio counts whole seconds; a part of one is one.
fn whole_seconds(duration: Duration) -> String {
    duration.as_millis().div_ceil(1000).max(1).to_string()
}
