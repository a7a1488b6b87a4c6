//! What the author tells the caller not to say. It is taken out of the prompt before anything else reads it, wherever in
//! a sentence it stands: what no rule can see is neither said nor told.

mod words;

use std::ops::Range;
use std::sync::LazyLock;

use super::{Pause, Text};
use crate::one_of::one_of;
use crate::table::Table;
use words::{ASIDES, BANS, LEADS, MANNERS, ORDERS, OWN, POINTERS, SEALS, SUBJECTS};

/// A word that may stand in a pattern in the place of others.
const ANY: &str = "*";
/// So many words may stand for [`ANY`].
const ANY_MAX: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ban,
    Aside,
    Seal,
    Manner,
}

/// By their first words, so that most words of a prompt cost one look.
static PATTERNS: LazyLock<Table<Vec<(Kind, &str)>>> = LazyLock::new(|| {
    let mut patterns: Table<Vec<(Kind, &str)>> = Table::default();
    let tables = [(Kind::Ban, BANS), (Kind::Aside, ASIDES), (Kind::Seal, SEALS), (Kind::Manner, MANNERS)];
    for (kind, pattern) in tables.into_iter().flat_map(|(kind, table)| table.split("; ").map(move |one| (kind, one))) {
        for head in pattern.split(' ').next().unwrap_or_default().split('|') {
            patterns.entry(head).or_default().push((kind, pattern));
        }
    }
    patterns
});

/// Whether people forbid with this word: by itself it gives nothing away.
pub(crate) fn forbids(word: &str) -> bool {
    BANS.split([' ', '|', ';']).any(|ban| ban == word)
}

/// The words that are not for the callee, as far as the prompt has any.
pub(super) fn find(text: &Text) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(words) = withheld(text, at) else {
            at += 1;
            continue;
        };
        at = words.end.max(at + 1);
        match found.last_mut() {
            Some(last) if last.end >= words.start => last.end = words.end,
            Some(_) | None => found.push(words),
        }
    }
    found
}

fn withheld(text: &Text, at: usize) -> Option<Range<usize>> {
    let patterns = PATTERNS.get(text.lower(at)).filter(|_| !text.quoted(at))?;
    patterns.iter().find_map(|(kind, pattern)| {
        let end = stands(text, at, pattern)?;
        match kind {
            Kind::Ban => is_ban(text, at).then(|| banned(text, at, end)),
            Kind::Aside => Some(at..clause_end(text, end)),
            // "Split it between us four".
            Kind::Seal if text.is(at, one_of!["between"]) && !is_set_off(text, at..end) => None,
            Kind::Seal => Some(sealed(text, at, end)),
            Kind::Manner => manner(text, at, end),
        }
    })
}

fn banned(text: &Text, at: usize, end: usize) -> Range<usize> {
    let end = reach(text, end);
    let start = led(text, at);
    // "He left, but don't tell her that": what is meant stands before it.
    let points = (at + 2..end).all(|at| text.is(at, POINTERS));
    if points { stated_before(text, start)..end } else { start..end }
}

fn sealed(text: &Text, at: usize, end: usize) -> Range<usize> {
    let start = led(text, at);
    let behind = text.pause(end - 1) == Pause::Comma && start == text.sentence_start(at);
    // "Between us, he is leaving": what is sealed stands behind it.
    if behind && !is_order(text, end) {
        return start..clause_end(text, end + 1);
    }
    let end = if text.pause(end - 1) == Pause::None && !is_order(text, end) { clause_end(text, end) } else { end };
    stated_before(text, start)..end
}

fn manner(text: &Text, at: usize, end: usize) -> Option<Range<usize>> {
    // "A surprise party" is what it is.
    let thing = text.is(end, one_of!["party", "dinner", "birthday", "visit", "guest", "gift", "trip", "cake"]);
    let clause = text.is(at, one_of!["it's", "its", "it", "that's", "is", "be", "meant"]);
    let start = if clause { led(text, at) } else { at };
    (!thing || text.pause(end - 1) != Pause::None).then_some(start..end)
}

fn stands(text: &Text, start: usize, pattern: &str) -> Option<usize> {
    let mut at = start;
    let mut words = pattern.split(' ');
    while let Some(word) = words.next() {
        if at > start && text.pause(at - 1) >= Pause::Stop {
            return None;
        }
        let aside = ["under any circumstances", "on any account", "at any point", "in any case"];
        if at > start
            && let Some(end) = aside.iter().find_map(|aside| text.runs(at, aside))
        {
            at = end;
        }
        if word == ANY {
            let next = words.next()?;
            let near = at..at + ANY_MAX;
            at = near.into_iter().take_while(|at| *at < text.len()).find(|at| is_one_of(text, *at, next))? + 1;
        } else if is_one_of(text, at, word) {
            at += 1;
        } else if at > start
            && text.is(at, one_of!["ever", "even", "actually", "please", "just", "go", "be"])
            && is_one_of(text, at + 1, word)
        {
            at += 2;
        } else {
            return None;
        }
    }
    Some(at)
}

fn is_one_of(text: &Text, at: usize, words: &str) -> bool {
    let lower = text.lower(at);
    !lower.is_empty() && words.split('|').any(|word| word == lower)
}

