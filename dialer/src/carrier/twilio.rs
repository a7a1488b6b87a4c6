//! Twilio: calls over REST, signed webhooks, answering machine detection, and the `ConversationRelay` text WebSocket.
//! The simulator speaks the same, so it is another [`Account`] of this adapter.

mod error;
mod relay;
mod rest;
mod signature;
mod status;
mod twiml;
mod webhook;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use self::webhook::{Webhooks, router};
use super::{CannotTell, Carrier, DialError, DialRequest, Found, HangUp, LegId, News, Probe};
use crate::link::Links;

/// The part of our addresses that this adapter answers.
pub const ADDRESS: &str = "twilio";

#[derive(Clone)]
pub struct Account {
    pub api: Url,
    pub sid: String,
    /// Signs webhooks, and is the password of the REST API where there is no key.
    pub token: SecretString,
    /// The token before the last change of tokens: what was signed with it is on its way.
    pub token_before: Option<SecretString>,
    pub key: Option<Key>,
}

/// A key of the REST API, which can be taken back without changing the token.
#[derive(Clone)]
pub struct Key {
    pub sid: String,
    pub secret: SecretString,
}

impl Account {
    /// Whether a request to an address of ours comes from this account.
    fn signed(&self, url: &str, body: &[u8], claimed: &str) -> bool {
        let tokens = [Some(&self.token), self.token_before.as_ref()];
        tokens.into_iter().flatten().any(|token| signature::verify(token, url, body, claimed))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({} at {})", self.sid, self.api)
    }
}

/// The client of one account.
pub struct Twilio {
    account: Account,
    links: Links,
    /// For requests that may be sent once only.
    once: reqwest::Client,
    /// For requests that may be repeated.
    again: reqwest::Client,
}

/// How long a connection may take to come about: a carrier that does not even answer won't place a call soon.
const CONNECT_MAX: Duration = Duration::from_secs(3);

impl Twilio {
    /// `answer_within`: how long the carrier has for each answer.
    pub fn new(account: Account, links: Links, answer_within: Duration) -> Result<Self, reqwest::Error> {
        let client = || {
            reqwest::Client::builder()
                .connect_timeout(CONNECT_MAX)
                .timeout(answer_within)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .retry(reqwest::retry::never())
        };
        // A connection that was used before may be closed by the other side while we write: then nobody could say
        // whether the request arrived. So each one-time request has its own connection.
        let once = client().pool_max_idle_per_host(0).http1_only().build()?;
        Ok(Self { account, links, once, again: client().build()? })
    }

    fn calls(&self) -> String {
        self.resource("Calls.json")
    }

    fn leg(&self, leg: &LegId) -> String {
        self.resource(&format!("Calls/{leg}.json"))
    }

    fn resource(&self, name: &str) -> String {
        self.at(&format!("/2010-04-01/Accounts/{}/{name}", self.account.sid))
    }

    /// A path at the carrier.
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.account.api.as_str().trim_end_matches('/'))
    }

    fn signed_in(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let Account { sid, token, key, .. } = &self.account;
        let (name, password) = key.as_ref().map_or((sid, token), |key| (&key.sid, &key.secret));
        request.basic_auth(name, Some(password.expose_secret()))
    }
}

#[async_trait]
impl Carrier for Twilio {
    fn account(&self) -> &str {
        &self.account.sid
    }

    async fn dial(&self, request: &DialRequest) -> Result<LegId, DialError> {
        rest::create(self, request).await
    }

    async fn find(&self, probe: &Probe) -> Result<Found, CannotTell> {
        rest::find(self, probe).await
    }

    async fn fetch(&self, leg: &LegId) -> Result<News, CannotTell> {
        rest::fetch(self, leg).await
    }

    async fn hang_up(&self, leg: &LegId, how: HangUp) -> Result<(), CannotTell> {
        rest::hang_up(self, leg, how).await
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn a_token_is_good_until_it_is_replaced_and_forgotten() {
        let account = |token: &str, before: Option<&str>| Account {
            api: "https://api.example".parse().expect("this is an address"),
            sid: "AC1".into(),
            token: token.into(),
            token_before: before.map(Into::into),
            key: None,
        };
        let signed = |account: Account| account.signed("https://dialer.example/", b"", "ux5jt7TOgEVyNSpKVE9JmydoRRo=");
        assert!(signed(account("old", None)));
        assert!(signed(account("new", Some("old"))));
        assert!(!signed(account("new", None)));
    }
}
