//! What a prompt is about, judged by all of its words instead of by its first verb: people say the same thing in more ways
//! than a grammar knows.

mod content;
mod cue;
mod hint;
mod party;
pub(crate) mod pattern;

use std::ops::Range;
use std::sync::LazyLock;

use crate::Category;
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
pub(crate) use content::tells;
use cue::CUES;
use hint::HINTS;
pub(crate) use party::{Named, Part, candidates, described, is_trade_word, nobody, parts, person, score, whole};
use pattern::{Forms, Pattern, pattern};

const CUES_MAX: usize = 3;

/// How much speaks for each category, and where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    /// The heaviest cues of each category: many weak ones together say less than a few strong ones.
    cues: [[usize; CUES_MAX]; Category::ALL.len()],
    /// How many words hint at each category, each as often as it hints.
    hints: [usize; Category::ALL.len()],
    /// The heaviest cue of each category, and where it stands.
    anchors: [(usize, usize, usize); Category::ALL.len()],
}

struct Cue {
    category: Category,
    /// Of a hint, none.
    weight: Option<usize>,
    pattern: Pattern,
    /// Whether it is about an order and nothing else.
    order: bool,
}

struct Index {
    cues: Vec<Cue>,
    /// The numbers of the cues by each form of their first word, so that a word is compared with those only.
    beginning: Forms<usize>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { cues: Vec::new(), beginning: Forms::new() };
    let cues = CUES.iter().map(|(category, weight, patterns)| (*category, Some(*weight), *patterns));
    let hints = HINTS.iter().map(|(category, patterns)| (*category, None, *patterns));
    for (category, weight, patterns) in cues.chain(hints) {
        for words in patterns.split("; ") {
            let first = words.split(' ').next().unwrap_or_default();
            for base in first.split('|') {
                index.beginning.add(base, index.cues.len());
            }
            index.cues.push(Cue { category, weight, pattern: pattern(words), order: first == "order" });
        }
    }
    index
});

