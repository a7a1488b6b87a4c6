//! Names and noun phrases: where they end is what this module knows.

use std::ops::Range;

use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::when;

/// What ends a noun phrase.
const STOPS: &OneOf = one_of![
    "and",
    "to",
    "for",
    "on",
    "under",
    "about",
    "if",
    "whether",
    "that",
    "with",
    "at",
    "by",
    "in",
    "from",
    "because",
    "so",
    "when",
    "who",
    "which",
    "regarding",
    "please",
    "then",
    "or",
    "but",
    "of",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "what",
    "how",
    "why",
    "where",
    "party",
    "asking",
    "named",
    "as",
    "concerning",
    "using",
    "per",
];
/// Written small inside names: "House of Pizza", "Ludwig van Beethoven".
const PARTICLES: &OneOf = one_of![
    "do", "los", "las", "dos", "das", "ter", "el", "of", "the", "de", "da", "van", "von", "der", "den", "la", "le",
    "del", "di", "bin", "al", "&", "and", "y", "du",
];
/// Kinds of places that follow a name in small letters.
const PLACES: &OneOf = one_of![
    "office",
    "clinic",
    "restaurant",
    "store",
    "shop",
    "salon",
    "hotel",
    "bank",
    "pharmacy",
    "dentist",
    "garage",
    "center",
    "branch",
    "location",
    "hospital",
    "practice",
    "department",
    "desk",
    "spa",
    "gym",
    "bakery",
    "cafe",
    "bar",
    "studio",
    "dealership",
    "downtown",
    "barbershop",
    "grill",
    "library",
    "support",
];
/// Capitalized without being a name.
const NOT_NAMES: &OneOf = one_of![
    "id", "dob", "po", "rx", "vip", "asap", "pm", "am", "i", "i'm", "i'd", "i'll", "i've", "please", "party", "also",
    "then", "ask", "find", "confirm", "check", "book", "call", "my", "the", "we", "they", "if", "he", "she", "it",
    "our", "tell", "name", "his", "her", "what", "make",
];
/// No name of anybody.
const PRONOUNS: &OneOf = one_of![
    "nothing",
    "too",
    "em",
    "again",
    "them",
    "him",
    "her",
    "me",
    "us",
    "it",
    "this",
    "that",
    "you",
    "someone",
    "somebody",
    "something",
    "back",
    "there",
    "everyone",
    "anyone",
    "they",
    "he",
    "she",
    "i",
    "we",
    "one",
    "people",
    "these",
    "those",
    "now",
    "today",
];

/// A capitalized name that begins here: "Josh Miller", "Dr. Smith's", "J. van der Berg".
pub(crate) fn name(text: &Text, start: usize, limit: usize) -> Option<Range<usize>> {
    if !is_name_word(text, start) || when::phrase(text, start, limit).is_some() {
        return None;
    }
    let mut end = start + 1;
    while end < limit && text.pause(end.wrapping_sub(1)) == Pause::None && !is_possessive(text, end - 1) {
        let particles = (end..limit).take_while(|at| text.is(*at, PARTICLES)).take(3).count();
        let next = end + particles;
        if next >= limit || !is_name_word(text, next) || when::phrase(text, next, limit).is_some() {
            break;
        }
        end = next + 1;
    }
    Some(start..end)
}

/// Whether the word is written small inside names.
pub(crate) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(word) || PLACES.contains(word)
}

/// Whether a noun phrase ends in front of the word.
pub(crate) fn is_stop(text: &Text, at: usize) -> bool {
    text.is(at, STOPS)
}

/// Whether the word only joins the words of a name.
pub(crate) fn is_joint(word: &str) -> bool {
    PARTICLES.contains(word) || ["on", "in"].contains(&word)
}

fn is_name_word(text: &Text, at: usize) -> bool {
    text.capital(at) && !text.is(at, NOT_NAMES)
}

pub(crate) fn is_possessive(text: &Text, at: usize) -> bool {
    text.lower(at).ends_with("'s") || text.lower(at).ends_with("s'")
}

pub(crate) fn without_possessive(name: &str) -> &str {
    name.strip_suffix("'s").or_else(|| name.strip_suffix("'S")).or_else(|| name.strip_suffix('\'')).unwrap_or(name)
}

pub(crate) fn is_pronoun(text: &Text, range: &Range<usize>) -> bool {
    range.len() == 1 && text.is(range.start, PRONOUNS)
}

/// A business or a person that begins here, named or described: "Olive Garden", "my dentist", "the pharmacy on Main St.".
pub(crate) fn party(text: &Text, start: usize, limit: usize) -> Option<Range<usize>> {
    if text.is(start, PRONOUNS) {
        return None;
    }
    let mut end = start + usize::from(text.is(start, one_of!["the", "my", "our", "his", "her", "their", "a", "an"]));
    let begin = end;
    let mut named = false;
    while end < limit && end < start + 8 {
        if end > start && text.pause(end.wrapping_sub(1)) != Pause::None {
            break;
        }
        if end > begin && text.is(end, STOPS) && !inside_name(text, end, limit, named) {
            break;
        }
        let numbered = starts_with_digit(text, end) && (named_after(text, end) || named_by_number(text, end));
        if when::phrase(text, end, limit).is_some() || (end > begin && starts_with_digit(text, end) && !numbered) {
            break;
        }
        let capital = text.capital(end) && !text.is(end, NOT_NAMES);
        let goes_on =
            numbered || text.is(end, PLACES) || text.is(end, PARTICLES) || text.is(end, one_of!["on", "in"]) || capital;
        let possessed = end > begin && is_possessive(text, end - 1);
        if named && !goes_on && !possessed {
            break;
        }
        if !named && !capital && end >= begin + 4 {
            break;
        }
        if end == begin && text.is(end, STOPS) {
            break;
        }
        named |= capital;
        end += 1;
    }
    let worded = text.slice(begin..end).contains(char::is_alphabetic);
    (worded && !is_pronoun(text, &(begin..end))).then_some(start..end)
}

