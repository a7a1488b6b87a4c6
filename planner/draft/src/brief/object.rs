//! What the task is about, when it is, and its facts.

use std::ops::Range;

use super::{Moment, Reader, Task};
use crate::act::{Act, Verb};
use crate::detail::{self, Detail};
use crate::text::Pause;
use crate::when::{self, Part, When};
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
        self.brief.task = Some(Task {
            verb: task.verb,
            thing: text.slice(object.clone()).to_owned(),
            words: self.governed(task),
            trigger: text.slice(task.trigger.clone()).to_lowercase(),
        });
        let places = self.facts_stand(task);
        for place in &places {
            for Detail { label, value, words } in detail::details(text, place.clone()) {
                if label == "amount" && matches!(task.verb, Verb::Ask | Verb::Tell) {
                    continue;
                }
                self.brief.details.push((label, text.slice(value).to_owned()));
                // Inside a question they are part of it.
                if spread || !task.words.contains(&words.start) || text.pause(words.start - 1) == Pause::Comma {
                    self.claim(words);
                }
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

    /// What is said in passing stays a part of the words around it, and is a fact as well.
    fn mentioned(&mut self, task: &Act) {
        let confirms = self.text.is(task.trigger.start, &["confirm", "verify", "make", "double", "double-check"]);
        if !matches!(task.verb, Verb::FollowUp | Verb::Quote) && !confirms {
            return;
        }
        let places = self.facts_stand(task);
        self.brief.party_size = places
            .iter()
            .find_map(|place| detail::party_size(self.text, place.clone()))
            .map(|size| self.text.slice(size.value).to_owned());
        let found: Vec<_> = places.iter().flat_map(|place| when::find(self.text, place.clone())).take(2).collect();
        if !found.is_empty() {
            self.brief.when = Some(self.moment(&found));
        }
    }

    fn thing(&self, task: &Act) -> Range<usize> {
        let text = self.text;
        let mut start = task.words.start;
        if let Some(name) =
            noun::name(text, start, task.words.end).filter(|name| noun::is_possessive(text, name.end - 1))
        {
            start = name.end;
        }
        start +=
            usize::from(text.is(start, &["a", "an", "the", "my", "our", "his", "her", "their", "me", "us", "another"]));
        start += usize::from(text.is(start, &["a", "an"]));
        if let Some(when) =
            when::phrase(text, start, task.words.end).filter(|when| text.pause(when.words.end - 1) == Pause::None)
        {
            let next = when.words.end;
            if !when.has(Part::Open) || !text.is(next, &["for", "at"]) {
                start = next;
            }
        }
        match task.verb {
            Verb::Book => {
                let thing = noun::thing(text, start, task.words.end);
                // "A taxi to the airport", "a flight from Boston to Paris".
                let mut end = self.served(&thing, task.words.end);
                while end > thing.start
                    && text.is(end, &["to", "from"])
                    && text.pause(end - 1) == Pause::None
                    && detail::address(text, end + 1, task.words.end).is_none()
                    && let Some(goal) = noun::party(text, end + 1, task.words.end)
                {
                    end = goal.end;
                }
                thing.start..end
            }
            Verb::Order => self.ordered(task.words.start, task.words.end),
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

    /// "An appointment FOR A HAIRCUT", "an oil change FOR MY CAR"; a table is for people, who are counted.
    fn served(&self, thing: &Range<usize>, limit: usize) -> usize {
        let text = self.text;
        let seats = ["table", "dinner", "lunch", "brunch", "breakfast", "supper", "reservation", "booking", "room"];
        let free = !self.claimed.get(thing.end).copied().unwrap_or(true);
        let plain = thing.clone().all(|at| !text.is(at, &seats) && text.pause(at) == Pause::None);
        let what = thing.end + 1;
        let owned = text.is(what, &["a", "an", "my", "our"]) && !text.is(what + 1, &["party", "group", "couple"]);
        if !free || !plain || thing.is_empty() || !owned || !text.is(thing.end, &["for"]) {
            return thing.end;
        }
        noun::party(text, what, limit).map_or(thing.end, |served| served.end)
    }

    /// An order may be a list with commas: it ends where it is said from whom, for when or for whom.
    fn ordered(&self, start: usize, limit: usize) -> Range<usize> {
        let text = self.text;
        let start = start + usize::from(text.is(start, &["for", "of"]));
        // "Tickets for the 8pm show" is what is ordered, "for pickup" is how.
        let goes_on = |at: usize| text.is(at, &["for"]) && text.is(at + 1, &["the", "a", "my", "our"]);
        let whole = (start..limit).any(goes_on);
        let end = (start..limit)
            .find(|at| {
                (text.is(*at, &["from", "for", "under", "at", "to"]) && !goes_on(*at))
                    || self.claimed.get(*at).copied().unwrap_or(false)
                    || (!whole && when::phrase(text, *at, limit).is_some())
            })
            .unwrap_or(limit);
        let trailing = (start..end).rev().take_while(|at| text.is(*at, &["and", "on", "by", "please"])).count();
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
        while words.end > words.start && (text.is(words.end - 1, &["and", "to", "then", "also", "please", "but"])) {
            words.end -= 1;
        }
        text.slice(words).to_owned()
    }

    /// Where facts of the task stand: in its own words, in "call … " and in statements, never in questions or messages.
    fn facts_stand(&self, task: &Act) -> Vec<Range<usize>> {
        let mut places = vec![task.words.clone()];
        for sentence in
            self.text.sentences().into_iter().filter(|sentence| !rest::is_secret(self.text.slice(sentence.clone())))
        {
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

    fn times(&mut self, task: &Act, places: &[Range<usize>]) {
        let text = self.text;
        let open = |at: &When| !at.words.clone().any(|word| self.claimed.get(word).copied().unwrap_or(false));
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
            let goal = found.iter().position(|when| {
                let start = when.words.start;
                let before = if start > 0 && text.is(start - 1, &["the"]) { start - 1 } else { start };
                before > 0 && text.is(before - 1, &["to", "until", "till", "for"])
            });
            if let Some(at) = goal {
                let goal = found.remove(at);
                self.claim(goal.words.clone());
                self.brief.when = Some(self.moment(&[goal]));
            }
            if let Some(was) = found.first().cloned() {
                self.claim(was.words.clone());
                self.brief.was = Some(self.moment(&[was]));
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

    fn moment(&self, found: &[When]) -> Moment {
        let open = found.iter().all(|when| when.has(Part::Open));
        if let [first, second] = found
            && let Some(spoken) = when::together(self.text, first, second)
        {
            return Moment { written: spoken.clone(), spoken, open };
        }
        let first = found.first();
        let written = first.map(|when| when.as_written(self.text).to_owned()).unwrap_or_default();
        let spoken = first.map(|when| when.spoken(self.text)).unwrap_or_default();
        // "Tomorrow's 3pm" belongs to its noun.
        let written = if written.contains("'s ") { spoken.clone() } else { written };
        Moment { written, spoken, open }
    }
}
