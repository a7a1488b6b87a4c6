//! What the agent may tell, and the proof that the plan lost nothing of the prompt.

use std::collections::BTreeSet;

use proto::Private;
use proto::workflow::{Field, TellFact};

use super::BREATH_BYTES_MAX;
use crate::brief::Brief;
use crate::speech::breaths;
use crate::text::Text;
use crate::{detail, rest, when};

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
    notes.extend(lost(text, brief, purpose, fields, &facts));
    if notes.len() > NOTES_MAX {
        notes = vec![notes.join("; ")];
    }
    let notes = notes.iter().flat_map(|note| breaths(note, BREATH_BYTES_MAX));
    facts.extend(notes.map(|note| TellFact { label: "note".to_owned(), value: Private::new(note) }));
    facts
}

/// Clauses with a number, a name or a time that stands nowhere else in the plan.
fn lost(text: &Text, brief: &Brief, purpose: &str, fields: &[Field], facts: &[TellFact]) -> Vec<String> {
    let parties = brief.callee.iter().chain(&brief.principal).map(String::as_str);
    // What is booked or ordered is told with the task, but not whom it is for.
    let thing = brief.task.iter().flat_map(|task| task.thing.split(' '));
    let things: Tokens = thing.skip_while(|word| word.starts_with(char::is_uppercase)).flat_map(tokens).collect();
    let known: Tokens = facts
        .iter()
        .flat_map(|fact| [fact.label.as_str(), fact.value.expose()])
        .chain(brief.notes.iter().map(String::as_str))
        .chain(parties)
        .flat_map(tokens)
        .collect();
    // What a question or a message mentions may stand there alone.
    let questions = fields.iter().map(|field| field.question.expose());
    let said: Tokens = questions.chain([purpose]).flat_map(tokens).chain(known.iter().cloned()).collect();
    let is_carried = |at: usize| brief.carried.iter().any(|words| words.contains(&at));
    let mut lost = Vec::new();
    for clause in rest::clauses(text) {
        let unsaid = clause.clone().any(|at| {
            let digits = text.raw(at).bytes().any(|byte| byte.is_ascii_digit());
            let coded = detail::is_long_number(text, at);
            let numbered = digits || (!is_carried(at) && when::number(text, at).is_some_and(|number| number > 1));
            let named = text.get(at).is_some_and(|word| word.capital && !word.first && word.lower.len() > 1)
                && !text.lower(at).starts_with("i'");
            // A number of things is told with them.
            let told = if (numbered && !coded) || is_carried(at) { &said } else { &known };
            (numbered || named)
                && tokens(text.raw(at)).any(|token| !told.contains(&token) && (digits || !things.contains(&token)))
        });
        let untimed = when::find(text, clause.clone()).into_iter().any(|when| {
            let mut words = when.words.filter(|at| !is_carried(*at));
            words.any(|at| !text.is(at, &SMALL) && tokens(text.raw(at)).any(|token| !known.contains(&token)))
        });
        if unsaid || untimed {
            lost.push(text.slice(clause).to_owned());
        }
    }
    lost
}

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