/// All forms of a word begin with these letters.
pub(crate) fn head(word: &str) -> &str {
    let end = word.char_indices().nth(3).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

impl Survey {
    pub(crate) fn of(text: &Text) -> Self {
        let mut survey = Self::default();
        let mut seen: Vec<(usize, &str)> = Vec::new();
        for at in (0..text.len()).filter(|at| !text.quoted(*at) || *at == 0) {
            for number in INDEX.beginning.get(text.lower(at)) {
                let cue = &INDEX.cues[*number];
                let Some(end) = pattern::ends(text, at, at + 1, &cue.pattern[1..]) else { continue };
                // "Cancel … and cancel …" says it once.
                let said = (*number, head(text.lower(at)));
                if cue.weight.is_some() && seen.contains(&said) {
                    continue;
                }
                // "Order 778120" is a reference.
                if cue.order && is_reference(text, at) {
                    continue;
                }
                let Some(weight) = cue.weight else {
                    survey.hint(cue, at, end);
                    continue;
                };
                seen.push(said);
                // "I booked", "the booked table": done before.
                if cue.category == Category::Book && text.lower(at).ends_with("ed") {
                    continue;
                }
                if let Some(least) = survey.cues[cue.category.at()].iter_mut().min() {
                    *least = weight.max(*least);
                }
                let weight = if begins(text, at) { 2 * weight } else { weight };
                let weight = if is_within(text, at, cue.category) { weight / 3 } else { weight };
                survey.anchor_at(cue.category, weight, at..end);
            }
        }
        survey
    }

    fn hint(&mut self, cue: &Cue, at: usize, end: usize) {
        self.hints[cue.category.at()] += cue.pattern.len();
        self.anchor_at(cue.category, 1, at..end);
    }

    fn anchor_at(&mut self, category: Category, weight: usize, words: Range<usize>) {
        let anchor = &mut self.anchors[category.at()];
        if anchor.0 < weight {
            *anchor = (weight, words.start, words.end);
        }
    }

    /// Where the category is said most clearly.
    pub(crate) fn anchor(&self, category: Category) -> Range<usize> {
        let (_, start, end) = self.anchors[category.at()];
        start..end
    }

    /// What the heaviest cues of the category weigh together.
    pub(crate) fn cues(&self, category: Category) -> usize {
        self.cues[category.at()].iter().sum()
    }

    pub(crate) fn hints(&self, category: Category) -> usize {
        self.hints[category.at()]
    }
}

/// Whether the words are somebody's message or part of a question, so that they order nothing: "tell him it has MOVED".
fn is_within(text: &Text, at: usize, category: Category) -> bool {
    let start = text.sentence_start(at);
    let wanted = (start..at).rev().take(3).any(|at| {
        text.is(
            at,
            one_of![
                "to", "can", "could", "would", "let", "like", "want", "need", "needs", "wants", "and", "please",
                "they'd",
            ],
        )
    });
    let tells = |at: usize| {
        text.is(at, one_of!["tell", "inform", "say", "remind", "notify", "know", "word", "message", "saying", "on"])
    };
    let told = (start..at.saturating_sub(1))
        .any(|near| tells(near) && !text.is(near, one_of!["on", "know"]) || text.runs(near, "pass on that").is_some())
        || (start..at.saturating_sub(1))
            .any(|near| text.is(near, one_of!["let"]) && (near..at).any(|know| text.is(know, one_of!["know"])));
    let clause = (start..at).rev().take_while(|before| text.pause(*before) < Pause::Comma).last().unwrap_or(at);
    let asked = (clause..at).any(|at| {
        text.is(at, one_of!["if", "whether", "what", "how", "when", "which", "who", "where"])
            && !text.is(at + 1, one_of!["means"])
    }) || (text.is(clause, one_of!["is", "are", "do", "does", "did", "was", "were", "has", "have"])
        && clause < at);
    // "If they could move it" is a request.
    let able =
        (clause..at).any(|at| text.is(at, one_of!["can", "could", "would", "let", "might", "able", "mind", "will"]));
    match category {
        Category::Book | Category::Reschedule | Category::Cancel => (!wanted && told) || (asked && !able),
        Category::Order | Category::WaitList => !wanted && told,
        Category::Confirm | Category::FollowUp | Category::Quote => told && !wanted,
        Category::Ask | Category::Message => false,
    }
}

fn is_reference(text: &Text, at: usize) -> bool {
    text.is(at + 1, one_of!["number", "no", "no.", "id", "ref", "reference", "is", "was", "has"])
        || text.raw(at + 1).bytes().any(|byte| byte.is_ascii_digit())
        || text.is(at.wrapping_sub(1), one_of!["my", "our", "the", "an", "her", "his", "their"])
}

/// What an author orders stands first, or behind a few words of politeness.
fn begins(text: &Text, at: usize) -> bool {
    const POLITE: &OneOf = one_of![
        "please", "pls", "can", "could", "would", "will", "you", "u", "hi", "hello", "hey", "just", "so", "i", "need",
        "to", "and", "get", "a", "an", "me", "us", "some", "make", "place", "ok", "i'd", "like", "mind",
    ];
    let start = (0..at).rev().find(|before| text.pause(*before) >= Pause::Stop).map_or(0, |before| before + 1);
    at - start < 5 && (start..at).all(|before| text.is(before, POLITE))
}

/// Whether what is wanted may begin here: "Shift", "Check".
fn is_cue(text: &Text, at: usize) -> bool {
    INDEX.beginning.get(text.lower(at)).iter().any(|number| INDEX.cues[*number].weight.is_some())
}

/// At the beginning, or behind a joint or a helping verb, as an order is: "call", "and call", "to call", "you call".
fn is_ordered(text: &Text, at: usize) -> bool {
    const LEADS: &OneOf = one_of![
        "to", "and", "please", "pls", "you", "u", "ye", "just", "then", "mind", "so", "someone", "somebody", "can",
        "could",
    ];
    begins(text, at) || (at > 0 && text.is(at - 1, LEADS))
}
