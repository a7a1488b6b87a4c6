//! What the agent may tell, and the proof that the plan lost nothing of the prompt.

use std::collections::BTreeSet;
use std::ops::Range;

use proto::Private;
use proto::workflow::{Field, TellFact};

use super::BREATH_BYTES_MAX;
use crate::brief::Brief;
use crate::speech::breaths;
use crate::text::Text;
use crate::when::Part;
use crate::{rest, when};

/// Facts with a label of their own; more are told as notes.
const DETAILS_MAX: usize = 20;
const MESSAGES_MAX: usize = 6;
/// Notes of one clause each; more are told together.
const NOTES_MAX: usize = 12;

pub(crate) fn facts(text: &Text, brief: &Brief, purpose: &str, fields: &[Field]) -> Vec<TellFact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<&str>| {
        facts.extend(value.map(|value| TellFact { label: label.to_owned(), value: Private::new(value) }));
    };
    add("name", if brief.callees_own { brief.callee.as_deref() } else { brief.principal.as_deref() });
    add("place", brief.principal.as_deref().filter(|_| brief.callees_own));
    let when = brief.when.as_ref();
    add("date and time", when.filter(|when| !when.relative).map(|when| when.written.as_str()));
    add("wanted instead", when.filter(|when| when.relative).map(|when| when.written.as_str()));
    add("current date and time", brief.was.as_ref().map(|was| was.written.as_str()));
    add("party size", brief.party_size.as_deref());
    add("with", brief.with.as_deref());
    add("place", brief.place.as_deref());
    for (label, value) in brief.details.iter().take(DETAILS_MAX) {
        add(label, Some(value));
    }
    let told =
        if brief.messages.len() > MESSAGES_MAX { vec![brief.messages.join(". ")] } else { brief.messages.clone() };
    for message in told.iter().flat_map(|message| breaths(message, BREATH_BYTES_MAX)) {
        add("message", Some(&message));
    }
    facts.retain(|fact| fact.value.expose().len() <= BREATH_BYTES_MAX);
    let mut notes = brief.notes.clone();
    let kept = notes.iter().map(|note| TellFact { label: "note".to_owned(), value: Private::new(note.as_str()) });
    let known: Vec<_> = facts.iter().cloned().chain(kept).collect();
    let lost = lost(text, brief, purpose, fields, &known);
    // "12" is no part of "12345".
    let within = |note: &str, whole: &str| {
        let whole_words: Tokens = tokens(whole).collect();
        whole.contains(note) && tokens(note).all(|token| whole_words.contains(&token))
    };
    notes.retain(|note| !lost.iter().any(|lost| within(note, lost)));
    notes.extend(lost);
    if notes.len() > NOTES_MAX {
        notes = vec![notes.join("; ")];
    }
    let notes = notes.iter().flat_map(|note| breaths(note, BREATH_BYTES_MAX));
    facts.extend(notes.map(|note| TellFact { label: "note".to_owned(), value: Private::new(note) }));
    facts
}

