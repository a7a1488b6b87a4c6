//! A language model that says what comes next. Whatever it answers, the engine says, records and ends only what it may.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::{Context, Reply};
use model::{Failed, ModelSettings, Patient};
use runtime::SharedClock;

use super::thought::{self, Thought};
use super::{Brain, BrainFailed};

/// The labels of `brain_fallbacks_total`: why the scripted brain stood in.
pub const REASONS: &[&str] =
    &["busy", "timed_out", "unreachable", "refused", "unreadable", "cut", "declined", "no_reply"];

pub struct ModelBrain {
    model: Patient,
    within: Duration,
    clock: SharedClock,
}

impl ModelBrain {
    /// `within`: how long the callee waits for a reply at most, before the scripted brain has one.
    pub fn new(settings: &ModelSettings, within: Duration, clock: SharedClock) -> Result<Self, reqwest::Error> {
        let model = Patient::new(settings.model()?, settings.slots, settings.prices, Arc::clone(&clock));
        Ok(Self { model, within, clock })
    }

    async fn think(&self, context: &Context) -> Result<Reply, &'static str> {
        let until = self.clock.instant() + self.within;
        // A second try would come too late, and there is another brain.
        let answer = self.model.ask_once(&thought::question(context), until).await.map_err(Failed::label)?;
        let thought = Thought::read(&answer.text).map_err(|_| "no_reply")?;
        Ok(thought.reply(&context.workflow))
    }
}

#[async_trait]
impl Brain for ModelBrain {
    async fn reply(&self, context: &Context) -> Result<Reply, BrainFailed> {
        self.think(context).await.map_err(|reason| {
            tracing::warn!(reason, model = self.model.name(), "the scripted brain stands in for the model");
            metrics::counter!("brain_fallbacks_total", "reason" => reason).increment(1);
            BrainFailed
        })
    }
}
