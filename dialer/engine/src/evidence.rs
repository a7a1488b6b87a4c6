//! A field is known only by the callee's own words.

use chrono::NaiveDate;
use proto::workflow::{Field, FieldKind, TEXT_BYTES_MAX};
use proto::{Evidence, FieldValue, Message, Private, Role, Verdict, Workflow};
use serde_json::Number;

use crate::words::{self, Speech, Word, calendar, moment, number, polarity};
use crate::{Claim, Declined};

/// Fewer digits are not a phone number.
const PHONE_DIGITS_MIN: usize = 7;

/// The verdict that the claim proves. None: the transcript does not say so. `asked_at`: where the question was put.
pub(crate) fn answered(
    workflow: &Workflow,
    messages: &[Message],
    asked_at: Option<usize>,
    claim: &Claim,
    today: NaiveDate,
) -> Option<Verdict> {
    let field = workflow.field(&claim.field)?;
    let evidence = said(messages, &claim.quote)?;
    let bare = polarity::is_bare(&Speech::new(claim.quote.expose()).words);
    if bare && asked_at.is_none_or(|asked_at| evidence.message_index as usize <= asked_at) {
        return None;
    }
    let value = supported(field, &claim.value, claim.quote.expose(), today)?;
    Some(Verdict::Answered { value, evidence })
}

/// The verdict that the refusal proves.
pub(crate) fn declined(workflow: &Workflow, messages: &[Message], declined: &Declined) -> Option<Verdict> {
    workflow.field(&declined.field)?;
    said(messages, &declined.quote).map(Verdict::Declined)
}

/// Where the callee said it, the last time.
fn said(messages: &[Message], quote: &Private) -> Option<Evidence> {
    let index = messages
        .iter()
        .rposition(|message| message.role == Role::User && words::contains(message.content.expose(), quote.expose()))?;
    Some(Evidence { quote: quote.clone(), message_index: u32::try_from(index).ok()? })
}

/// The value in the form of its kind, if the quote says it.
fn supported(field: &Field, value: &FieldValue, quote: &str, today: NaiveDate) -> Option<FieldValue> {
    let speech = Speech::new(quote);
    match &field.kind {
        FieldKind::Boolean => boolean(value, &speech),
        FieldKind::Number | FieldKind::Money => amount(value, &speech, field.kind == FieldKind::Money),
        FieldKind::Phone => phone(value, &speech),
        FieldKind::Time => {
            let (text, said) = (text(value)?, moment::answered_times(&speech.words));
            let meant = time(text)?;
            said.iter().any(|said| said.agrees(&meant)).then(|| FieldValue::Text(Private::new(text)))
        }
        FieldKind::Date if field.schema.is_some() => date(value, &speech, today),
        FieldKind::Date => words_of(value, &speech).filter(has_day),
        FieldKind::DateTime => words_of(value, &speech)
            .filter(|value| has_day(value) || text(value).is_some_and(|text| time(text).is_some())),
        FieldKind::Text => words_of(value, &speech),
        FieldKind::Choice(options) => {
            let text = text(value)?;
            let option = options.iter().find(|option| words::same(option, text))?;
            words::contains(quote, option).then(|| FieldValue::Text(Private::new(option)))
        }
    }
}

fn text(value: &FieldValue) -> Option<&str> {
    match value {
        FieldValue::Text(text) => Some(text.expose()),
        FieldValue::Boolean(_) | FieldValue::Number(_) => None,
    }
}

fn boolean(value: &FieldValue, quote: &Speech<'_>) -> Option<FieldValue> {
    let value = match value {
        FieldValue::Boolean(value) => *value,
        FieldValue::Number(_) | FieldValue::Text(_) => return None,
    };
    let said = match polarity::polarity(quote, &(0..quote.words.len())) {
        polarity::Polarity::Yes(_) => true,
        polarity::Polarity::No(_) => false,
        polarity::Polarity::Withheld(_) | polarity::Polarity::Unclear => return None,
    };
    (said == value).then_some(FieldValue::Boolean(value))
}

