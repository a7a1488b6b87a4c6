//! What a prompt is about, in one word.

use proto::workflow::{Field, FieldKind, TellFact};

use crate::act::Verb;
use crate::brief::Task;

/// Who quotes one of these asks about something that was begun before.
const BEGUN: [&str; 5] = ["order number", "case number", "claim number", "ticket number", "invoice number"];
/// The price of a piece of work has to be worked out; other prices stand on a list.
const JOBS: [&str; 4] = ["charge to ", "price to ", "cost to ", "charge for "];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    Book,
    Reschedule,
    Cancel,
    Confirm,
    Ask,
    /// Something is ordered, or asked for because somebody wants to buy it.
    Order,
    Message,
    FollowUp,
    Quote,
    WaitList,
    /// Something else that the callee has to say yes or no to.
    Request,
}

impl Category {
    pub(crate) fn of(task: &Task, fields: &[Field], facts: &[TellFact]) -> Self {
        let asks_to_confirm =
            ["confirm", "verify", "make sure", "double"].iter().any(|verb| task.trigger.starts_with(verb));
        let asks_for_price = fields.first().is_some_and(|field| {
            let question = field.question.expose().to_lowercase();
            field.kind == FieldKind::Money && JOBS.iter().any(|job| question.contains(job))
        });
        let begun = facts.iter().any(|fact| BEGUN.contains(&fact.label.as_str()));
        let asks = |words: &str| fields.iter().any(|field| field.question.expose().contains(words));
        match task.verb {
            Verb::Ask if asks_to_confirm => Self::Confirm,
            Verb::Ask | Verb::Call if begun || asks(" ready") => Self::FollowUp,
            Verb::Ask | Verb::Call if asks("Do you carry ") => Self::Order,
            Verb::Ask | Verb::Call if asks_for_price => Self::Quote,
            Verb::Book => Self::Book,
            Verb::Reschedule => Self::Reschedule,
            Verb::Cancel => Self::Cancel,
            Verb::Confirm => Self::Confirm,
            Verb::Ask | Verb::Call if fields.iter().any(|field| field.name.starts_with("in_stock")) => Self::Order,
            Verb::Ask | Verb::Call => Self::Ask,
            Verb::Request if task.trigger == "refill" => Self::Order,
            Verb::Order => Self::Order,
            Verb::Tell => Self::Message,
            Verb::FollowUp => Self::FollowUp,
            Verb::Quote => Self::Quote,
            Verb::WaitList => Self::WaitList,
            Verb::Wish | Verb::Request => Self::Request,
        }
    }
}
