//! What tells which part a name plays in a prompt: whoever is called, whom the call is for, or neither.

use std::ops::Range;

use super::introduced::is_role;
use super::{is_trade, score};
use crate::one_of::one_of;
use crate::piece::Pieces;
use crate::text::{Pause, Text, owner};
use crate::{detail, noun, when};

/// How much must speak for a name, each a piece of its own.
const SCORES: [(i32, &str); 11] = [
    (-24, "score:-24"),
    (-14, "score:-14"),
    (-8, "score:-8"),
    (-4, "score:-4"),
    (0, "score:0"),
    (3, "score:3"),
    (5, "score:5"),
    (7, "score:7"),
    (9, "score:9"),
    (12, "score:12"),
    (16, "score:16"),
];
/// Counts beyond the last one are as good as it.
const COUNTS: [&str; 5] = ["0", "1", "2", "3", "4"];
/// In front of a name that begins a sentence.
const BEGINNING: [&str; 2] = ["^", ""];

/// A name in a prompt, and what the grammar made of it.
pub(crate) struct Named<'a> {
    pub(crate) text: &'a Text,
    pub(crate) words: Range<usize>,
    /// Whom the grammar calls.
    pub(crate) own: &'a str,
    /// Whom the grammar calls for.
    pub(crate) principal: &'a str,
    /// How many names stand before it and behind it.
    pub(crate) before: usize,
    pub(crate) behind: usize,
}

impl Named<'_> {
    pub(crate) fn evidence(&self, pieces: &mut impl Pieces) {
        let Self { text, words, .. } = self;
        let mut add = |piece: &[&str]| pieces.add(piece);
        add(&["any"]);
        let score = score(text, words);
        for (least, piece) in SCORES {
            if score < least {
                break;
            }
            add(&[piece]);
        }
        let name = text.slice(words.clone());
        let same = |other: &str| !other.is_empty() && noun::without_possessive(name) == noun::without_possessive(other);
        if same(self.own) {
            add(&["own"]);
        } else if !self.own.is_empty() {
            add(&[if self.own.contains(name) { "in own" } else { "other own" }]);
        }
        if same(self.principal) {
            add(&["for"]);
        }
        let ([one, pause], [two, earlier]) = (self.lead(1), self.lead(2));
        add(&["< ", one, pause]);
        add(&["<< ", two, earlier, " ", one, pause]);
        if pause == "," {
            add(&["<,"]);
        }
        let (last, next) = (words.end - 1, words.end);
        let end = text.pause(last);
        let follows = match end {
            Pause::None => class(text, next),
            Pause::Comma => "Comma",
            Pause::Colon => "Colon",
            Pause::Stop => "Stop",
            Pause::Question => "Question",
        };
        add(&["> ", follows]);
        let apart = ([one, pause] == BEGINNING || !pause.is_empty()) && end != Pause::None;
        if apart {
            add(&["apart ", COUNTS[words.len().min(3)]]);
        }
        if next >= text.len() {
            add(&["last"]);
        }
        add(&["before ", COUNTS[self.before.min(3)]]);
        add(&["behind ", COUNTS[self.behind.min(3)]]);
        add(&["words ", COUNTS[words.len().min(4)]]);
        add(&["head ", text.lower(words.start)]);
        add(&["tail ", owner(text.lower(last))]);
        let trade = words.clone().any(|at| is_trade(text, at));
        let person = words.len() > 1 && words.clone().all(|at| text.capital(at)) && !trade;
        for (holds, piece) in [
            (trade, "trade"),
            (person, "person"),
            (noun::is_possessive(text, last), "whose"),
            (words.clone().any(|at| text.is(at, one_of!["&"])), "&"),
            (is_role(text.lower(words.start)), "role"),
            (words.clone().all(|at| !text.capital(at)), "small"),
            (text.sentence_start(words.start) == 0, "in first"),
            (text.sentence_start(words.start) == words.start, "leads"),
            (text.lower(next).starts_with(|first: char| first.is_ascii_digit() || first == '+'), "> number"),
            (text.lower(next).contains('@'), "> address"),
            (when::phrase(text, next, text.len()).is_some(), "> time"),
            (detail::address(text, words.start, text.len()).is_some(), "street"),
        ] {
            if holds {
                add(&[piece]);
            }
        }
    }

    /// The word so far in front of the name, and the pause behind it.
    fn lead(&self, near: usize) -> [&str; 2] {
        let Some(at) = self.words.start.checked_sub(near) else { return BEGINNING };
        match self.text.pause(at) {
            Pause::None => [class(self.text, at), ""],
            Pause::Comma => [class(self.text, at), ","],
            Pause::Colon => [class(self.text, at), ":"],
            Pause::Stop | Pause::Question => BEGINNING,
        }
    }
}

fn class(text: &Text, at: usize) -> &str {
    let lower = text.lower(at);
    if lower.bytes().any(|byte| byte.is_ascii_digit()) {
        return "0";
    }
    let named = text.capital(at) && text.get(at).is_some_and(|word| !word.first);
    if named { "Name" } else { lower }
}
