//! What Twilio asks and tells us over HTTP. Nothing is believed that is not signed, nor comes to an address of ours.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use proto::Mode;
use runtime::{Spawner, Stop};
use url::form_urlencoded;

use super::relay::{MESSAGE_BYTES_MAX, Relay};
use super::status::{Details, answered_by, news};
use super::twiml::{self, Connect, asked_again};
use super::{ADDRESS, Account, signature};
use crate::carrier::{LegId, News, Report};
use crate::desk::Desk;
use crate::link::{LineLink, Links};
use crate::report::Wanted;
use crate::session::converse;
use crate::store::StoreError;

/// A form of Twilio's has some thirty short fields.
const FORM_BYTES_MAX: usize = 64 * 1024;
/// A conversation that was taken over so often is broken beyond mending.
const TAKEOVERS_MAX: i64 = 20;

#[derive(Clone)]
pub struct Webhooks {
    pub desk: Arc<Desk>,
    pub links: Links,
    pub live: Option<Account>,
    pub test: Option<Account>,
    pub spawner: Spawner,
    pub stop: Stop,
}

/// The addresses that Twilio is given.
pub fn router(webhooks: Webhooks) -> Router {
    let at = |purpose| format!("/{ADDRESS}/{{mode}}/{{attempt}}/{{epoch}}/{{proof}}/{purpose}");
    Router::new()
        .route(&at("status"), post(status))
        .route(&at("amd"), post(verdict))
        .route(&at("answer"), post(what_next))
        .route(&at("action"), post(what_next))
        .route(&at("talk"), get(talk))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .with_state(webhooks)
}

/// The parts of an address, which nobody has checked.
type Parts = Path<(String, String, String, String)>;

enum Unheard {
    /// Not ours, or not signed by whom it says.
    Forged,
    /// It lacks what we need.
    Useless,
    /// Twilio may ask or tell it again.
    NotNow(StoreError),
}

impl From<StoreError> for Unheard {
    fn from(error: StoreError) -> Self {
        Self::NotNow(error)
    }
}

impl IntoResponse for Unheard {
    fn into_response(self) -> Response {
        let (status, word) = match &self {
            Self::Forged => (StatusCode::FORBIDDEN, "forged"),
            Self::Useless => (StatusCode::BAD_REQUEST, "useless"),
            Self::NotNow(_) => (StatusCode::SERVICE_UNAVAILABLE, "not_now"),
        };
        metrics::counter!("webhooks_refused_total", "why" => word).increment(1);
        match self {
            Self::NotNow(error) => tracing::warn!(%error, "a webhook could not be handled"),
            Self::Forged | Self::Useless => tracing::warn!(why = word, "a webhook was refused"),
        }
        status.into_response()
    }
}

/// A form that came to one of our addresses and is signed.
struct Form {
    link: LineLink,
    leg: LegId,
    fields: BTreeMap<String, String>,
}

impl Form {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn news(&self) -> Option<News> {
        let details = Details {
            sip: self.field("SipResponseCode").and_then(|code| code.parse().ok()),
            error: self.field("ErrorCode").map(str::to_owned),
            talked: self.field("CallDuration").and_then(|text| text.parse().ok()).map(Duration::from_secs),
        };
        news(self.field("CallStatus")?, details)
    }

    fn report(self, news: News) -> Report {
        Report { link: self.link, leg: self.leg, news }
    }
}

impl Webhooks {
    fn link(&self, Path((mode, attempt, epoch, proof)): &Parts) -> Result<LineLink, Unheard> {
        self.links.check(mode, attempt, epoch, proof).map_err(|_| Unheard::Forged)
    }

    fn verify(&self, link: LineLink, url: &str, body: &[u8], head: &HeaderMap) -> Result<(), Unheard> {
        let account = match link.mode {
            Mode::Live => self.live.as_ref(),
            Mode::Test => self.test.as_ref(),
        };
        let claimed = head.get(signature::HEADER).and_then(|value| value.to_str().ok());
        let (Some(account), Some(claimed)) = (account, claimed) else {
            return Err(Unheard::Forged);
        };
        account.signed(url, body, claimed).then_some(()).ok_or(Unheard::Forged)
    }

