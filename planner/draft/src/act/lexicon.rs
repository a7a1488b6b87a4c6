//! The words of tasks.

mod talks;
mod tasks;

use std::sync::LazyLock;

use super::Verb;
use crate::one_of::{OneOf, one_of};
use crate::survey::{head, pattern};
use crate::table::Table;
use crate::text::{Pause, Text};
use talks::TALKS;
use tasks::TASKS;

/// By the [`head`] of their first word, which is that of the word in all its forms: this is asked at every word of a prompt.
static BY_HEAD: LazyLock<Table<Vec<(&str, Verb)>>> = LazyLock::new(|| {
    let mut near: Table<Vec<(&str, Verb)>> = Table::default();
    for (words, verb) in TASKS.iter().chain(TALKS) {
        near.entry(head(words.split(' ').next().unwrap_or_default())).or_default().push((words, *verb));
    }
    near
});

/// The verb that stands here, and where it ends: the longest, because others may be its beginning.
pub(super) fn verb(text: &Text, at: usize) -> Option<(Verb, usize)> {
    let near = BY_HEAD.get(head(text.lower(at)))?;
    let gerund = is_gerund(text, at);
    let here = near.iter().filter_map(|(words, verb)| {
        let end = if gerund { run_as_gerund(text, at, words) } else { text.runs(at, words) };
        end.map(|end| (*verb, end))
    });
    here.max_by_key(|(_, end)| *end)
}

/// "Would you mind PHONING them and ASKING …", "I'm CHASING …": what is wanted, in another form.
fn is_gerund(text: &Text, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return text.lower(at).ends_with("ing") };
    let led = text.pause(before) >= Pause::Stop
        || text.is(
            before,
            one_of!["mind", "and", "just", "i'm", "we're", "am", "are", "be", "still", "hi", "hello", "again", "about"],
        );
    led && text.lower(at).ends_with("ing") && text.lower(at).len() > 5
}

fn run_as_gerund(text: &Text, at: usize, words: &str) -> Option<usize> {
    // Some are listed in this form.
    if let Some(end) = text.runs(at, words) {
        return Some(end);
    }
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    if first.as_bytes().first() != text.lower(at).as_bytes().first() || !pattern::is_form(text.lower(at), first) {
        return None;
    }
    if rest.is_empty() {
        return Some(at + 1);
    }
    if text.pause(at) >= Pause::Stop { None } else { text.runs(at + 1, rest) }
}

/// What is booked by itself: "I need a haircut".
pub(super) const BOOKABLE: &OneOf = one_of![
    "reservation",
    "reservations",
    "appointment",
    "booking",
    "table",
    "consultation",
    "checkup",
    "haircut",
    "room",
    "cleaning",
    "session",
    "viewing",
    "visit",
    "court",
    "meeting",
    "interview",
    "demo",
    "tour",
    "lesson",
    "massage",
    "taxi",
    "oil",
    "inspection",
    "exam",
    "manicure",
    "fitting",
    "check-up",
    "physical",
    "cab",
    "pedicure",
    "facial",
    "blow-dry",
    "trim",
    "tune-up",
    "class",
    "lessons",
    "seat",
    "seats",
    "spot",
    "slot",
    "lane",
    "ride",
    "limo",
    "shuttle",
    "suite",
    "cabin",
    "appointments",
    "haircuts",
    "rooms",
    "sessions",
    "tee",
    "tasting",
    "x-ray",
    "scan",
    "vaccination",
    "grooming",
    "screening",
];
/// What is kept for somebody besides, and can be moved or canceled.
const KEPT: &OneOf = one_of![
    "appt",
    "appts",
    "call",
    "registration",
    "ballet",
    "tour",
    "interview",
    "consultation",
    "viewing",
    "training",
    "test",
    "lesson",
    "course",
    "workshop",
    "service",
    "delivery",
    "pickup",
    "collection",
    "repair",
    "treatment",
    "rehearsal",
    "flight",
    "hall",
    "rental",
    "order",
    "subscription",
    "membership",
    "stay",
    "brunch",
    "dinner",
    "lunch",
    "party",
    "eye",
    "ticket",
    "tickets",
    "surgery",
    "show",
];

/// Whether a booked thing is named here, alone or behind a word that describes it.
pub(crate) fn is_kept(text: &Text, at: usize) -> bool {
    (at..at + 3)
        .take_while(|near| *near == at || text.pause(near.wrapping_sub(1)) == Pause::None)
        .any(|near| text.is(near, BOOKABLE) || text.is(near, KEPT))
}

/// What one gets to know.
pub(super) const KNOWN: &OneOf = one_of![
    "times",
    "fare",
    "fares",
    "length",
    "list",
    "info",
    "information",
    "answer",
    "availability",
    "timetable",
    "specs",
    "name",
    "names",
    "number",
    "address",
    "email",
    "amount",
    "price",
    "prices",
    "hours",
    "details",
    "contact",
    "status",
    "eta",
    "total",
    "cost",
    "code",
    "directions",
    "date",
    "rate",
    "rates",
    "fee",
    "fees",
    "requirements",
    "measurements",
    "dates",
    "schedule",
    "menu",
    "policy",
    "estimate",
    "balance",
    "deadline",
    "update",
];

/// What a question without a verb asks for.
pub(super) const ASKED: &OneOf = one_of![
    "price",
    "prices",
    "cost",
    "costs",
    "age",
    "hours",
    "address",
    "number",
    "fee",
    "fees",
    "size",
    "sizes",
    "capacity",
    "deadline",
    "limit",
    "policy",
    "menu",
    "parking",
    "rates",
    "availability",
    "deposit",
    "discount",
    "time",
    "times",
    "minimum",
    "maximum",
];
