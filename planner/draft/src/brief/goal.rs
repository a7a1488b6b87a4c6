//! Where an appointment is moved to, when that is said beside where it is: "to a later date", "by one week".

use std::ops::Range;

use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::when::number;

const OTHER: &OneOf = one_of![
    "later",
    "earlier",
    "different",
    "other",
    "another",
    "new",
    "better",
    "sooner",
    "next",
    "any",
    "first",
    "earliest",
];
const TIMES: &OneOf = one_of![
    "date",
    "day",
    "time",
    "times",
    "slot",
    "week",
    "month",
    "afternoon",
    "morning",
    "evening",
    "appointment",
    "days",
    "weekday",
    "hour",
];
const UNITS: &OneOf =
    one_of!["hour", "hours", "day", "days", "week", "weeks", "month", "months", "minutes", "mins", "minute", "year"];

/// The words from the preposition to the pause.
pub(super) fn relative(text: &Text, words: Range<usize>) -> Option<Range<usize>> {
    let start = words.clone().find(|at| shifts(text, *at) || leads_on(text, *at))?;
    let goes_on =
        |at: usize| text.pause(at) == Pause::Comma && text.is(at + 1, one_of!["ideally", "preferably", "best", "if"]);
    let stops = |at: &usize| text.pause(*at) != Pause::None && !goes_on(*at);
    let end = (start..words.end).find(stops).map_or(words.end, |at| at + 1);
    let cut =
        (start + 2..end).find(|at| text.is(*at, one_of!["under", "for", "because", "with", "and", "please", "since"]));
    Some(start..cut.unwrap_or(end))
}

/// "By one week", "an hour later".
fn shifts(text: &Text, at: usize) -> bool {
    let counted = |at: usize| {
        let couple = 2 * usize::from(text.runs(at, "a couple of").is_some());
        let many = number(text, at).is_some() || text.is(at, one_of!["a", "an", "few"]);
        many && text.is(at + 1 + couple, UNITS)
    };
    let after = |at: usize| (at..at + 5).any(|at| text.is(at, one_of!["later", "earlier", "back", "forward"]));
    (text.is(at, one_of!["by"]) && counted(at + 1)) || (counted(at) && after(at + 2))
}

/// "To a later date", "to sometime in the afternoon", "for another day".
fn leads_on(text: &Text, at: usize) -> bool {
    if !text.is(at, one_of!["to", "for", "until"]) {
        return false;
    }
    let near = at + 1..at + 5;
    let other = near.clone().find(|at| text.is(*at, OTHER));
    let time = near.clone().find(|at| text.is(*at, TIMES));
    let loose = text.is(at + 1, one_of!["sometime", "something", "later", "earlier", "whenever"]);
    loose || matches!((other, time), (Some(other), Some(time)) if other < time)
}
