//! `POST /v1/messages` of Anthropic. The shape is the input of a tool that the model has to use.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::events::{Events, Whole};
use crate::order::InOrder;
use crate::wire::Opened;
use crate::{Failed, Model, Question, Reply, SoFar, Speaker, Tokens, wire};

const VERSION: &str = "2023-06-01";

pub struct Anthropic {
    name: String,
    model: String,
    url: Url,
    key: SecretString,
    client: Client,
    whole: Whole,
}

impl Anthropic {
    /// `url`: without the `/v1`, such as `https://api.anthropic.com`.
    pub fn new(url: Url, model: impl Into<String>, key: SecretString) -> Result<Self, reqwest::Error> {
        let model = model.into();
        Ok(Self {
            name: format!("anthropic/{model}"),
            model,
            url,
            key,
            client: wire::client()?,
            whole: Whole::default(),
        })
    }

    fn body<'a>(&'a self, question: &'a Question, stream: bool) -> Body<'a> {
        let shape = &question.shape;
        let said = question.said.iter().map(|said| {
            let role = match said.by {
                Speaker::Us => "user",
                Speaker::Model => "assistant",
            };
            json!({"role": role, "content": said.text})
        });
        Body {
            model: &self.model,
            max_tokens: question.tokens_max,
            system: &question.system,
            messages: said.collect(),
            tools: [Tool {
                name: shape.name,
                description: shape.description,
                input_schema: InOrder(&shape.schema),
                // Otherwise a member of the input comes only when it is whole.
                eager_input_streaming: stream.then_some(true),
            }],
            tool_choice: ToolChoice { r#type: "tool", name: shape.name },
            stream: stream.then_some(true),
        }
    }

    fn request(&self, question: &Question, stream: bool) -> RequestBuilder {
        let url = format!("{}/v1/messages", self.url.as_str().trim_end_matches('/'));
        let request = self.client.post(url).header("x-api-key", self.key.expose_secret());
        request.header("anthropic-version", VERSION).json(&self.body(question, stream))
    }
}

#[async_trait]
impl Model for Anthropic {
    fn name(&self) -> &str {
        &self.name
    }

    async fn answer(&self, question: &Question, within: Duration) -> Result<Reply, Failed> {
        let answer: Answer = wire::send(self.request(question, false), within).await?;
        answer.reply(question.shape.name)
    }

    async fn stream(&self, question: &Question, within: Duration, so_far: &mut SoFar<'_>) -> Result<Reply, Failed> {
        let opened = if self.whole.is_known() {
            None
        } else {
            match wire::open::<Answer>(self.request(question, true), within).await {
                Err(Failed::Refused { status: 400..=499 }) => None,
                opened => Some(opened?),
            }
        };
        let reply = match opened {
            Some(Opened::Events(events)) => return heard(events, question.shape.name, so_far).await,
            Some(Opened::Whole(answer)) => answer.reply(question.shape.name)?,
            None => self.answer(question, within).await?,
        };
        self.whole.remember();
        so_far(&reply.text);
        Ok(reply)
    }
}

/// Puts the input of the tool together.
async fn heard(mut events: Events, tool: &str, so_far: &mut SoFar<'_>) -> Result<Reply, Failed> {
    let (mut text, mut tokens, mut ours, mut stop) = (String::new(), Tokens::default(), None, None);
    while let Some(event) = events.next().await? {
        match event {
            Event::MessageStart { message } => tokens.read = message.usage.input_tokens,
            Event::ContentBlockStart { index, content_block: Begun::ToolUse { name } } if name == tool => {
                ours = ours.or(Some(index));
            }
            Event::ContentBlockDelta { index, delta: Delta::InputJsonDelta { partial_json } }
                if ours == Some(index) && !partial_json.is_empty() =>
            {
                text.push_str(&partial_json);
                so_far(&text);
            }
            Event::MessageDelta { delta, usage } => {
                stop = delta.stop_reason;
                tokens.written = usage.output_tokens;
            }
            Event::MessageStop => {
                stopped(stop.as_deref())?;
                return if text.is_empty() { Err(Failed::Unreadable) } else { Ok(Reply { text, tokens }) };
            }
            Event::Error => return Err(Failed::Cut),
            Event::ContentBlockStart { .. } | Event::ContentBlockDelta { .. } | Event::Other => {}
        }
    }
    Err(Failed::Cut)
}

fn stopped(reason: Option<&str>) -> Result<(), Failed> {
    match reason {
        Some("max_tokens") => Err(Failed::Cut),
        Some("refusal") => Err(Failed::Declined),
        Some(_) | None => Ok(()),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    system: &'a str,
    messages: Vec<Value>,
    tools: [Tool<'a>; 1],
    tool_choice: ToolChoice<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<bool>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: InOrder<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eager_input_streaming: Option<bool>,
}

#[derive(Serialize)]
struct ToolChoice<'a> {
    r#type: &'static str,
    name: &'a str,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    MessageStart {
        message: Started,
    },
    ContentBlockStart {
        index: u32,
        content_block: Begun,
    },
    ContentBlockDelta {
        index: u32,
        delta: Delta,
    },
    MessageDelta {
        delta: Stop,
        #[serde(default)]
        usage: Usage,
    },
    MessageStop,
    Error,
    /// Whatever else the vendor sends.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Started {
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Begun {
    ToolUse {
        name: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Delta {
    InputJsonDelta {
        partial_json: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Stop {
    stop_reason: Option<String>,
}

impl Answer {
    fn reply(self, tool: &str) -> Result<Reply, Failed> {
        stopped(self.stop_reason.as_deref())?;
        let used = self.content.into_iter().find_map(|block| match block {
            Block::ToolUse { name, input } if name == tool => Some(input),
            Block::ToolUse { .. } | Block::Other => None,
        });
        let text = used.ok_or(Failed::Unreadable)?.to_string();
        let tokens = Tokens { read: self.usage.input_tokens, written: self.usage.output_tokens };
        Ok(Reply { text, tokens })
    }
}

#[derive(Deserialize)]
struct Answer {
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Usage,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    ToolUse {
        name: String,
        input: Value,
    },
    /// Text and whatever else the vendor adds.
    #[serde(other)]
    Other,
}

#[derive(Default, Deserialize)]
struct Usage {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
}
