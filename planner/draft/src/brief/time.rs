//! When the task is, and what it is moved from.

use std::ops::Range;

use super::{Moment, Reader, goal};
use crate::act::{Act, Verb};
use crate::one_of::{OneOf, one_of};
use crate::text::Text;
use crate::when::{self, Part, When};

impl Reader<'_> {
    pub(super) fn times(&mut self, task: &Act, places: &[Range<usize>]) {
        let text = self.text;
        let open = |at: &When| {
            !is_aside(text, at) && !at.words.clone().any(|word| self.claimed.get(word).copied().unwrap_or(false))
        };
        let mut found: Vec<When> =
            places.iter().flat_map(|place| when::find(text, place.clone())).filter(open).collect();
        let own = found.iter().filter(|when| task.words.contains(&when.words.start)).count();
        if task.verb == Verb::Reschedule {
            found = found
                .into_iter()
                .flat_map(|when| {
                    let (first, second) = when.split(text);
                    [Some(first), second]
                })
                .flatten()
                .collect();
            let led = |when: &When, words: &OneOf| {
                let start = when.words.start;
                let before = start - usize::from(text.is(start.wrapping_sub(1), one_of!["the"]));
                (before > 0 && text.is(before.wrapping_sub(1), words)) || text.is(start, words)
            };
            let goal = found.iter().position(|when| led(when, one_of!["to", "until", "till"]));
            let relative = goal::relative(text, task.words.clone()).filter(|_| goal.is_none());
            let goal = goal.or_else(|| {
                if relative.is_some() {
                    return None;
                }
                // "…, Wednesday would be better", "on Dec 3 instead".
                let better = found.iter().rposition(|when| text.is(when.words.end, one_of!["instead", "would"]));
                better
                    .or_else(|| found.iter().position(|when| led(when, one_of!["for"])))
                    .or_else(|| found.len().checked_sub(1).filter(|last| *last > 0))
            });
            if let Some(at) = goal {
                let goal = found.remove(at);
                self.claim(goal.words.clone());
                self.brief.when = Some(self.moment(&[goal]));
            }
            if let Some(goal) = relative {
                found.retain(|when| !goal.contains(&when.words.start));
                self.claim(goal.clone());
                let words = text.slice(goal);
                let written = words.strip_prefix("to ").unwrap_or(words).to_owned();
                self.brief.when = Some(Moment::relative(written));
            }
            found.truncate(2);
            if let [first, second] = &found[..]
                && when::together(text, first, second).is_none()
            {
                found.truncate(1);
            }
            for was in &found {
                self.claim(was.words.clone());
            }
            if !found.is_empty() {
                self.brief.was = Some(self.moment(&found));
            }
            return;
        }
        // Statements tell the time only when the task does not: "between 6 and 8 is fine too" is a remark.
        found.truncate(if own > 0 { own.min(2) } else { 2 });
        if let [first, second] = &found[..]
            && when::together(text, first, second).is_none()
        {
            found.truncate(1);
        }
        for when in &found {
            self.claim(when.words.clone());
        }
        if !found.is_empty() {
            self.brief.when = Some(self.moment(&found));
        }
    }

    pub(super) fn moment(&self, found: &[When]) -> Moment {
        let open = found.iter().all(|when| when.has(Part::Open));
        let sure = open || found.iter().any(|when| when.is_point(self.text));
        if let [first, second] = found
            && let Some(spoken) = when::together(self.text, first, second)
        {
            return Moment { written: spoken.clone(), spoken, open, relative: false, sure };
        }
        let first = found.first();
        let written = first.map(|when| when.as_written(self.text).to_owned()).unwrap_or_default();
        let spoken = first.map(|when| when.spoken(self.text)).unwrap_or_default();
        // "Tomorrow's 3pm" belongs to its noun.
        let written = if written.contains("'s ") { spoken.clone() } else { written };
        Moment { written, spoken, open, relative: false, sure }
    }
}

impl Moment {
    fn relative(written: String) -> Self {
        Self { spoken: written.clone(), written, open: true, relative: true, sure: true }
    }
}

/// Whoever is born some day does not come then, what is so since then or was long ago is no appointment, and "not on
/// Fridays" says when it is not.
fn is_aside(text: &Text, when: &When) -> bool {
    let (start, last) = (when.words.start, when.words.end.wrapping_sub(1));
    let before = start.saturating_sub(4)..start;
    let lead = start.wrapping_sub(1 + usize::from(text.is(start.wrapping_sub(1), one_of!["on", "the", "in", "at"])));
    before.into_iter().any(|at| text.is(at, one_of!["born", "birth", "dob", "birthday"]))
        || text.is(start.wrapping_sub(1), one_of!["since", "do"])
        || text.is(start, one_of!["since", "last", "yesterday"])
        || text.is(last, one_of!["ago", "yesterday"])
        || text.is(lead, one_of!["not", "except", "excluding", "nor", "no", "never"])
        || (text.is(last, one_of!["minutes", "mins", "minute"]) && text.is(start, one_of!["in"]))
}
