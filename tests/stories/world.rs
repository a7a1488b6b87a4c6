//! A whole system of our processes for one story, an organization that uses it, and a receiver for its callbacks.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};
use stack::{Durability, Service, System, SystemSettings, UseServers};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A prompt of the guide.
pub(crate) const DINNER: &str =
    "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller";
pub(crate) const CALLBACK_SECRET: &str = "s3cret-bearer-of-the-story";

const WEBHOOK_PATH: &str = "/webhook";

/// Long enough for two busy cores; a story that needs it has failed.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub(crate) struct World {
    pub(crate) system: System,
    pub(crate) org: String,
    pub(crate) key: String,
    pub(crate) signing_secret: String,
    http: reqwest::Client,
    receiver: Receiver,
    directory: Vec<Value>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn call_id(&self) -> String {
        self.body["call_id"].as_str().unwrap_or_else(|| panic!("no call_id in {}", self.body)).to_owned()
    }
}

/// A callback or what a webhook is told, as it arrived, already checked: its signature and its bearer were ours.
#[derive(Clone)]
struct Arrived {
    path: String,
    webhook_id: String,
    body: Value,
}

#[derive(Clone, Default)]
struct Receiver {
    arrived: Arc<Mutex<Vec<Arrived>>>,
    signing_secret: Arc<Mutex<String>>,
    url: String,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/calls", listener.local_addr().unwrap());
        let receiver = Self { url, ..Self::default() };
        let router = Router::new().fallback(receive).with_state(receiver.clone());
        spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }
}

