//! The built-in planner: a prompt in English becomes a workflow, or a list of what it does not say.
//!
//! Pure and deterministic: the same prompt always gives the same plan. Everything that the plan tells stands in the
//! prompt; nothing is invented.

mod act;
mod asked;
mod brief;
mod category;
mod detail;
mod language;
mod missing;
mod noun;
mod one_of;
mod people;
mod piece;
mod plan;
mod proof;
mod question;
mod rest;
mod schema;
mod script;
mod sense;
mod speech;
mod survey;
mod table;
mod text;
mod when;

use std::collections::BTreeSet;

use proto::Workflow;
use proto::fact::{Recipient, Wishes};

pub use crate::asked::{apply, speaks};
pub use crate::category::Category;
pub use crate::plan::CLOSE;
pub use crate::proof::{Unproved, prove};
pub use crate::schema::{BadSchema, fields_from_schema};
pub use crate::script::{Beat, Laid, lay, question};

use crate::text::Text;

/// The name and version that a plan made here carries.
pub const PLANNER: &str = "builtin/1";

/// A briefing of some 700 words: longer ones are documents, and a rule-based reading of those would be guesswork.
pub const PROMPT_CHARS_MAX: usize = 4_000;

/// Why a prompt got no workflow. No variant holds words of the prompt, so that it may be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody who got this briefing would have to ask back first.
    #[error("the prompt does not say enough")]
    Vague(Vague),
    #[error("the prompt is longer than {PROMPT_CHARS_MAX} characters")]
    TooLong,
    /// The call is wanted in another language than English.
    #[error("the language is not spoken here")]
    Language,
    /// The prompt is written in another language than English.
    #[error("the language of the prompt is not understood: the built-in planner speaks English only")]
    NotEnglish,
    /// A payment card, a password or a one-time code is asked for.
    #[error("payment cards, passwords and one-time codes are not asked for on the phone")]
    NotAllowed,
    #[error("the schema of the result can't be asked for on the phone")]
    Schema,
    #[error("the prompt and the schema of the result ask for more than a callee answers")]
    TooMuch,
}

/// What to ask the author of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vague {
    /// Never empty.
    pub missing: Vec<Missing>,
}

/// One thing that the prompt does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Such as `date and time`.
    pub what: String,
    pub suggested_question: String,
}

/// A plan, and the task that was recognised in the prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    pub category: Category,
    pub workflow: Workflow,
}

/// Makes a plan for one call.
pub fn draft(prompt: &str) -> Result<Workflow, Refusal> {
    sorted(prompt).map(|sorted| sorted.workflow)
}

/// What a prompt shows of what it is about and of whether it says enough, each once: what the weights of this crate are
/// learnt for.
pub fn evidence(prompt: &str) -> BTreeSet<String> {
    brief::evidence(&Text::read(prompt))
}

/// Every name of a prompt with what tells which part it plays.
pub fn parties(prompt: &str) -> Vec<(String, BTreeSet<String>)> {
    brief::parties(&Text::read(prompt))
}

/// [`draft`], with the category of the prompt.
pub fn sorted(prompt: &str) -> Result<Sorted, Refusal> {
    if prompt.chars().nth(PROMPT_CHARS_MAX).is_some() {
        return Err(Refusal::TooLong);
    }
    let text = Text::read(prompt);
    if language::is_foreign(&text) {
        return Err(Refusal::NotEnglish);
    }
    let sorted = plan::plan(&text, brief::read(&text))?;
    let asked = sorted.workflow.fields().iter().map(|field| field.question.expose());
    if asked.into_iter().any(proof::is_secret) {
        return Err(Refusal::NotAllowed);
    }
    Ok(sorted)
}

/// Makes a plan for one call as its caller wants it.
pub fn draft_as(prompt: &str, wishes: &Wishes, recipient: &Recipient) -> Result<Workflow, Refusal> {
    apply(draft(prompt)?, wishes, recipient)
}