    fn form(&self, parts: &Parts, uri: &Uri, head: &HeaderMap, body: &[u8]) -> Result<Form, Unheard> {
        let link = self.link(parts)?;
        let url = with_query(self.links.url(ADDRESS, link, purpose(uri)), uri);
        self.verify(link, &url, body, head)?;
        let fields: BTreeMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
        let leg = LegId(fields.get("CallSid").ok_or(Unheard::Useless)?.clone());
        Ok(Form { link, leg, fields })
    }
}

async fn status(
    State(webhooks): State<Webhooks>,
    parts: Parts,
    uri: Uri,
    head: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Unheard> {
    let form = webhooks.form(&parts, &uri, &head, &body)?;
    let Some(news) = form.news() else {
        tracing::warn!("the carrier said a status that we do not know");
        return Ok(StatusCode::NO_CONTENT);
    };
    webhooks.desk.report(&form.report(news)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who answered: a person or a machine.
async fn verdict(
    State(webhooks): State<Webhooks>,
    parts: Parts,
    uri: Uri,
    head: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Unheard> {
    let form = webhooks.form(&parts, &uri, &head, &body)?;
    let by = answered_by(form.field("AnsweredBy").ok_or(Unheard::Useless)?);
    webhooks.desk.report(&form.report(News::AnsweredBy(by))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody answered, or the conversation's socket is closed: what shall the carrier do? A call that goes on is
/// connected to whichever dialer gets the next socket.
async fn what_next(
    State(webhooks): State<Webhooks>,
    parts: Parts,
    uri: Uri,
    head: HeaderMap,
    body: Bytes,
) -> Result<Response, Unheard> {
    let form = webhooks.form(&parts, &uri, &head, &body)?;
    let link = form.link;
    let news = form.news().unwrap_or(News::Answered);
    let wanted = webhooks.desk.report(&form.report(news)).await?;
    let document = match wanted {
        Wanted::Yes(call, attempt)
            if call.cancel.is_none()
                && call.conversation.is_none()
                && call.epoch.0 - attempt.epoch.0 < TAKEOVERS_MAX =>
        {
            twiml::connect(&Connect {
                action: &asked_again(webhooks.links.url(ADDRESS, link, "action")),
                socket: &webhooks.links.socket_url(ADDRESS, link, "talk"),
                language: &call.workflow.parts().language,
                parameters: &[("attempt", link.attempt.to_string())],
            })
        }
        Wanted::Yes(..) | Wanted::No => twiml::hang_up(),
    };
    Ok(([(header::CONTENT_TYPE, "text/xml")], document).into_response())
}

/// The socket of a conversation.
async fn talk(
    State(webhooks): State<Webhooks>,
    parts: Parts,
    uri: Uri,
    head: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Unheard> {
    let link = webhooks.link(&parts)?;
    let url = with_query(webhooks.links.socket_url(ADDRESS, link, purpose(&uri)), &uri);
    webhooks.verify(link, &url, &[], &head)?;
    let Webhooks { desk, spawner, stop, .. } = webhooks;
    let upgraded = upgrade.max_message_size(MESSAGE_BYTES_MAX).on_upgrade(move |socket| async move {
        // On the tracker, so that the shutdown waits for the conversation.
        spawner.spawn("conversation", async move {
            let Some((leg, relay)) = Relay::set_up(socket).await else {
                tracing::warn!("a socket was opened and not set up");
                return;
            };
            converse(desk, link, leg, Box::new(relay), stop).await;
        });
    });
    Ok(upgraded)
}

fn purpose(uri: &Uri) -> &str {
    uri.path().rsplit('/').next().unwrap_or_default()
}

fn with_query(url: String, uri: &Uri) -> String {
    match uri.query() {
        Some(query) => format!("{url}?{query}"),
        None => url,
    }
}
