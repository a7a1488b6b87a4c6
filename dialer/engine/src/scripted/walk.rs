use std::collections::BTreeSet;

use proto::workflow::{Act, StepId};
use proto::{FieldValue, Verdict};

use crate::{Context, Next};

const GOODBYE: &str = "Thank you for your time. Goodbye.";

/// What is said from a step on, until there is something to wait for. Questions whose answers are known are not put
/// again. `new`: answers that are not in the context yet.
pub(super) fn from(context: &Context, new: &[(&str, &FieldValue)], start: &StepId) -> (String, Next) {
    let mut say: Vec<&str> = Vec::new();
    let mut been = BTreeSet::new();
    let mut at = start;
    while been.insert(at) {
        let Some(step) = context.workflow.step(at) else {
            break;
        };
        at = match &step.act {
            Act::Say { text, next } => {
                say.push(text.expose());
                next
            }
            Act::Close { text } => {
                say.push(text.expose());
                return (say.join(" "), Next::Close);
            }
            Act::Ask { field, next } if known(context, new, field).is_some() => next,
            Act::Confirm { field, yes, no } => match known(context, new, field) {
                Some(FieldValue::Boolean(true)) => yes,
                Some(FieldValue::Boolean(false) | FieldValue::Number(_) | FieldValue::Text(_)) => no,
                None => return question(context, say, field, at),
            },
            Act::Ask { field, .. } => return question(context, say, field, at),
        };
    }
    // The way led in a circle of things that are known.
    say.push(GOODBYE);
    (say.join(" "), Next::Close)
}

fn question<'a>(context: &'a Context, mut say: Vec<&'a str>, field: &str, at: &StepId) -> (String, Next) {
    if let Some(field) = context.workflow.field(field) {
        say.push(field.question.expose());
    }
    (say.join(" "), Next::Go(at.clone()))
}

fn known<'a>(context: &'a Context, new: &[(&str, &'a FieldValue)], field: &str) -> Option<&'a FieldValue> {
    let recorded = || {
        let fill = context.fills.iter().find(|fill| fill.field == field)?;
        match &fill.verdict {
            Verdict::Answered { value, .. } => Some(value),
            Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => None,
        }
    };
    new.iter().find(|(name, _)| *name == field).map(|(_, value)| *value).or_else(recorded)
}
