//! Who is called and where.

use std::ops::Range;

use super::Reader;
use crate::act::{Act, Verb};
use crate::text::{Pause, Text};
use crate::{noun, people, question, rest};

impl Reader<'_> {
    pub(super) fn callee(&mut self, task: Option<&Act>) {
        let text = self.text;
        let place = task.and_then(|task| self.place(task));
        let named = self.named(task);
        for words in [&place, &named].into_iter().flatten() {
            self.claim(words.clone());
        }
        let with = place.as_ref().is_some_and(|place| text.is(place.start, &["with"]));
        let place = place.map(|place| text.slice(place.start + 1..place.end).to_owned());
        self.brief.with = place.clone().filter(|_| with);
        let named = named.or_else(|| if place.is_none() { self.asked_at() } else { None });
        let Some(named) = named.map(|named| text.slice(named).to_owned()) else {
            self.brief.callee = place;
            return;
        };
        // "Call Sarah to confirm her appointment at Dr. Smith's office": the office lets her be called.
        let confirms = task.is_some_and(|task| task.verb == Verb::Confirm);
        if confirms && place.is_some() && self.brief.principal.is_none() && !people::is_business(&named) {
            self.brief.principal.clone_from(&place);
            self.brief.callees_own = true;
        }
        self.brief.place = place.filter(|_| !with && !self.brief.callees_own);
        self.brief.callee = Some(named);
    }

    /// "…, Olive Garden, …" names whoever is missing: the callee first.
    pub(super) fn bare_names(&mut self) {
        let text = self.text;
        for clause in rest::clauses(text) {
            let free = !clause.clone().any(|at| self.claimed.get(at).copied().unwrap_or(true));
            let named = noun::name(text, clause.start, clause.end).is_some_and(|name| name == clause);
            // One capitalized word at the beginning is a greeting or a verb that we do not know.
            let named = named && (clause.len() > 1 || text.get(clause.start).is_some_and(|word| !word.first));
            if !free || !named {
                continue;
            }
            let missing = if self.brief.callee.is_none() {
                &mut self.brief.callee
            } else if self.brief.principal.is_none() {
                &mut self.brief.principal
            } else {
                return;
            };
            *missing = Some(text.slice(clause.clone()).to_owned());
            self.claim(clause);
        }
    }

    /// Whoever is called, asked or told by name.
    fn named(&self, task: Option<&Act>) -> Option<Range<usize>> {
        let text = self.text;
        let called = self.acts.iter().find_map(|act| people::called(text, act));
        let mut asking = self.acts.iter().filter(|act| act.verb == Verb::Ask);
        called
            .or_else(|| {
                asking.find_map(|act| {
                    let asked = question::asked_party(text, act)?;
                    noun::party(text, asked.start, asked.end).map(|_| asked)
                })
            })
            .or_else(|| recipient(text, task.filter(|task| task.verb == Verb::Tell)?))
    }

    /// "Do they rent skis at Alpine Sports?", "if Foot Locker has …": a question says where it is asked.
    fn asked_at(&self) -> Option<Range<usize>> {
        let text = self.text;
        let asks = self.acts.iter().filter(|act| matches!(act.verb, Verb::Ask));
        asks.clone().find_map(|act| subject(text, act)).or_else(|| {
            asks.into_iter().find_map(|act| {
                let place = people::place(text, act.words.clone(), &["at"])?;
                let last = text.pause(place.end - 1) != Pause::None || text.is(place.end, &["and"]);
                (last && text.capital(place.start + 1)).then_some(place.start + 1..place.end)
            })
        })
    }

    fn place(&self, task: &Act) -> Option<Range<usize>> {
        let prepositions: &[&str] = match task.verb {
            Verb::Order => &["from", "at"],
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm => &["at", "with"],
            Verb::FollowUp | Verb::Quote => &["with", "from", "at"],
            Verb::WaitList => &["at", "for", "with"],
            Verb::Wish => &["at"],
            Verb::Call | Verb::Ask | Verb::Tell | Verb::Request => return None,
        };
        let clear = |place: &Range<usize>| !place.clone().any(|at| self.claimed.get(at).copied().unwrap_or(false));
        let first = prepositions
            .iter()
            .find_map(|preposition| people::place(self.text, task.words.clone(), &[preposition]).filter(clear));
        first.or_else(|| {
            let statements = self
                .text
                .sentences()
                .into_iter()
                .filter(|sentence| !self.acts.iter().any(|act| sentence.contains(&act.trigger.start)));
            statements.into_iter().find_map(|sentence| people::place(self.text, sentence, &["at"]).filter(clear))
        })
    }
}

/// "If FOOT LOCKER has it", "how much would PRECISION PAINTERS charge".
fn subject(text: &Text, act: &Act) -> Option<Range<usize>> {
    let sells = ["has", "have", "carries", "carry", "sells", "sell", "charges", "charge", "stocks", "stock"];
    let start = act.words.start.saturating_sub(1)..act.words.end.min(act.words.start + 4);
    start.into_iter().find_map(|at| {
        let named =
            text.is(at, &["if", "whether", "does", "would"]).then(|| noun::party(text, at + 1, act.words.end))??;
        let alone = named.len() == 1 || text.capital(named.start);
        let verb = if text.is(named.end, &sells) { named.end } else { named.end - 1 };
        let sold = text.is(verb, &sells) && verb > named.start && !text.is(named.start, &["the", "my", "our", "a"]);
        (sold && (alone || verb == named.start + 1)).then_some(named.start..verb)
    })
}

/// "Tell MARIA that …", "remind MARIA of …".
pub(super) fn recipient(text: &Text, act: &Act) -> Option<Range<usize>> {
    if text.is(act.trigger.start, &["let"]) {
        let know = (act.trigger.clone()).find(|at| text.is(*at, &["know"]))?;
        return noun::party(text, act.trigger.start + 1, know);
    }
    let start = act.words.start + usize::from(text.is(act.words.start, &["for", "to"]));
    if let Some(name) = noun::name(text, start, act.words.end) {
        return Some(name);
    }
    // "The landlord the rent is paid": only a mark shows that more than one word names somebody.
    let described = text.is(start, &["my", "the", "our"]) && start + 2 <= act.words.end;
    let near = start + 2..act.words.end.min(start + 5);
    let marked = near.into_iter().find(|at| text.is(*at, &["that", "to", "about", "of"])).unwrap_or(start + 2);
    described.then_some(start..marked)
}
