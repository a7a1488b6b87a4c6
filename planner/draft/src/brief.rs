//! What a prompt says, sorted: the task, who, when, the facts, the questions, and what is left.

mod antecedent;
mod goal;
mod judged;
mod mentioned;
mod object;
mod parties;
mod speech;
mod time;

use std::ops::Range;

use proto::workflow::Field;

use crate::act::{Act, Verb, acts, inferred};
use crate::noun::{self, is_pronoun};
use crate::people::{self, Person};
use crate::rest;
use crate::survey::Survey;
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
    /// Where questions and messages stand: what they mention is theirs, and no fact by itself.
    pub(crate) carried: Vec<Range<usize>>,
    /// What the caller is told to do.
    pub(crate) triggers: Vec<Range<usize>>,
    /// What all words of the prompt speak for.
    pub(crate) survey: Survey,
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
    /// A question that is put as a statement.
    pub(crate) confirms: bool,
    /// Something is to be kept for a buyer.
    pub(crate) held: bool,
}

/// A time as it was written and as it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) written: String,
    pub(crate) spoken: String,
    /// Any time will do.
    pub(crate) open: bool,
    /// Told by what it was: "a later date".
    pub(crate) relative: bool,
}

pub(crate) fn read(text: &Text) -> Brief {
    let mut acts = acts(text);
    if acts.iter().all(|act| act.verb == Verb::Call)
        && let Some(act) = inferred(text, &acts)
    {
        acts.push(act);
    }
    let mut reader = Reader { text, claimed: vec![false; text.len()], brief: Brief::default(), acts, announced: None };
    reader.read();
    reader.brief
}

pub(crate) struct Reader<'a> {
    pub(crate) text: &'a Text,
    /// Words that are understood.
    pub(crate) claimed: Vec<bool>,
    pub(crate) acts: Vec<Act>,
    pub(crate) brief: Brief,
    /// Where the name ends that the prompt announces.
    pub(crate) announced: Option<usize>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let text = self.text;
        let task = self.task();
        let task = self.judged(task);
        let person = people::announced(text);
        if let Some(Person { words, .. }) = &person {
            self.announced = Some(words.end);
            self.claim(words.clone());
        }
        if let Some(task) = &task {
            let implied = if person.is_none() {
                people::implied(text, task)
                    .or_else(|| people::asked_about(text, task))
                    .or_else(|| self.acts.iter().find_map(|act| people::kept_for(text, act)))
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
        self.weighed_callee();
        if let Some(task) = &task {
            self.object(task);
        }
        self.speech(task.as_ref());
        rest::keep(self, task.as_ref());
    }

    /// The first thing to do that is more than a question or a message; else the first of those.
    fn task(&mut self) -> Option<Act> {
        let lesser = |act: &&Act| matches!(act.verb, Verb::Ask | Verb::Tell | Verb::Wish);
        self.moved_by_asking();
        let mut tasks = self.acts.iter().filter(|act| act.verb != Verb::Call);
        let first = tasks.clone().find(|act| !lesser(act)).or_else(|| tasks.find(lesser)).cloned()?;
        let points = matches!(
            first.verb,
            Verb::Book | Verb::Reschedule | Verb::Cancel | Verb::Confirm | Verb::Order | Verb::WaitList
        );
        if !points {
            return Some(first);
        }
        // "… Please confirm that and ask …"
        let object = if first.verb == Verb::Confirm && self.text.is(first.words.start, &["that", "this"]) {
            first.words.start..first.words.start + 1
        } else {
            noun::thing(self.text, first.words.start, first.words.end)
        };
        let another = first.trigger.len() > 2 && self.text.is(first.trigger.end.wrapping_sub(1), &["time", "date"]);
        if another {
            return self.meant(&first, first.words.start..first.words.start).or(Some(first));
        }
        if !is_pronoun(self.text, &object) && !self.points_back(&object) {
            return Some(first);
        }
        self.meant(&first, object).or(Some(first))
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
            self.claim(trigger.clone());
            self.brief.triggers.push(trigger);
        }
    }
}
