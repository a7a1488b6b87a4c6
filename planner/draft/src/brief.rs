//! What a prompt says, sorted: the task, who, when, the facts, the questions, and what is left.

mod antecedent;
mod goal;
mod judged;
mod labelled;
mod mentioned;
mod object;
mod parties;
mod speech;
mod time;

use std::collections::BTreeSet;
use std::ops::Range;

use proto::workflow::Field;

use self::labelled::Labels;
use crate::act::{Act, Verb, acts, inferred};
use crate::noun::{self, is_pronoun};
use crate::one_of::one_of;
use crate::people::{self, Person};
use crate::rest;
use crate::sense::{self, Sense};
use crate::survey::{Named, Survey};
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
    /// What the prompt is about, and whether it says enough.
    pub(crate) sense: Sense,
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
    /// Told by what it was: "a later date".
    pub(crate) relative: bool,
    /// Surely when the task is; else it is told in the words around it.
    pub(crate) sure: bool,
}

pub(crate) fn read(text: &Text) -> Brief {
    let mut reader = Reader::of(text);
    reader.read();
    reader.brief
}

/// What tells what the prompt is about, as [`read`] sees it.
pub(crate) fn evidence(text: &Text) -> BTreeSet<String> {
    let first = Reader::of(text).task();
    let mut pieces = BTreeSet::new();
    sense::evidence(text, first.as_ref(), &Survey::of(text), &mut pieces);
    pieces
}

/// Every name of the prompt with what tells which part it plays.
pub(crate) fn parties(text: &Text) -> Vec<(String, BTreeSet<String>)> {
    let mut reader = Reader::of(text);
    let task = reader.task();
    let task = reader.judged(task);
    reader.named_by_grammar(task.as_ref());
    let shown = |name: &Named| {
        let mut pieces = BTreeSet::new();
        name.evidence(&mut pieces);
        (text.slice(name.words.clone()).to_owned(), pieces)
    };
    reader.parties().iter().map(shown).collect()
}

pub(crate) struct Reader<'a> {
    pub(crate) text: &'a Text,
    /// Words that are understood.
    pub(crate) claimed: Vec<bool>,
    pub(crate) acts: Vec<Act>,
    pub(crate) brief: Brief,
    /// Where the name ends that the prompt announces.
    pub(crate) announced: Option<usize>,
    labels: Labels,
}

impl<'a> Reader<'a> {
    fn of(text: &'a Text) -> Self {
        let mut acts = acts(text);
        if acts.iter().all(|act| act.verb == Verb::Call)
            && let Some(act) = inferred(text, &acts)
        {
            acts.push(act);
        }
        Self {
            text,
            claimed: vec![false; text.len()],
            brief: Brief::default(),
            acts,
            announced: None,
            labels: Labels::default(),
        }
    }

    fn read(&mut self) {
        let task = self.task();
        let task = self.judged(task);
        self.named_by_grammar(task.as_ref());
        self.weighed_parties();
        if let Some(callee) = self.labels.callee.take() {
            self.brief.callee = Some(callee);
            self.brief.callees_own = false;
        }
        if let Some(task) = &task {
            self.object(task);
        }
        self.speech(task.as_ref());
        rest::keep(self, task.as_ref());
    }

    /// Who is called and for whom, as far as the grammar tells.
    fn named_by_grammar(&mut self, task: Option<&Act>) {
        self.labelled();
        let text = self.text;
        let person = self.labels.principal.take().or_else(|| people::announced(text));
        if let Some(Person { words, .. }) = &person {
            self.announced = Some(words.end);
            self.claim(words.clone());
        }
        if let Some(task) = task {
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
        self.callee(task);
        self.bare_names();
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
        let object = if first.verb == Verb::Confirm && self.text.is(first.words.start, one_of!["that", "this"]) {
            first.words.start..first.words.start + 1
        } else {
            noun::thing(self.text, first.words.start, first.words.end)
        };
        let another =
            first.trigger.len() > 2 && self.text.is(first.trigger.end.wrapping_sub(1), one_of!["time", "date"]);
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
