//! A network, an application, and what a story needs to say.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use serde_json::Value;
use simulator::{Network, Settings};

use crate::application::Application;

/// Longer than anything takes at this rate, on a machine that does much else.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const RATE: f64 = 40.0;
/// An application that a call can't go on without is asked as often as Twilio ever does.
const ASKED_AGAIN: &str = "#rc=5&rp=5xx,ct,rt";
pub(crate) const OWN: &str = "+14155550199";

pub(crate) struct World {
    pub(crate) network: Network,
    pub(crate) application: Application,
    pub(crate) http: reqwest::Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(Application::start().await).await
    }

    pub(crate) async fn with(application: Application) -> Self {
        let network = Network::start(Settings { rate: RATE, ..Settings::default() }).await.unwrap();
        let conversation = application.conversation("");
        application.answers("/answer", &[&conversation]);
        application.answers("/next", &["<Response><Hangup/></Response>"]);
        Self { network, application, http: reqwest::Client::new() }
    }

    pub(crate) fn number(&self, name: &str) -> String {
        self.network.number(name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        let account = &self.network.settings().account_sid;
        format!("{}/2010-04-01/Accounts/{account}/{rest}", self.network.url())
    }

    pub(crate) async fn post(&self, rest: &str, fields: &[(&str, &str)]) -> Response {
        let account = &self.network.settings().account_sid;
        let request = self.http.post(self.path(rest)).basic_auth(account, Some(crate::application::TOKEN));
        request.form(fields).send().await.unwrap()
    }

    pub(crate) async fn get(&self, rest: &str) -> Value {
        let account = &self.network.settings().account_sid;
        let request = self.http.get(self.path(rest)).basic_auth(account, Some(crate::application::TOKEN));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }

    /// Calls somebody, wants to know everything, and gives the name of the call.
    pub(crate) async fn call(&self, name: &str, more: &[(&str, &str)]) -> String {
        let (to, answer, status) =
            (self.number(name), self.application.url("/answer") + ASKED_AGAIN, self.application.url("/status"));
        let mut fields = vec![("To", to.as_str()), ("From", OWN), ("Url", &answer), ("StatusCallback", &status)];
        fields.extend(["initiated", "ringing", "answered", "completed"].map(|event| ("StatusCallbackEvent", event)));
        fields.extend(more);
        let response = self.post("Calls.json", &fields).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let call: Value = response.json().await.unwrap();
        assert_eq!(call["status"], "queued");
        call["sid"].as_str().unwrap().to_owned()
    }

    /// The words that a call's status went through, as the application was told, to the end.
    pub(crate) async fn statuses(&self) -> Vec<String> {
        let told = self.application.until_over().await;
        for (sequence, fields) in told.iter().enumerate() {
            assert_eq!(fields["SequenceNumber"], sequence.to_string());
            assert_eq!(fields["CallbackSource"], "call-progress-events");
        }
        told.iter().map(|fields| fields["CallStatus"].clone()).collect()
    }

    pub(crate) async fn until_status(&self, sid: &str, status: &str) -> Value {
        soon(status, async || {
            let call = self.get(&format!("Calls/{sid}.json")).await;
            (call["status"] == status).then_some(call)
        })
        .await
    }

    pub(crate) async fn inspect(&self, what: &str) -> Value {
        self.http.get(format!("{}/_sim/{what}", self.network.url())).send().await.unwrap().json().await.unwrap()
    }
}

/// Looks until it is there.
pub(crate) async fn soon<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

#[expect(clippy::disallowed_methods, reason = "the application of a story ends with the story")]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}
