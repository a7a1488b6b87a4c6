//! A prompt as words that know where they stand, so that everything found in it can be said in its own words.

mod line;
mod record;
mod typo;
mod withheld;
mod word;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

pub(crate) use self::withheld::forbids;
use crate::one_of::OneOf;
use crate::when::{Atoms, When};

#[derive(Debug)]
pub(crate) struct Text {
    /// One line, single spaces, plain apostrophes, without what is not for the callee.
    line: String,
    /// The line with it, when there is such.
    whole: Option<String>,
    words: Vec<Word>,
    sentences: Vec<Range<usize>>,
    /// Nearly every rule asks whether a time begins at a word.
    pub(crate) atoms: Atoms,
    /// And some ask for all times.
    pub(crate) times: OnceCell<Vec<When>>,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a word looks like several things, each by itself")]
pub(crate) struct Word {
    pub(crate) lower: String,
    /// In lower case it has the letters from a to z and nothing else.
    plain: bool,
    mark: u8,
    /// What it counts, in digits or spelled out.
    pub(crate) number: Option<u32>,
    span: Range<usize>,
    /// The number of its sentence.
    sentence: usize,
    /// What the author put behind the word.
    pub(crate) pause: Pause,
    pub(crate) capital: bool,
    /// The first word of its sentence, where a capital means nothing.
    pub(crate) first: bool,
    /// Between two quotation marks: somebody's words, and nothing to do.
    pub(crate) quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pause {
    None,
    Comma,
    Colon,
    Stop,
    Question,
}

impl Text {
    pub(crate) fn read(prompt: &str) -> Self {
        let whole = Self::of(line::one(&record::lines(prompt)));
        let withheld = withheld::find(&whole);
        if withheld.is_empty() {
            return whole;
        }
        let told = Self::of(withheld::without(&whole, &withheld));
        Self { whole: Some(whole.line), ..told }
    }

    fn of(line: String) -> Self {
        // Words have five letters on an average, with the space.
        let mut words: Vec<Word> = Vec::with_capacity(line.len() / 5 + 4);
        let mut at = 0;
        for chunk in line.split(' ') {
            let span = at..at + chunk.len();
            at = span.end + 1;
            match word::word(&line, span) {
                Ok(word) => words.push(word),
                Err(pause) => {
                    if let Some(last) = words.last_mut() {
                        last.pause = last.pause.max(pause);
                    }
                }
            }
        }
        settle_sentences(&mut words);
        settle_quotes(&line, &mut words);
        let sentences = number_sentences(&mut words);
        let atoms = Atoms::of(&words);
        Self { line, whole: None, words, sentences, atoms, times: OnceCell::new() }
    }

    /// All that the author wrote, rules for the caller as well.
    pub(crate) fn whole(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.line)
    }

    /// The same with what is not for the callee; None: all of it is.
    pub(crate) fn unabridged(&self) -> Option<Self> {
        self.whole.clone().map(Self::of)
    }

    /// Where the word begins in the line.
    fn begin(&self, at: usize) -> usize {
        self.words.get(at).map_or(self.line.len(), |word| word.span.start)
    }

    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    /// The word in lower case; empty beyond the end.
    pub(crate) fn lower(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.lower)
    }

    /// Whether it has the letters from a to z and nothing else.
    pub(crate) fn is_plain(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.plain)
    }

    /// The pieces of the word in lower case whose letters are all within it: "intent":"book" has two.
    pub(crate) fn parts(&self, at: usize, within: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
        let (lower, plain) = (self.lower(at), self.is_plain(at));
        let (whole, rest) = if plain { (Some(lower), "") } else { (None, lower) };
        let parts = rest.split(move |letter| !within(letter)).filter(|part| !part.is_empty());
        whole.into_iter().chain(parts)
    }

    #[inline]
    pub(crate) fn is(&self, at: usize, words: &OneOf) -> bool {
        self.words.get(at).is_some_and(|word| words.has(word.mark, &word.lower))
    }

    /// Whether these words stand here, one after the other, without a stop between them.
    #[inline]
    pub(crate) fn runs(&self, at: usize, words: &str) -> Option<usize> {
        // Most phrases are ruled out by their first letter, which costs no call.
        let first = self.lower(at).as_bytes().first()?;
        if words.as_bytes().first() == Some(first) { self.follow(at, words) } else { None }
    }

    fn follow(&self, at: usize, words: &str) -> Option<usize> {
        let mut end = at;
        let mut rest = words;
        loop {
            rest = rest.strip_prefix(self.get(end)?.lower.as_str())?;
            end += 1;
            if rest.is_empty() {
                return Some(end);
            }
            rest = rest.strip_prefix(' ').filter(|_| self.pause(end - 1) < Pause::Stop)?;
        }
    }

    pub(crate) fn pause(&self, at: usize) -> Pause {
        self.words.get(at).map_or(Pause::Stop, |word| word.pause)
    }

    pub(crate) fn capital(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.capital)
    }

    /// Written without capitals, so that their absence means nothing.
    pub(crate) fn is_small(&self) -> bool {
        self.words.iter().all(|word| !word.capital)
    }

    pub(crate) fn quoted(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.quoted)
    }

    pub(crate) fn raw(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &self.line[word.span.clone()])
    }

    /// The words as they were written, with what stands between them.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        let last = range.clone().last().and_then(|last| self.words.get(last));
        let (Some(first), Some(last)) = (self.words.get(range.start), last) else { return "" };
        self.line.get(first.span.start..last.span.end).unwrap_or_default()
    }

    /// The end of the sentence that the word is in.
    pub(crate) fn sentence_end(&self, at: usize) -> usize {
        self.words.get(at).map_or(self.len(), |word| self.sentences[word.sentence].end)
    }

    /// The beginning of the sentence that the word is in. Behind the last word goes on what no stop has ended.
    pub(crate) fn sentence_start(&self, at: usize) -> usize {
        match self.words.get(at) {
            Some(word) => self.sentences[word.sentence].start,
            None if at == self.len() && at > 0 && self.pause(at - 1) < Pause::Stop => self.sentence_start(at - 1),
            None => at,
        }
    }

    pub(crate) fn sentences(&self) -> impl Iterator<Item = Range<usize>> {
        self.sentences.iter().cloned()
    }
}

