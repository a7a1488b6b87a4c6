//! Reads an answer out of an utterance.

use std::ops::Range;

use proto::workflow::{Field, FieldKind};
use proto::{FieldValue, Private};

use crate::words::polarity::{self, Polarity};
use crate::words::{self, Speech, intent, moment, number, request};
use crate::{Context, evidence};

/// Fewer digits are an extension, not a number to call.
const PHONE_DIGITS_MIN: usize = 7;

const HESITATION: &[&str] = &["yes", "yeah", "sure", "okay", "ok", "well", "um", "uh", "so", "oh"];
const LEAD: &[&str] = &["it", "that", "your", "our", "the", "my"];

/// What the callee says to a question, and with which words.
pub(super) enum Reading {
    Answer { value: FieldValue, quote: String },
    Declined { quote: String },
}

/// None: the utterance does not answer the question. Who corrects herself means what comes last.
pub(super) fn read(field: &Field, context: &Context, text: &str) -> Option<Reading> {
    let corrected = request::corrected(text).and_then(|rest| read_once(field, context, rest));
    match corrected {
        Some(answer @ Reading::Answer { .. }) => Some(answer),
        Some(Reading::Declined { .. }) | None => read_once(field, context, text),
    }
}

fn read_once(field: &Field, context: &Context, text: &str) -> Option<Reading> {
    if intent::did_not_understand(text) {
        return None;
    }
    let speech = Speech::new(text);
    let statements: Vec<Range<usize>> =
        speech.sentences().into_iter().filter(|sentence| !sentence.question).map(|sentence| sentence.range).collect();
    if field.kind == FieldKind::Boolean {
        return read_boolean(field, context, &speech, &statements);
    }
    let value = match &field.kind {
        FieldKind::Text => None,
        FieldKind::Boolean
        | FieldKind::Number
        | FieldKind::Money
        | FieldKind::Phone
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::DateTime
        | FieldKind::Choice(_) => {
            statements.iter().find_map(|range| Some((typed(&field.kind, &speech, range)?, range.clone())))
        }
    };
    if let Some((value, range)) = value {
        return Some(Reading::Answer { value, quote: speech.verbatim(range).to_owned() });
    }
    if let Some(range) = statements.iter().find_map(|range| polarity::refused(&speech, range)) {
        return Some(Reading::Declined { quote: speech.verbatim(range).to_owned() });
    }
    if field.kind != FieldKind::Text || intent::only_greets(text) {
        return None;
    }
    let quote = free_text(field, &speech, &statements)?;
    Some(Reading::Answer { value: FieldValue::Text(Private::new(&quote)), quote })
}

fn read_boolean(field: &Field, context: &Context, speech: &Speech<'_>, statements: &[Range<usize>]) -> Option<Reading> {
    let mut decided: Option<(bool, &Range<usize>)> = None;
    let mut withheld = None;
    for range in statements {
        let value = match polarity::polarity(speech, range) {
            Polarity::Yes(_) => true,
            Polarity::No(_) => false,
            Polarity::Withheld(words) => {
                withheld = Some(words);
                continue;
            }
            Polarity::Unclear => continue,
        };
        match decided {
            Some((earlier, _)) if earlier != value => return None,
            Some(_) => {}
            None => decided = Some((value, range)),
        }
    }
    let Some((value, range)) = decided else {
        return withheld.map(|range| Reading::Declined { quote: speech.verbatim(range).to_owned() });
    };
    let outright = polarity::is_outright_yes(speech, range) && context.asked > 1;
    if value && !outright && is_other_offer(field, context, speech) {
        return None;
    }
    Some(Reading::Answer { value: FieldValue::Boolean(value), quote: speech.verbatim(range.clone()).to_owned() })
}

/// "We have 8:30" is no yes to seven o'clock.
fn is_other_offer(field: &Field, context: &Context, speech: &Speech<'_>) -> bool {
    let question = Speech::new(field.question.expose());
    let moments =
        |text: &Speech<'_>| !moment::times(&text.words).is_empty() || !moment::weekdays(&text.words).is_empty();
    if moments(&question) {
        return is_other_moment(&[question], speech);
    }
    let parts = context.workflow.parts();
    let facts = parts.facts.iter().map(|fact| fact.value.expose());
    let wanted: Vec<_> = std::iter::once(parts.purpose.expose()).chain(facts).map(Speech::new).collect();
    is_other_moment(&wanted, speech)
}