/// "I don't say no", "the tickets don't say": nobody is forbidden anything.
fn is_ban(text: &Text, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    let wanted = (at..at + 2).any(|at| text.is(at, one_of!["want", "wouldn't"])) || text.is(at, one_of!["rather"]);
    let several = text.lower(before).len() > 3 && text.lower(before).ends_with('s') && !text.is(before, LEADS);
    at == text.sentence_start(at)
        || text.pause(before) >= Pause::Comma
        || wanted
        || !(text.is(before, SUBJECTS) || several)
}

/// The ban with what leads to it: "and please make sure you", "if she asks,".
fn led(text: &Text, at: usize) -> usize {
    let sentence = text.sentence_start(at);
    let mut start = at;
    while start > sentence && text.pause(start - 1) == Pause::None && text.is(start - 1, LEADS) {
        start -= 1;
    }
    let clause = clause_start(text, start);
    if start > sentence
        && text.pause(start - 1) == Pause::Comma
        && text.is(clause, one_of!["if", "even", "when", "should", "and", "but"])
        && (clause..start).take(2).any(|at| text.is(at, one_of!["if", "when", "should"]))
        && (clause..start).any(|at| text.is(at, one_of!["ask", "asks", "asked", "wonder", "wonders", "answers", "up"]))
    {
        return clause;
    }
    start
}

/// Where the clause begins that ends in front of the word.
fn clause_start(text: &Text, at: usize) -> usize {
    let sentence = text.sentence_start(at.saturating_sub(1));
    (sentence..at.saturating_sub(1)).rev().find(|at| text.pause(*at) >= Pause::Comma).map_or(sentence, |at| at + 1)
}

fn clause_end(text: &Text, at: usize) -> usize {
    let at = at.max(1);
    let end = text.sentence_end(at - 1);
    (at - 1..end).find(|at| text.pause(*at) >= Pause::Comma || goes_on(text, *at)).map_or(end, |at| at + 1)
}

/// A ban goes on to the end of its sentence, unless the author goes on with something else.
fn reach(text: &Text, at: usize) -> usize {
    let end = text.sentence_end(at - 1);
    let stops = |at: usize| {
        let joint = usize::from(text.is(at + 1, one_of!["and", "but", "then", "also", "so", "or"]));
        let next = at + 1 + joint;
        let contrast = text.is(at + 1, one_of!["but"]) && !text.is(next, one_of!["not", "don't", "also", "never"]);
        let signed =
            (next..end).len() < 4 && (next..end).all(|at| text.capital(at) && !text.is(at, one_of!["i", "i'm"]));
        text.pause(at) >= Pause::Comma && (is_order(text, next) || text.is(next, OWN) || contrast || signed)
    };
    (at - 1..end).find(|at| *at + 1 < end && (stops(*at) || goes_on(text, *at))).map_or(end, |at| at + 1)
}

/// "… and ask".
fn goes_on(text: &Text, at: usize) -> bool {
    text.is(at + 1, one_of!["and", "but", "then"])
        && is_order(text, at + 2)
        && !text.is(at + 2, one_of!["use", "can", "could", "would"])
}

fn is_order(text: &Text, at: usize) -> bool {
    text.is(at, ORDERS) && !text.is(at + 1, one_of!["a", "word"])
}

fn is_set_off(text: &Text, words: Range<usize>) -> bool {
    let led = words.start == text.sentence_start(words.start) || text.pause(words.start - 1) >= Pause::Comma;
    led && text.pause(words.end - 1) >= Pause::Comma
}

/// The statement in front of a ban that points to it; nothing when that is an order.
fn stated_before(text: &Text, start: usize) -> usize {
    if start == 0 {
        return start;
    }
    let clause = clause_start(text, start);
    let first = (clause..start).find(|at| !text.is(*at, LEADS)).unwrap_or(clause);
    let wants = |at: usize| {
        text.is(at, ORDERS)
            || text.is(at, one_of!["need", "want", "i'd", "like", "want", "hi", "hello", "hey", "chase", "follow"])
    };
    // What is only set off belongs to an order before it: "Book it for 4, Friday, but keep it quiet".
    let states = (clause..start).any(|at| {
        text.is(
            at,
            one_of![
                "is", "are", "was", "were", "it's", "its", "name's", "he's", "she's", "they're", "i'm", "has", "have",
                "had",
            ],
        ) || text.lower(at).ends_with("ed")
    });
    if states && !(first..start.min(first + 3)).any(wants) { clause } else { start }
}

/// The line without the words that are withheld.
pub(super) fn without(text: &Text, withheld: &[Range<usize>]) -> String {
    let mut left = String::with_capacity(text.line.len());
    let mut at = 0;
    for words in withheld.iter().chain([&(text.len()..text.len())]) {
        left.push_str(text.line.get(text.begin(at)..text.begin(words.start)).unwrap_or_default());
        at = words.end;
        if words.is_empty() {
            continue;
        }
        let full = left.trim_end_matches([' ', ',', ';', ':', '-', '"']).len();
        let pause = text.pause(words.end - 1);
        let before = words.start.checked_sub(1).map_or(Pause::Stop, |before| text.pause(before));
        if before >= Pause::Stop {
            at += usize::from(pause < Pause::Stop && text.is(at, one_of!["and", "but", "so"]));
            continue;
        }
        left.truncate(full);
        left.push_str(if pause >= Pause::Stop {
            ". "
        } else if before == Pause::None && pause == Pause::None {
            " "
        } else {
            ", "
        });
    }
    left.trim_end().to_owned()
}

#[cfg(test)]
mod tests;
