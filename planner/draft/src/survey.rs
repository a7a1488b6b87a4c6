//! What a prompt is about, judged by all of its words instead of by its first verb: people say the same thing in more ways
//! than a grammar knows.

mod content;
mod cue;
mod party;
pub(crate) mod pattern;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::Category;
use crate::text::{Pause, Text};
pub(crate) use content::telling;
use cue::CUES;
pub(crate) use party::{Candidate, best, candidates, is_trade_word, person, score};

const CATEGORIES: [Category; 10] = [
    Category::Book,
    Category::Reschedule,
    Category::Cancel,
    Category::Confirm,
    Category::Ask,
    Category::Order,
    Category::Message,
    Category::FollowUp,
    Category::Quote,
    Category::WaitList,
];

const CUES_MAX: usize = 3;
/// What leaves little doubt.
const STRONG: u32 = 6;

/// How much speaks for each category.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    /// The heaviest cues of each category: many weak ones together say less than a few strong ones.
    scores: [[u32; CUES_MAX]; CATEGORIES.len()],
    /// The heaviest cue of each category, and where it stands.
    anchors: [(u32, usize, usize); CATEGORIES.len()],
}

struct Cue {
    category: Category,
    weight: u32,
    pattern: Vec<&'static str>,
}

/// Cues by their first word without its ending, so that a word is compared with a few only.
static INDEX: LazyLock<HashMap<&'static str, Vec<Cue>>> = LazyLock::new(|| {
    let mut index: HashMap<&str, Vec<Cue>> = HashMap::new();
    for (category, weight, patterns) in CUES {
        for pattern in patterns.split("; ") {
            for first in pattern.split(' ').next().unwrap_or_default().split('|') {
                let cue = Cue { category: *category, weight: *weight, pattern: pattern.split(' ').collect() };
                index.entry(head(first)).or_default().push(cue);
            }
        }
    }
    index
});

