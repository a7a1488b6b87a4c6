//! Which words of a prompt its plan tells, and in which of its facts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use crate::one_of::{OneOf, one_of};
use crate::text::Text;

/// Words of a time that say nothing by themselves.
const SMALL: &OneOf = one_of![
    "at", "on", "in", "the", "of", "and", "or", "to", "from", "by", "around", "about", "any", "time", "a", "between",
    "after", "before", "this", "until", "till", "sometime",
];

/// Where else than in a fact a token is told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) purpose: bool,
    /// In what is booked or ordered.
    pub(super) thing: bool,
    /// In a question.
    pub(super) asked: bool,
}

/// What is told, by the words of the prompt. Only its tokens are kept: of the plan's own words nobody asks.
pub(super) struct Told<'a> {
    /// The number of each token. Whoever sends tokens that collide has room for few in a prompt.
    numbers: HashMap<Cow<'a, str>, usize, FixedState>,
    /// By word, where its tokens stand in `tokens`.
    words: Vec<Range<usize>>,
    tokens: Vec<usize>,
    /// By the number of the token.
    said: Vec<Said>,
    /// By the number of the token, the facts that have it, one a bit.
    facts: Vec<u64>,
    /// By word, the facts that have all of its tokens.
    holders: Vec<u64>,
    /// How many numbers a set of facts takes.
    stride: usize,
    count: usize,
    /// Where tokens are put in lower case, each for one look.
    small: String,
}

impl<'a> Told<'a> {
    /// Each fact as its label and its value.
    pub(super) fn of<'b>(text: &'a Text, told: &[[&'b str; 2]]) -> Self {
        let stride = told.len().div_ceil(64).max(1);
        let mut it = Self {
            numbers: HashMap::with_capacity_and_hasher(text.len(), FixedState::default()),
            words: Vec::with_capacity(text.len()),
            tokens: Vec::with_capacity(text.len() + text.len() / 2),
            said: Vec::new(),
            facts: Vec::new(),
            holders: Vec::with_capacity(text.len() * stride),
            stride,
            count: told.len(),
            small: String::new(),
        };
        for at in 0..text.len() {
            let start = it.tokens.len();
            // A word that was mended is told as it was written.
            let (raw, small) = (text.raw(at), text.lower(at));
            let word = if raw.eq_ignore_ascii_case(small) { small } else { raw };
            for token in tokens(word) {
                let next = it.numbers.len();
                it.tokens.push(*it.numbers.entry(lower(token)).or_insert(next));
            }
            it.words.push(start..it.tokens.len());
        }
        it.said = vec![Said::default(); it.numbers.len()];
        it.facts = vec![0; it.numbers.len() * stride];
        for (fact, words) in told.iter().enumerate() {
            for token in words.iter().copied().flat_map(tokens) {
                if let Some(number) = it.number(token) {
                    it.facts[number * stride + fact / 64] |= 1 << (fact % 64);
                }
            }
        }
        for word in &it.words {
            for part in 0..stride {
                let all = it.all(part);
                let with =
                    it.tokens[word.clone()].iter().fold(all, |with, token| with & it.facts[token * stride + part]);
                it.holders.push(with);
            }
        }
        it
    }

    fn number(&mut self, token: &str) -> Option<usize> {
        if is_lower(token) {
            return self.numbers.get(token).copied();
        }
        if !token.is_ascii() {
            return self.numbers.get(&*token.to_lowercase()).copied();
        }
        self.small.clear();
        self.small.push_str(token);
        self.small.make_ascii_lowercase();
        self.numbers.get(self.small.as_str()).copied()
    }

    /// Remembers where else the tokens of these words are told.
    pub(super) fn mark(&mut self, words: &str, mark: impl Fn(&mut Said)) {
        for token in tokens(words) {
            if let Some(number) = self.number(token) {
                mark(&mut self.said[number]);
            }
        }
    }

    /// The tokens of a word: whether a fact has it, and where else it is told.
    pub(super) fn tokens(&self, at: usize) -> impl Iterator<Item = (bool, Said)> {
        self.tokens[self.words[at].clone()].iter().map(|number| {
            let facts = &self.facts[number * self.stride..(number + 1) * self.stride];
            (facts.iter().any(|facts| *facts != 0), self.said[*number])
        })
    }

    /// The numbers of the facts that have all tokens of a word.
    pub(super) fn holders(&self, at: usize) -> impl Iterator<Item = usize> + Clone {
        (0..self.stride).flat_map(move |part| {
            let rest = std::iter::successors(Some(self.holding(at, part)), |facts| Some(facts & facts.wrapping_sub(1)));
            rest.take_while(|facts| *facts != 0).map(move |facts| 64 * part + facts.trailing_zeros() as usize)
        })
    }

    /// Whether one fact has all of the words.
    pub(super) fn holds(&self, text: &Text, words: impl Iterator<Item = usize> + Clone) -> bool {
        let words = words.filter(|at| !text.is(*at, SMALL));
        (0..self.stride).any(|part| words.clone().fold(self.all(part), |facts, at| facts & self.holding(at, part)) != 0)
    }

    fn holding(&self, at: usize, part: usize) -> u64 {
        self.holders.get(at * self.stride + part).copied().unwrap_or(0)
    }

    /// Every fact, as far as this part of a set goes.
    fn all(&self, part: usize) -> u64 {
        let count = (self.count - (64 * part).min(self.count)).min(64);
        if count == 64 { u64::MAX } else { (1 << count) - 1 }
    }
}

/// Whether the whole has the part with all its tokens: "12" is no part of "12345".
pub(super) fn is_within(part: &str, whole: &str) -> bool {
    let Some(at) = whole.find(part) else { return false };
    let before = whole[..at].ends_with(char::is_alphanumeric);
    let behind = whole[at + part.len()..].starts_with(char::is_alphanumeric);
    !(before || behind) || tokens(part).all(|token| tokens(whole).any(|other| lower(other) == lower(token)))
}

/// Words and numbers without what is glued to them: "Josh's" is "josh" and "s", "555-0132" is "555" and "0132".
fn tokens(words: &str) -> impl Iterator<Item = &str> {
    let tokens = words.split(|letter: char| !letter.is_alphanumeric());
    tokens.filter(|token| !matches!(*token, "" | "s" | "S"))
}

fn lower(token: &str) -> Cow<'_, str> {
    if is_lower(token) { token.into() } else { token.to_lowercase().into() }
}

fn is_lower(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