fn starts_with_digit(text: &Text, at: usize) -> bool {
    text.lower(at).starts_with(|first: char| first.is_ascii_digit() || first == '+')
}

/// "Cellar 9", "Pier 39".
fn named_by_number(text: &Text, at: usize) -> bool {
    let plain = text.raw(at).len() < 4 && text.raw(at).bytes().all(|byte| byte.is_ascii_digit());
    let ends = text.pause(at) != Pause::None || text.is(at + 1, one_of!["on", "for", "and", "in", "at", "to", "if"]);
    at > 0 && plain && ends && is_name_word(text, at - 1) && text.pause(at.wrapping_sub(1)) == Pause::None
}

/// "Studio 54 Lounge".
fn named_after(text: &Text, at: usize) -> bool {
    text.pause(at) == Pause::None && is_name_word(text, at + 1)
}

fn numbered_street(text: &Text, at: usize) -> bool {
    let word = text.lower(at + 1);
    text.is(at, one_of!["on"])
        && starts_with_digit(text, at + 1)
        && (word.ends_with("th") || word.ends_with("st") || word.ends_with("nd"))
        && when::phrase(text, at, text.len()).is_none()
}

/// "Bath and Body Works", "the Hilton in Boston", but not "Nobu and ask".
fn inside_name(text: &Text, at: usize, limit: usize, named: bool) -> bool {
    // "lowes on 5th": a street in a prompt without capitals.
    let named = named || numbered_street(text, at);
    let joins = text.is(at, PARTICLES) || text.is(at, one_of!["on", "in"]);
    let after = at + 1 + usize::from(text.is(at + 1, one_of!["the"]));
    let numbered = |at: usize| {
        let word = text.lower(at);
        word.len() > 2 && starts_with_digit(text, at) && ["st", "nd", "rd", "th"].iter().any(|end| word.ends_with(end))
    };
    let street =
        (starts_with_digit(text, after) && named_after(text, after)) || (numbered(after) && text.is(at, one_of!["on"]));
    let next = at + 1 < limit && (is_name_word(text, after) || street) && when::phrase(text, after, limit).is_none();
    let located = text.is(at, one_of!["on", "in"]);
    joins && (named || located) && text.pause(at) == Pause::None && next
}

/// The words of a thing: "dinner reservation", "haircut and beard trim", "room with a sea view".
pub(crate) fn thing(text: &Text, start: usize, limit: usize) -> Range<usize> {
    let mut end = start;
    while end < limit {
        if end > start && text.pause(end.wrapping_sub(1)) != Pause::None {
            break;
        }
        if when::phrase(text, end, limit).is_some() {
            break;
        }
        let joined = text.is(end, one_of!["and", "with", "of"]) && end > start && small_noun(text, end + 1, limit);
        if text.is(end, STOPS) && !joined {
            break;
        }
        end += 1;
    }
    start..end
}

fn small_noun(text: &Text, at: usize, limit: usize) -> bool {
    let article = usize::from(text.is(at, one_of!["a", "an", "two", "2"]));
    let verbish = one_of![
        "i", "we", "they", "it", "he", "she", "you", "my", "our", "let", "make", "see", "ask", "find", "me", "them",
        "if", "get", "then", "also", "please", "use", "have", "say", "tell", "check",
    ];
    at + article < limit
        && !text.capital(at + article)
        && !text.is(at + article, verbish)
        && !text.is(at + article, STOPS)
}

#[cfg(test)]
mod tests {
    use super::{name, party, thing};
    use crate::text::Text;

    #[test]
    fn names_end_where_the_sentence_goes_on() {
        let cases = [
            ("Josh Miller for two", "Josh Miller"),
            ("Sarah Johnson's 3pm appointment", "Sarah Johnson's"),
            ("J. van der Berg, please", "J. van der Berg"),
            ("Friday", ""),
            ("Josh Friday 7pm", "Josh"),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            assert_eq!(name(&text, 0, text.len()).map_or("", |range| text.slice(range)), expected, "{prompt}");
        }
    }

    #[test]
    fn whoever_is_called_is_named_or_described() {
        let cases = [
            ("Olive Garden for Friday", "Olive Garden"),
            ("Dr. Smith's office tomorrow", "Dr. Smith's office"),
            ("my dentist and ask", "my dentist"),
            ("the pharmacy on Main Street to ask", "the pharmacy on Main Street"),
            ("Bath and Body Works and ask", "Bath and Body Works"),
            ("24 Hour Fitness about hours", "24 Hour Fitness"),
            ("olive garden for friday", "olive garden"),
            ("them", ""),
            ("7pm", ""),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            assert_eq!(party(&text, 0, text.len()).map_or("", |range| text.slice(range)), expected, "{prompt}");
        }
    }

    #[test]
    fn a_thing_ends_at_its_details() {
        let cases = [
            ("dinner reservation at Nobu", "dinner reservation"),
            ("haircut and beard trim for Tim", "haircut and beard trim"),
            ("room with a sea view for 2 nights", "room with a sea view"),
            ("table and ask", "table"),
        ];
        for (prompt, expected) in cases {
            let text = Text::read(prompt);
            assert_eq!(text.slice(thing(&text, 0, text.len())), expected, "{prompt}");
        }
    }
}
