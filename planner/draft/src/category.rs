//! What a prompt is about, in one word.

use proto::workflow::{Field, FieldKind, TellFact};

use crate::act::Verb;
use crate::brief::Task;
use crate::survey::Survey;

/// Who quotes one of these asks about something that was begun before.
const BEGUN: [&str; 7] =
    ["order number", "case number", "claim number", "ticket number", "invoice number", "tracking number", "job number"];
/// The price of a piece of work has to be worked out; other prices stand on a list.
const JOBS: [&str; 12] = [
    "charge to ",
    "price to ",
    "cost to ",
    "charge for ",
    "want for ",
    "want to ",
    "would it cost",
    "how much would",
    "would cost",
    "how much to ",
    "ballpark",
    "would you charge",
];
/// Something of one's own, about which one asks how it goes.
const OWN: [&str; 16] = [
    "'s order",
    "our order",
    "our package",
    "our parcel",
    "our delivery",
    "our application",
    "our claim",
    "our repair",
    "our refund",
    "our car",
    "our prescription",
    "our bike",
    "our suit",
    "our dress",
    "our laptop",
    "our phone",
];
const PROGRESS: [&str; 18] = [
    "ready",
    "arrive",
    "ship",
    "status",
    "when",
    "where",
    "processed",
    "done",
    "decided",
    "approved",
    "update",
    "happen",
    "news",
    "finished",
    "received",
    "sent",
    "deliver",
    "picked up",
];
/// How much the questions themselves speak for a category.
const OWN_WEIGHT: u32 = 9;
const GOODS: [&str; 7] =
    ["you carry ", "you sell ", "in stock", "any left", "you still have the ", "on the shelf", "for sale"];
const CONFIRMED: [&str; 10] = [
    "still on for",
    "still on?",
    "still confirmed",
    "is confirmed",
    "appointment confirmed",
    "reservation confirmed",
    "us down for",
    "a reservation under",
    "a booking under",
    "booking confirmed",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    Book,
    Reschedule,
    Cancel,
    Confirm,
    Ask,
    /// Something is ordered, or asked for because somebody wants to buy it.
    Order,
    /// Something is told, or asked for that is none of the other tasks.
    Message,
    FollowUp,
    Quote,
    WaitList,
}

impl Category {
    /// Of a verb alone, whatever is asked or told.
    pub(crate) fn of_verb(verb: Verb) -> Self {
        match verb {
            Verb::Ask | Verb::Call => Self::Ask,
            Verb::Book => Self::Book,
            Verb::Reschedule => Self::Reschedule,
            Verb::Cancel => Self::Cancel,
            Verb::Confirm => Self::Confirm,
            Verb::Order => Self::Order,
            Verb::Tell | Verb::Wish | Verb::Request => Self::Message,
            Verb::FollowUp => Self::FollowUp,
            Verb::Quote => Self::Quote,
            Verb::WaitList => Self::WaitList,
        }
    }

    pub(crate) fn of(task: &Task, fields: &[Field], facts: &[TellFact]) -> Self {
        match task.verb {
            Verb::Ask | Verb::Call => Self::of_questions(task, fields, facts),
            Verb::Book => Self::Book,
            Verb::Reschedule => Self::Reschedule,
            Verb::Cancel => Self::Cancel,
            Verb::Confirm => Self::Confirm,
            Verb::Order => Self::Order,
            Verb::Request if task.trigger == "refill" => Self::Order,
            Verb::Wish | Verb::Request if task.held => Self::Order,
            // A wish is passed on.
            Verb::Tell | Verb::Wish | Verb::Request => Self::Message,
            Verb::FollowUp => Self::FollowUp,
            Verb::Quote => Self::Quote,
            Verb::WaitList => Self::WaitList,
        }
    }

    /// What is asked may be a quote, an order or a follow-up: all words of the prompt tell.
    pub(crate) fn or_asked(self, survey: &Survey, task: &Task) -> Self {
        if !matches!(task.verb, Verb::Ask | Verb::Call | Verb::Wish | Verb::Request) {
            return self;
        }
        let mut survey = survey.clone();
        survey.add(self, if self == Self::Ask { 3 } else { OWN_WEIGHT });
        survey.best()
    }

    fn of_questions(task: &Task, fields: &[Field], facts: &[TellFact]) -> Self {
        let questions: Vec<_> = fields.iter().map(|field| field.question.expose().to_lowercase()).collect();
        let asks = |words: &[&str]| questions.iter().any(|question| words.iter().any(|word| question.contains(word)));
        let first =
            |words: &[&str]| questions.first().is_some_and(|question| words.iter().any(|word| question.contains(word)));
        let money = fields.first().is_some_and(|field| field.kind == FieldKind::Money);
        let begun = facts.iter().any(|fact| BEGUN.contains(&fact.label.as_str()));
        if task.confirms || first(&CONFIRMED) {
            return Self::Confirm;
        }
        if begun || asks(&[" ready"]) || (asks(&OWN) && asks(&PROGRESS)) {
            return Self::FollowUp;
        }
        if asks(&GOODS) || task.held || fields.iter().any(|field| field.name.starts_with("in_stock")) {
            return Self::Order;
        }
        if money && first(&JOBS) { Self::Quote } else { Self::Ask }
    }
}
