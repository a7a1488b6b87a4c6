//! What a prompt shows: its words, how much its turns of speech speak for each category, and how much it tells.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::weights::{FORM, PAIR, WORD};
use crate::Category;
use crate::act::Act;
use crate::one_of::{OneOf, one_of};
use crate::piece::{Pieces, marks};
use crate::survey::{self, Survey};
use crate::text::{Pause, Text, owner};
use crate::when;

/// A number, and how it is written.
pub(super) type Mark = (usize, &'static str);

/// Who takes what a prompt shows.
pub(crate) trait Evidence: Pieces {
    /// Takes a piece for each mark that a count has reached. The count of one kind is told once.
    fn reached(&mut self, kind: [&'static str; 2], marks: &[Mark], count: usize) {
        let [kind, of] = kind;
        let reached = marks.iter().filter(|(mark, _)| count >= *mark);
        reached.for_each(|(_, mark)| self.add(&[kind, of, ":", mark]));
    }

    /// Takes what a word counts as.
    fn word(&mut self, class: &str) {
        self.add(&[WORD, class]);
    }

    /// Takes the words as they stand there, and each with the next one.
    fn forms<'a>(&mut self, forms: impl Iterator<Item = &'a str>) {
        let mut before = None;
        for form in forms {
            self.add(&[FORM, form]);
            if let Some(before) = before.replace(form) {
                self.add(&[PAIR, before, " ", form]);
            }
        }
    }
}

impl Evidence for BTreeSet<String> {}

/// How heavy the cues of a category must be, each a piece of its own.
const CUES: [Mark; 4] = marks![3, 7, 12, 18];
const HINTS: [Mark; 6] = marks![1, 2, 3, 4, 6, 8];
const TELLING: [Mark; 9] = marks![1, 2, 3, 4, 5, 6, 8, 10, 14];
const WORDS: [Mark; 9] = marks![2, 3, 4, 6, 8, 11, 15, 20, 30];
const FEW: [Mark; 5] = marks![1, 2, 3, 4, 6];
/// How many words of a prompt's beginning are a piece of their own.
const BEGINNINGS: [usize; 3] = [1, 2, 4];
/// Present in every prompt.
const ALWAYS: &str = "any";
const NAME: &str = "Name";
/// What a program or somebody in a hurry writes in the place of something.
const BLANKS: &OneOf = one_of!["undefined", "null", "nan", "n/a", "tbc", "tbd"];

/// What a word looks like.
#[expect(clippy::struct_excessive_bools, reason = "a word may look like several things, and each is counted by itself")]
struct Look {
    number: bool,
    name: bool,
    blank: bool,
    telling: bool,
    capital: bool,
}

impl Look {
    fn at(text: &Text, at: usize) -> Self {
        Self {
            number: is_number(text, at),
            name: is_name(text, at),
            blank: is_blank(text, at),
            telling: survey::tells(text, at),
            capital: text.capital(at),
        }
    }

    /// Tells something, and is not of a kind of its own.
    fn is_plain(&self) -> bool {
        self.telling && !self.number && !self.blank && !self.capital
    }
}

pub(crate) fn evidence(text: &Text, first: Option<&Act>, survey: &Survey, pieces: &mut impl Evidence) {
    pieces.add(&[ALWAYS]);
    for category in Category::ALL {
        let label = category.label();
        pieces.reached(["hints ", label], &HINTS, survey.hints(category));
        pieces.reached(["cues ", label], &CUES, survey.cues(category));
    }
    let looks: Vec<_> = (0..text.len()).map(|at| Look::at(text, at)).collect();
    let count = |is: fn(&Look) -> bool| looks.iter().filter(|look| is(look)).count();
    pieces.reached(["numbers", ""], &FEW, count(|look| look.number));
    pieces.reached(["names", ""], &FEW, count(|look| look.name));
    pieces.reached(["telling", ""], &TELLING, count(|look| look.telling));
    pieces.reached(["words", ""], &WORDS, text.len());
    pieces.reached(["plain", ""], &FEW, count(Look::is_plain));
    if let Some(first) = first {
        let governed = || first.words.clone().filter_map(|at| looks.get(at));
        pieces.reached(["governed", ""], &FEW, governed().filter(|look| look.telling).count());
        pieces.reached(["governed ", "plain"], &FEW, governed().filter(|look| look.is_plain()).count());
    }
    let questions = (0..text.len()).filter(|at| text.pause(*at) == Pause::Question).count();
    pieces.reached(["questions", ""], &FEW[..2], questions);
    pieces.add(&["verb ", first.map_or("none", |act| Category::of_verb(act.verb).label())]);
    let [one, two, three, four] = std::array::from_fn(|at| text.lower(at));
    let beginning = ["begins ", one, " ", two, " ", three, " ", four];
    for length in BEGINNINGS {
        pieces.add(&beginning[..2 * length.min(text.len()).max(1)]);
    }
    for (at, look) in looks.iter().enumerate() {
        words(text, at, look.name, pieces);
    }
    pieces.forms((0..text.len()).flat_map(|at| forms(text, at)));
    if looks.iter().any(|look| look.blank) {
        pieces.add(&["blank"]);
    }
}

/// The words in a word: "intent":"book" are two.
fn words(text: &Text, at: usize, name: bool, pieces: &mut impl Evidence) {
    let parts = || {
        let parts = text.parts(at, |letter| letter.is_alphanumeric() || "'-.$£€#%".contains(letter));
        parts.map(|part| part.trim_matches(['\'', '.', '-'])).filter(|part| !part.is_empty())
    };
    let name = name && parts().nth(1).is_none();
    for part in parts() {
        if name {
            pieces.word(NAME);
        } else {
            pieces.word(&class(part));
        }
    }
}

/// The words in a word as they stand there, with those that look like names: the "Cancel" of "Task: Cancel booking" has a
/// capital too.
fn forms(text: &Text, at: usize) -> impl Iterator<Item = &str> {
    let parts = text.parts(at, |letter| letter.is_alphanumeric() || letter == '\'');
    parts.map(|part| if part.bytes().any(|byte| byte.is_ascii_digit()) { "0" } else { part })
}

/// What a word in lower case counts as.
pub(super) fn class(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_digit()) {
        return match word.chars().next() {
            Some('$' | '£' | '€') => "$0",
            Some('#') => "#0",
            Some(_) | None => "0",
        }
        .into();
    }
    if when::is_day(word) { "Day".into() } else { stem(word) }
}