/// Sentences with something that stands nowhere else in the plan, or whose pieces stand apart in it: what nothing has
/// understood is told as it was written.
fn lost(text: &Text, brief: &Brief, purpose: &str, fields: &[Field], facts: &[TellFact]) -> Vec<String> {
    let told: Vec<Tokens> = facts
        .iter()
        .map(|fact| tokens(fact.value.expose()).chain(tokens(&fact.label)).collect())
        .chain(brief.callee.iter().chain(&brief.principal).map(|name| tokens(name).collect()))
        .collect();
    let purpose: Tokens = tokens(purpose).collect();
    // What is booked or ordered is told with the task, but not whom it is for.
    let thing = brief.task.iter().flat_map(|task| task.thing.split(' '));
    let thing = thing.skip_while(|word| word.starts_with(char::is_uppercase)).flat_map(tokens);
    let things: Tokens = thing.filter(|token| purpose.contains(token)).collect();
    let asked: Vec<Tokens> = fields.iter().map(|field| tokens(field.question.expose()).collect()).collect();
    let times: Vec<_> = text.sentences().into_iter().flat_map(|sentence| when::find(text, sentence)).collect();
    let is_carried = |at: usize| brief.carried.iter().any(|words| words.contains(&at));
    let is_known = |at: usize| {
        // What the purpose says is told, but names and numbers may have to be told again.
        let plain = !text.capital(at)
            && !text.raw(at).bytes().any(|byte| byte.is_ascii_digit())
            && when::number(text, at).is_none();
        let plain = plain || tokens(text.raw(at)).all(|token| things.contains(&token));
        let known =
            told.iter().chain(asked.iter().filter(|_| is_carried(at))).chain([&purpose].into_iter().filter(|_| plain));
        tokens(text.raw(at)).all(|token| known.clone().any(|told| told.contains(&token)))
    };
    let one = |words: Range<usize>| {
        let all: Tokens = words.filter(|at| !text.is(*at, &SMALL)).flat_map(|at| tokens(text.raw(at))).collect();
        told.iter().any(|told| all.is_subset(told))
    };
    // A day in one place and the hour in another are one appointment.
    let together = |one: &Range<usize>, two: &Range<usize>| {
        let all: Tokens = one
            .clone()
            .chain(two.clone())
            .filter(|at| !text.is(*at, &SMALL))
            .flat_map(|at| tokens(text.raw(at)))
            .collect();
        told.iter().any(|told| all.is_subset(told))
    };
    let hours = times.iter().enumerate().filter(|(_, when)| !when.has(Part::Day));
    let bound: Vec<Range<usize>> = hours
        .filter_map(|(at, hour)| {
            let day = times[..at].iter().rev().chain(&times[at + 1..]).find(|when| when.has(Part::Day))?;
            // A day that has its hour needs no other: "7:30, or 8:15 if that is gone".
            let settled = day.has(Part::Clock)
                || times.iter().any(|other| !other.has(Part::Day) && together(&other.words, &day.words));
            let apart = !settled && !together(&hour.words, &day.words);
            apart.then(|| hour.words.start.min(day.words.start)..hour.words.end.max(day.words.end))
        })
        .collect();
    let mut lost: Vec<Range<usize>> = Vec::new();
    for sentence in text.sentences() {
        let words: Vec<usize> = sentence.clone().filter(|at| tells(text, brief, *at)).collect();
        let unknown = words.iter().any(|at| !is_known(*at));
        let torn = times
            .iter()
            .filter(|when| sentence.contains(&when.words.start) && !is_carried(when.words.start))
            .any(|when| !one(when.words.clone()))
            || bound.iter().any(|bound| bound.start < sentence.end && sentence.start < bound.end);
        // A piece that only a note has is told with its neighbours.
        let split = words.windows(2).any(|pair| {
            let noted = |at: usize| {
                let mut holders =
                    facts.iter().zip(&told).filter(|(_, told)| tokens(text.raw(at)).all(|token| told.contains(&token)));
                holders.clone().next().is_some() && holders.all(|(fact, _)| fact.label == "note")
            };
            let near = pair[1] - pair[0] < 3 && !is_carried(pair[0]) && !is_carried(pair[1]);
            near && (noted(pair[0]) || noted(pair[1])) && !one(pair[0]..pair[1] + 1)
        });
        if (unknown || torn || split) && !rest::is_secret(text.slice(sentence.clone())) {
            match lost.last_mut() {
                Some(before) if before.end == sentence.start => before.end = sentence.end,
                Some(_) | None => lost.push(sentence),
            }
        }
    }
    lost.into_iter().map(|sentences| text.slice(sentences).to_owned()).collect()
}

/// Whether a word says something that is no order to the caller.
fn tells(text: &Text, brief: &Brief, at: usize) -> bool {
    let ordered = brief.triggers.iter().any(|trigger| trigger.contains(&at));
    let digits = text.raw(at).bytes().any(|byte| byte.is_ascii_digit());
    digits || (!ordered && !rest::is_hollow(text, at) && !text.is(at, &ORDERS) && text.lower(at).len() > 1)
}

/// What a caller is told to do, and how people are counted: no facts by themselves.
const ORDERS: [&str; 47] = [
    "call",
    "check",
    "find",
    "out",
    "ask",
    "tell",
    "book",
    "schedule",
    "confirm",
    "reserve",
    "order",
    "put",
    "add",
    "move",
    "change",
    "postpone",
    "reschedule",
    "cancel",
    "place",
    "people",
    "persons",
    "guests",
    "person",
    "list",
    "wait",
    "waitlist",
    "waiting",
    "dentist",
    "doctor",
    "landlord",
    "contact",
    "verify",
    "request",
    "arrange",
    "follow",
    "quote",
    "remind",
    "whether",
    "per",
    "any",
    "what",
    "how",
    "when",
    "where",
    "who",
    "too",
    "adults",
];

type Tokens = BTreeSet<String>;

/// Words of a time that say nothing by themselves.
const SMALL: [&str; 22] = [
    "at", "on", "in", "the", "of", "and", "or", "to", "from", "by", "around", "about", "any", "time", "a", "between",
    "after", "before", "this", "until", "till", "sometime",
];

/// Words and numbers without what is glued to them: "Josh's" is "josh" and "s", "555-0132" is "555" and "0132".
fn tokens(words: &str) -> impl Iterator<Item = String> {
    let whole = words.split(|letter: char| !letter.is_alphanumeric()).filter(|token| !token.is_empty());
    whole.map(str::to_lowercase).filter(|token| token != "s")
}
