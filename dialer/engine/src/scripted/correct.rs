//! An earlier answer that is taken back.

use proto::workflow::{Act, Field, FieldKind, StepId};
use proto::{FieldValue, Private, Verdict};

use super::listen::{self, Reading};
use crate::words::{Speech, has_any, request};
use crate::{Claim, Context};

/// A yes is only taken back by words that can mean nothing else, or that name what they are about.
const FINAL: &[&str] = &[
    "full",
    "fully booked",
    "booked up",
    "booked out",
    "sold out",
    "out of stock",
    "not available",
    "unavailable",
    "closed",
    "changed my mind",
    "i was wrong",
    "my mistake",
    "made a mistake",
];
/// Words of questions that say nothing about what they ask for.
const EMPTY: &[&str] = &[
    "a", "an", "and", "are", "at", "be", "can", "could", "do", "does", "for", "have", "how", "i", "in", "is", "it",
    "many", "me", "much", "of", "on", "other", "our", "please", "the", "this", "to", "we", "what", "when", "which",
    "would", "you", "your",
];

pub(super) struct Correction<'a> {
    pub(super) claim: Claim,
    /// Where the new answer leads on from.
    pub(super) step: &'a StepId,
}

/// What she takes back and says anew. `pending`: the field whose answer we wait for.
pub(super) fn correction<'a>(context: &'a Context, pending: Option<&Field>, text: &str) -> Option<Correction<'a>> {
    if !request::corrects(text) {
        return None;
    }
    let answers = |field: &Field| matches!(listen::read(field, context, text), Some(Reading::Answer { .. }));
    let taken = pending.is_some_and(answers);
    let mut known: Vec<_> = context
        .fills
        .iter()
        .filter_map(|fill| {
            let Verdict::Answered { value, evidence } = &fill.verdict else {
                return None;
            };
            Some((evidence.message_index, context.workflow.field(&fill.field)?, value))
        })
        .collect();
    known.sort_by_key(|(said_at, ..)| std::cmp::Reverse(*said_at));
    known.into_iter().filter(|(_, field, _)| pending.is_none_or(|pending| pending.name != field.name)).find_map(
        |(_, field, before)| {
            let named = is_named(field, pending, text);
            let clear = match field.kind {
                FieldKind::Text => named,
                FieldKind::Boolean => named || has_any(&Speech::new(text).words, FINAL),
                FieldKind::Number
                | FieldKind::Money
                | FieldKind::Phone
                | FieldKind::Date
                | FieldKind::Time
                | FieldKind::DateTime
                | FieldKind::Choice(_) => true,
            };
            // To an open question everything is an answer, but not a yes that is taken back.
            let open = pending.is_some_and(|pending| pending.kind == FieldKind::Text);
            if !clear || taken && !named && !(open && field.kind == FieldKind::Boolean) {
                return None;
            }
            let (value, quote) = answer(field, context, text).filter(|(value, _)| value != before)?;
            let claim = Claim { field: field.name.clone(), value, quote: Private::new(quote) };
            Some(Correction { claim, step: step_of(context, field)? })
        },
    )
}

fn answer(field: &Field, context: &Context, text: &str) -> Option<(FieldValue, String)> {
    match listen::read(field, context, text)? {
        Reading::Answer { value, quote } => Some((value, quote)),
        Reading::Declined { .. } => None,
    }
}

/// Whether the words say what they are about, and it is not what we ask for now.
fn is_named(field: &Field, pending: Option<&Field>, text: &str) -> bool {
    let said = Speech::new(text).words;
    let mut about = about(field);
    if let Some(pending) = pending {
        let asked = self::about(pending);
        about.retain(|word| !asked.contains(word));
    }
    said.iter().any(|word| about.contains(&word.text))
}

fn about(field: &Field) -> Vec<String> {
    let text = format!("{} {}", field.question.expose(), field.name.replace('_', " "));
    let words = Speech::new(&text).words.into_iter().map(|word| word.text);
    words.filter(|word| !EMPTY.contains(&word.as_str())).collect()
}

fn step_of<'a>(context: &'a Context, wanted: &Field) -> Option<&'a StepId> {
    let asks = |act: &Act| match act {
        Act::Ask { field, .. } | Act::Confirm { field, .. } => *field == wanted.name,
        Act::Say { .. } | Act::Close { .. } => false,
    };
    context.workflow.parts().steps.iter().find(|step| asks(&step.act)).map(|step| &step.id)
}
