//! Whether a prompt is in the one language that is understood here.

use whatlang::Lang;

use crate::one_of::{OneOf, one_of};
use crate::sense;
use crate::text::Text;

/// Words of English prompts that other languages write the same way.
const SHARED: &OneOf = one_of![
    "a",
    "also",
    "am",
    "an",
    "any",
    "are",
    "as",
    "at",
    "be",
    "de",
    "do",
    "for",
    "has",
    "i",
    "in",
    "is",
    "it",
    "la",
    "le",
    "me",
    "most",
    "name",
    "no",
    "not",
    "of",
    "on",
    "or",
    "over",
    "so",
    "ten",
    "to",
    "tu",
    "under",
    "up",
    "was",
    "we",
    "die",
    "man",
    "hotel",
    "restaurant",
    "sms",
    "telefon",
    "ab",
    "den",
    "due",
    "min",
    "per",
    "person",
    "ring",
    "til",
    "time",
];
/// Of ten other words of a briefing in English six are known from other briefings, of one in another language two; names
/// make both less.
const KNOWN_IN_TWENTY: usize = 7;
/// Fewer may be gibberish or names.
const WORDS_MIN: usize = 4;

/// Whether the prompt is certainly in another language. Gibberish and single names are in none.
pub(crate) fn is_foreign(text: &Text) -> bool {
    let plain = || (0..text.len()).filter(|at| !is_name(text, *at));
    let words: Vec<_> = plain().flat_map(|at| parts(text, at)).collect();
    let enough = (KNOWN_IN_TWENTY * words.len()).div_ceil(20).max(1);
    let known = words.iter().filter(|word| sense::knows(word)).take(enough).count();
    if known == enough || text.len() == 0 {
        return false;
    }
    let Some(told) = whatlang::detect(text.line()) else { return false };
    told.lang() != Lang::Eng
        && (told.script() != whatlang::Script::Latin
            || told.is_reliable()
            || has_marks(text)
            || plain().count() >= WORDS_MIN)
}

/// The words of data are one word between spaces: `{"intent":"book"}`.
fn parts(text: &Text, at: usize) -> impl Iterator<Item = &str> {
    let parts = text.parts(at, |letter| letter.is_alphabetic() || letter == '\'');
    parts.filter(|part| !SHARED.contains(part))
}

fn is_name(text: &Text, at: usize) -> bool {
    text.get(at).is_some_and(|word| word.capital && !word.first)
}

/// Letters that English words do not have, in more than one word.
fn has_marks(text: &Text) -> bool {
    let marked = |at: &usize| text.lower(*at).chars().any(|letter| !letter.is_ascii() && letter.is_alphabetic());
    (0..text.len()).filter(marked).count() > 1
}
