//! Where one question ends and the next begins.

use std::ops::Range;

use super::{CLAUSES, JOINTS, TOPIC_MARKS, TOPICS, begin};
use crate::act::Act;
use crate::one_of::{OneOf, one_of};
use crate::text::{Pause, Text};
use crate::when;

/// "Until what age", "at what time", "for how long".
const WHOLE: &OneOf = one_of!["until", "till", "at", "from", "for", "by", "in", "to", "on", "with"];

/// A noun behind the comma of a short clause is something else to know.
const CLAUSE_WORDS_MAX: usize = 5;

/// The words of each question of an act, in their order.
pub(super) fn items(text: &Text, act: &Act, claimed: &[bool]) -> Vec<Range<usize>> {
    // The word that begins the first question may belong to the verb: "see if".
    let taken = |at: usize| at >= act.words.start && claimed.get(at).copied().unwrap_or(false);
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut start = begin(text, act);
    // "Ask: check-out time, whether pets are allowed" is a list.
    let listed = start > 0 && text.pause(start - 1) == Pause::Colon;
    let mut at = start;
    while at < act.words.end {
        if taken(at) {
            let preposition =
                at > start && text.is(at.wrapping_sub(1), one_of!["at", "with", "from", "of", "for", "to"]);
            items.push(start..at - usize::from(preposition));
            while at < act.words.end && taken(at) {
                at += 1;
            }
            start = at;
            continue;
        }
        let listed =
            listed && text.pause(at.wrapping_sub(1)) == Pause::Comma && when::phrase(text, at, text.len()).is_none();
        if at > start && (listed || splits(text, at, start)) {
            items.push(start..at);
            start = at;
        }
        at += 1;
    }
    items.push(start..act.words.end);
    items.into_iter().map(|item| trimmed(text, item)).filter(|item| !item.is_empty()).collect()
}

/// Whether a new question begins at the joint before `at` or with it.
pub(super) fn splits(text: &Text, at: usize, start: usize) -> bool {
    let comma = text.pause(at.wrapping_sub(1)) >= Pause::Comma;
    let joint = text.is(at, JOINTS);
    if !comma && !joint {
        return false;
    }
    let next = (at..text.len()).find(|at| !text.is(*at, JOINTS)).unwrap_or(at);
    let in_clause = text.is(skip_joints(text, start), CLAUSES);
    // "…, and can they seat nine", "… and do you take walk-ins".
    if text.is(next, one_of!["can", "could", "will", "would", "did", "has", "have", "do", "does", "is", "are"])
        && text.is(next + 1, one_of!["you", "they", "it", "i", "we", "your", "their", "the", "there"])
    {
        return true;
    }
    if text.is(next, WHOLE) && text.is(next + 1, one_of!["what", "which", "how", "whom", "when"]) {
        return true;
    }
    if text.is(next, CLAUSES) || text.is(next, one_of!["about", "regarding"]) {
        return joint || comma;
    }
    let noun = next + usize::from(text.is(next, one_of!["the", "their", "its", "any"]));
    // "…, Friday, around 11:30 pm" goes on.
    if when::phrase(text, next, text.len()).is_some() {
        return false;
    }
    // "…, and the expected dispatch DATE".
    let topic = (noun..noun + 3)
        .take_while(|near| *near == noun || text.pause(near - 1) == Pause::None && !text.is(near - 1, CLAUSES))
        .any(|near| text.is(near, TOPICS));
    // "Prices for a haircut and beard trim" is one topic.
    let detailed = !comma && (start + 1..at).any(|at| text.is(at, one_of!["for", "of"]));
    // "What it costs, the maximum stay and …".
    let noun_phrase = comma && text.is(next, one_of!["the", "their", "any"]) && at - start <= CLAUSE_WORDS_MAX;
    topic || noun_phrase || (!in_clause && !detailed && !text.is(at, one_of!["or", "&"]))
}

fn skip_joints(text: &Text, mut at: usize) -> usize {
    while text.is(at, JOINTS) {
        at += 1;
    }
    at
}

/// Without what only leads to it or is polite.
pub(super) fn trimmed(text: &Text, item: Range<usize>) -> Range<usize> {
    let mut start = item.start;
    while start < item.end
        && (text.is(start, JOINTS)
            || text.is(start, one_of!["them", "please"])
            || (text.is(start, TOPIC_MARKS) && !text.is(start + 1, one_of!["what", "which", "how", "whom"])))
    {
        start += 1;
    }
    let mut end = item.end;
    while end > start
        && (text.is(end.wrapping_sub(1), JOINTS)
            || text.is(
                end.wrapping_sub(1),
                one_of!["please", "to", "thanks", "me", "them", "too", "not", "cheers", "y/n", "yes/no"],
            ))
    {
        end -= 1;
    }
    start..end
}
