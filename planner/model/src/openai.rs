//! `POST /chat/completions` as `OpenAI` documents it and vLLM, llama.cpp, Ollama and many others speak it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::events::{Events, Whole};
use crate::order::InOrder;
use crate::wire::Opened;
use crate::{Failed, Model, Question, Reply, SoFar, Speaker, Tokens, wire};

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
    whole: Whole,
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
        Ok(Self { name, model, url, key, client: wire::client()?, way: AtomicU8::new(0), whole: Whole::default() })
    }

    fn body<'a>(&'a self, question: &'a Question, way: Way, stream: bool) -> Body<'a> {
        let shape = &question.shape;
        let schema = InOrder(&shape.schema);
        let mut system = question.system.clone();
        if way != Way::JsonSchema {
            // The other ways do not carry the schema to the model, or not on every server.
            system.push_str("\n\nAnswer with one JSON object and nothing else. It must fit this JSON Schema:\n");
            system.push_str(&serde_json::to_string(&schema).expect("a JSON value"));
        }
        let said = question.said.iter().map(|said| {
            let role = match said.by {
                Speaker::Us => "user",
                Speaker::Model => "assistant",
            };
            json!({"role": role, "content": said.text})
        });
        let first_hand = self.url.host_str() == Some(FIRST_HAND);
        Body {
            model: &self.model,
            messages: std::iter::once(json!({"role": "system", "content": system})).chain(said).collect(),
            max_tokens: Some(question.tokens_max).filter(|_| !first_hand),
            max_completion_tokens: Some(question.tokens_max).filter(|_| first_hand),
            response_format: match way {
                Way::JsonSchema => {
                    Some(Format::JsonSchema { json_schema: Named { name: shape.name, strict: true, schema } })
                }
                // llama.cpp takes a schema here too, and others ignore it.
                Way::JsonObject => Some(Format::JsonObject { schema }),
                Way::Plain => None,
            },
            stream: stream.then_some(true),
            stream_options: stream.then_some(StreamOptions { include_usage: true }),
        }
    }

    fn request(&self, question: &Question, way: Way, stream: bool) -> RequestBuilder {
        let url = format!("{}/chat/completions", self.url.as_str().trim_end_matches('/'));
        let request = self.client.post(url).json(&self.body(question, way, stream));
        match &self.key {
            Some(key) => request.bearer_auth(key.expose_secret()),
            None => request,
        }
    }

    fn way(&self) -> Way {
        Way::of(self.way.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Model for OpenAi {
    fn name(&self) -> &str {
        &self.name
    }

    async fn answer(&self, question: &Question, within: Duration) -> Result<Reply, Failed> {
        let mut way = self.way();
        loop {
            match wire::send(self.request(question, way, false), within).await.and_then(Answer::reply) {
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

    async fn stream(&self, question: &Question, within: Duration, so_far: &mut SoFar<'_>) -> Result<Reply, Failed> {
        let way = self.way();
        let opened = if self.whole.is_known() {
            None
        } else {
            match wire::open(self.request(question, way, true), within).await {
                Err(Failed::Refused { status }) if may_be_the_way(status) => None,
                opened => Some(opened?),
            }
        };
        let reply = match opened {
            Some(Opened::Events(events)) => return heard(events, so_far).await,
            Some(Opened::Whole(answer)) => Answer::reply(answer)?,
            None => self.answer(question, within).await?,
        };
        // Where another way of asking helped, that was at fault, and not the stream.
        if self.way() == way {
            self.whole.remember();
        }
        so_far(&reply.text);
        Ok(reply)
    }
}

async fn heard(mut events: Events, so_far: &mut SoFar<'_>) -> Result<Reply, Failed> {
    let (mut text, mut usage, mut finished) = (String::new(), Usage::default(), None);
    while let Some(Chunk { choices, usage: used, error }) = events.next().await? {
        if error.is_some() {
            return Err(Failed::Cut);
        }
        usage = used.unwrap_or(usage);
        let Some(Piece { delta, finish_reason }) = choices.into_iter().next() else { continue };
        finished = finish_reason.or(finished);
        if delta.refusal.is_some() {
            return Err(Failed::Declined);
        }
        if let Some(more) = delta.content.filter(|more| !more.is_empty()) {
            text.push_str(&more);
            so_far(&text);
        }
    }
    let choice = Choice { message: Message { content: Some(text), refusal: None }, finish_reason: finished };
    if choice.finish_reason.is_none() {
        return Err(Failed::Cut);
    }
    Answer { choices: vec![choice], usage: Some(usage) }.reply()
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

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format<'a> {
    JsonSchema { json_schema: Named<'a> },
    JsonObject { schema: InOrder<'a> },
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    strict: bool,
    schema: InOrder<'a>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// One event of a stream.
#[derive(Deserialize)]
struct Chunk {
    /// None in the one that tells the usage.
    #[serde(default)]
    choices: Vec<Piece>,
    usage: Option<Usage>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    delta: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

impl Answer {
    fn reply(self) -> Result<Reply, Failed> {
        let choice = self.choices.into_iter().next().ok_or(Failed::Unreadable)?;
        match choice.finish_reason.as_deref() {
            Some("length") => return Err(Failed::Cut),
            Some("content_filter") => return Err(Failed::Declined),
            Some(_) | None => {}
        }
        if choice.message.refusal.is_some() {
            return Err(Failed::Declined);
        }
        let text = choice.message.content.ok_or(Failed::Unreadable)?;
        let usage = self.usage.unwrap_or_default();
        let tokens = Tokens { read: usage.prompt_tokens, written: usage.completion_tokens };
        Ok(Reply { text: bare(&text).to_owned(), tokens })
    }
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{OpenAi, Way};
    use crate::{Question, Shape};

    #[test]
    fn a_model_is_asked_for_the_members_in_the_order_in_which_they_are_required() {
        runtime::install_crypto();
        let model = OpenAi::new("http://127.0.0.1:1".parse().unwrap(), "m", None).unwrap();
        let schema = json!({"properties": {"fields": {}, "say": {}}, "required": ["say", "fields"]});
        let shape = Shape { name: "turn", description: "A turn.", schema };
        let question = Question { system: String::new(), said: Vec::new(), shape, tokens_max: 1 };
        for way in [Way::JsonSchema, Way::JsonObject, Way::Plain] {
            let body = serde_json::to_string(&model.body(&question, way, true)).unwrap().replace("\\\"", "\"");
            assert!(body.contains(r#"{"say":{},"fields":{}}"#), "{way:?}: {body}");
        }
    }
}
