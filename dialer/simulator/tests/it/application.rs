//! A tiny application: it checks every signature, keeps what it was told, and hands out its conversations.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use url::form_urlencoded;

use crate::world::{soon, spawn};

pub(crate) const TOKEN: &str = "simulated-auth-token";

pub(crate) type Fields = BTreeMap<String, String>;

#[derive(Default)]
struct Memory {
    /// What was told, with the path at which.
    told: Vec<(String, Fields)>,
    /// What is answered at a path, one after the other; the last one stays.
    documents: BTreeMap<String, Vec<String>>,
    bad_signatures: u32,
}

#[derive(Clone)]
pub(crate) struct Application {
    address: SocketAddr,
    memory: Arc<Mutex<Memory>>,
    talks: Arc<tokio::sync::Mutex<mpsc::Receiver<WebSocket>>>,
    accepted: mpsc::Sender<WebSocket>,
}

impl Application {
    pub(crate) async fn start() -> Self {
        let (application, listener) = Self::reserve().await;
        application.serve(listener);
        application
    }

    /// An application that listens and does not answer yet: the listener must be dropped or served.
    pub(crate) async fn reserve() -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, talks) = mpsc::channel(8);
        let talks = Arc::new(tokio::sync::Mutex::new(talks));
        (Self { address, memory: Arc::default(), talks, accepted }, listener)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn serve(&self, listener: TcpListener) {
        let router = Router::new().route("/talk", get(talk)).fallback(any(told)).with_state(self.clone());
        spawn(async move { axum::serve(listener, router).await.unwrap() });
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The document that begins a conversation.
    pub(crate) fn conversation(&self, attributes: &str) -> String {
        format!(
            r#"<Response><Connect action="/next?x=1&amp;y=2"><ConversationRelay url="ws://{}/talk?a=b" {attributes}>
               <Parameter name="attempt" value="42"/></ConversationRelay></Connect></Response>"#,
            self.address
        )
    }

    pub(crate) fn answers(&self, path: &str, documents: &[&str]) {
        let documents = documents.iter().map(|document| (*document).to_owned()).collect();
        self.memory.lock().unwrap().documents.insert(path.to_owned(), documents);
    }

    pub(crate) fn told(&self, path: &str) -> Vec<Fields> {
        let memory = self.memory.lock().unwrap();
        assert_eq!(memory.bad_signatures, 0, "a request was signed badly");
        memory.told.iter().filter(|(told, _)| told == path).map(|(_, fields)| fields.clone()).collect()
    }

    /// Waits until something was told at a path, so often.
    pub(crate) async fn until_told(&self, path: &str, times: usize) -> Vec<Fields> {
        soon(path, async || {
            let told = self.told(path);
            (told.len() >= times).then_some(told)
        })
        .await
    }

    /// Waits for the last status webhook, and gives all of them.
    pub(crate) async fn until_over(&self) -> Vec<Fields> {
        soon("the last status", async || {
            let told = self.told("/status");
            told.iter().any(|fields| fields.contains_key("CallDuration")).then_some(told)
        })
        .await
    }

    pub(crate) async fn next_talk(&self) -> Talk {
        let socket = tokio::time::timeout(crate::world::PATIENCE, async { self.talks.lock().await.recv().await });
        let mut talk = Talk { socket: socket.await.expect("no conversation began").unwrap(), setup: Value::Null };
        talk.setup = talk.next().await.expect("no setup");
        assert_eq!(talk.setup["type"], "setup");
        talk
    }
}

/// One conversation, from the application's end.
pub(crate) struct Talk {
    socket: WebSocket,
    pub(crate) setup: Value,
}

impl Talk {
    /// The next message; None: the other end has closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let next = async {
            loop {
                match self.socket.recv().await? {
                    Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                    Ok(Message::Close(_)) | Err(_) => return None,
                    Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_)) => {}
                }
            }
        };
        tokio::time::timeout(crate::world::PATIENCE, next).await.expect("nothing was said, and nobody hung up")
    }

    /// The next words of the callee.
    pub(crate) async fn words(&mut self) -> String {
        let message = self.next().await.expect("the callee has hung up");
        assert_eq!(message["type"], "prompt", "{message}");
        assert_eq!(message["last"], true);
        message["voicePrompt"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.socket.send(Message::Text(message.to_string().into())).await.unwrap();
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.send(json!({ "type": "text", "token": text, "last": true })).await;
    }

    /// Says this and gives the answer.
    pub(crate) async fn ask(&mut self, text: &str) -> String {
        self.say(text).await;
        self.words().await
    }

    pub(crate) async fn end(&mut self) {
        self.send(json!({ "type": "end", "handoffData": "done" })).await;
        while self.next().await.is_some() {}
    }
}

async fn talk(
    State(application): State<Application>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let url = format!("ws://{}{uri}", application.address);
    if !is_signed(&headers, &url, &[]) {
        application.memory.lock().unwrap().bad_signatures += 1;
        return StatusCode::FORBIDDEN.into_response();
    }
    upgrade.on_upgrade(async move |socket| application.accepted.send(socket).await.unwrap())
}

async fn told(
    State(application): State<Application>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let signed = is_signed(&headers, &format!("http://{}{uri}", application.address), &fields);
    let mut memory = application.memory.lock().unwrap();
    if !signed {
        memory.bad_signatures += 1;
        return StatusCode::FORBIDDEN.into_response();
    }
    memory.told.push((uri.path().to_owned(), fields.into_iter().collect()));
    let Some(documents) = memory.documents.get_mut(uri.path()) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let document = if documents.len() > 1 { documents.remove(0) } else { documents[0].clone() };
    ([(header::CONTENT_TYPE, "text/xml")], document).into_response()
}

fn is_signed(headers: &HeaderMap, url: &str, fields: &[(String, String)]) -> bool {
    let mut fields = fields.to_vec();
    fields.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(url.as_bytes());
    for (name, value) in fields {
        mac.update(format!("{name}{value}").as_bytes());
    }
    let expected = STANDARD.encode(mac.finalize().into_bytes());
    headers.get("x-twilio-signature").is_some_and(|given| given.as_bytes() == expected.as_bytes())
}
