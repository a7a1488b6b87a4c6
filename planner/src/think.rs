//! Plans: from a model where one is configured, else and in need from the built-in planner.

mod proposal;

use std::time::{Duration, Instant};

use draft::{PLANNER, Refusal};
use model::{Failed, Patient, Question, Said, Shape, Speaker};
use proto::Workflow;
use runtime::SharedClock;

pub use proposal::{Proposal, schema};

/// Changes with every word of the prompt below and with the schema, so that a plan says what it was made with.
pub const PROMPT_VERSION: &str = "p1";

const SYSTEM: &str = include_str!("think/prompt.txt");
/// A long plan has some two thousand.
const TOKENS_MAX: u32 = 4_000;
/// One repair: a model that fails twice fails for ever.
const ROUNDS: usize = 2;

/// Whoever makes plans.
pub struct Planner {
    model: Option<Thinker>,
    clock: SharedClock,
}

struct Thinker {
    model: Patient,
    within: Duration,
}

/// Why a model's plan is not used.
#[derive(Debug)]
enum Useless {
    Failed(Failed),
    /// Twice no sound plan.
    Unsound,
}

impl Planner {
    pub fn builtin(clock: SharedClock) -> Self {
        Self { model: None, clock }
    }

    /// `within`: how long a plan of the model may take, with all its repetitions.
    pub fn with_model(model: Patient, within: Duration, clock: SharedClock) -> Self {
        Self { model: Some(Thinker { model, within }), clock }
    }

    /// A plan and who made it. `within`: how long somebody waits for it, if less than a plan may take.
    pub async fn plan(&self, prompt: &str, within: Option<Duration>) -> (Result<Workflow, Refusal>, String) {
        let builtin = draft::draft(prompt);
        let Some(thinker) = &self.model else { return (builtin, PLANNER.to_owned()) };
        // What may not be asked, no model may ask either; and no model reads a book.
        if matches!(builtin, Err(Refusal::NotAllowed | Refusal::TooLong)) {
            return (builtin, PLANNER.to_owned());
        }
        let within = within.map_or(thinker.within, |within| within.min(thinker.within));
        match thinker.plan(prompt, builtin.as_ref().ok(), self.clock.instant() + within).await {
            Ok(workflow) => (Ok(workflow), format!("{}/{PROMPT_VERSION}", thinker.model.name())),
            Err(useless) => {
                let reason = useless.label();
                tracing::warn!(reason, model = thinker.model.name(), "the built-in planner stands in for the model");
                metrics::counter!("plan_fallbacks_total", "reason" => reason).increment(1);
                (builtin, format!("{PLANNER}, for {} ({reason})", thinker.model.name()))
            }
        }
    }
}

impl Useless {
    fn label(&self) -> &'static str {
        match self {
            Self::Failed(failed) => failed.label(),
            Self::Unsound => "unsound",
        }
    }
}

impl Thinker {
    async fn plan(&self, prompt: &str, builtin: Option<&Workflow>, until: Instant) -> Result<Workflow, Useless> {
        let mut question = question(prompt);
        for _ in 0..ROUNDS {
            let reply = self.model.ask(&question, until).await.map_err(Useless::Failed)?;
            let problem = match Proposal::read(&reply.text).and_then(|proposal| proposal.workflow(prompt, builtin)) {
                Ok(workflow) => return Ok(workflow),
                Err(problem) => problem,
            };
            question.said.push(Said { by: Speaker::Model, text: reply.text });
            let text = format!("That plan can't be used: {problem}. Answer with the whole plan again, mended.");
            question.said.push(Said { by: Speaker::Us, text });
        }
        Err(Useless::Unsound)
    }
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
