//! Lists of what is to be known: "Need: status, payout date", "Query for Aldgate Storage: price, minimum period",
//! "Questions for the depot: 1) opening hours 2) trailer length".

use std::ops::Range;

use proto::workflow::Field;

use super::field::field;
use super::items::{splits, trimmed};
use super::{CLAUSES, TOPICS, is_statement};
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};

/// What a list of questions begins with.
const HEADS: &OneOf = one_of![
    "need",
    "needs",
    "needed",
    "query",
    "queries",
    "question",
    "questions",
    "q",
    "qs",
    "collect",
    "obtain",
    "wanted",
    "info",
    "information",
    "enquiry",
    "enquiries",
    "inquiry",
    "establish",
    "find",
    "required",
];
/// Heads that nothing but questions follow.
const QUESTIONS: &OneOf = one_of!["query", "queries", "question", "questions", "qs", "enquiries", "enquiry", "q"];
/// Between the head and its colon stands whoever is asked.
const HEAD_WORDS_MAX: usize = 9;
/// Longer pieces are told, not asked.
const PIECE_WORDS_MAX: usize = 16;

/// The questions of the lists of a prompt, each with where it stands.
pub(crate) fn listed(text: &Text, principal: Option<&str>) -> Vec<(Field, Range<usize>)> {
    let lists = text.sentences().filter_map(|sentence| list(text, &sentence));
    let pieces = lists.flat_map(|list| pieces(text, list)).chain(behind_semicolons(text));
    let asked =
        pieces.filter(|item| item.len() <= PIECE_WORDS_MAX && !is_statement(text, item) && !is_done(text, item));
    asked.filter_map(|item| Some((field(text, item.clone(), "", false, principal)?, item))).collect()
}

/// "Need: a table for two", "need: 3 banners" orders, "need: to cancel" tells what is to be done.
fn is_done(text: &Text, item: &Range<usize>) -> bool {
    text.is(item.start, one_of!["a", "an", "to", "please", "one", "two", "three", "someone", "somebody", "call"])
        || text.lower(item.start).starts_with(|letter: char| letter.is_ascii_digit())
}

fn list(text: &Text, sentence: &Range<usize>) -> Option<Range<usize>> {
    let head = sentence.start + usize::from(text.is(sentence.start, one_of!["please", "also", "and"]));
    if !text.is(head, HEADS) {
        return None;
    }
    let near = head..sentence.end.min(head + HEAD_WORDS_MAX);
    let colon = near.clone().find(|at| text.pause(*at) == Pause::Colon);
    // "Queries for the consulate - (1) …"
    let party = text.is(head, QUESTIONS) && text.is(head + 1, one_of!["for", "to"]);
    let pause = colon.or_else(|| near.into_iter().skip(2).find(|at| party && text.pause(*at) == Pause::Comma));
    let start = pause? + 1;
    let mut end = sentence.end;
    // A semicolon and a line end part pieces of the list, not the list from what follows.
    while end < text.len() && (follows(text, end, ";") || (text.is(head, QUESTIONS) && is_piece(text, end))) {
        end = text.sentence_end(end);
    }
    (start < end).then_some(start..end)
}

/// "Find out which form is needed; whether it can be lodged online; the deadline."
fn behind_semicolons(text: &Text) -> Vec<Range<usize>> {
    const ASKING: &OneOf = one_of![
        "ask",
        "asking",
        "find",
        "know",
        "check",
        "enquire",
        "inquire",
        "learn",
        "clarify",
        "establish",
        "price"
    ];
    let mut asks = false;
    let mut found = Vec::new();
    for sentence in text.sentences() {
        let goes_on = sentence.start > 0 && follows(text, sentence.start, ";");
        if !goes_on {
            asks = sentence.clone().take(HEAD_WORDS_MAX).any(|at| text.is(at, ASKING));
            continue;
        }
        let labelled = sentence.clone().any(|at| text.pause(at) == Pause::Colon);
        let clause = text.is(sentence.start, CLAUSES);
        let topic = (sentence.start..sentence.end.min(sentence.start + 4)).any(|at| text.is(at, TOPICS))
            && !sentence.clone().any(|at| text.is(at, one_of!["is", "are", "was", "please", "i", "we"]));
        if asks && !labelled && sentence.len() <= PIECE_WORDS_MAX && (clause || topic) {
            found.extend(pieces(text, sentence));
        }
    }
    found
}

fn follows(text: &Text, at: usize, mark: &str) -> bool {
    text.slice(at - 1..at + 1)[text.raw(at - 1).len()..].contains(mark)
}

/// A few words in small letters, where sentences begin with capitals.
fn is_piece(text: &Text, at: usize) -> bool {
    let end = text.sentence_end(at);
    !text.is_small()
        && !text.capital(at)
        && end - at <= PIECE_WORDS_MAX
        && (at..end).all(|at| text.pause(at) != Pause::Colon)
}

fn pieces(text: &Text, list: Range<usize>) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut start = list.start;
    for at in list.clone() {
        if at > start && (text.pause(at - 1) >= Pause::Comma || splits(text, at, start)) {
            pieces.push(start..at);
            start = at;
        }
    }
    pieces.push(start..list.end);
    pieces.into_iter().map(|item| trimmed(text, item)).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proto::workflow::FieldKind::{self, Boolean, Money, Text as Words};

    use super::listed;
    use crate::text::Text;

    #[test]
    fn every_piece_of_a_list_is_a_question_of_its_own() {
        let cases: [(&str, &[FieldKind]); 9] = [
            ("Need: current status; adjuster's name; payout fee.", &[Words, Words, Money]),
            (
                "Query for Aldgate Storage: price per month of a unit, minimum period, and is there parking.",
                &[Money, Words, Boolean],
            ),
            (
                "Questions for the depot:\n1) opening hours\n2) accept car batteries?\n3) is proof needed",
                &[Words, Boolean, Boolean],
            ),
            (
                "Queries for the consulate - (1) minimum bank balance (2) whether IELTS is compulsory. Name: Ann Perry",
                &[Money, Boolean],
            ),
            ("Obtain from the embassy: visa fee, whether it is open on Friday.", &[Money, Boolean]),
            ("Need: 3 roll-up banners, full colour", &[Words]),
            ("Find out which form is needed; whether it can be lodged online; the deadline.", &[Boolean, Words]),
            ("Ask if they are open; the price is no object.", &[]),
            ("I need: nothing", &[]),
        ];
        for (prompt, kinds) in cases {
            let found: Vec<_> = listed(&Text::read(prompt), None).into_iter().map(|(field, _)| field.kind).collect();
            assert_eq!(found, kinds, "{prompt}");
        }
    }
}
