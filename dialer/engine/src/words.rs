//! Spoken words without their case, spacing and punctuation, and where they stand in the text they come from.

pub(crate) mod answering;
pub(crate) mod calendar;
pub(crate) mod intent;
pub(crate) mod menu;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod polarity;
pub(crate) mod request;
pub(crate) mod tongue;

use std::ops::Range;

/// One word in lower case, without apostrophes; `7pm` is two, `p.m.` and `7:30` are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    span: Range<usize>,
}

/// An utterance with its words.
#[derive(Clone, Debug)]
pub(crate) struct Speech<'a> {
    text: &'a str,
    pub(crate) words: Vec<Word>,
}

/// A sentence of a [`Speech`], as a range of its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) range: Range<usize>,
    pub(crate) question: bool,
}

const ABBREVIATIONS: &[&str] = &["dr", "mr", "mrs", "ms", "st"];
const ASKING: &[&str] =
    &["what", "whats", "who", "whos", "when", "where", "which", "why", "how", "whose", "may", "could"];
const ASKING_PAIRS: &[&str] = &[
    "are you",
    "is this",
    "is that",
    "do you",
    "would you",
    "did you",
    "have you",
    "is it",
    "for how",
    "and what",
    "can i",
    "can you",
    "can we",
];

impl<'a> Speech<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, words: merge_meridiem(text, split(text)) }
    }

    /// The original text of a range of words.
    pub(crate) fn verbatim(&self, range: Range<usize>) -> &'a str {
        let Some(words) = self.words.get(range) else {
            return "";
        };
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => &self.text[first.span.start..last.span.end],
            (None, _) | (_, None) => "",
        }
    }

    /// The original text of a range of words, with the marks behind the last one.
    pub(crate) fn passage(&self, range: Range<usize>) -> &'a str {
        let start = |at: usize| self.words.get(at).map_or(self.text.len(), |word| word.span.start);
        self.text[start(range.start)..start(range.end.max(range.start))].trim_end()
    }

    /// Where the next words begin in the text, or where it ends.
    pub(crate) fn end_of(&self, range: &Range<usize>) -> usize {
        self.words.get(range.end).map_or(self.text.len(), |next| next.span.start)
    }

    pub(crate) fn sentences(&self) -> Vec<Sentence> {
        self.split_where(|gap, word| {
            gap.contains(['.', '!', '?', '\n']) && !ABBREVIATIONS.contains(&word) && !matches!(word, "am" | "pm")
                || gap.contains(['!', '?'])
        })
    }

    /// Parts of sentences: what one yes or no is about.
    pub(crate) fn clauses(&self, within: &Range<usize>) -> Vec<Range<usize>> {
        self.split_where(|gap, _| gap.contains(['.', ',', ';', '!', '?', '—', '\n']))
            .into_iter()
            .map(|clause| clause.range.start.max(within.start)..clause.range.end.min(within.end))
            .filter(|range| !range.is_empty())
            .flat_map(|range| self.split_before(range, &["but", "however", "although"]))
            .collect()
    }

    fn split_before(&self, range: Range<usize>, joints: &[&str]) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        for at in range.clone() {
            if at > start && joints.contains(&self.words[at].text.as_str()) {
                parts.push(start..at);
                start = at;
            }
        }
        parts.push(start..range.end);
        parts
    }

    fn split_where(&self, ends: impl Fn(&str, &str) -> bool) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let mut start = 0;
        for (at, word) in self.words.iter().enumerate() {
            let gap_end = self.words.get(at + 1).map_or(self.text.len(), |next| next.span.start);
            let gap = &self.text[word.span.end..gap_end];
            if at + 1 == self.words.len() || ends(gap, &word.text) {
                let range = start..at + 1;
                let question = gap.contains('?') || !gap.contains(['.', '!']) && asks(&self.words[range.clone()]);
                sentences.push(Sentence { range, question });
                start = at + 1;
            }
        }
        sentences
    }
}

/// Recognisers write question marks only most of the time.
fn asks(words: &[Word]) -> bool {
    words.first().is_some_and(|first| ASKING.contains(&first.text.as_str()))
        || ASKING_PAIRS.iter().any(|pair| starts_with(words, pair))
}

fn split(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let alphanumeric = |at: usize| chars.get(at).is_some_and(|(_, char)| char.is_alphanumeric());
    let digit = |at: usize| chars.get(at).is_some_and(|(_, char)| char.is_ascii_digit());
    let mut at = 0;
    while at < chars.len() {
        if !alphanumeric(at) {
            at += 1;
            continue;
        }
        let start = chars[at].0;
        let numeric = digit(at);
        let mut word = String::new();
        while at < chars.len() {
            let char = chars[at].1;
            let inside = at > 0 && alphanumeric(at - 1) && alphanumeric(at + 1);
            if numeric && (digit(at) || matches!(char, '.' | ':' | ',') && digit(at - 1) && digit(at + 1)) {
                word.push(char);
            } else if !numeric && char.is_alphanumeric() && !digit(at) {
                word.extend(char.to_lowercase());
            } else if numeric || !(matches!(char, '\'' | '’') && inside) {
                break;
            }
            at += 1;
        }
        let end = chars.get(at).map_or(text.len(), |(offset, _)| *offset);
        words.push(Word { text: if numeric { plain_number(&word) } else { word }, span: start..end });
    }
    words
}

