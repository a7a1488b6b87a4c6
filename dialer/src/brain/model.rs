//! A language model that says what comes next. Whatever it answers, the engine says, records and ends only what it may.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::{Context, Held, Reply};
use model::{Failed, ModelSettings, Patient};
use proto::Private;
use runtime::SharedClock;
use tokio::sync::watch;

use super::thought::{self, Thought};
use super::{Beginning, Brain, BrainFailed, Gist, gist};

/// The labels of `summaries_total` beside those of [`engine::Unproved`]: the model's was taken, or there was none.
pub const SUMMARIES: [&str; 2] = ["taken", "none"];
/// The last words take about three seconds. A summary that is not there a little later is not waited for.
const SUMMARY_MAX: Duration = Duration::from_secs(8);

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

    async fn think(&self, context: &Context, begins: &watch::Sender<Beginning>) -> Result<Reply, &'static str> {
        let until = self.clock.instant() + self.within;
        let mut so_far = |text: &str| {
            if let Some(beginning) = thought::beginning(text) {
                begins.send_if_modified(|before| {
                    let news = *before != beginning;
                    *before = beginning;
                    news
                });
            }
        };
        // A second try would come too late, and there is another brain.
        let question = thought::question(context);
        let answer = self.model.stream_once(&question, until, &mut so_far).await.map_err(Failed::label)?;
        let thought = Thought::read(&answer.text).map_err(|_| "no_reply")?;
        Ok(thought.reply(&context.workflow))
    }
}

#[async_trait]
impl Brain for ModelBrain {
    async fn reply(&self, context: &Context, begins: &watch::Sender<Beginning>) -> Result<Reply, BrainFailed> {
        self.think(context, begins).await.map_err(|reason| {
            tracing::warn!(reason, model = self.model.name(), "the scripted brain stands in for the model");
            metrics::counter!("brain_fallbacks_total", "reason" => reason).increment(1);
            BrainFailed
        })
    }

    async fn sum_up(&self, gist: &Gist) -> Option<Private> {
        let until = self.clock.instant() + SUMMARY_MAX;
        let answer = self.model.ask_once(&gist::question(gist), until).await;
        let Gist { workflow, messages, fills, ending } = gist;
        let held = Held { workflow, messages, fills, ending: Some(*ending) };
        let written = answer.ok().and_then(|answer| gist::read(&answer.text));
        let (word, summary) = match written.map(|written| engine::proved(&written, &held)) {
            Some(Ok(summary)) => ("taken", Some(summary)),
            Some(Err(unproved)) => (unproved.word(), None),
            None => ("none", None),
        };
        metrics::counter!("summaries_total", "by_model" => word).increment(1);
        summary
    }
}
