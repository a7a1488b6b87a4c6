//! Makes one attempt: signs, posts, and reads what comes back, within one deadline.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use proto::{DeliveryId, Timestamp};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Response, redirect, retry};
use runtime::TraceContext;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::guard::{Blocked, Policy, Resolver, Unresolved};
use crate::outcome::{Answer, Class};
use crate::sign::{BadSecret, signatures, webhook_id};

const AGENT: &str = concat!("CallCow/", env!("CARGO_PKG_VERSION"));
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Enough of an error page to see what is wrong. The rest is not even read: the connection is dropped.
const ANSWER_BYTES_MAX: usize = 4 * 1_024;
/// More than any receiver needs to say.
const HEADERS_MAX: usize = 100;
/// The same for HTTP/2, in bytes.
const HEADER_BYTES_MAX: u32 = 16 * 1_024;
/// Short enough that most receivers have not closed the connection yet.
const IDLE: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Look-up, TCP and TLS.
    pub connect: Duration,
    /// All of it, to the last byte that is read.
    pub total: Duration,
}

/// The one HTTP client of the process, so that connections are used again.
pub struct Poster {
    client: Client,
    policy: Arc<Policy>,
}

/// What is posted where.
pub struct Letter<'a> {
    pub url: &'a Url,
    pub delivery_id: DeliveryId,
    pub body: Bytes,
    pub bearer: Option<SecretString>,
    pub signing_secrets: Vec<SecretString>,
    pub trace: &'a TraceContext,
}

impl Poster {
    pub fn new(
        policy: Arc<Policy>,
        resolver: Resolver,
        timeouts: Timeouts,
        idle_per_host_max: usize,
    ) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .dns_resolver(resolver)
            // A proxy from the environment would resolve names itself, past our guard.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .https_only(!policy.allow_http)
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            // Some bytes may unpack to a great many.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .http1_max_headers(HEADERS_MAX)
            .http2_max_header_list_size(HEADER_BYTES_MAX)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(idle_per_host_max)
            .tcp_nodelay(true)
            .referer(false)
            .build()?;
        Ok(Self { client, policy })
    }

    pub async fn post(&self, letter: Letter<'_>, now: Timestamp) -> Answer {
        if let Err(blocked) = self.policy.check_url(letter.url) {
            return Answer::none(blocked.into());
        }
        let Ok(headers) = headers(&letter, now) else {
            return Answer::none(Class::Sealed);
        };
        let request = self.client.post(letter.url.clone()).headers(headers).body(letter.body);
        match request.send().await {
            Ok(response) => read(response, now).await,
            Err(error) => Answer::none(class(&error)),
        }
    }
}

fn headers(letter: &Letter<'_>, now: Timestamp) -> Result<HeaderMap, BadSecret> {
    let id = webhook_id(letter.delivery_id);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    let signature = signatures(&letter.signing_secrets, &id, now, &letter.body)?;
    if !signature.is_empty() {
        headers.insert(WEBHOOK_SIGNATURE, HeaderValue::try_from(signature).map_err(|_| BadSecret)?);
    }
    headers.insert(WEBHOOK_ID, HeaderValue::try_from(id).map_err(|_| BadSecret)?);
    headers.insert(WEBHOOK_TIMESTAMP, HeaderValue::from(now.timestamp()));
    if let Some(bearer) = &letter.bearer {
        let value = format!("Bearer {}", bearer.expose_secret());
        let mut value = HeaderValue::try_from(value).map_err(|_| BadSecret)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    letter.trace.inject(&mut headers);
    Ok(headers)
}

/// The status decides, however the body ends.
async fn read(mut response: Response, now: Timestamp) -> Answer {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| wait(value, now));
    let mut body = Vec::new();
    while body.len() < ANSWER_BYTES_MAX {
        let Ok(Some(chunk)) = response.chunk().await else {
            break;
        };
        let room = ANSWER_BYTES_MAX - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Answer { class: Class::of_status(status), status: Some(status), body, retry_after }
}

/// `Retry-After`: seconds, or a date.
fn wait(value: &HeaderValue, now: Timestamp) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = Timestamp::from(httpdate::parse_http_date(text).ok()?);
    (date - now).to_std().ok()
}

/// What went wrong before a status came. Our own errors stand somewhere in the chain of causes.
fn class(error: &reqwest::Error) -> Class {
    let mut invalid_data = false;
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(blocked) = error.downcast_ref::<Blocked>() {
            return (*blocked).into();
        }
        if error.is::<Unresolved>() {
            return Class::Unresolved;
        }
        let io = error.downcast_ref::<io::Error>();
        invalid_data |= io.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData);
        // As its source, an I/O error names the cause of what it wraps, not what it wraps.
        cause = match io.and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => Class::Timeout,
        // The TLS library says so of a handshake that failed.
        (false, true) if invalid_data => Class::Tls,
        (false, true) => Class::Unreachable,
        (false, false) => Class::Garbled,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proto::Timestamp;
    use reqwest::header::HeaderValue;

    use super::wait;

    #[test]
    fn a_receiver_may_name_seconds_or_a_date() {
        let now = Timestamp::from_timestamp(1_000_000_000, 0).unwrap();
        let wait = |text| wait(&HeaderValue::from_static(text), now);
        assert_eq!(wait("120"), Some(Duration::from_mins(2)));
        assert_eq!(wait("Sun, 09 Sep 2001 01:47:40 GMT"), Some(Duration::from_mins(1)));
        for text in ["Sun, 09 Sep 2001 01:46:00 GMT", "soon", "-5", ""] {
            assert_eq!(wait(text), None, "{text}");
        }
    }
}
