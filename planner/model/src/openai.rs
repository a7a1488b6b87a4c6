//! `POST /chat/completions` as `OpenAI` documents it and vLLM, llama.cpp, Ollama and many others speak it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{Failed, Model, Question, Reply, Speaker, Tokens, wire};

/// Only this host insists on the newer name of a member that the others do not know yet.
const FIRST_HAND: &str = "api.openai.com";

pub struct OpenAi {
    name: String,
    model: String,
    url: Url,
    key: Option<SecretString>,
    client: Client,
    /// The strictest [`Way`] that this endpoint has not refused, as its number.
    way: AtomicU8,
}

/// How the shape of the answer is asked for, from the strictest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    JsonSchema = 0,
    JsonObject = 1,
    Plain = 2,
}

impl Way {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::JsonSchema,
            1 => Self::JsonObject,
            _ => Self::Plain,
        }
    }

    fn next(self) -> Option<Self> {
        match self {
            Self::JsonSchema => Some(Self::JsonObject),
            Self::JsonObject => Some(Self::Plain),
            Self::Plain => None,
        }
    }
}

impl OpenAi {
    /// `url`: up to the `/v1`, such as `https://api.openai.com/v1`.
    pub fn new(url: Url, model: impl Into<String>, key: Option<SecretString>) -> Result<Self, reqwest::Error> {
        let model = model.into();
        let name = format!("openai/{model}");
        Ok(Self { name, model, url, key, client: wire::client()?, way: AtomicU8::new(0) })
    }

    fn body(&self, question: &Question, way: Way) -> Value {
        let shape = &question.shape;
        let mut system = question.system.clone();
        if way != Way::JsonSchema {
            // The other ways do not carry the schema to the model, or not on every server.
            system.push_str("\n\nAnswer with one JSON object and nothing else. It must fit this JSON Schema:\n");
            system.push_str(&shape.schema.to_string());
        }
        let said = question.said.iter().map(|said| {
            let role = match said.by {
                Speaker::Us => "user",
                Speaker::Model => "assistant",
            };
            json!({"role": role, "content": said.text})
        });
        let messages: Vec<_> = std::iter::once(json!({"role": "system", "content": system})).chain(said).collect();
        let mut body = json!({"model": self.model, "messages": messages});
        let limit = if self.url.host_str() == Some(FIRST_HAND) { "max_completion_tokens" } else { "max_tokens" };
        body[limit] = question.tokens_max.into();
        match way {
            Way::JsonSchema => {
                let schema = json!({"name": shape.name, "strict": true, "schema": shape.schema});
                body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
            }
            // llama.cpp takes a schema here too, and others ignore it.
            Way::JsonObject => body["response_format"] = json!({"type": "json_object", "schema": shape.schema}),
            Way::Plain => {}
        }
        body
    }

    async fn ask(&self, question: &Question, way: Way, within: Duration) -> Result<Reply, Failed> {
        let url = format!("{}/chat/completions", self.url.as_str().trim_end_matches('/'));
        let mut request = self.client.post(url).json(&self.body(question, way));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let answer: Answer = wire::send(request, within).await?;
        let choice = answer.choices.into_iter().next().ok_or(Failed::Unreadable)?;
        match choice.finish_reason.as_deref() {
            Some("length") => return Err(Failed::Cut),
            Some("content_filter") => return Err(Failed::Declined),
            Some(_) | None => {}
        }
        if choice.message.refusal.is_some() {
            return Err(Failed::Declined);
        }
        let text = choice.message.content.ok_or(Failed::Unreadable)?;
        let usage = answer.usage.unwrap_or_default();
        let tokens = Tokens { read: usage.prompt_tokens, written: usage.completion_tokens };
        Ok(Reply { text: bare(&text).to_owned(), tokens })
    }
}

#[async_trait]
impl Model for OpenAi {
    fn name(&self) -> &str {
        &self.name
    }

    async fn answer(&self, question: &Question, within: Duration) -> Result<Reply, Failed> {
        let mut way = Way::of(self.way.load(Ordering::Relaxed));
        loop {
            match self.ask(question, way, within).await {
                Err(Failed::Refused { status }) if may_be_the_way(status) => match way.next() {
                    Some(next) => way = next,
                    None => return Err(Failed::Refused { status }),
                },
                Ok(reply) => {
                    // Only now is it known that the stricter way was at fault.
                    self.way.store(way as u8, Ordering::Relaxed);
                    return Ok(reply);
                }
                Err(failed) => return Err(failed),
            }
        }
    }
}

/// Some servers answer 500 to a `response_format` that they do not know.
fn may_be_the_way(status: u16) -> bool {
    matches!(status, 400 | 404 | 405 | 415 | 422 | 500)
}

/// Without the fence that models like to put around JSON.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_prefix("```") else { return text };
    inner.strip_prefix("json").unwrap_or(inner).trim_end_matches('`').trim()
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}