fn number_sentences(words: &mut [Word]) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, word) in words.iter_mut().enumerate() {
        word.sentence = sentences.len();
        if word.pause >= Pause::Stop {
            sentences.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < words.len() {
        sentences.push(start..words.len());
    }
    sentences
}

/// Words in lower case; most of them are so already.
pub(crate) fn lower(words: &str) -> Cow<'_, str> {
    let is_lower = words.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower { words.into() } else { words.to_lowercase().into() }
}

/// The word of whoever owns something: "Josh" of "Josh's".
pub(crate) fn owner(word: &str) -> &str {
    let mut owner = word;
    while let Some(rest) = owner.strip_suffix("'s") {
        owner = rest;
    }
    owner
}

/// "7 p.m. Ask …" ends a sentence, "7 p.m. on" does not.
fn settle_sentences(words: &mut [Word]) {
    for at in 1..words.len() {
        let ends = matches!(words[at - 1].lower.as_str(), "a.m." | "p.m." | "inc." | "ltd.");
        if ends && words[at].capital && words[at - 1].pause == Pause::None {
            words[at - 1].pause = Pause::Stop;
        }
    }
    let mut first = true;
    for word in words {
        word.first = first;
        first = word.pause >= Pause::Stop;
    }
}

/// What is quoted is one piece, however many sentences it has.
fn settle_quotes(line: &str, words: &mut [Word]) {
    let marks: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
    for pair in marks.chunks_exact(2) {
        let inside = |word: &Word| pair[0] < word.span.start && word.span.start < pair[1];
        let last = words.iter().rposition(inside);
        for (at, word) in words.iter_mut().enumerate().filter(|(_, word)| inside(word)) {
            word.quoted = true;
            if Some(at) != last {
                word.pause = word.pause.min(Pause::Comma);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pause, Text};

    fn sentences(prompt: &str) -> Vec<String> {
        let text = Text::read(prompt);
        text.sentences().map(|sentence| text.slice(sentence).to_owned()).collect()
    }

    #[test]
    fn titles_and_hours_do_not_end_a_sentence() {
        let prompt = "Call Dr. Smith at 7 p.m. on Friday. It's for J. Doe at 12.50";
        assert_eq!(sentences(prompt), ["Call Dr. Smith at 7 p.m. on Friday", "It's for J. Doe at 12.50"]);
        assert_eq!(sentences("Book it for 7 p.m. Ask about parking"), ["Book it for 7 p.m.", "Ask about parking"]);
    }

    #[test]
    fn a_list_is_read_line_by_line_and_a_wrapped_line_is_not_torn() {
        assert_eq!(sentences("Call Nobu\n- Party of 2\n- Name: Josh"), ["Call Nobu", "Party of 2", "Name: Josh"]);
        assert_eq!(sentences("Call Nobu\nand ask\nabout parking"), ["Call Nobu and ask about parking"]);
    }

    #[test]
    fn quotes_dashes_and_brackets_are_pauses_not_words() {
        let text = Text::read("Book “dinner” (party of 2) — under Josh’s name?");
        let words: Vec<_> = (0..text.len()).map(|at| (text.raw(at), text.pause(at))).collect();
        assert_eq!(words[1], ("dinner", Pause::Comma));
        assert_eq!(words[4], ("2", Pause::Comma));
        assert_eq!(words[6], ("Josh's", Pause::None));
        assert_eq!(words[7], ("name", Pause::Question));
    }
}
