//! Facts that are recognized by their shape: how many come, numbers to call or to quote, addresses, lengths.

use std::ops::Range;

use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::when;

/// A labelled piece of the prompt, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) label: String,
    pub(crate) value: Range<usize>,
    /// The value with the words that announce it.
    pub(crate) words: Range<usize>,
}

const HEADS: &OneOf = one_of![
    "people",
    "persons",
    "person",
    "guests",
    "guest",
    "adults",
    "adult",
    "pax",
    "diners",
    "ppl",
    "heads",
    "kids",
    "children",
    "players",
    "seats",
    "attendees",
];
const SEATED: &OneOf = one_of![
    "table",
    "dinner",
    "lunch",
    "brunch",
    "breakfast",
    "reservation",
    "booking",
    "spot",
    "seating",
    "spots",
    "seats"
];
const UNITS: &OneOf = one_of![
    "nights", "night", "hours", "hour", "days", "day", "weeks", "week", "minutes", "minute", "months", "month",
    "years", "year", "mins", "hrs",
];
const NUMBERED: &OneOf = one_of![
    "subscription",
    "po",
    "loan",
    "application",
    "permit",
    "purchase",
    "unit",
    "student",
    "order",
    "reservation",
    "confirmation",
    "booking",
    "reference",
    "account",
    "policy",
    "member",
    "membership",
    "ticket",
    "case",
    "tracking",
    "invoice",
    "claim",
    "prescription",
    "rx",
    "tag",
    "job",
    "patient",
    "flight",
    "room",
    "customer",
];

/// How many people come: "party of 2", "table for four", "2 adults and 1 child".
pub(crate) fn party_size(text: &Text, range: Range<usize>) -> Option<Detail> {
    let found = |value: Range<usize>, words: Range<usize>| Detail { label: "party size".to_owned(), value, words };
    for at in range.clone() {
        if text.is(
            at,
            one_of!["party", "group", "family", "team", "table", "party-of", "parties", "booking", "reservation"],
        ) && text.is(at + 1, one_of!["of"])
            && counts(text, at + 2)
        {
            return Some(found(at + 2..at + 3, at..after_heads(text, at + 3)));
        }
        if counts(text, at) && is_heads(text, at + 1) && text.pause(at) == Pause::None {
            let end = more_heads(text, at + 2, range.end);
            let value = if end == at + 2 && text.is(at + 1, one_of!["people", "persons", "person", "pax", "ppl"]) {
                at..at + 1
            } else {
                at..end
            };
            return Some(found(value, at..end));
        }
        // "My wife and I".
        let pair = text.is(at, one_of!["my", "our"])
            && text.is(at + 2, one_of!["and"])
            && text.is(at + 3, one_of!["i", "me", "myself"]);
        if pair || text.runs(at, "just me").is_some() || text.runs(at, "only me").is_some() {
            let end = if pair { at + 4 } else { at + 2 };
            return Some(found(at..end, at..end));
        }
        if counts(text, at) && text.is(at + 1, one_of!["of"]) && text.is(at + 2, one_of!["us", "them"]) {
            return Some(found(at..at + 1, at..at + 3));
        }
        let seated = text.is(at, one_of!["for"]) && at > range.start && text.is(at.wrapping_sub(1), SEATED);
        if seated && counts(text, at + 1) && when::phrase(text, at + 1, range.end).is_none() && !text.is(at + 2, UNITS)
        {
            return Some(found(at + 1..at + 2, at..after_heads(text, at + 2)));
        }
    }
    None
}

/// "For two" alone: only where people are seated can it mean nothing else.
pub(crate) fn bare_party_size(text: &Text, mut range: Range<usize>) -> Option<Detail> {
    let limit = range.end;
    let for_me = |at: usize| {
        text.is(at, one_of!["for"]) && text.is(at + 1, one_of!["me", "myself"]) && text.is(at + 2, one_of!["and"])
    };
    let at = range.find(|at| {
        let counted = text.is(*at, one_of!["for"])
            && counts(text, at + 1)
            && when::phrase(text, at + 1, limit).is_none()
            && !text.is(at + 2, UNITS)
            && (text.pause(at + 1) != Pause::None
                || !text.capital(at + 2)
                || when::phrase(text, at + 2, limit).is_some());
        counted || for_me(*at)
    })?;
    let end = if for_me(at) {
        (at + 3..limit.min(at + 6))
            .find(|end| {
                text.is(*end, one_of!["at", "on", "for", "under"]) || text.pause(end.wrapping_sub(1)) != Pause::None
            })
            .unwrap_or(limit.min(at + 6))
    } else {
        at + 2
    };
    let end = if for_me(at) {
        (at + 4..end).find(|end| when::phrase(text, *end, limit).is_some()).unwrap_or(end)
    } else {
        end
    };
    Some(Detail { label: "party size".to_owned(), value: at + 1..end, words: at..end })
}

