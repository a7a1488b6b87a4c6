//! Carries out one document, verb by verb.

use std::time::Duration;

use reqwest::Method;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::callee::Callee;
use crate::ear::Ear;
use crate::exchange::{Exchange, new_sid};
use crate::ledger::Who;
use crate::order::{Fields, Source};
use crate::pace::Stopwatch;
use crate::relay::{Left, Session};
use crate::twiml::{Relay, Verb};
use crate::webhook::Target;

/// Where a call goes after a document.
pub(crate) enum Next {
    Over,
    Document { source: Source, parameters: Fields },
}

/// Carries out one document.
pub(crate) struct Work<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) sid: &'a str,
    /// What its addresses are relative to.
    pub(crate) base: Option<String>,
    pub(crate) watch: &'a Stopwatch,
    pub(crate) cut: &'a CancellationToken,
}

impl Work<'_> {
    pub(crate) async fn perform(&self, document: &[Verb], callee: &mut Callee) -> Next {
        for verb in document {
            let next = match verb {
                Verb::HangUp => Some(Next::Over),
                Verb::Pause(duration) => self.wait(*duration).await,
                Verb::Say(text) => {
                    self.exchange.say(self.sid, Who::Caller, text.clone());
                    self.wait(Ear::time_of(text)).await
                }
                Verb::Redirect { url, method } => Some(self.go(url, method, Fields::new())),
                Verb::Connect { action, relay } => self.connect(action.as_ref(), relay, callee).await,
            };
            if let Some(next) = next {
                return next;
            }
        }
        Next::Over
    }

    async fn wait(&self, duration: Duration) -> Option<Next> {
        let waited = self.cut.run_until_cancelled(self.exchange.pace.wait(duration)).await;
        waited.is_none().then_some(Next::Over)
    }

    /// None: on to the next verb.
    async fn connect(&self, action: Option<&(String, Method)>, relay: &Relay, callee: &mut Callee) -> Option<Next> {
        let session_sid = new_sid("VX");
        let call = self.exchange.record(self.sid)?;
        let from = self.watch.elapsed();
        let (exchange, watch, cut) = (self.exchange, self.watch, self.cut);
        let session = Session { exchange, call: &call, relay, sid: &session_sid, watch, cut };
        let left = Box::pin(session.converse(callee)).await;
        let lasted = self.watch.elapsed().saturating_sub(from).as_secs();
        let field = |name: &str, value: String| (name.to_owned(), value);
        let mut fields = vec![field("SessionId", session_sid), field("SessionDuration", lasted.to_string())];
        match left {
            Left::CalleeHungUp | Left::Cut => return Some(Next::Over),
            Left::Ended { handoff } => {
                fields.push(field("SessionStatus", "ended".to_owned()));
                fields.extend(handoff.map(|data| field("HandoffData", data)));
            }
            Left::Lost { code } => {
                fields.push(field("SessionStatus", "failed".to_owned()));
                fields.push(field("ErrorCode", code.to_string()));
                fields.push(field("ErrorMessage", "The WebSocket was lost".to_owned()));
            }
        }
        let (url, method) = action?;
        Some(self.go(url, method, fields))
    }

    fn go(&self, url: &str, method: &Method, parameters: Fields) -> Next {
        // An address that is whole is used letter by letter, because it is signed as it was given.
        let joined = || Url::parse(self.base.as_deref()?).ok()?.join(url).ok().map(String::from);
        let url = if Url::parse(url).is_ok() { url.to_owned() } else { joined().unwrap_or_else(|| url.to_owned()) };
        Next::Document { source: Source::Asked(Target { url, method: method.clone() }), parameters }
    }
}
