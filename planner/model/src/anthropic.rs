//! `POST /v1/messages` of Anthropic. The shape is the input of a tool that the model has to use.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{Failed, Model, Question, Reply, Speaker, Tokens, wire};

const VERSION: &str = "2023-06-01";

pub struct Anthropic {
    name: String,
    model: String,
    url: Url,
    key: SecretString,
    client: Client,
}

impl Anthropic {
    /// `url`: without the `/v1`, such as `https://api.anthropic.com`.
    pub fn new(url: Url, model: impl Into<String>, key: SecretString) -> Result<Self, reqwest::Error> {
        let model = model.into();
        Ok(Self { name: format!("anthropic/{model}"), model, url, key, client: wire::client()? })
    }

    fn body(&self, question: &Question) -> Value {
        let shape = &question.shape;
        let said = question.said.iter().map(|said| {
            let role = match said.by {
                Speaker::Us => "user",
                Speaker::Model => "assistant",
            };
            json!({"role": role, "content": said.text})
        });
        json!({
            "model": self.model,
            "max_tokens": question.tokens_max,
            "system": question.system,
            "messages": said.collect::<Vec<_>>(),
            "tools": [{"name": shape.name, "description": shape.description, "input_schema": shape.schema}],
            "tool_choice": {"type": "tool", "name": shape.name},
        })
    }
}

#[async_trait]
impl Model for Anthropic {
    fn name(&self) -> &str {
        &self.name
    }

    async fn answer(&self, question: &Question, within: Duration) -> Result<Reply, Failed> {
        let url = format!("{}/v1/messages", self.url.as_str().trim_end_matches('/'));
        let request = self.client.post(url).header("x-api-key", self.key.expose_secret());
        let request = request.header("anthropic-version", VERSION).json(&self.body(question));
        let answer: Answer = wire::send(request, within).await?;
        match answer.stop_reason.as_deref() {
            Some("max_tokens") => return Err(Failed::Cut),
            Some("refusal") => return Err(Failed::Declined),
            Some(_) | None => {}
        }
        let used = answer.content.into_iter().find_map(|block| match block {
            Block::ToolUse { name, input } if name == question.shape.name => Some(input),
            Block::ToolUse { .. } | Block::Other => None,
        });
        let text = used.ok_or(Failed::Unreadable)?.to_string();
        let tokens = Tokens { read: answer.usage.input_tokens, written: answer.usage.output_tokens };
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
