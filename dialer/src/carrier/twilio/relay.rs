//! `ConversationRelay`: the carrier hears and speaks, and we exchange text over a WebSocket.

use std::time::Duration;

use async_trait::async_trait;
use axum::extract::ws::{Message, WebSocket};
use proto::Private;
use serde::{Deserialize, Serialize};

use crate::carrier::{LegId, Line, LineGone, Sound, Speech};

/// Nobody speaks sixteen thousand words in a breath.
pub(super) const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// A carrier that opened a socket has its first message ready.
const SETUP_MAX: Duration = Duration::from_secs(10);
/// A socket that takes nothing for so long is dead.
const SEND_MAX: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Incoming {
    #[serde(rename_all = "camelCase")]
    Setup {
        call_sid: String,
    },
    #[serde(rename_all = "camelCase")]
    Prompt {
        voice_prompt: String,
        /// Missing where partial prompts were not asked for.
        #[serde(default = "yes")]
        last: bool,
    },
    Dtmf {
        digit: String,
    },
    #[serde(rename_all = "camelCase")]
    Interrupt {
        utterance_until_interrupt: String,
    },
    Error {},
    #[serde(other)]
    Unknown,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Outgoing<'a> {
    Text {
        token: &'a str,
        last: bool,
        interruptible: bool,
        preemptible: bool,
    },
    SendDigits {
        digits: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    Language {
        tts_language: &'a str,
    },
    End {},
}

pub(super) struct Relay {
    socket: WebSocket,
}

impl Relay {
    /// Waits for the first message, which names the leg.
    pub(super) async fn set_up(mut socket: WebSocket) -> Option<(LegId, Self)> {
        let setup = tokio::time::timeout(SETUP_MAX, next(&mut socket)).await.ok().flatten()?;
        match setup {
            Incoming::Setup { call_sid } => Some((LegId(call_sid), Self { socket })),
            Incoming::Prompt { .. }
            | Incoming::Dtmf { .. }
            | Incoming::Interrupt { .. }
            | Incoming::Error {}
            | Incoming::Unknown => None,
        }
    }

    async fn send(&mut self, outgoing: &Outgoing<'_>) -> Result<(), LineGone> {
        let text = serde_json::to_string(outgoing).map_err(|_| LineGone)?;
        let sending = self.socket.send(Message::text(text));
        tokio::time::timeout(SEND_MAX, sending).await.map_err(|_| LineGone)?.map_err(|_| LineGone)
    }
}

#[async_trait]
impl Line for Relay {
    async fn hear(&mut self) -> Option<Sound> {
        loop {
            let sound = match next(&mut self.socket).await? {
                Incoming::Prompt { last: false, .. } => Some(Sound::Speaking),
                Incoming::Prompt { voice_prompt, last: true } => Some(Sound::Words(Private::new(voice_prompt))),
                Incoming::Dtmf { digit } => digit.chars().next().map(Sound::Digit),
                Incoming::Interrupt { utterance_until_interrupt: heard } => {
                    Some(Sound::Interrupted { heard: Private::new(heard) })
                }
                // Its text may quote what we said.
                Incoming::Error {} => {
                    metrics::counter!("relay_errors_total").increment(1);
                    tracing::warn!("the carrier could not use what we sent");
                    None
                }
                Incoming::Setup { .. } | Incoming::Unknown => None,
            };
            if sound.is_some() {
                return sound;
            }
        }
    }

    async fn say(&mut self, speech: &Speech) -> Result<(), LineGone> {
        let Speech { text, interruptible, last } = speech;
        // The carrier puts pieces together as they come.
        let gap = if *last { "" } else { " " };
        let text = Outgoing::Text {
            token: &format!("{}{gap}", text.expose()),
            last: *last,
            interruptible: *interruptible,
            // Our own next words wait for these.
            preemptible: false,
        };
        self.send(&text).await
    }

    async fn press(&mut self, digits: &str) -> Result<(), LineGone> {
        self.send(&Outgoing::SendDigits { digits }).await
    }

    async fn speak(&mut self, language: &str) -> Result<(), LineGone> {
        self.send(&Outgoing::Language { tts_language: language }).await
    }

    async fn end(&mut self) -> Result<(), LineGone> {
        self.send(&Outgoing::End {}).await
    }
}

/// None: the socket is closed or broken. What can't be read is passed over: the vendor adds messages as it likes.
async fn next(socket: &mut WebSocket) -> Option<Incoming> {
    loop {
        match socket.recv().await?.ok()? {
            Message::Text(text) => {
                if let Ok(incoming) = serde_json::from_str(&text) {
                    return Some(incoming);
                }
                tracing::warn!("the carrier sent what is no message");
            }
            Message::Close(_) => return None,
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Incoming, Outgoing};

    #[test]
    fn the_vendors_messages_are_read() {
        let read = |text: &str| serde_json::from_str::<Incoming>(text).unwrap();
        let setup = r#"{"type":"setup","sessionId":"VX1","accountSid":"AC1","callSid":"CA1","customParameters":{}}"#;
        assert!(matches!(read(setup), Incoming::Setup { call_sid } if call_sid == "CA1"));
        let partial = r#"{"type":"prompt","voicePrompt":"Hi","lang":"en-US","last":false}"#;
        assert!(matches!(read(partial), Incoming::Prompt { last: false, .. }));
        let prompt = r#"{"type":"prompt","voicePrompt":"Hi","lang":"en-US"}"#;
        assert!(matches!(read(prompt), Incoming::Prompt { voice_prompt, last: true } if voice_prompt == "Hi"));
        for length in ["\"12\"", "12"] {
            let text = format!(
                r#"{{"type":"interrupt","utteranceUntilInterrupt":"I am","durationUntilInterruptMs":{length}}}"#
            );
            assert!(matches!(read(&text), Incoming::Interrupt { .. }));
        }
        assert!(matches!(read(r#"{"type":"dtmf","digit":"5"}"#), Incoming::Dtmf { digit } if digit == "5"));
        assert!(matches!(read(r#"{"type":"error","description":"no"}"#), Incoming::Error {}));
        assert!(matches!(read(r#"{"type":"novelty","x":1}"#), Incoming::Unknown));
    }

    #[test]
    fn our_messages_are_the_vendors() {
        let text = Outgoing::Text { token: "Hello.", last: true, interruptible: false, preemptible: false };
        assert_eq!(
            serde_json::to_string(&text).unwrap(),
            r#"{"type":"text","token":"Hello.","last":true,"interruptible":false,"preemptible":false}"#
        );
        assert_eq!(serde_json::to_string(&Outgoing::End {}).unwrap(), r#"{"type":"end"}"#);
        let rest = Outgoing::Text { token: "", last: true, interruptible: true, preemptible: false };
        assert!(serde_json::to_string(&rest).unwrap().starts_with(r#"{"type":"text","token":"","last":true"#));
        let language = Outgoing::Language { tts_language: "es-ES" };
        assert_eq!(serde_json::to_string(&language).unwrap(), r#"{"type":"language","ttsLanguage":"es-ES"}"#);
        let digits = Outgoing::SendDigits { digits: "1" };
        assert_eq!(serde_json::to_string(&digits).unwrap(), r#"{"type":"sendDigits","digits":"1"}"#);
    }
}
