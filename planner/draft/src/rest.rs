//! What nothing has understood is kept in its own words, so that no fact of a prompt is lost.

use std::ops::Range;

use crate::act::Act;
use crate::brief::Reader;
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::when;

/// Words that carry no fact by themselves.
const HOLLOW: &OneOf = one_of![
    "a",
    "an",
    "the",
    "and",
    "or",
    "but",
    "to",
    "for",
    "on",
    "at",
    "in",
    "of",
    "by",
    "with",
    "from",
    "please",
    "i",
    "i'd",
    "we",
    "we'd",
    "you",
    "me",
    "us",
    "my",
    "our",
    "it",
    "is",
    "are",
    "would",
    "like",
    "want",
    "need",
    "can",
    "could",
    "will",
    "hi",
    "hello",
    "hey",
    "thanks",
    "thank",
    "also",
    "then",
    "so",
    "them",
    "they",
    "their",
    "this",
    "that",
    "be",
    "as",
    "under",
    "name",
    "if",
    "there",
    "up",
    "have",
    "has",
    "do",
    "does",
    "was",
    "were",
    "possible",
    "phone",
    "someone",
    "him",
    "her",
    "he",
    "she",
    "his",
    "your",
    "just",
    "number",
    "reservation",
    "appointment",
    "booking",
    "set",
    "make",
    "get",
    "party",
    "needs",
    "wants",
    "called",
    "which",
    "about",
    "named",
    "time",
    "still",
    "it's",
    "see",
    "know",
];

const LABEL_WORDS_MAX: usize = 3;
/// Words of labels. A label is shown in places where people's words are not, so it is made of these only.
const LABELS: &OneOf = one_of![
    "date",
    "time",
    "day",
    "when",
    "party",
    "size",
    "guests",
    "people",
    "name",
    "phone",
    "number",
    "email",
    "address",
    "notes",
    "note",
    "special",
    "requests",
    "request",
    "allergies",
    "allergy",
    "dietary",
    "budget",
    "reason",
    "order",
    "reference",
    "confirmation",
    "account",
    "birth",
    "of",
    "and",
    "contact",
    "location",
    "preferences",
    "preference",
    "duration",
    "service",
    "doctor",
    "patient",
    "insurance",
    "details",
    "callback",
    "member",
    "occasion",
    "seating",
];

pub(crate) fn keep(reader: &mut Reader<'_>, task: Option<&Act>) {
    labelled(reader);
    for clause in clauses(reader.text) {
        keep_clause(reader, &clause, task);
    }
    // "Outdoor seating if possible" can be asked for.
    let (wishes, notes): (Vec<_>, Vec<_>) =
        std::mem::take(&mut reader.brief.notes).into_iter().partition(|note| note.ends_with(" if possible"));
    reader.brief.notes = notes;
    reader.brief.wishes.extend(wishes.iter().map(|wish| wish.trim_end_matches(" if possible").to_owned()));
}

/// Whether the word carries no fact by itself.
pub(crate) fn is_hollow(text: &Text, at: usize) -> bool {
    text.is(at, HOLLOW)
}

/// "Allergies: nuts" is a fact with its own label.
fn labelled(reader: &mut Reader<'_>) {
    let text = reader.text;
    for sentence in text.sentences() {
        let near = sentence.start..sentence.end.min(sentence.start + LABEL_WORDS_MAX);
        let Some(colon) = near.into_iter().find(|at| text.pause(*at) == Pause::Colon) else { continue };
        let (label, value) = (sentence.start..colon + 1, colon + 1..sentence.end);
        let known = label.clone().all(|at| text.is(at, LABELS));
        let acted = reader.acts.iter().any(|act| sentence.contains(&act.trigger.start));
        if !known || acted || value.is_empty() {
            continue;
        }
        if value.clone().any(|at| !reader.claimed.get(at).copied().unwrap_or(true)) {
            let people = label.clone().any(|at| text.is(at, one_of!["party", "guests", "people"]));
            let (label, value) = (text.slice(label).to_lowercase(), text.slice(value).to_owned());
            if people {
                reader.brief.party_size.get_or_insert(value);
            } else {
                reader.brief.details.push((label, value));
            }
        }
        reader.claim(sentence);
    }
}

/// Pieces between pauses.
pub(crate) fn clauses(text: &Text) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let times = when::all(text);
    for sentence in text.sentences() {
        let mut start = sentence.start;
        // "The card says Love always, Dan" is one piece.
        let says = sentence.clone().find(|at| text.is(*at, one_of!["says", "saying", "reads", "reading"]));
        let said = |at: usize| says.is_some_and(|says| at >= says);
        let quoted = |at: usize| text.quoted(at) && text.quoted(at + 1);
        let inside = |at: usize| {
            said(at) || quoted(at) || times.iter().any(|when| when.words.start <= at && at + 1 < when.words.end)
        };
        for at in sentence.clone() {
            if (text.pause(at) >= Pause::Comma && !inside(at)) || at + 1 == sentence.end {
                clauses.push(start..at + 1);
                start = at + 1;
            }
        }
    }
    clauses
}

fn keep_clause(reader: &mut Reader<'_>, clause: &Range<usize>, task: Option<&Act>) {
    let text = reader.text;
    let open = |at: usize| !reader.claimed.get(at).copied().unwrap_or(true);
    let telling = |at: usize| open(at) && !text.is(at, HOLLOW);
    if !clause.clone().any(telling) {
        return;
    }
    let of_task = task.is_some_and(|task| clause.contains(&task.trigger.start) || task.words.contains(&clause.start));
    let claimed = clause.clone().filter(|at| !open(*at)).count();
    let kept = if of_task && claimed > 0 { runs(clause, &open) } else { vec![clause.clone()] };
    let notes: Vec<_> = kept
        .into_iter()
        .filter(|run| run.clone().any(telling))
        .map(|run| text.slice(trimmed(text, run)).to_owned())
        .filter(|note| !note.is_empty())
        .collect();
    reader.brief.notes.extend(notes);
    reader.claim(clause.clone());
}

/// The stretches of a clause that nothing has claimed.
fn runs(clause: &Range<usize>, open: &impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in clause.clone().filter(|at| open(*at)) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            Some(_) | None => runs.push(at..at + 1),
        }
    }
    runs
}

fn trimmed(text: &Text, mut run: Range<usize>) -> Range<usize> {
    let joint = one_of!["and", "also", "but", "then", "please", "so", "to"];
    while run.start < run.end && text.is(run.start, joint) {
        run.start += 1;
    }
    while run.end > run.start
        && (text.is(run.end.wrapping_sub(1), joint)
            || text.is(run.end.wrapping_sub(1), one_of!["for", "at", "on", "with", "a", "the", "under"]))
    {
        run.end -= 1;
    }
    run
}
