//! One conversation over a WebSocket, from the network's end.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use tokio_util::sync::CancellationToken;

use crate::callee::{Act, Callee};
use crate::exchange::Exchange;
use crate::ledger::{Record, Who};
use crate::pace::Stopwatch;
use crate::twiml::Relay;
use crate::webhook::SIGNATURE_HEADER;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the other end may take to answer a farewell.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// One message is at most a few sentences.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Twilio's codes for a socket that could not be had, and for one that was closed without a word.
const CANNOT_CONNECT: u32 = 64102;
const CLOSED: u32 = 64105;

/// Why the conversation is over.
pub(crate) enum Left {
    CalleeHungUp,
    /// The application gave the call back.
    Ended {
        handoff: Option<String>,
    },
    /// The socket was lost, or never there.
    Lost {
        code: u32,
    },
    /// The call is over, or goes elsewhere.
    Cut,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum FromApplication {
    Text {
        token: String,
        #[serde(default)]
        last: bool,
        interruptible: Option<bool>,
    },
    /// A sound from a file; our people have no ear for it.
    Play {
        #[serde(rename = "source")]
        _source: String,
    },
    SendDigits {
        digits: String,
    },
    /// The vendor wants one of them at least.
    Language {
        tts_language: Option<String>,
        transcription_language: Option<String>,
    },
    End {
        handoff_data: Option<String>,
    },
}

/// The conversation of one call with one socket.
pub(crate) struct Session<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) call: &'a Record,
    pub(crate) relay: &'a Relay,
    pub(crate) sid: &'a str,
    pub(crate) watch: &'a Stopwatch,
    pub(crate) cut: &'a CancellationToken,
}

impl Session<'_> {
    pub(crate) async fn converse(&self, callee: &mut Callee) -> Left {
        let connecting = tokio::time::timeout(CONNECT_TIMEOUT, self.connect());
        let mut socket = match Box::pin(self.cut.run_until_cancelled(connecting)).await {
            None => return Left::Cut,
            Some(Ok(Ok(socket))) => socket,
            Some(Ok(Err(_)) | Err(_)) => {
                tracing::warn!(call.sid = %self.call.sid, "the application's socket can't be reached");
                return Left::Lost { code: CANNOT_CONNECT };
            }
        };
        let left = self.talk(&mut socket, callee).await.unwrap_or(Left::Lost { code: CLOSED });
        if let Some(heard) = callee.rest(self.watch.elapsed()) {
            self.exchange.say(&self.call.sid, Who::Caller, heard);
        }
        if tokio::time::timeout(CLOSE_TIMEOUT, socket.close(None)).await.is_err() {
            tracing::debug!(call.sid = %self.call.sid, "a socket was not closed in time");
        }
        left
    }

    async fn connect(&self) -> Result<Socket, Box<Error>> {
        let mut request = self.relay.url.as_str().into_client_request()?;
        let signature = self.exchange.sender.sign(&self.relay.url, &[]);
        let signature = HeaderValue::from_str(&signature).map_err(|error| Box::new(error.into()))?;
        request.headers_mut().insert(SIGNATURE_HEADER, signature);
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let (socket, _) = connect_async_with_config(request, Some(config), true).await?;
        Ok(socket)
    }

    async fn talk(&self, socket: &mut Socket, callee: &mut Callee) -> Result<Left, Box<Error>> {
        send(socket, &self.setup()).await?;
        callee.connected(self.watch.elapsed());
        if let Some(welcome) = &self.relay.welcome {
            callee.told(welcome, true, self.relay.welcome_interruptible, self.watch.elapsed());
        }
        loop {
            while let Some(act) = callee.poll(self.watch.elapsed()) {
                let spoke = matches!(act, Act::Say(_));
                if self.perform(socket, act).await? {
                    return Ok(Left::CalleeHungUp);
                }
                if spoke && callee.breaks_off() {
                    return Ok(Left::Lost { code: CLOSED });
                }
            }
            let message = tokio::select! {
                () = self.cut.cancelled() => return Ok(Left::Cut),
                () = self.watch.reach(callee.wake()) => continue,
                message = socket.next() => message,
            };
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(Left::Lost { code: CLOSED }),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            };
            if let Some(left) = self.obey(socket, &text, callee).await? {
                return Ok(left);
            }
        }
    }

    /// Whether she has hung up.
    async fn perform(&self, socket: &mut Socket, act: Act) -> Result<bool, Box<Error>> {
        match act {
            Act::Heard(text) => self.exchange.say(&self.call.sid, Who::Caller, text),
            Act::Interrupt { heard, after } => {
                let after = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
                let message = json!({
                    "type": "interrupt", "utteranceUntilInterrupt": heard, "durationUntilInterruptMs": after,
                });
                send(socket, &message).await?;
            }
            Act::Say(text) => {
                self.exchange.say(&self.call.sid, Who::Callee, text.clone());
                let prompt = |text: &str, last: bool| json!({ "type": "prompt", "voicePrompt": text, "lang": self.relay.language, "last": last });
                if let (true, Some((first, _))) = (self.relay.partial_prompts, text.split_once(' ')) {
                    send(socket, &prompt(first, false)).await?;
                }
                send(socket, &prompt(&text, true)).await?;
            }
            Act::Press(key) => {
                if self.relay.detects_digits {
                    send(socket, &json!({ "type": "dtmf", "digit": key.to_string() })).await?;
                }
            }
            Act::HangUp => return Ok(true),
        }
        Ok(false)
    }

    async fn obey(&self, socket: &mut Socket, text: &str, callee: &mut Callee) -> Result<Option<Left>, Box<Error>> {
        match serde_json::from_str(text) {
            Ok(FromApplication::Text { token, last, interruptible }) => {
                let interruptible = interruptible.unwrap_or(true) && self.relay.interruptible;
                callee.told(&token, last, interruptible, self.watch.elapsed());
            }
            Ok(FromApplication::SendDigits { digits }) => {
                for key in digits.chars() {
                    callee.pressed(key, self.watch.elapsed());
                }
                self.exchange.say(&self.call.sid, Who::Caller, format!("[keys {digits}]"));
            }
            Ok(FromApplication::Language { tts_language: None, transcription_language: None }) | Err(_) => {
                // As the vendor: the message is dropped, and the session goes on.
                send(socket, &json!({ "type": "error", "description": "Invalid message received" })).await?;
            }
            Ok(FromApplication::Language { tts_language, .. }) => {
                if let Some(language) = tts_language {
                    self.exchange.say(&self.call.sid, Who::Caller, format!("[language {language}]"));
                }
            }
            Ok(FromApplication::Play { .. }) => {}
            Ok(FromApplication::End { handoff_data }) => return Ok(Some(Left::Ended { handoff: handoff_data })),
        }
        Ok(None)
    }

    fn setup(&self) -> Value {
        let parameters: serde_json::Map<_, _> =
            self.relay.parameters.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        json!({
            "type": "setup",
            "sessionId": self.sid,
            "accountSid": self.exchange.settings.account_sid,
            "callSid": self.call.sid,
            "parentCallSid": "",
            "from": self.call.from,
            "to": self.call.to,
            "forwardedFrom": "",
            "callType": "PSTN",
            "callerName": "",
            "direction": "outbound-api",
            "callStatus": "IN-PROGRESS",
            "customParameters": parameters,
        })
    }
}

async fn send(socket: &mut Socket, message: &Value) -> Result<(), Box<Error>> {
    Ok(socket.send(Message::Text(Utf8Bytes::from(message.to_string()))).await?)
}