fn is_other_moment(wanted: &[Speech<'_>], said: &Speech<'_>) -> bool {
    let wanted_times: Vec<_> = wanted.iter().flat_map(|text| moment::times(&text.words)).collect();
    let said_times = moment::times(&said.words);
    let other_time = |said: &moment::Time| !wanted_times.iter().any(|wanted| wanted.agrees(said));
    if !wanted_times.is_empty() && !said_times.is_empty() && said_times.iter().all(other_time) {
        return true;
    }
    let wanted_days: Vec<_> = wanted.iter().flat_map(|text| moment::weekdays(&text.words)).collect();
    let said_days = moment::weekdays(&said.words);
    !wanted_days.is_empty() && !said_days.is_empty() && said_days.iter().all(|said| !wanted_days.contains(said))
}

fn typed(kind: &FieldKind, speech: &Speech<'_>, range: &Range<usize>) -> Option<FieldValue> {
    let words = &speech.words[range.clone()];
    let text = |within: Range<usize>| {
        let within = within.start + range.start..within.end + range.start;
        FieldValue::Text(Private::new(speech.verbatim(within)))
    };
    match kind {
        FieldKind::Number | FieldKind::Money => only_amount(words, *kind == FieldKind::Money),
        FieldKind::Phone => {
            let digits = number::digits(words);
            (digits.len() >= PHONE_DIGITS_MIN).then(|| FieldValue::Text(Private::new(digits)))
        }
        FieldKind::Time => hull(moment::answered_times(words).into_iter().map(|time| time.range)).map(text),
        FieldKind::Date => hull(moment::days(words)).map(text),
        FieldKind::DateTime => {
            let times = moment::times(words).into_iter().map(|time| time.range);
            hull(moment::days(words).into_iter().chain(times)).map(text)
        }
        FieldKind::Choice(options) => only_option(options, speech.verbatim(range.clone())),
        FieldKind::Text | FieldKind::Boolean => None,
    }
}

/// Of several amounts we do not know which is meant.
fn only_amount(words: &[words::Word], money: bool) -> Option<FieldValue> {
    let amounts = evidence::amounts(words, money);
    let first = *amounts.first()?;
    amounts.iter().all(|amount| (amount - first).abs() < f64::EPSILON).then(|| evidence::number_value(first)).flatten()
}

fn only_option(options: &[String], text: &str) -> Option<FieldValue> {
    let mut said = options.iter().filter(|option| words::contains(text, option));
    match (said.next(), said.next()) {
        (Some(option), None) => Some(FieldValue::Text(Private::new(option))),
        (None | Some(_), _) => None,
    }
}

/// From the first to the last of them.
fn hull(ranges: impl IntoIterator<Item = Range<usize>>) -> Option<Range<usize>> {
    ranges.into_iter().reduce(|hull, range| hull.start.min(range.start)..hull.end.max(range.end))
}

/// The words from the first to the last statement that says something, without what only leads to them.
fn free_text(field: &Field, speech: &Speech<'_>, statements: &[Range<usize>]) -> Option<String> {
    let telling = |range: &Range<usize>| {
        let words = &speech.words[range.clone()];
        !intent::is_courtesy(words) && !intent::asks_to_wait(speech.verbatim(range.clone()))
    };
    let whole = hull(statements.iter().filter(|range| telling(range)).cloned())?;
    let hesitation = |at: usize| HESITATION.contains(&speech.words[at].text.as_str());
    let start = whole.clone().find(|at| !hesitation(*at))?;
    let start = start + led_in(field, &speech.words[start..whole.end]);
    Some(speech.verbatim(start..whole.end).to_owned())
}

/// How many words only say what the answer is about: "your confirmation number is", "it's".
fn led_in(field: &Field, words: &[words::Word]) -> usize {
    let asked = format!("{} {}", field.question.expose(), field.name);
    let asked = Speech::new(&asked).words;
    let repeats =
        |word: &words::Word| LEAD.contains(&word.text.as_str()) || asked.iter().any(|asked| asked.text == word.text);
    let lead = match words.iter().position(|word| matches!(word.text.as_str(), "is" | "are" | "its" | "thats")) {
        Some(verb) if words[..verb].iter().all(repeats) => verb + 1,
        Some(_) | None => 0,
    };
    if lead < words.len() { lead } else { 0 }
}