/// All forms of a word begin with these letters.
fn head(word: &str) -> &str {
    let end = word.char_indices().nth(3).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

impl Survey {
    pub(crate) fn of(text: &Text) -> Self {
        let mut survey = Self::default();
        let mut seen: Vec<*const Cue> = Vec::new();
        for at in 0..text.len() {
            let Some(cues) = INDEX.get(head(text.lower(at))) else { continue };
            for cue in cues {
                // "Cancel … and cancel …" says it once.
                let known = seen.contains(&std::ptr::from_ref(cue));
                if known || (text.quoted(at) && at > 0) {
                    continue;
                }
                // "Order 778120" is a reference.
                if cue.pattern.first() == Some(&"order") && is_reference(text, at) {
                    continue;
                }
                let Some(end) = pattern::ends(text, at, &cue.pattern) else { continue };
                seen.push(std::ptr::from_ref(cue));
                // "I booked", "the booked table": done before.
                if cue.category == Category::Book && text.lower(at).ends_with("ed") {
                    continue;
                }
                let weight = if begins(text, at) { 2 * cue.weight } else { cue.weight };
                let weight = if is_within(text, at, cue.category) { weight / 3 } else { weight };
                survey.add(cue.category, weight);
                let anchor = &mut survey.anchors[self::at(cue.category)];
                if anchor.0 < weight {
                    *anchor = (weight, at, end);
                }
            }
        }
        survey
    }

    pub(crate) fn add(&mut self, category: Category, weight: u32) {
        let scores = &mut self.scores[at(category)];
        let most = if category == Category::Ask { CUES_MAX - 1 } else { CUES_MAX };
        let Some(least) = scores[..most].iter_mut().min() else { return };
        *least = weight.max(*least);
    }

    /// Where the category is said most clearly.
    pub(crate) fn anchor(&self, category: Category) -> Range<usize> {
        let (_, start, end) = self.anchors[at(category)];
        start..end
    }

    pub(crate) fn score(&self, category: Category) -> u32 {
        let scores = self.scores[at(category)];
        let sum = scores.iter().sum();
        // Hints alone are no order.
        let hinted = category != Category::Ask && scores.iter().all(|weight| *weight < STRONG);
        if hinted { sum / 2 } else { sum }
    }

    /// The category that most speaks for.
    pub(crate) fn best(&self) -> Category {
        CATEGORIES.into_iter().max_by_key(|category| self.score(*category)).unwrap_or(Category::Ask)
    }
}

fn at(category: Category) -> usize {
    CATEGORIES.iter().position(|other| *other == category).unwrap_or_default()
}

/// Whether the words are somebody's message or part of a question, so that they order nothing: "tell him it has MOVED".
fn is_within(text: &Text, at: usize, category: Category) -> bool {
    let start = text.sentence_start(at);
    let wanted = (start..at).rev().take(3).any(|at| {
        text.is(
            at,
            &[
                "to", "can", "could", "would", "let", "like", "want", "need", "needs", "wants", "and", "please",
                "they'd",
            ],
        )
    });
    let tells = |at: usize| {
        text.is(at, &["tell", "inform", "say", "remind", "notify", "know", "word", "message", "saying", "on"])
    };
    let told = (start..at.saturating_sub(1))
        .any(|near| tells(near) && !text.is(near, &["on", "know"]) || text.runs(near, "pass on that").is_some())
        || (start..at.saturating_sub(1))
            .any(|near| text.is(near, &["let"]) && (near..at).any(|know| text.is(know, &["know"])));
    let clause = (start..at).rev().take_while(|before| text.pause(*before) < Pause::Comma).last().unwrap_or(at);
    let asked = (clause..at).any(|at| {
        text.is(at, &["if", "whether", "what", "how", "when", "which", "who", "where"]) && !text.is(at + 1, &["means"])
    }) || (text.is(clause, &["is", "are", "do", "does", "did", "was", "were", "has", "have"])
        && clause < at);
    // "If they could move it" is a request.
    let able = (clause..at).any(|at| text.is(at, &["can", "could", "would", "let", "might", "able", "mind", "will"]));
    match category {
        Category::Book | Category::Reschedule | Category::Cancel => (!wanted && told) || (asked && !able),
        Category::Order | Category::WaitList => !wanted && told,
        Category::Confirm | Category::FollowUp | Category::Quote => told && !wanted,
        Category::Ask | Category::Message => false,
    }
}

fn is_reference(text: &Text, at: usize) -> bool {
    text.is(at + 1, &["number", "no", "no.", "id", "ref", "reference", "is", "was", "has"])
        || text.raw(at + 1).bytes().any(|byte| byte.is_ascii_digit())
        || text.is(at.wrapping_sub(1), &["my", "our", "the", "an", "her", "his", "their"])
}

/// What an author orders stands first, or behind a few words of politeness.
fn begins(text: &Text, at: usize) -> bool {
    const POLITE: [&str; 29] = [
        "please", "pls", "can", "could", "would", "will", "you", "u", "hi", "hello", "hey", "just", "so", "i", "need",
        "to", "and", "get", "a", "an", "me", "us", "some", "make", "place", "ok", "i'd", "like", "mind",
    ];
    let start = (0..at).rev().find(|before| text.pause(*before) >= Pause::Stop).map_or(0, |before| before + 1);
    at - start < 5 && (start..at).all(|before| text.is(before, &POLITE))
}

/// Whether what is wanted may begin here: "Shift", "Check".
fn is_cue(text: &Text, at: usize) -> bool {
    INDEX.get(head(text.lower(at))).is_some_and(|cues| {
        cues.iter().any(|cue| {
            cue.pattern.first().is_some_and(|first| first.split('|').any(|word| pattern::is_form(text.lower(at), word)))
        })
    })
}

/// At the beginning, or behind a joint or a helping verb, as an order is: "call", "and call", "to call", "you call".
fn is_ordered(text: &Text, at: usize) -> bool {
    const LEADS: [&str; 15] = [
        "to", "and", "please", "pls", "you", "u", "ye", "just", "then", "mind", "so", "someone", "somebody", "can",
        "could",
    ];
    begins(text, at) || (at > 0 && text.is(at - 1, &LEADS))
}