fn counts(text: &Text, at: usize) -> bool {
    when::number(text, at).is_some_and(|count| (1..=500).contains(&count))
}

fn is_heads(text: &Text, at: usize) -> bool {
    text.is(at, HEADS)
}

fn after_heads(text: &Text, at: usize) -> usize {
    if is_heads(text, at) && text.pause(at.wrapping_sub(1)) == Pause::None { at + 1 } else { at }
}

fn more_heads(text: &Text, end: usize, limit: usize) -> usize {
    let more = text.is(end, one_of!["and"])
        && counts(text, end + 1)
        && text.is(end + 2, one_of!["child", "kid", "kids", "children", "infant", "infants", "baby"]);
    if more && end + 3 <= limit && text.pause(end.wrapping_sub(1)) == Pause::None { end + 3 } else { end }
}

/// Phone numbers, e-mail addresses, reference numbers and lengths of stay.
pub(crate) fn details(text: &Text, range: Range<usize>) -> Vec<Detail> {
    let mut details = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match detail(text, at, &range) {
            Some(detail) => {
                at = detail.words.end.max(at + 1);
                details.push(detail);
            }
            None => at += 1,
        }
    }
    details
}

fn detail(text: &Text, at: usize, range: &Range<usize>) -> Option<Detail> {
    if let Some(end) = phone_number(text, at, range.end) {
        let digits = text.slice(at..end).bytes().filter(u8::is_ascii_digit).count();
        let coded = at > 0 && {
            let lead = text.raw(at - 1);
            let code = lead.len() > 1 && lead.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            code || text.is(
                at - 1,
                one_of![
                    "number",
                    "no",
                    "no.",
                    "id",
                    "ref",
                    "reference",
                    "tracking",
                    "policy",
                    "case",
                    "awb",
                    "account"
                ],
            )
        };
        let back = (range.start..at).rev().take(5).any(|near| {
            text.is(near, one_of!["my", "back", "reach", "callback", "me", "phone", "cell", "mobile", "tel", "on"])
        });
        // Other numbers are written in groups as well.
        if !back && (coded || digits < 9) {
            return reference(text, at, range.end);
        }
        let label = if back { "callback number" } else { "number called" };
        return Some(Detail { label: label.to_owned(), value: at..end, words: at..end });
    }
    if text.lower(at).contains('@') && text.lower(at).contains('.') {
        return Some(Detail { label: "email".to_owned(), value: at..at + 1, words: at..at + 1 });
    }
    if text.is(at, one_of!["for"]) && when::number(text, at + 1).is_some() && text.is(at + 2, UNITS) {
        return Some(Detail { label: "duration".to_owned(), value: at + 1..at + 3, words: at..at + 3 });
    }
    let how = one_of!["pickup", "pick-up", "delivery", "takeout", "take-out", "carryout"];
    if text.is(at, one_of!["for", "to"]) && text.is(at + 1, how) {
        return Some(Detail { label: "pickup or delivery".to_owned(), value: at + 1..at + 2, words: at..at + 2 });
    }
    if let Some(end) = address(text, at, range.end) {
        let lead = usize::from(at > range.start && text.is(at.wrapping_sub(1), one_of!["to", "at"]));
        return Some(Detail { label: "address".to_owned(), value: at..end, words: at - lead..end });
    }
    if let Some(end) = amount(text, at) {
        return Some(Detail { label: "amount".to_owned(), value: at..end, words: at..end });
    }
    reference(text, at, range.end)
}

/// "12 Main Street".
pub(crate) fn address(text: &Text, at: usize, limit: usize) -> Option<usize> {
    const STREETS: &OneOf = one_of![
        "street",
        "st",
        "st.",
        "avenue",
        "ave",
        "ave.",
        "road",
        "rd",
        "rd.",
        "boulevard",
        "blvd",
        "blvd.",
        "drive",
        "dr.",
        "lane",
        "way",
        "court",
        "square",
        "broadway",
        "plaza",
    ];
    if !text.lower(at).starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let name = (at + 1..limit.min(at + 6))
        .take_while(|word| text.capital(*word) && text.pause(word.wrapping_sub(1)) == Pause::None);
    let end = name.into_iter().find(|word| text.is(*word, STREETS))? + 1;
    // "12 Main Street, Apt 6".
    let unit = text.is(end, one_of!["apt", "apt.", "apartment", "unit", "suite", "floor", "#"])
        && text.pause(end.wrapping_sub(1)) <= Pause::Comma;
    Some(if unit { end + 2 } else { end })
}

