//! What a prompt says, sorted: the task, who, when, the facts, the questions, and what is left.

use std::ops::Range;

use proto::workflow::Field;

use crate::act::{Act, Verb, acts};
use crate::detail::{self, Detail};
use crate::noun::{self, is_pronoun};
use crate::people::{self, Person};
use crate::question;
use crate::rest;
use crate::text::{Pause, Text};
use crate::when::{self, Part, When};

#[derive(Debug, Default)]
pub(crate) struct Brief {
    pub(crate) task: Option<Task>,
    pub(crate) principal: Option<String>,
    pub(crate) callee: Option<String>,
    /// Where the task happens, when somebody else is called.
    pub(crate) place: Option<String>,
    /// The callee is told about their own appointment: "call Sarah to confirm her appointment".
    pub(crate) callees_own: bool,
    /// "An appointment with Dr. Lee".
    pub(crate) with: Option<String>,
    pub(crate) when: Option<Moment>,
    /// What an appointment is moved from.
    pub(crate) was: Option<Moment>,
    pub(crate) party_size: Option<String>,
    /// Label and value.
    pub(crate) details: Vec<(String, String)>,
    pub(crate) questions: Vec<Field>,
    /// Asked for besides the task: "a window seat".
    pub(crate) wishes: Vec<String>,
    /// To be said without being asked.
    pub(crate) messages: Vec<String>,
    /// What nothing else has understood.
    pub(crate) notes: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) verb: Verb,
    /// Its object without details: "dinner reservation"; empty when there is none.
    pub(crate) thing: String,
    /// All that it governs, in the words of the prompt.
    pub(crate) words: String,
    /// Its verb.
    pub(crate) trigger: String,
}

/// A time as it was written and as it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) written: String,
    pub(crate) spoken: String,
    /// Any time will do.
    pub(crate) open: bool,
}

pub(crate) fn read(text: &Text) -> Brief {
    let acts = acts(text);
    let mut reader = Reader { text, claimed: vec![false; text.len()], brief: Brief::default(), acts };
    reader.read();
    reader.brief
}

pub(crate) struct Reader<'a> {
    pub(crate) text: &'a Text,
    /// Words that are understood.
    pub(crate) claimed: Vec<bool>,
    pub(crate) acts: Vec<Act>,
    pub(crate) brief: Brief,
}

