//! What the author wants to know, as questions that can be asked on the phone.

mod field;
mod frame;
mod items;
mod kind;
mod list;
mod topic;
mod wording;

use std::cell::LazyCell;
use std::ops::Range;

use proto::workflow::Field;

use self::field::field;
use self::items::{items, trimmed};
pub(crate) use self::list::listed;
use crate::act::{Act, Verb};
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::{noun, when};

const CLAUSES: &OneOf = one_of![
    "if", "whether", "that", "what", "what's", "when", "where", "who", "which", "why", "how", "do", "does", "is",
    "are",
];
const TOPIC_MARKS: &OneOf = one_of!["about", "regarding", "concerning", "for", "on"];
const JOINTS: &OneOf = one_of!["and", "or", "also", "plus", "then", "ask", "&"];
/// Nouns that begin a new thing to know even after a clause: "if they have it in stock and the price".
const TOPICS: &OneOf = one_of![
    "date",
    "dates",
    "time",
    "times",
    "name",
    "number",
    "email",
    "deposit",
    "age",
    "limit",
    "requirements",
    "website",
    "capacity",
    "rent",
    "discount",
    "refund",
    "slot",
    "amount",
    "price",
    "prices",
    "cost",
    "costs",
    "fee",
    "fees",
    "hours",
    "address",
    "availability",
    "rates",
    "policy",
    "parking",
    "menu",
    "warranty",
    "deadline",
    "status",
    "delivery",
    "options",
    "pricing",
];

/// The questions of one act, each with where it stands. Words that something else has claimed ("… under Josh") are left
/// out, and so are statements between the questions.
pub(crate) fn questions(
    text: &Text,
    act: &Act,
    claimed: &[bool],
    principal: Option<&str>,
) -> Vec<(Field, Range<usize>)> {
    let direct = act.trigger.is_empty();
    let items = items(text, act, claimed);
    let frames = LazyCell::new(|| frame::frames(text));
    // "Make sure my appointment is still on" leaves out the "that".
    let sure = (text.is(act.trigger.start, one_of!["make"])
        || text.is(act.trigger.start, one_of!["check", "checking"]) && states(text, act.words.start))
        && !text.is(act.trigger.end.wrapping_sub(1), one_of!["that"]);
    let asked = |(at, item): (usize, Range<usize>)| {
        let confirms = act.confirms(text) && !item.clone().take(3).any(|at| text.is(at, CLAUSES));
        if at > 0 && (confirms || is_statement(text, &item)) {
            return None;
        }
        let torn = item.len() <= 3 && text.pause(item.end.wrapping_sub(1)) == Pause::None;
        let item = if torn { whole(text, item, &frames) } else { item };
        let sure = sure && !text.is(item.start, one_of!["if", "whether"]);
        let field = field(text, item.clone(), if sure && at == 0 { "that " } else { "" }, direct, principal)?;
        Some((field, item))
    };
    items.into_iter().enumerate().filter_map(asked).collect()
}

/// "Do I NEED to see the consultant", "can they TUNE it": what looks like a verb of the author goes on with the question.
fn whole(text: &Text, item: Range<usize>, frames: &[Range<usize>]) -> Range<usize> {
    let frame = frames.iter().find(|frame| frame.start == item.start && frame.end > item.end);
    frame.map_or(item, |frame| trimmed(text, frame.clone()))
}

/// Questions that hang on no verb of asking, or that stand behind another task: all that is not known yet.
pub(crate) fn overlooked(
    text: &Text,
    acts: &[Act],
    known: &[Range<usize>],
    principal: Option<&str>,
) -> Vec<(Field, Range<usize>)> {
    let near = |start: usize| known.iter().any(|words| start.abs_diff(words.start) < 3);
    let within = |start: usize| known.iter().any(|words| words.contains(&start));
    let tasked = |words: &Range<usize>| {
        acts.iter().any(|act| {
            let task =
                matches!(act.verb, Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm | Verb::WaitList);
            task && words.contains(&act.trigger.start) && !act.trigger.is_empty()
        })
    };
    let fresh = |words: &Range<usize>| {
        let joined =
            text.is(words.start.wrapping_sub(1), JOINTS) || text.pause(words.start.wrapping_sub(1)) >= Pause::Comma;
        let long = words.len() > 2 || (words.len() == 2 && text.is(words.start, one_of!["by", "until", "from"]));
        !near(words.start) && (!within(words.start) || joined) && !tasked(words) && long
    };
    let frames = frame::frames(text).into_iter().map(|words| trimmed(text, words)).filter(fresh);
    frames.filter_map(|words| Some((field(text, words.clone(), "", false, principal)?, words))).collect()
}

/// "I'm still in for half past four", "they've got us".
fn states(text: &Text, at: usize) -> bool {
    text.is(
        at,
        one_of![
            "i'm",
            "we're",
            "they've",
            "they're",
            "it's",
            "he's",
            "she's",
            "i",
            "we",
            "they",
            "he",
            "she",
            "you've",
            "all",
            "everything",
        ],
    )
}