/// `1,200` is 1200; in `7,30` the comma stays.
fn plain_number(text: &str) -> String {
    let grouped =
        text.contains(',') && text.split(',').skip(1).all(|group| group.split('.').next().unwrap_or(group).len() == 3);
    if grouped { text.replace(',', "") } else { text.to_owned() }
}

fn merge_meridiem(text: &str, words: Vec<Word>) -> Vec<Word> {
    let mut merged: Vec<Word> = Vec::with_capacity(words.len());
    for word in words {
        match merged.last_mut() {
            Some(last)
                if word.text == "m"
                    && matches!(last.text.as_str(), "a" | "p")
                    && &text[last.span.end..word.span.start] == "." =>
            {
                last.text.push('m');
                last.span.end = word.span.end;
            }
            Some(_) | None => merged.push(word),
        }
    }
    merged
}

/// Where `needle` stands in `words`, word by word; the last place, if there are several.
pub(crate) fn find(words: &[Word], needle: &[Word]) -> Option<Range<usize>> {
    if needle.is_empty() || needle.len() > words.len() {
        return None;
    }
    (0..=words.len() - needle.len())
        .rev()
        .find(|start| words[*start..].iter().zip(needle).all(|(word, wanted)| word.text == wanted.text))
        .map(|start| start..start + needle.len())
}

/// Whether the words of `phrase` stand in `text`, in its order and without a gap.
pub(crate) fn contains(text: &str, phrase: &str) -> bool {
    find(&Speech::new(text).words, &Speech::new(phrase).words).is_some()
}

/// Whether both are the same words.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (Speech::new(one), Speech::new(other));
    one.words.len() == other.words.len() && one.words.iter().zip(&other.words).all(|(a, b)| a.text == b.text)
}

pub(crate) fn count(text: &str) -> usize {
    Speech::new(text).words.len()
}

/// The start of each place where `phrase`, written as our words are, stands.
pub(crate) fn places(words: &[Word], phrase: &str) -> Vec<usize> {
    (0..words.len()).filter(|start| starts_with(&words[*start..], phrase)).collect()
}

pub(crate) fn has_any(words: &[Word], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| (0..words.len()).any(|start| starts_with(&words[start..], phrase)))
}

pub(crate) fn starts_with(words: &[Word], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|wanted| words.next().is_some_and(|word| word.text == wanted))
}

/// At most `max` bytes of `text`, whole characters only.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

#[cfg(test)]
mod tests {
    use super::{Speech, contains, same};

    fn words(text: &str) -> Vec<String> {
        Speech::new(text).words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_have_no_case_space_or_punctuation() {
        assert_eq!(words("  Yes — we’re OPEN,  that's it!"), ["yes", "were", "open", "thats", "it"]);
        assert_eq!(words("7pm, 7:30 p.m. or 12.50 and 1,200"), ["7", "pm", "7:30", "pm", "or", "12.50", "and", "1200"]);
        assert_eq!(words("the 5th"), ["the", "5", "th"]);
        assert_eq!(words("?! …"), [""; 0]);
    }

    #[test]
    fn sentences_end_where_a_person_pauses() {
        let speech = Speech::new("Dr. Smith is in at 3 p.m. on Friday. Who is calling? Tell me.");
        let sentences: Vec<_> =
            speech.sentences().into_iter().map(|one| (speech.verbatim(one.range), one.question)).collect();
        assert_eq!(
            sentences,
            [("Dr. Smith is in at 3 p.m. on Friday", false), ("Who is calling", true), ("Tell me", false)]
        );
    }

    #[test]
    fn a_question_is_known_without_its_mark() {
        assert!(Speech::new("for how many people").sentences()[0].question);
        assert!(!Speech::new("we have how you like it").sentences()[0].question);
    }

    #[test]
    fn verbatim_text_survives_any_script() {
        let speech = Speech::new("Ça va, Zoë? Да, в 7:30!");
        assert_eq!(speech.verbatim(0..speech.words.len()), "Ça va, Zoë? Да, в 7:30");
        assert!(contains("¡Sí! Claro que sí.", "claro QUE"));
        assert!(same("Hello, there", "hello there!"));
        assert!(!same("Hello", "hello there"));
    }
}
