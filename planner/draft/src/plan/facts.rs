//! What the agent may tell, and the proof that the plan lost nothing of the prompt.

use std::collections::BTreeSet;

use proto::Private;
use proto::workflow::{Field, TellFact};

use super::BREATH_BYTES_MAX;
use crate::brief::Brief;
use crate::speech::breaths;
use crate::text::Text;
use crate::{noun, rest};

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
    add("date and time", brief.when.as_ref().map(|when| when.written.as_str()));
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
    notes.extend(lost(text, brief, purpose, fields, &facts));
    if notes.len() > NOTES_MAX {
        notes = vec![notes.join("; ")];
    }
    let notes = notes.iter().flat_map(|note| breaths(note, BREATH_BYTES_MAX));
    facts.extend(notes.map(|note| TellFact { label: "note".to_owned(), value: Private::new(note) }));
    facts
}

/// Clauses with a number or a name that stands nowhere else in the plan.
fn lost(text: &Text, brief: &Brief, purpose: &str, fields: &[Field], facts: &[TellFact]) -> Vec<String> {
    let mut told = String::from(purpose);
    let values = facts.iter().flat_map(|fact| [fact.label.as_str(), fact.value.expose()]);
    let questions = fields.iter().map(|field| field.question.expose());
    for words in values.chain(questions).chain(brief.notes.iter().map(String::as_str)) {
        told.push(' ');
        told.push_str(words);
    }
    let numbers: BTreeSet<_> = numbers(&told).collect();
    let called = brief.callee.iter().chain(&brief.principal).map(String::as_str);
    let names = called.fold(told.to_lowercase(), |names, name| names + " " + &name.to_lowercase());
    let mut lost = Vec::new();
    for clause in rest::clauses(text) {
        let words = text.slice(clause.clone());
        let number = self::numbers(words).any(|number| !numbers.contains(number));
        let name = clause.clone().any(|at| {
            let word = text.get(at).filter(|word| word.capital && !word.first && word.lower.len() > 1);
            word.is_some_and(|word| {
                !word.lower.starts_with("i'") && !names.contains(noun::without_possessive(&word.lower))
            })
        });
        if number || name {
            lost.push(words.to_owned());
        }
    }
    lost
}

fn numbers(words: &str) -> impl Iterator<Item = &str> {
    words.split(|letter: char| !letter.is_ascii_digit()).filter(|number| !number.is_empty())
}
