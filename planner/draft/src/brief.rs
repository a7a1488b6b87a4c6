//! What a prompt says, sorted: the task, who, when, the facts, the questions, and what is left.

mod object;
mod parties;
mod speech;

use std::ops::Range;

use proto::workflow::Field;

use crate::act::{Act, Verb, acts};
use crate::noun::{self, is_pronoun};
use crate::people::{self, Person};
use crate::rest;
use crate::text::Text;

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
        let object = noun::thing(self.text, first.words.start, first.words.end);
        if !is_pronoun(self.text, &object) {
            return Some(first);
        }
        self.meant(&first, object).or(Some(first))
    }

    /// "I have an appointment on Friday. Please cancel it", "check if they have a table for 2 and book it": what is meant
    /// was said before.
    fn meant(&mut self, pointing: &Act, pronoun: Range<usize>) -> Option<Act> {
        let text = self.text;
        let before = self.acts.iter().rfind(|act| act.trigger.start < pointing.trigger.start).cloned();
        let asked = before.filter(|act| act.verb == Verb::Ask && pointing.verb == Verb::Book);
        let start = asked.as_ref().map_or(0, |asked| asked.words.start);
        let have = (start..pointing.trigger.start)
            .find(|at| text.is(*at, &["have", "has", "made", "got", "booked"]))
            .filter(|_| asked.is_some() || pointing.verb != Verb::Book)?;
        self.claim(pointing.trigger.start..pronoun.end);
        self.claim(asked.as_ref().map_or(have, |asked| asked.trigger.start)..have + 1);
        let joined = Act { verb: pointing.verb, trigger: have..have + 1, words: have + 1..pointing.words.end };
        self.acts.retain(|act| act != pointing && Some(act) != asked.as_ref());
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
}