/// Answers 2xx only to what is signed as the organization's secret says. A callback has the bearer of its request; a webhook
/// has none.
async fn receive(State(receiver): State<Receiver>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let secret = receiver.signing_secret.lock().unwrap().clone();
    let signed = standardwebhooks::Webhook::new(&secret).unwrap().verify(&body, &headers).is_ok();
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    let expected = (uri.path() != WEBHOOK_PATH).then(|| format!("Bearer {CALLBACK_SECRET}"));
    if !signed || bearer != expected.as_deref() {
        return StatusCode::UNAUTHORIZED;
    }
    let webhook_id = headers["webhook-id"].to_str().unwrap().to_owned();
    let body = serde_json::from_slice(&body).unwrap();
    receiver.arrived.lock().unwrap().push(Arrived { path: uri.path().to_owned(), webhook_id, body });
    StatusCode::NO_CONTENT
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(SystemSettings::for_tests()).await
    }

    /// With servers that the story may stop.
    pub(crate) async fn start_with_own_servers() -> Self {
        Self::with(SystemSettings { servers: UseServers::Own(Durability::Fast), ..SystemSettings::for_tests() }).await
    }

    /// With people who speak so slowly that something can happen to a call in the middle of a conversation.
    pub(crate) async fn start_slowly() -> Self {
        Self::with(SystemSettings { rate: 5.0, ..SystemSettings::for_tests() }).await
    }

    pub(crate) async fn with(settings: SystemSettings) -> Self {
        runtime::install_crypto();
        let receiver = Receiver::start().await;
        let system = System::start(settings).await.unwrap();
        let organization = system.admin(&["org", "create", "--name", "Stories"]).await.unwrap();
        let org = &organization["org_id"];
        let key = system.admin(&["key", "create", "--org", org, "--mode", "test"]).await.unwrap()["key"].clone();
        system.admin(&["number", "add", "--org", org, "--number", "+14155550199"]).await.unwrap();
        let signing_secret = organization["signing_secret"].clone();
        receiver.signing_secret.lock().unwrap().clone_from(&signing_secret);
        let http = reqwest::Client::new();
        let directory = format!("{}/_sim/directory", system.url(Service::Simulator));
        let directory = http.get(directory).send().await.unwrap().json().await.unwrap();
        Self { system, org: org.clone(), key, signing_secret, http, receiver, directory }
    }

    /// The number of the simulated person or line of that name.
    pub(crate) fn callee(&self, name: &str) -> String {
        let entry = self.directory.iter().find(|entry| entry["name"] == name);
        entry.unwrap_or_else(|| panic!("nobody is called {name}"))["number"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn post_call(&self, callee: &str, prompt: &str, idempotency_key: Option<&str>) -> Answer {
        self.post_call_with(callee, prompt, json!({"idempotency_key": idempotency_key})).await
    }

    /// Posts a request for a call that has these members, too.
    pub(crate) async fn post_call_with(&self, callee: &str, prompt: &str, more: Value) -> Answer {
        let mut body = json!({"prompt": prompt, "recipient_phone": callee, "callback_url": self.receiver.url,
            "callback_secret": CALLBACK_SECRET});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let url = format!("{}/api/call-prompt", self.system.url(Service::Gateway));
        let request = self.http.post(url).bearer_auth(&self.key).json(&body);
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.json().await.unwrap() }
    }

    /// Asks for a call and gives its id.
    pub(crate) async fn ask_for_call(&self, callee: &str, prompt: &str) -> String {
        let answer = self.post_call(callee, prompt, None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.call_id()
    }

    /// Calls the simulated person or line of that name and gives the callback.
    pub(crate) async fn result_of(&self, name: &str) -> Value {
        let call = self.ask_for_call(&self.callee(name), DINNER).await;
        self.next_callback(&call).await
    }

    pub(crate) async fn call(&self, call: &str) -> Value {
        self.call_of(&self.key, call).await
    }

    /// The call as whoever has that key sees it.
    pub(crate) async fn call_of(&self, key: &str, call: &str) -> Value {
        let url = format!("{}/api/calls/{call}", self.system.url(Service::Gateway));
        match self.http.get(url).bearer_auth(key).send().await {
            Ok(response) => response.json().await.unwrap_or_default(),
            Err(_) => Value::Null, // The gateway may be dead at this moment of the story.
        }
    }

    /// The calls of a list.
    pub(crate) async fn calls(&self, query: &str) -> Vec<Value> {
        let url = format!("{}/api/calls?{query}", self.system.url(Service::Gateway));
        let list: Value = self.http.get(url).bearer_auth(&self.key).send().await.unwrap().json().await.unwrap();
        list["calls"].as_array().cloned().unwrap_or_else(|| panic!("no calls in {list}"))
    }

    pub(crate) async fn cancel(&self, call: &str) -> Value {
        let url = format!("{}/api/calls/{call}/cancel", self.system.url(Service::Gateway));
        self.http.post(url).bearer_auth(&self.key).send().await.unwrap().json().await.unwrap()
    }

    /// Asks for the callback of the call once more.
    pub(crate) async fn redeliver(&self, call: &str) {
        let url = format!("{}/api/calls/{call}/callback/redeliver", self.system.url(Service::Gateway));
        let answer = self.http.post(url).bearer_auth(&self.key).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Waits until the call has come that far.
    pub(crate) async fn until_status(&self, call: &str, status: &str) {
        const WAY: [&str; 6] = ["queued", "planning", "dialing", "ringing", "in_progress", "ended"];
        let rank = |word: &str| WAY.iter().position(|known| *known == word);
        until(&format!("call {call} to be {status}"), || async {
            let call = self.call(call).await;
            let there = call["status"].as_str().and_then(rank) >= rank(status);
            if there { Ok(()) } else { Err(call) }
        })
        .await;
    }

    pub(crate) async fn until_callback_is(&self, call: &str, status: &str) {
        until(&format!("the callback of {call} to be {status}"), || async {
            let call = self.call(call).await;
            if call["callback"]["status"] == status { Ok(()) } else { Err(call) }
        })
        .await;
    }

    /// Waits for the callback of that call.
    pub(crate) async fn next_callback(&self, call: &str) -> Value {
        until(&format!("the callback of {call}"), || async {
            let arrived = self.arrived(call).into_iter().next();
            match arrived {
                Some(arrived) => Ok(arrived.body),
                None => Err(self.call(call).await),
            }
        })
        .await
    }

    /// Where a webhook may be told of calls.
    pub(crate) fn webhook_url(&self) -> String {
        self.receiver.url.replace("/calls", WEBHOOK_PATH)
    }

    /// What webhooks were told so far.
    pub(crate) fn webhooks_told(&self) -> Vec<Value> {
        let arrived = self.receiver.arrived.lock().unwrap();
        let told = arrived.iter().filter(|arrived| arrived.path == WEBHOOK_PATH);
        told.map(|arrived| arrived.body.clone()).collect()
    }

    /// Where callbacks go.
    pub(crate) fn callback_url(&self) -> &str {
        &self.receiver.url
    }

    /// Sends a request as a client of long ago wrote it, byte for byte, and reads the whole answer.
    pub(crate) async fn say(&self, method: &str, path: &str, body: Option<&str>) -> (u16, Value) {
        let address = self.system.url(Service::Gateway).replace("http://", "");
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let body = body.unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n",
            self.key
        );
        let content = match body.len() {
            0 => String::new(),
            length => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
        };
        stream.write_all(format!("{head}{content}\r\n{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    pub(crate) fn callbacks_of(&self, call: &str) -> usize {
        self.arrived(call).len()
    }

    pub(crate) fn distinct_webhook_ids(&self, call: &str) -> usize {
        self.arrived(call).into_iter().map(|arrived| arrived.webhook_id).collect::<BTreeSet<_>>().len()
    }

    fn arrived(&self, call: &str) -> Vec<Arrived> {
        let arrived = self.receiver.arrived.lock().unwrap();
        let callbacks = arrived.iter().filter(|arrived| arrived.path != WEBHOOK_PATH);
        callbacks.filter(|arrived| arrived.body["call_id"] == call).cloned().collect()
    }

    /// How often the phone of that simulated person rang.
    pub(crate) async fn rings(&self, name: &str) -> usize {
        let url = format!("{}/_sim/rings", self.system.url(Service::Simulator));
        let answer = self.http.get(url).query(&[("to", self.callee(name))]).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        usize::try_from(answer["rings"].as_u64().unwrap_or_else(|| panic!("no rings in {answer}"))).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "a story's receivers end with the story")]
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

/// Looks until the condition holds; says what was seen last when it never does.
pub(crate) async fn until<T, L>(what: &str, mut look: impl FnMut() -> L) -> T
where
    L: Future<Output = Result<T, Value>>,
{
    let mut seen = Value::Null;
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            match look().await {
                Ok(found) => return found,
                Err(last) => seen = last,
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    })
    .await;
    found.unwrap_or_else(|_| panic!("waited for {what}; last seen: {seen:#}"))
}
