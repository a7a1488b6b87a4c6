//! What "it" means: what was said before.

use std::ops::Range;

use super::Reader;
use crate::act::{Act, Verb, is_kept};
use crate::one_of::{OneOf, one_of};
use crate::text::Pause;
use crate::{noun, question, when};

/// A task is about these by themselves: whose or when they are was said before.
const PLAIN: &OneOf = one_of!["appointment", "reservation", "booking", "order", "slot", "spot", "place", "date"];

impl Reader<'_> {
    /// "The appointment", "his spot": a thing that was described before.
    pub(super) fn points_back(&self, object: &Range<usize>) -> bool {
        let text = self.text;
        let owned = text.is(object.start, one_of!["the", "my", "our", "his", "her", "their", "this", "that"]);
        owned
            && object.len() == 2
            && text.is(object.start + 1, PLAIN)
            && text.pause(object.end.wrapping_sub(1)) >= Pause::Comma
    }

    /// "I have an appointment on Friday. Please cancel it", "check if they have a table for 2 and book it", "I can't make
    /// my 4:30 with Dr. Lee, can they move it": what is meant was said before.
    pub(super) fn meant(&mut self, pointing: &Act, pronoun: Range<usize>) -> Option<Act> {
        let text = self.text;
        let before = self.acts.iter().rfind(|act| act.trigger.start < pointing.trigger.start).cloned();
        let asked = before.clone().filter(|act| act.verb == Verb::Ask && pointing.verb == Verb::Book);
        let start = asked.as_ref().map_or(0, |asked| asked.words.start);
        let have = (start..pointing.trigger.start)
            .find(|at| text.is(*at, one_of!["have", "has", "made", "got", "booked"]))
            .filter(|_| asked.is_some() || pointing.verb != Verb::Book);
        let (begin, end) = match have {
            Some(have) => (asked.as_ref().map_or(have, |asked| asked.trigger.start), have + 1),
            None if pointing.verb == Verb::Book => return None,
            None => self.named_before(pointing.trigger.start).map(|thing| (thing, thing))?,
        };
        self.claim(pointing.trigger.start..pronoun.end);
        self.claim(begin..end);
        // What leads to it says nothing more: "I won't be able to make it to …".
        let lead = text.sentence_start(begin)..begin;
        if lead
            .clone()
            .all(|at| (!text.capital(at) || text.get(at).is_some_and(|word| word.first)) && !has_digit(text.raw(at)))
        {
            self.claim(lead);
        }
        let joined = Act {
            verb: pointing.verb,
            trigger: end - usize::from(have.is_some())..end,
            words: end..pointing.words.end,
        };
        self.acts.retain(|act| act != pointing && Some(act) != asked.as_ref());
        self.acts.push(joined.clone());
        Some(joined)
    }

    /// "Ask if we can do the 5th instead of the 3rd", "I can't make my slot on Sunday, see if Saturday would work".
    pub(super) fn moved_by_asking(&mut self) {
        let text = self.text;
        if self.acts.iter().any(|act| !matches!(act.verb, Verb::Ask | Verb::Call)) {
            return;
        }
        let instead = |act: &Act| {
            let swapped = act.words.clone().any(|at| text.is(at, one_of!["instead"]) && text.is(at + 1, one_of!["of"]));
            act.verb == Verb::Ask && swapped && when::find(text, act.words.clone()).len() > 1
        };
        if let Some(act) = self.acts.iter().position(instead) {
            self.reread(act, Verb::Reschedule);
            return;
        }
        let cannot = (0..text.len()).find(|at| {
            text.is(*at, one_of!["can't", "cannot", "cant", "won't", "unable", "couldn't"])
                && (*at..at + 5).any(|at| text.is(at, one_of!["make", "keep", "come", "attend", "be", "go", "work"]))
        });
        let asks = |act: &&mut Act| {
            let other = act
                .words
                .clone()
                .any(|at| text.is(at, one_of!["another", "else", "later", "earlier", "other", "after", "instead"]));
            act.verb == Verb::Ask && (other || !when::find(text, act.words.clone()).is_empty())
        };
        let Some(cannot) = cannot else { return };
        let thing = (text.sentence_start(cannot)..text.sentence_end(cannot)).find(|at| {
            is_kept(text, *at)
                && *at > 0
                && (text.is(at.wrapping_sub(1), one_of!["my", "our", "the", "a", "an", "his", "her", "their"])
                    || noun::is_possessive(text, at.wrapping_sub(1)))
        });
        if let Some(thing) = thing
            && let Some(act) = self.acts.iter_mut().find(asks).filter(|act| act.trigger.start > thing)
        {
            *act = Act { verb: Verb::Reschedule, trigger: act.trigger.clone(), words: thing..act.words.end };
        }
    }

    /// An act that is put as a question to somebody is theirs to do.
    fn reread(&mut self, at: usize, verb: Verb) {
        let asked = question::asked_party(self.text, &self.acts[at]);
        let trigger = self.acts[at].trigger.clone();
        self.acts[at].verb = verb;
        self.acts.extend(asked.map(|words| Act { verb: Verb::Call, trigger, words }));
    }

    /// "MY 10am FITTING at …", "the cooking class": the first thing that belongs to somebody, or is some class or lesson.
    fn named_before(&self, limit: usize) -> Option<usize> {
        let text = self.text;
        let owned = |at: &usize| text.is(*at, one_of!["my", "our"]) || noun::is_possessive(text, *at);
        let mine = (0..limit).find(|at| owned(at) && !is_party(text.lower(at + 1)));
        let made = || (0..limit).find(|at| text.is(*at, one_of!["the", "a", "an"]) && is_kept(text, at + 1));
        let listed = || {
            (0..limit)
                .find(|at| text.is(*at, one_of!["on"]) && (at + 1..at + 4).any(|at| text.is(at, one_of!["list"])))
                .map(|at| at + 1)
        };
        mine.or_else(made).or_else(listed)
    }
}

/// "My name", "our dentist": no thing that is moved or canceled.
fn is_party(word: &str) -> bool {
    [
        "name", "son", "daughter", "wife", "husband", "mother", "father", "dentist", "doctor", "place", "phone",
        "number", "office",
    ]
    .contains(&word)
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}
