//! Words in a row, to be found in what was said.

use serde::Deserialize;

/// A pattern such as `book a table`, `reserv*` or `*`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Phrase {
    /// No part: it fits everything.
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Word(String),
    Beginning(String),
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        let mut parts = Vec::new();
        for part in text.split_whitespace() {
            match part.strip_suffix('*') {
                Some(beginning) => parts.push(Part::Beginning(beginning.to_lowercase())),
                None => parts.extend(words(part).into_iter().map(Part::Word)),
            }
        }
        if parts == [Part::Beginning(String::new())] {
            parts.clear();
        }
        Self { parts }
    }
}

impl Phrase {
    pub(crate) fn fits_everything(&self) -> bool {
        self.parts.is_empty()
    }

    /// How many words of `heard` it fits; None: it does not fit.
    pub(crate) fn fits(&self, heard: &[String]) -> Option<usize> {
        if self.parts.is_empty() {
            return Some(0);
        }
        let fits = |part: &Part, word: &String| match part {
            Part::Word(wanted) => wanted == word,
            Part::Beginning(wanted) => word.starts_with(wanted),
        };
        let found = heard
            .windows(self.parts.len())
            .any(|window| self.parts.iter().zip(window).all(|(part, word)| fits(part, word)));
        found.then_some(self.parts.len())
    }
}

/// The words of a text, in small letters and without punctuation.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let parts = text.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    parts.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Splits a text into sentences; each keeps its mark.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = sentence_end(rest);
        let (sentence, left) = rest.split_at(end);
        sentences.push(sentence.trim());
        rest = left.trim_start();
    }
    sentences
}

/// Where the first sentence ends: behind a mark that is followed by a space, unless it shortens a title or a letter.
fn sentence_end(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let last = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        let ends = match letter {
            '?' | '!' => true,
            '.' => !is_short(text[..at].rsplit(char::is_whitespace).next().unwrap_or_default()),
            _ => false,
        };
        if ends && last {
            return at + letter.len_utf8();
        }
    }
    text.len()
}

fn is_short(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "dr" | "mr" | "mrs" | "ms" | "st" | "a.m" | "p.m" | "no")
        || word.len() == 1 && word.chars().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::{Phrase, sentences, words};

    #[test]
    fn a_phrase_fits_words_in_a_row() {
        let heard = words("Could you please BOOK a table, for two?");
        let fits = |text: &str| Phrase::from(text.to_owned()).fits(&heard);
        assert_eq!(fits("book a table"), Some(3));
        assert_eq!(fits("pleas* book"), Some(2));
        assert_eq!(fits("table for *"), Some(3));
        assert_eq!(fits("*"), Some(0));
        assert_eq!(fits("table book"), None);
        assert_eq!(fits("tab"), None);
    }

    #[test]
    fn words_lose_case_and_marks_and_keep_apostrophes() {
        assert_eq!(words("That's “all”, Dr. O’Neill!"), ["that's", "all", "dr", "o'neill"]);
    }

    #[test]
    fn a_title_or_a_time_does_not_end_a_sentence() {
        let text = "This is about Dr. Smith at 3 p.m. tomorrow. Is it confirmed? Thanks";
        assert_eq!(sentences(text), ["This is about Dr. Smith at 3 p.m. tomorrow.", "Is it confirmed?", "Thanks"]);
        assert!(sentences("  ").is_empty());
    }
}