fn amount(value: &FieldValue, quote: &Speech<'_>, money: bool) -> Option<FieldValue> {
    let meant = match value {
        FieldValue::Number(number) => number.as_f64()?,
        FieldValue::Text(text) => *amounts(&Speech::new(text.expose()).words, money).first()?,
        FieldValue::Boolean(_) => return None,
    };
    // A cent is the least that can be said.
    let said = amounts(&quote.words, money).into_iter().any(|said| (said - meant).abs() < 0.005);
    said.then(|| number_value(meant)).flatten()
}

/// What was said as numbers; in money, "twelve fifty" is 12.50.
pub(crate) fn amounts(words: &[Word], money: bool) -> Vec<f64> {
    let mut amounts: Vec<f64> = Vec::new();
    let mut open = None;
    for number in number::numbers(words) {
        let cents = number.value < 100.0 && number.value >= 10.0 && number.value.fract() == 0.0;
        let gap = open.filter(|end| is_currency(&words[*end..number.range.start]));
        if let Some(whole) = amounts.last_mut().filter(|_| money && cents && gap.is_some()) {
            *whole += number.value / 100.0;
            open = None;
        } else {
            open = Some(number.range.end).filter(|_| number.value.fract() == 0.0);
            amounts.push(number.value);
        }
    }
    amounts
}

fn is_currency(words: &[Word]) -> bool {
    words.iter().all(|word| {
        matches!(word.text.as_str(), "and" | "dollars" | "dollar" | "euros" | "euro" | "pounds" | "pound" | "bucks")
    })
}

/// A whole number is shown without a fraction.
pub(crate) fn number_value(value: f64) -> Option<FieldValue> {
    #[expect(clippy::cast_possible_truncation, reason = "below 2^53 a whole f64 is exactly an i64")]
    let number = if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        Number::from(value as i64)
    } else {
        Number::from_f64(value)?
    };
    Some(FieldValue::Number(number))
}

/// As a calendar writes it, where a caller who reads it by a schema wants it; as it was said, where it is no day of the
/// calendar.
fn date(value: &FieldValue, quote: &Speech<'_>, today: NaiveDate) -> Option<FieldValue> {
    let as_said = words_of(value, quote).filter(has_day);
    let Some(said) = calendar::date(&quote.words, today) else {
        return as_said;
    };
    let meant = calendar::date(&Speech::new(text(value)?).words, today);
    (as_said.is_some() || meant == Some(said)).then(|| FieldValue::Text(Private::new(said.to_string())))
}

fn phone(value: &FieldValue, quote: &Speech<'_>) -> Option<FieldValue> {
    let text = text(value)?;
    let meant: String = text.chars().filter(char::is_ascii_digit).collect();
    let said = number::digits(&quote.words);
    let known = meant.len() >= PHONE_DIGITS_MIN && said.contains(&meant);
    known.then(|| FieldValue::Text(Private::new(text)))
}

/// A text is known when its words were said, in their order; words between them may be missing.
fn words_of(value: &FieldValue, quote: &Speech<'_>) -> Option<FieldValue> {
    let text = text(value)?;
    let mut said = quote.words.iter();
    let meant = Speech::new(text).words;
    let known = !meant.is_empty()
        && text.len() <= TEXT_BYTES_MAX
        && meant.iter().all(|word| said.any(|said| said.text == word.text));
    known.then(|| FieldValue::Text(Private::new(text)))
}

fn has_day(value: &FieldValue) -> bool {
    text(value).is_some_and(|text| !moment::days(&Speech::new(text).words).is_empty())
}

/// The time that a value names.
fn time(value: &str) -> Option<moment::Time> {
    moment::answered_times(&Speech::new(value).words).into_iter().next()
}
