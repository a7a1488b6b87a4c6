//! Language models that answer with JSON of a given shape, over HTTP: one door for everything of ours that asks one.

mod anthropic;
mod events;
mod openai;
mod order;
mod patient;
mod settings;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

pub use anthropic::Anthropic;
pub use openai::OpenAi;
pub use patient::Patient;
pub use settings::{Api, ModelSettings, Prices};

/// One that can be asked.
#[async_trait]
pub trait Model: Send + Sync {
    /// Such as `openai/gpt-5`, for records and metrics.
    fn name(&self) -> &str;

    /// One answer to one question, without asking again.
    async fn answer(&self, question: &Question, within: Duration) -> Result<Reply, Failed>;

    /// The same. While the answer comes, `so_far` is given what there is of its text, again and again; it only grows. A
    /// model that can't be heard while it writes gives all of it at the end.
    async fn stream(&self, question: &Question, within: Duration, so_far: &mut SoFar<'_>) -> Result<Reply, Failed> {
        let reply = self.answer(question, within).await?;
        so_far(&reply.text);
        Ok(reply)
    }
}

/// Whoever wants the text of an answer while it is being written. It may not become JSON, and may never be whole.
pub type SoFar<'a> = dyn FnMut(&str) + Send + 'a;

/// What is asked. It holds people's words, so that it can't be shown.
pub struct Question {
    /// Who the model is and what it must do.
    pub system: String,
    pub said: Vec<Said>,
    pub shape: Shape,
    /// A longer answer has gone wrong.
    pub tokens_max: u32,
}

/// One turn of the talk with the model.
pub struct Said {
    pub by: Speaker,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    Us,
    Model,
}

/// The JSON that is wanted.
#[derive(Clone)]
pub struct Shape {
    /// Letters, digits and `_`.
    pub name: &'static str,
    pub description: &'static str,
    /// A JSON Schema in which every property is required and none may be added: what all vendors can hold to. Models write
    /// the properties in the order of `required`.
    pub schema: Value,
}

pub struct Reply {
    /// JSON, if the model did what it was told.
    pub text: String,
    pub tokens: Tokens,
}

/// As the vendor counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    pub read: u64,
    pub written: u64,
}

/// Why there is no answer. It never holds words of the question or of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    #[error("the model is busy")]
    Busy { retry_after: Option<Duration> },
    #[error("the model did not answer in time")]
    TimedOut,
    #[error("the model can't be reached")]
    Unreachable,
    #[error("the model refused the request with the status {status}")]
    Refused { status: u16 },
    #[error("the answer is not what the vendor documents")]
    Unreadable,
    #[error("the answer was cut")]
    Cut,
    #[error("the model declined to answer")]
    Declined,
}

impl Failed {
    /// For a metric label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Busy { .. } => "busy",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Refused { .. } => "refused",
            Self::Unreadable => "unreadable",
            Self::Cut => "cut",
            Self::Declined => "declined",
        }
    }
}
