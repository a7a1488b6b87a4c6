//! A software agent that places calls through the public API and listens to them.

use anyhow::{Context as _, bail};
use futures_util::StreamExt as _;
use reqwest::Client;
use serde_json::{Value, json};

/// A server-sent event is one turn of a conversation at most.
const EVENT_BYTES_MAX: usize = 64 * 1024;

pub(crate) struct Agent {
    pub(crate) http: Client,
    pub(crate) gateway: String,
    pub(crate) key: String,
    pub(crate) callback_url: String,
    pub(crate) callback_secret: String,
}

impl Agent {
    /// Asks for a call and gives its id.
    pub(crate) async fn call(&self, prompt: &str, callee: &str) -> anyhow::Result<String> {
        let body = json!({"prompt": prompt, "recipient_phone": callee, "callback_url": self.callback_url,
            "callback_secret": self.callback_secret});
        let request = self.http.post(format!("{}/api/call-prompt", self.gateway)).bearer_auth(&self.key).json(&body);
        let answer: Value = request.send().await?.json().await?;
        match answer["call_id"].as_str() {
            Some(call_id) => Ok(call_id.to_owned()),
            None => bail!("the call was not accepted: {answer}"),
        }
    }

    pub(crate) async fn cancel(&self, call_id: &str) -> anyhow::Result<()> {
        let url = format!("{}/api/calls/{call_id}/cancel", self.gateway);
        self.http.post(url).bearer_auth(&self.key).send().await?.error_for_status()?;
        Ok(())
    }

    /// Listens to the events of a call and hands over each, with its name, until the server closes the stream.
    pub(crate) async fn listen(&self, call_id: &str, mut hear: impl FnMut(&str, &Value)) -> anyhow::Result<()> {
        let url = format!("{}/api/calls/{call_id}/events", self.gateway);
        let answer = self.http.get(url).bearer_auth(&self.key).send().await?.error_for_status()?;
        let mut chunks = answer.bytes_stream();
        let mut held = Vec::new();
        while let Some(chunk) = chunks.next().await {
            held.extend_from_slice(&chunk?);
            while let Some(end) = held.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = held.drain(..end + 2).collect();
                if let Some((name, data)) = parse(&String::from_utf8_lossy(&event)) {
                    hear(&name, &data);
                }
            }
            if held.len() > EVENT_BYTES_MAX {
                bail!("an event is larger than {EVENT_BYTES_MAX} bytes");
            }
        }
        Ok(())
    }
}

/// The fields of one server-sent event (WHATWG HTML, 9.2.6). Comments and unnamed events are none.
fn parse(event: &str) -> Option<(String, Value)> {
    let field = |name: &str| {
        let value = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(value.strip_prefix(' ').unwrap_or(value).to_owned())
    };
    let data = serde_json::from_str(&field("data")?).context("an event holds no JSON").ok()?;
    Some((field("event")?, data))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn an_event_is_its_name_and_its_json() {
        let heard = parse("id: 7\nevent: turn\ndata: {\"role\":\"user\"}\n\n").unwrap();
        assert_eq!(heard, ("turn".to_owned(), json!({"role": "user"})));
        assert!(parse(": still here\n\n").is_none());
    }
}
