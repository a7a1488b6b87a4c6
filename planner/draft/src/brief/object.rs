//! What the task is about, when it is, and its facts.

use std::ops::Range;

use super::{Reader, Task};
use crate::act::{Act, Verb};
use crate::detail::{self, Detail};
use crate::one_of::one_of;
use crate::text::Pause;
use crate::when::{self, Part};
use crate::{noun, rest};

impl Reader<'_> {
    /// The thing, the times and the shapes of the main task, from its own words and from plain statements.
    pub(super) fn object(&mut self, task: &Act) {
        let text = self.text;
        let spread = matches!(
            task.verb,
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm | Verb::Order | Verb::WaitList | Verb::Wish
        );
        let object = self.thing(task);
        let kept = matches!(task.verb, Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm);
        let object = if object.is_empty() && kept { self.guessed_thing().unwrap_or(object) } else { object };
        let owned = text.is(task.words.start, one_of!["my", "our", "the", "his", "her"]);
        self.brief.task = Some(Task {
            verb: task.verb,
            thing: text.slice(object.clone()).to_owned(),
            words: self.governed(task),
            trigger: text.slice(task.trigger.clone()).to_lowercase(),
        });
        self.name_plain(owned);
        let places = self.facts_stand(task);
        for place in &places {
            let said = task.verb == Verb::Tell;
            for Detail { label, value, words } in detail::details(text, place.clone()) {
                // Their order number is a part of the message.
                if said && task.words.contains(&words.start) {
                    continue;
                }
                if label == "amount" && matches!(task.verb, Verb::Ask | Verb::Tell) {
                    continue;
                }
                let address = label == "address";
                self.brief.details.push((label, text.slice(value).to_owned()));
                // Inside a question they are part of it.
                if address && !spread {
                    continue;
                }
                let set_off = words.start.checked_sub(1).is_some_and(|before| text.pause(before) == Pause::Comma);
                if spread || !task.words.contains(&words.start) || set_off {
                    self.claim(words);
                }
            }
        }
        // Where to be reached is a fact wherever it stands.
        let asked: Vec<_> =
            self.acts.iter().filter(|act| act.verb == Verb::Ask && *act != task).map(|act| act.words.clone()).collect();
        for Detail { label, value, .. } in asked.into_iter().flat_map(|words| detail::details(text, words)) {
            if label == "amount" {
                let clause = rest::clauses(text).into_iter().find(|clause| clause.contains(&value.start));
                let words = clause.map(|clause| text.slice(clause).to_owned());
                self.brief.details.extend(words.map(|words| ("about the amount".to_owned(), words)));
            } else if label == "email" || label == "callback number" {
                self.brief.details.push((label, text.slice(value).to_owned()));
            }
        }
        for detail in std::mem::take(&mut self.brief.details) {
            if !self.brief.details.contains(&detail) {
                self.brief.details.push(detail);
            }
        }
        if !spread {
            self.mentioned(task);
            return;
        }
        self.claim(object);
        let seated = self.brief.task.as_ref().is_some_and(crate::plan::is_table);
        let size = places.iter().find_map(|place| detail::party_size(text, place.clone())).or_else(|| {
            seated.then(|| places.iter().find_map(|place| detail::bare_party_size(text, place.clone()))).flatten()
        });
        if let Some(Detail { value, words, .. }) = size {
            self.brief.party_size = Some(text.slice(value).to_owned());
            self.claim(words);
        }
        self.times(task, &places);
    }

    /// "My 4:30 with Dr. Lee" is an appointment.
    fn name_plain(&mut self, owned: bool) {
        if let Some(task) = self.brief.task.as_mut()
            && task.thing.is_empty()
            && matches!(task.verb, Verb::Reschedule | Verb::Cancel | Verb::Confirm)
            && owned
        {
            "appointment".clone_into(&mut task.thing);
        }
    }

    /// What is said in passing stays a part of the words around it, and is a fact as well.
    fn mentioned(&mut self, task: &Act) {
        if !matches!(task.verb, Verb::FollowUp | Verb::Quote) && !task.confirms(self.text) && !task.tells(self.text) {
            return;
        }
        let places = self.facts_stand(task);
        self.brief.party_size = places
            .iter()
            .find_map(|place| detail::party_size(self.text, place.clone()))
            .map(|size| self.text.slice(size.value).to_owned());
        // A job may recur or be due some day, and an order was placed some day: neither is a date of ours.
        let found: Vec<_> = places.iter().flat_map(|place| when::find(self.text, place.clone())).take(2).collect();
        if !matches!(task.verb, Verb::Quote | Verb::FollowUp) && !found.is_empty() {
            self.brief.when = Some(self.moment(&found));
        }
    }

    fn thing(&self, task: &Act) -> Range<usize> {
        let text = self.text;
        let mut start = task.words.start;
        if let Some(name) =
            noun::name(text, start, task.words.end).filter(|name| noun::is_possessive(text, name.end.wrapping_sub(1)))
        {
            start = name.end;
        }
        start += usize::from(
            text.is(start, one_of!["a", "an", "the", "my", "our", "his", "her", "their", "me", "us", "another"]),
        );
        start += usize::from(text.is(start, one_of!["a", "an"]));
        if let Some(when) = when::phrase(text, start, task.words.end)
            .filter(|when| text.pause(when.words.end.wrapping_sub(1)) == Pause::None)
        {
            let next = when.words.end;
            if !when.has(Part::Open) || !text.is(next, one_of!["for", "at"]) {
                start = next;
            }
        }
        match task.verb {
            Verb::Book => {
                let thing = self.booked_for(task).unwrap_or_else(|| noun::thing(text, start, task.words.end));
                // "A taxi to the airport", "a flight from Boston to Paris".
                let mut end = self.served(&thing, task.words.end);
                while end > thing.start
                    && text.is(end, one_of!["to", "from"])
                    && text.pause(end.wrapping_sub(1)) == Pause::None
                    && detail::address(text, end + 1, task.words.end).is_none()
                    && let Some(goal) = noun::party(text, end + 1, task.words.end)
                {
                    end = goal.end;
                }
                thing.start..end
            }
            Verb::Order => {
                // "Place an order WITH OFFICE DEPOT for fifteen boxes".
                let told = (task.words.start..task.words.end)
                    .take_while(|at| self.claimed.get(*at).copied().unwrap_or(false) && text.pause(*at) == Pause::None);
                self.ordered(task.words.start + told.count(), task.words.end)
            }
            Verb::Reschedule
            | Verb::Cancel
            | Verb::Confirm
            | Verb::WaitList
            | Verb::Wish
            | Verb::Call
            | Verb::Ask
            | Verb::Tell
            | Verb::FollowUp
            | Verb::Quote
            | Verb::Request => noun::thing(text, start, task.words.end),
        }
    }

    /// "Get Ann Perry in with Dr. Lee FOR A CHECKUP": somebody stands where the thing usually does.
    fn booked_for(&self, task: &Act) -> Option<Range<usize>> {
        let text = self.text;
        let start = task.words.start;
        if text.is(start.wrapping_sub(1), one_of!["for"]) && text.is(start.wrapping_sub(2), one_of!["arrange"]) {
            let to = (start..task.words.end).find(|at| text.is(*at, one_of!["to"]))?;
            return Some(noun::thing(text, to + 1, task.words.end));
        }
        let someone = text.is(start, one_of!["me", "us", "him", "her", "in", "them"])
            || text.is(task.trigger.end.wrapping_sub(1), one_of!["in"])
            || noun::name(text, start, task.words.end).is_some_and(|name| {
                text.is(name.end, one_of!["in", "for", "with", "at"])
                    && !noun::is_possessive(text, name.end.wrapping_sub(1))
            });
        let what = (start..task.words.end).filter(|_| someone).find(|at| {
            let free = (at + 1..at + 3).all(|at| !self.claimed.get(at).copied().unwrap_or(true));
            text.is(*at, one_of!["for"])
                && free
                && !text.capital(at + 1)
                && when::phrase(text, at + 1, task.words.end).is_none()
                && when::number(text, at + 1).is_none()
        })?;
        let article = usize::from(text.is(what + 1, one_of!["a", "an", "the", "my", "his", "her", "our", "some"]));
        Some(noun::thing(text, what + 1 + article, task.words.end)).filter(|thing| !thing.is_empty())
    }

    /// "An appointment FOR A HAIRCUT", "an oil change FOR MY CAR"; a table is for people, who are counted.
    fn served(&self, thing: &Range<usize>, limit: usize) -> usize {
        let text = self.text;
        let seats =
            one_of!["table", "dinner", "lunch", "brunch", "breakfast", "supper", "reservation", "booking", "room"];
        let free = !self.claimed.get(thing.end).copied().unwrap_or(true);
        let plain = thing.clone().all(|at| !text.is(at, seats) && text.pause(at) == Pause::None);
        let what = thing.end + 1;
        let owned =
            text.is(what, one_of!["a", "an", "my", "our"]) && !text.is(what + 1, one_of!["party", "group", "couple"]);
        if !free || !plain || thing.is_empty() || !owned || !text.is(thing.end, one_of!["for"]) {
            return thing.end;
        }
        noun::party(text, what, limit).map_or(thing.end, |served| served.end)
    }

    /// An order may be a list with commas: it ends where it is said from whom, for when or for whom.
    fn ordered(&self, start: usize, limit: usize) -> Range<usize> {
        let text = self.text;
        let start = start + usize::from(text.is(start, one_of!["for", "of"]));
        // "Tickets for the 8pm show" is what is ordered, "for pickup" is how.
        let goes_on = |at: usize| text.is(at, one_of!["for"]) && text.is(at + 1, one_of!["the", "a", "my", "our"]);
        let whole = (start..limit).any(goes_on);
        let end = (start..limit)
            .find(|at| {
                (text.is(*at, one_of!["from", "for", "under", "at", "to"]) && !goes_on(*at))
                    || self.claimed.get(*at).copied().unwrap_or(false)
                    || (!whole && when::phrase(text, *at, limit).is_some())
            })
            .unwrap_or(limit);
        let trailing = (start..end).rev().take_while(|at| text.is(*at, one_of!["and", "on", "by", "please"])).count();
        start..end - trailing
    }

    /// What the task governs up to its end, without what others have claimed at its end.
    fn governed(&self, task: &Act) -> String {
        let text = self.text;
        let mut words = task.words.clone();
        if let Some(at) = words
            .clone()
            .find(|at| text.pause(*at) == Pause::Comma && self.claimed.get(at + 1).copied().unwrap_or(false))
        {
            words.end = at + 1;
        }
        while words.end > words.start
            && (text.is(words.end.wrapping_sub(1), one_of!["and", "to", "then", "also", "please", "but"]))
        {
            words.end -= 1;
        }
        text.slice(words).to_owned()
    }

    /// Where facts of the task stand: in its own words, in "call … " and in statements, never in questions or messages.
    fn facts_stand(&self, task: &Act) -> Vec<Range<usize>> {
        let mut places = vec![task.words.clone()];
        for sentence in self.text.sentences() {
            let mut acts = self.acts.iter().filter(|act| sentence.contains(&act.trigger.start));
            match acts.next() {
                None => places.push(sentence),
                Some(act) if act.trigger.start == sentence.start || act.trigger.is_empty() => {
                    if act.verb == Verb::Call {
                        places.push(act.words.clone());
                    }
                }
                Some(act) => {
                    places.push(sentence.start..act.trigger.start);
                    if act.verb == Verb::Call {
                        places.push(act.words.clone());
                    }
                }
            }
        }
        places.retain(|place| !place.is_empty());
        places
    }
}