/// "It's about fifteen metres", "5 Gull Terrace", "Hugo and Sanne de Wit", "till closing time": told, not asked.
fn is_statement(text: &Text, item: &Range<usize>) -> bool {
    let first = item.start;
    let topic = item.clone().any(|at| text.is(at, TOPICS) || text.is(at, CLAUSES));
    let named = noun::name(text, first, item.end)
        .is_some_and(|name| name.end == item.end || text.is(name.end, one_of!["and", "&"]));
    let numbered = text
        .lower(first)
        .starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '#' | '$' | '£' | '€'));
    let timed = when::phrase(text, first, item.end).is_some()
        || text.is(first, one_of!["till", "until", "name", "name's", "under", "say", "call"]);
    let subject = text.is(
        first,
        one_of![
            "it's", "its", "there's", "we're", "i'm", "i've", "we've", "they've", "he's", "she's", "my", "this",
            "job's", "that's", "if", "because", "since", "as", "so",
        ],
    ) || (text.is(first, one_of!["i", "we", "they", "he", "she", "it"]) && item.len() > 2);
    let condition = text.is(first, one_of!["if"])
        && (text.is(first + 1, one_of!["nobody", "so", "not", "possible", "that's", "needed"]));
    let condition = condition && !text.is(first + 2, CLAUSES);
    (subject && (!text.is(first, one_of!["if"]) || condition)) || ((named || numbered || timed) && !topic)
}

/// Whom the act asks, when it says so: "ask Foot Locker if …".
pub(crate) fn asked_party(text: &Text, act: &Act) -> Option<Range<usize>> {
    let start = act.words.start;
    let mark = begin(text, act);
    let called = mark > start && text.pause(mark.wrapping_sub(1)) == Pause::Colon;
    let lead = usize::from(text.is(start, one_of!["with", "from", "at"]));
    if called && let Some(lead) = (start..mark - 1).rev().find(|at| text.is(*at, one_of!["from", "for", "with", "at"]))
    {
        return Some(lead + 1..mark);
    }
    let marked = text.is(mark, CLAUSES) || text.is(mark, TOPIC_MARKS) || (called && text.capital(start + lead));
    if mark <= start + lead || !marked {
        return None;
    }
    // "Pat at Dunn Motors".
    let desk = (start + lead + 1..mark).find(|at| text.is(*at, one_of!["at"]) && text.capital(at.wrapping_sub(1)));
    Some(start + lead..desk.unwrap_or(mark))
}

/// Where the first question begins: behind whoever is asked.
pub(crate) fn begin(text: &Text, act: &Act) -> usize {
    let start = act.words.start;
    // "Two things from the library: do they lend laptops, …".
    let colon = (start..act.words.end.min(start + 9)).find(|at| text.pause(*at) == Pause::Colon);
    if let Some(colon) =
        colon.filter(|colon| (start..*colon).all(|at| !text.is(at, CLAUSES) && !text.is(at, one_of!["about"])))
    {
        return colon + 1;
    }
    if act.trigger.is_empty() {
        return start;
    }
    // "See IF", "see WHAT": the last word of the verb begins the question.
    if start > 0 && text.is(start - 1, one_of!["if", "whether", "that", "what", "when", "where", "which", "how"]) {
        return start - 1;
    }
    let them = start + usize::from(text.is(start, one_of!["them", "him", "her"]));
    let near = start..act.words.end.min(start + 7);
    let named = |at: usize| at > start && text.is(at, one_of!["for"]) && (start..at).all(|at| text.capital(at));
    let marks = |at: usize| text.is(at, CLAUSES) || text.is(at, one_of!["about", "regarding"]) || named(at);
    let Some(mark) = near.into_iter().find(|at| marks(*at)) else {
        return them;
    };
    // "Check with Dr. Weiss's office if …", "confirm with the Blue Note that …".
    let with = text.is(act.trigger.end.wrapping_sub(1), one_of!["with", "from"])
        || text.is(start, one_of!["with", "from", "at", "of", "off"]);
    let asks = with || text.is(act.trigger.start, one_of!["ask", "confirm"]);
    let topic = text.is(start, one_of!["their", "for", "the"])
        && !with
        && !text.capital(start + 1)
        && !text.is(mark, one_of!["if", "whether", "about"]);
    let called = |at: usize| at + 1 == mark && text.pause(at) == Pause::Colon && text.capital(start);
    let joined = (start..mark).any(|at| text.is(at, JOINTS) || (text.pause(at) != Pause::None && !called(at)));
    if mark == them || (asks && !topic && !joined && !text.is(start, one_of!["their", "for"])) { mark } else { them }
}

#[cfg(test)]
mod tests;