fn phone_number(text: &Text, start: usize, limit: usize) -> Option<usize> {
    let shaped = |at: usize| {
        text.raw(at).bytes().all(|byte| byte.is_ascii_digit() || b"+-().".contains(&byte)) && !text.raw(at).is_empty()
    };
    let mut end = start;
    while end < limit && shaped(end) && (end == start || text.pause(end.wrapping_sub(1)) == Pause::None) {
        end += 1;
    }
    if end == start {
        return None;
    }
    let digits = text.slice(start..end).bytes().filter(u8::is_ascii_digit).count();
    let whole = end - start > 1 || digits == 10 || text.raw(start).contains(['-', '+', '.']);
    ((7..=15).contains(&digits) && whole && when::phrase(text, start, limit).is_none()).then_some(end)
}

/// "5520-A", "778120", but not "two" or "12".
pub(crate) fn is_long_number(text: &Text, at: usize) -> bool {
    let raw = text.raw(at);
    raw.len() >= 4
        && raw.bytes().any(|byte| byte.is_ascii_digit())
        && raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte.is_ascii_uppercase())
}

/// "$150", "850 euros".
fn amount(text: &Text, at: usize) -> Option<usize> {
    let raw = text.raw(at);
    let digits = raw.trim_start_matches(['$', '€', '£']);
    let counted = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || b",.".contains(&byte));
    if counted && digits.len() < raw.len() {
        return Some(at + 1);
    }
    (counted && text.is(at + 1, one_of!["dollars", "euros", "pounds", "bucks"])).then_some(at + 2)
}

/// "Order number is 12345", "confirmation code ABC-123", "order #12".
fn reference(text: &Text, at: usize, limit: usize) -> Option<Detail> {
    let numbered = text.is(at, NUMBERED);
    let kind = usize::from(numbered);
    let called = text.is(at + kind, one_of!["number", "code", "no.", "id", "num", "reference"]);
    let label_end = at + kind + usize::from(called);
    let value = label_end + usize::from(text.is(label_end, one_of!["is"]));
    let raw = text.raw(value);
    if !raw.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hashed = raw.starts_with('#');
    let glued = (label_end == at || text.pause(label_end.wrapping_sub(1)) != Pause::Stop) && value < limit;
    let known = (numbered && called) || hashed;
    let ticket = text.is(at, one_of!["ticket", "tag", "case", "invoice", "claim", "job"]);
    let ends = text.pause(value) != Pause::None
        || text.is(value + 1, one_of!["at", "for", "from", "with", "is", "has", "and", "placed", "under"]);
    let short = raw.len() > 2 && raw.bytes().all(|byte| byte.is_ascii_digit()) && ends && !text.is(at, one_of!["room"]);
    let plain_number = numbered && !called && (ticket || short || is_long_number(text, value));
    if !glued || !(known || plain_number) || when::phrase(text, value, limit).is_some() && !hashed {
        return None;
    }
    let label = match (numbered, called) {
        (true, true) => text.slice(at..label_end).to_lowercase(),
        (true, false) => format!("{} number", text.lower(at)),
        (false, true | false) => "reference number".to_owned(),
    };
    Some(Detail { label, value: value..value + 1, words: at..value + 1 })
}

#[cfg(test)]
mod tests {
    use super::{bare_party_size, details, party_size};
    use crate::text::Text;

    #[test]
    fn the_size_of_a_party_is_told_in_many_ways() {
        let cases = [
            ("dinner at Nobu, party of 2, under Josh", "2"),
            ("a table for four at Nobu", "four"),
            ("lunch for 6 people", "6"),
            ("for 2 adults and 1 child", "2 adults and 1 child"),
            ("there will be five of us", "five"),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            let found = party_size(&text, 0..text.len());
            assert_eq!(found.map_or("", |found| text.slice(found.value)), expected, "{prompt}");
        }
        for prompt in ["a room for 2 nights", "dinner for 7pm", "a table for Friday"] {
            let text = Text::read(prompt);
            assert_eq!(party_size(&text, 0..text.len()), None, "{prompt}");
            assert_eq!(bare_party_size(&text, 0..text.len()), None, "{prompt}");
        }
        let text = Text::read("dinner at Nobu for two on Friday");
        assert_eq!(bare_party_size(&text, 0..text.len()).map_or("", |found| text.slice(found.value)), "two");
    }

    #[test]
    fn numbers_are_known_by_their_shape_and_their_names() {
        let cases = [
            ("call me back at 415-555-0132", "callback number", "415-555-0132"),
            ("Luigi's at +1 415 555 0132 and", "number called", "+1 415 555 0132"),
            ("at (415) 555-0132", "number called", "(415) 555-0132"),
            ("the order number is 12345", "order number", "12345"),
            ("reservation #A12", "reservation number", "#A12"),
            ("for 3 nights", "duration", "3 nights"),
            ("mail josh@example.com", "email", "josh@example.com"),
        ];
        for (prompt, label, value) in cases {
            let text = Text::read(prompt);
            let found = details(&text, 0..text.len());
            let found: Vec<_> =
                found.iter().map(|found| (found.label.as_str(), text.slice(found.value.clone()))).collect();
            assert_eq!(found, [(label, value)], "{prompt}");
        }
    }
}