impl Reader<'_> {
    fn read(&mut self) {
        let text = self.text;
        let task = self.task();
        let person = people::announced(text);
        if let Some(Person { words, .. }) = &person {
            self.claim(words.clone());
        }
        if let Some(task) = &task {
            let implied = if person.is_none() {
                people::implied(text, task).or_else(|| people::asked_about(text, task))
            } else {
                None
            };
            if let Some(Person { words, .. }) = &implied {
                self.claim(words.clone());
            }
            self.brief.principal = implied.map(|person| person.name);
        }
        self.brief.principal = person.map(|person| person.name).or(self.brief.principal.take());
        self.claim_verbs();
        self.callee(task.as_ref());
        self.bare_names();
        if let Some(task) = &task {
            self.object(task);
        }
        self.speech(task.as_ref());
        rest::keep(self, task.as_ref());
    }

    /// The first thing to do that is more than a question or a message; else the first of those.
    fn task(&mut self) -> Option<Act> {
        let lesser = |act: &&Act| matches!(act.verb, Verb::Ask | Verb::Tell | Verb::Wish);
        let mut tasks = self.acts.iter().filter(|act| act.verb != Verb::Call);
        let first = tasks.clone().find(|act| !lesser(act)).or_else(|| tasks.find(lesser)).cloned()?;
        // "Check if they have a table for 2 on Friday and book it": what is booked stands in the question.
        let object = noun::thing(self.text, first.words.start, first.words.end);
        let before = self.acts.iter().position(|act| *act == first).and_then(|at| self.acts.get(at.checked_sub(1)?));
        let booked =
            |asked: &Act| asked.verb == Verb::Ask && first.verb == Verb::Book && is_pronoun(self.text, &object);
        let Some(asked) = before.filter(|asked| booked(asked)).cloned() else { return Some(first) };
        let Some(have) = (asked.words.start..asked.words.end).find(|at| self.text.is(*at, &["have", "has"])) else {
            return Some(first);
        };
        let joined = Act { verb: Verb::Book, trigger: asked.trigger.clone(), words: have + 1..first.words.end };
        self.claim(first.trigger.start..object.end);
        self.acts.retain(|act| *act != asked && *act != first);
        self.acts.push(joined.clone());
        Some(joined)
    }

    pub(crate) fn claim(&mut self, words: Range<usize>) {
        for at in words {
            if let Some(claimed) = self.claimed.get_mut(at) {
                *claimed = true;
            }
        }
    }

    fn claim_verbs(&mut self) {
        for trigger in self.acts.iter().map(|act| act.trigger.clone()).collect::<Vec<_>>() {
            self.claim(trigger);
        }
    }

    fn callee(&mut self, task: Option<&Act>) {
        let text = self.text;
        let place = task.and_then(|task| self.place(task));
        let named = self.named(task);
        for words in [&place, &named].into_iter().flatten() {
            self.claim(words.clone());
        }
        let with = place.as_ref().is_some_and(|place| text.is(place.start, &["with"]));
        let place = place.map(|place| text.slice(place.start + 1..place.end).to_owned());
        self.brief.with = place.clone().filter(|_| with);
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
    fn bare_names(&mut self) {
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
                asking.find_map(|act| noun::party(text, act.words.start, question::asked_party(text, act)?.end))
            })
            .or_else(|| recipient(text, task.filter(|task| task.verb == Verb::Tell)?))
    }

    fn place(&self, task: &Act) -> Option<Range<usize>> {
        let prepositions: &[&str] = match task.verb {
            Verb::Order => &["from", "at"],
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm => &["at", "with"],
            Verb::FollowUp | Verb::Quote => &["with", "from"],
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

    /// The thing, the times and the shapes of the main task, from its own words and from plain statements.
    fn object(&mut self, task: &Act) {
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
        let places = if spread { self.facts_stand(task) } else { vec![task.words.clone()] };
        for place in &places {
            for Detail { label, value, words } in detail::details(text, place.clone()) {
                self.brief.details.push((label, text.slice(value).to_owned()));
                if spread {
                    self.claim(words);
                }
            }
        }
        if !spread {
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
                // "A taxi to the airport".
                let to = text.is(thing.end, &["to"]) && !thing.is_empty() && text.pause(thing.end - 1) == Pause::None;
                let goal = if to { noun::party(text, thing.end + 1, task.words.end) } else { None };
                thing.start..goal.map_or(thing.end, |goal| goal.end)
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
                let before = when.words.start;
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

    /// Questions, wishes and messages besides the task.
    fn speech(&mut self, task: Option<&Act>) {
        let text = self.text;
        for act in self.acts.clone() {
            let main = task == Some(&act);
            let repeated = act.verb == Verb::Book && text.is(act.trigger.start, &["ask", "request"]);
            match act.verb {
                Verb::Ask => {
                    let questions = question::questions(text, &act, &self.claimed, self.brief.principal.as_deref());
                    self.brief.questions.extend(questions);
                    self.claim(act.words.clone());
                }
                Verb::Wish => self.wish(&act),
                Verb::Book if repeated && !main => self.wish(&act),
                Verb::Tell => {
                    let message = message(text, &act);
                    if !message.is_empty() {
                        self.brief.messages.push(text.slice(message).to_owned());
                    }
                    self.claim(act.words.clone());
                }
                Verb::FollowUp | Verb::Quote | Verb::Request if main => self.claim(act.words.clone()),
                Verb::Call
                | Verb::Book
                | Verb::Reschedule
                | Verb::Cancel
                | Verb::Confirm
                | Verb::Order
                | Verb::FollowUp
                | Verb::Quote
                | Verb::WaitList
                | Verb::Request => {}
            }
        }
    }

    fn wish(&mut self, act: &Act) {
        let mut end = act.words.end;
        while end > act.words.start && self.text.is(end - 1, &["and", "to", "please", "also", "then"]) {
            end -= 1;
        }
        let words = self.text.slice(act.words.start..end);
        if !words.is_empty() {
            self.brief.wishes.push(words.to_owned());
        }
        self.claim(act.words.clone());
    }
}

/// "Tell MARIA that …", "remind MARIA of …".
fn recipient(text: &Text, act: &Act) -> Option<Range<usize>> {
    if text.is(act.trigger.start, &["let"]) {
        let know = (act.trigger.clone()).find(|at| text.is(*at, &["know"]))?;
        return noun::party(text, act.trigger.start + 1, know);
    }
    let start = act.words.start + usize::from(text.is(act.words.start, &["for", "to"]));
    noun::name(text, start, act.words.end)
        .or_else(|| text.is(start, &["my", "the", "our"]).then(|| noun::party(text, start, act.words.end)).flatten())
}

/// What is to be told.
fn message(text: &Text, act: &Act) -> Range<usize> {
    let mut start = act.words.start;
    start += usize::from(text.is(start, &["for", "to"]) && recipient(text, act).is_some());
    if let Some(recipient) = recipient(text, act).filter(|recipient| recipient.start >= act.words.start) {
        start = recipient.end;
    } else if text.is(start, &["them", "him", "her", "everyone"]) {
        start += 1;
    }
    start += usize::from(text.is(start, &["that", "saying", "this"]));
    let mut end = act.words.end;
    while end > start && text.is(end - 1, &["and", "to", "please", "then"]) {
        end -= 1;
    }
    start.min(end)..end
}
