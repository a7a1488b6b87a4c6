//! What the agent may tell, and the proof that the plan lost nothing of the prompt.

use std::ops::Range;

use proto::Private;
use proto::workflow::{Field, TellFact};

use super::BREATH_BYTES_MAX;
use super::told::{Told, is_within};
use crate::Category;
use crate::act::Verb;
use crate::brief::Brief;
use crate::one_of::{OneOf, one_of};
use crate::speech::breaths;
use crate::text::Text;
use crate::when::Part;
use crate::{rest, when};

/// Facts with a label of their own; more are told as notes.
const DETAILS_MAX: usize = 20;
const MESSAGES_MAX: usize = 6;
/// Notes of one clause each; more are told together.
const NOTES_MAX: usize = 12;
const NOTE: &str = "note";

pub(crate) fn facts(text: &Text, brief: &Brief, purpose: &str, fields: &[&Field]) -> Vec<TellFact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<&str>| {
        facts.extend(value.map(|value| TellFact { label: label.to_owned(), value: Private::new(value) }));
    };
    add("name", if brief.callees_own { brief.callee.as_deref() } else { brief.principal.as_deref() });
    add("place", brief.principal.as_deref().filter(|_| brief.callees_own));
    let when = brief.when.as_ref();
    add("date and time", when.filter(|when| !when.relative && when.sure).map(|when| when.written.as_str()));
    add("wanted instead", when.filter(|when| when.relative).map(|when| when.written.as_str()));
    add("current date and time", brief.was.as_ref().filter(|was| was.sure).map(|was| was.written.as_str()));
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
    let kept = notes.iter().map(|note| (NOTE, note.as_str()));
    let known: Vec<_> = facts.iter().map(|fact| (fact.label.as_str(), fact.value.expose())).chain(kept).collect();
    let lost = lost(text, brief, purpose, fields, &known);
    notes.retain(|note| !lost.iter().any(|lost| is_within(note, lost)));
    notes.extend(lost);
    if notes.len() > NOTES_MAX {
        notes = vec![notes.join("; ")];
    }
    let notes = notes.iter().flat_map(|note| breaths(note, BREATH_BYTES_MAX));
    facts.extend(notes.map(|note| TellFact { label: NOTE.to_owned(), value: Private::new(note) }));
    facts
}

/// Sentences with something that stands nowhere else in the plan, or whose pieces stand apart in it: what nothing has
/// understood is told as it was written.
fn lost(text: &Text, brief: &Brief, purpose: &str, fields: &[&Field], facts: &[(&str, &str)]) -> Vec<String> {
    let names = brief.callee.iter().chain(&brief.principal).map(|name| ["", name.as_str()]);
    let facts_and_names: Vec<_> = facts.iter().map(|(label, value)| [*label, *value]).chain(names).collect();
    let mut told = Told::of(text, &facts_and_names);
    told.mark(purpose, |said| said.purpose = true);
    // What is booked or ordered is told with the task, but not whom it is for.
    let thing = brief.task.iter().flat_map(|task| task.thing.split(' '));
    let thing = thing.skip_while(|word| word.starts_with(char::is_uppercase));
    for word in thing {
        told.mark(word, |said| said.thing = true);
    }
    for field in fields {
        told.mark(field.question.expose(), |said| said.asked = true);
    }
    let told = told;
    let times = when::all(text);
    let explained = is_explained(brief, facts.is_empty());
    let is_carried = |at: usize| brief.carried.iter().any(|words| words.contains(&at));
    let is_known = |at: usize| {
        // What the purpose and the questions say is told, but names and numbers may have to be told again.
        let plain = !text.capital(at)
            && !text.raw(at).bytes().any(|byte| byte.is_ascii_digit())
            && when::number(text, at).is_none();
        let plain = plain || told.tokens(at).all(|(_, said)| said.thing && said.purpose);
        let asks = (plain || explained) && is_carried(at);
        told.tokens(at).all(|(has, said)| has || (asks && said.asked) || (plain && said.purpose))
    };
    let one = |words: Range<usize>| told.holds(text, words);
    // A day in one place and the hour in another are one appointment.
    let together = |one: &Range<usize>, two: &Range<usize>| told.holds(text, one.clone().chain(two.clone()));
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
            .filter(|when| sentence.contains(&when.words.start) && !(explained && is_carried(when.words.start)))
            .any(|when| !one(when.words.clone()))
            || bound.iter().any(|bound| bound.start < sentence.end && sentence.start < bound.end);
        // A piece that only a note has is told with its neighbours.
        let split = words.windows(2).any(|pair| {
            let noted = |at: usize| {
                let mut labels = told.holders(at).filter_map(|fact| facts.get(fact)).map(|(label, _)| *label);
                labels.clone().next().is_some() && labels.all(|label| label == NOTE)
            };
            let near = pair[1] - pair[0] < 3 && !is_carried(pair[0]) && !is_carried(pair[1]);
            near && (noted(pair[0]) || noted(pair[1])) && !one(pair[0]..pair[1] + 1)
        });
        if unknown || torn || split {
            match lost.last_mut() {
                Some(before) if before.end == sentence.start => before.end = sentence.end,
                Some(_) | None => lost.push(sentence),
            }
        }
    }
    lost.into_iter().map(|sentences| text.slice(sentences).to_owned()).collect()
}

/// A question to a shop tells all that it is about; one about somebody's appointment may have to be explained.
fn is_explained(brief: &Brief, alone: bool) -> bool {
    let category = brief.sense.category();
    let asks = alone && brief.task.as_ref().is_some_and(|task| task.verb == Verb::Ask);
    category == Category::Ask || (asks && matches!(category, Category::Order | Category::Quote))
}

/// Whether a word says something that is no order to the caller.
fn tells(text: &Text, brief: &Brief, at: usize) -> bool {
    let ordered = brief.triggers.iter().any(|trigger| trigger.contains(&at));
    let digits = text.raw(at).bytes().any(|byte| byte.is_ascii_digit());
    digits || (!ordered && !rest::is_hollow(text, at) && !text.is(at, ORDERS) && text.lower(at).len() > 1)
}

/// What a caller is told to do, and how people are counted: no facts by themselves.
const ORDERS: &OneOf = one_of![
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