/// "Booking", "booked" and "books" are one word.
fn stem(word: &str) -> Cow<'_, str> {
    let word = owner(word);
    if !word.ends_with(['s', 'g', 'd', 'e']) {
        return undoubled(word).into();
    }
    let ends = ["ings", "ing", "ied", "ies", "ed", "es", "s", "e"];
    let stem = ends.iter().find_map(|end| Some((word.strip_suffix(end).filter(|stem| stem.len() >= 3)?, *end)));
    match stem {
        Some((stem, "ied" | "ies")) => undoubled(&format!("{stem}y")).to_owned().into(),
        Some((stem, _)) => undoubled(stem).into(),
        None => undoubled(word).into(),
    }
}

/// "Cancell" is "cancel".
fn undoubled(stem: &str) -> &str {
    // Most are told by their last two bytes.
    if let [.., one, other] = stem.as_bytes()
        && other.is_ascii()
        && one != other
    {
        return stem;
    }
    let mut letters = stem.chars();
    let doubled = stem.chars().count() > 3 && letters.next_back() == stem.chars().nth_back(1);
    if doubled { letters.as_str() } else { stem }
}

/// "{{name}}", "[DATE]", "undefined": a template that nobody has filled in.
fn is_blank(text: &Text, at: usize) -> bool {
    if text.is_plain(at) {
        return text.is(at, BLANKS);
    }
    let raw =
        text.raw(at).trim_matches(|letter: char| matches!(letter, '.' | ',' | ':' | ';' | '"' | '\'' | '!' | '?'));
    let framed = [("{{", "}}"), ("{", "}"), ("[", "]"), ("<", ">"), ("${", "}"), ("%", "%"), ("<<", ">>")];
    let framed = framed.iter().filter_map(|(open, close)| raw.strip_prefix(open)?.strip_suffix(close));
    let name = |inner: &str| {
        !inner.is_empty()
            && inner.chars().all(|letter| letter.is_ascii_alphabetic() || matches!(letter, '_' | ' ' | '.' | '-'))
    };
    framed.into_iter().any(name) || BLANKS.iter().any(|blank| raw.eq_ignore_ascii_case(blank))
}

fn is_number(text: &Text, at: usize) -> bool {
    text.lower(at).bytes().any(|byte| byte.is_ascii_digit()) || when::number(text, at).is_some()
}

/// Written with a capital where none is needed.
fn is_name(text: &Text, at: usize) -> bool {
    if text.get(at).is_none_or(|word| word.first || !word.capital) {
        return false;
    }
    let i = text.is(at, one_of!["i"]) || text.lower(at).starts_with("i'");
    !i && !when::is_day(text.lower(at))
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        let forms = [("booking", "booked"), ("cancelled", "cancel"), ("moves", "moving"), ("tries", "tried")];
        assert!(forms.iter().all(|(one, other)| stem(one) == stem(other)));
        assert_eq!(stem("éé"), "éé");
    }
}
