//! Who is measured.

use draft::{Category, Refusal};
use proto::Workflow;

/// What a planner makes of a prompt.
pub(crate) enum Answer {
    Plan { category: Category, workflow: Box<Workflow> },
    Refused { missing: Vec<String> },
}

pub(crate) trait Subject {
    fn answer(&self, prompt: &str) -> Answer;
}

/// The rules of `draft`.
pub(crate) struct Builtin;

impl Subject for Builtin {
    fn answer(&self, prompt: &str) -> Answer {
        match draft::sorted(prompt) {
            Ok(sorted) => Answer::Plan { category: sorted.category, workflow: Box::new(sorted.workflow) },
            Err(Refusal::Vague(vague)) => {
                Answer::Refused { missing: vague.missing.into_iter().map(|missing| missing.what).collect() }
            }
            Err(
                refusal @ (Refusal::TooLong
                | Refusal::Language
                | Refusal::NotEnglish
                | Refusal::NotAllowed
                | Refusal::Schema
                | Refusal::TooMuch),
            ) => Answer::Refused { missing: vec![refusal.to_string()] },
        }
    }
}
