//! Plans: from a model where one is configured, else and in need from the built-in planner.

mod flaw;
mod proposal;

use std::fmt;
use std::time::{Duration, Instant};

use draft::{PLANNER, Refusal, Sorted};
use model::{Failed, Patient, Question, Said, Shape, Speaker};
use proto::Workflow;
use runtime::SharedClock;

use crate::config::PlanSettings;

pub use flaw::Flaw;
pub use proposal::{Proposal, schema};

/// Changes with every word of the prompt below and with the schema, so that a plan says what it was made with.
pub const PROMPT_VERSION: &str = "p3";

const SYSTEM: &str = include_str!("think/prompt.txt");
/// A long plan has some eight hundred; models that think first write that too.
const TOKENS_MAX: u32 = 4_000;

/// Whoever makes plans.
pub struct Planner {
    model: Option<Thinker>,
    clock: SharedClock,
}

struct Thinker {
    model: Patient,
    within: Duration,
}

/// What came of a prompt.
pub struct Planned {
    pub made: Result<Sorted, Refusal>,
    pub by: By,
}

/// Who made a plan; shown as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Builtin,
    Model {
        name: String,
        /// What was wrong with its first plan.
        mended: Option<Flaw>,
    },
    /// The built-in planner, for a model whose plan can't be used.
    StandIn {
        name: String,
        why: Useless,
    },
}

/// Why a model's plan is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Useless {
    Failed(Failed),
    /// Twice no sound plan; this is wrong with the second.
    Unsound(Flaw),
}

impl Planner {
    /// Without a model, only the built-in planner makes plans.
    pub fn new(settings: &PlanSettings, clock: SharedClock) -> Result<Self, reqwest::Error> {
        let Some(of) = &settings.model else { return Ok(Self::builtin(clock)) };
        let model = Patient::new(of.model()?, of.slots, of.prices, SharedClock::clone(&clock));
        Ok(Self { model: Some(Thinker { model, within: settings.within }), clock })
    }

    pub fn builtin(clock: SharedClock) -> Self {
        Self { model: None, clock }
    }

    /// `within`: how long somebody waits for the plan, if less than it may take.
    pub async fn plan(&self, prompt: &str, within: Option<Duration>) -> Planned {
        let builtin = draft::sorted(prompt);
        let Some(thinker) = &self.model else { return Planned { made: builtin, by: By::Builtin } };
        // What may not be asked, no model may ask either; and no model reads a book.
        if matches!(builtin, Err(Refusal::NotAllowed | Refusal::TooLong)) {
            return Planned { made: builtin, by: By::Builtin };
        }
        let within = within.map_or(thinker.within, |within| within.min(thinker.within));
        let known = builtin.as_ref().ok().map(|sorted| &sorted.workflow);
        let name = thinker.model.name().to_owned();
        match thinker.plan(prompt, known, self.clock.instant() + within).await {
            Ok((sorted, mended)) => Planned { made: Ok(sorted), by: By::Model { name, mended } },
            Err(why) => {
                let reason = why.label();
                tracing::warn!(reason, model = name, "the built-in planner stands in for the model");
                metrics::counter!("plan_fallbacks_total", "reason" => reason).increment(1);
                Planned { made: builtin, by: By::StandIn { name, why } }
            }
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str(PLANNER),
            Self::Model { name, .. } => write!(f, "{name}/{PROMPT_VERSION}"),
            Self::StandIn { name, why } => write!(f, "{PLANNER}, for {name} ({})", why.label()),
        }
    }
}

impl Useless {
    fn label(&self) -> &'static str {
        match self {
            Self::Failed(failed) => failed.label(),
            Self::Unsound(_) => "unsound",
        }
    }
}

impl fmt::Display for Useless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(failed) => failed.fmt(f),
            Self::Unsound(flaw) => flaw.fmt(f),
        }
    }
}

impl Thinker {
    /// The plan, and what had to be mended for it.
    async fn plan(
        &self,
        prompt: &str,
        builtin: Option<&Workflow>,
        until: Instant,
    ) -> Result<(Sorted, Option<Flaw>), Useless> {
        let mut question = question(prompt);
        let mut mended = None;
        loop {
            let reply = self.model.ask(&question, until).await.map_err(Useless::Failed)?;
            let flaw = match read(&reply.text, prompt, builtin) {
                Ok(sorted) => return Ok((sorted, mended)),
                // A model that fails twice fails for ever.
                Err(flaw) if mended.is_some() => return Err(Useless::Unsound(flaw)),
                Err(flaw) => flaw,
            };
            question.said.push(Said { by: Speaker::Model, text: reply.text });
            let text = format!("That plan can't be used: {flaw}. Answer with the whole plan again, mended.");
            question.said.push(Said { by: Speaker::Us, text });
            mended = Some(flaw);
        }
    }
}

fn read(text: &str, prompt: &str, builtin: Option<&Workflow>) -> Result<Sorted, Flaw> {
    let read = Proposal::read(text).and_then(|proposal| proposal.plan(prompt, builtin));
    read.inspect_err(|flaw| metrics::counter!("plan_flaws_total", "flaw" => flaw.label()).increment(1))
}

fn question(prompt: &str) -> Question {
    // Marked as data. Whatever it says, the plan is checked against it and can reach nothing but the conversation.
    let text = format!("<briefing>\n{}\n</briefing>", prompt.replace("</briefing>", ""));
    Question {
        system: SYSTEM.to_owned(),
        said: vec![Said { by: Speaker::Us, text }],
        shape: Shape { name: "call_plan", description: "The plan of one phone call.", schema: schema() },
        tokens_max: TOKENS_MAX,
    }
}
