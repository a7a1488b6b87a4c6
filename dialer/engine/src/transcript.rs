use std::collections::BTreeMap;
use std::time::Duration;

use proto::{Disclosure, FormFill, Message, Private, Role, Verdict, Workflow};

use crate::{Measure, Reply, evidence};

/// What was said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    pub(crate) messages: Vec<Message>,
    pub(crate) disclosure: Option<Disclosure>,
}

impl Transcript {
    /// Adds a message and gives its place.
    pub(crate) fn push(&mut self, role: Role, words: &str, now: Duration) -> u32 {
        self.messages.push(Message { role, content: Private::new(words), offset: now });
        u32::try_from(self.messages.len() - 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn said_by(&self, role: Role) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.role == role)
    }

    /// How often these very words were said by one side.
    pub(crate) fn times_said(&self, role: Role, words: &str) -> usize {
        self.said_by(role).filter(|message| crate::words::same(message.content.expose(), words)).count()
    }

    /// The first message of the callee at or after a place.
    pub(crate) fn next_heard(&self, from: usize) -> usize {
        let heard = self.messages.iter().skip(from).position(|message| message.role == Role::User);
        heard.map_or(self.messages.len(), |heard| from + heard)
    }

    /// The first of the messages at the end that all are ours.
    pub(crate) fn trailing_assistant(&self) -> usize {
        self.messages.iter().rposition(|message| message.role == Role::User).map_or(0, |last| last + 1)
    }

    /// The first of the messages at the end that all are the callee's.
    pub(crate) fn trailing_user(&self) -> usize {
        self.messages.iter().rposition(|message| message.role == Role::Assistant).map_or(0, |last| last + 1)
    }
}

/// What is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    verdicts: BTreeMap<String, Verdict>,
    /// The place in the transcript where each question was first put.
    asked: BTreeMap<String, usize>,
    pub(crate) refused: u32,
    pub(crate) unfit: u32,
}

/// An answer that was given, and that the caller does not allow.
#[derive(Clone, Debug)]
pub(crate) struct Unfit {
    pub(crate) field: String,
    /// The message that says it.
    pub(crate) said_at: u32,
}

impl Notes {
    pub(crate) fn put_question(&mut self, field: &str, at: usize) {
        self.asked.entry(field.to_owned()).or_insert(at);
    }

    /// The question was cut off before it was heard.
    pub(crate) fn take_back_question(&mut self, field: &str) {
        self.asked.remove(field);
    }

    pub(crate) fn has_asked(&self, field: &str) -> bool {
        self.asked.contains_key(field)
    }

    pub(crate) fn knows_something(&self) -> bool {
        self.verdicts.values().any(|verdict| matches!(verdict, Verdict::Answered { .. }))
    }

    /// Records what the reply can prove and the caller allows; a later answer replaces an earlier one.
    pub(crate) fn take(
        &mut self,
        workflow: &Workflow,
        messages: &[Message],
        reply: &Reply,
        measure: &Measure,
    ) -> Vec<Unfit> {
        let mut unfit = Vec::new();
        for claim in &reply.claims {
            let asked_at = self.asked.get(&claim.field).copied();
            let proved = evidence::answered(workflow, messages, asked_at, claim, measure.today);
            match proved {
                Some(Verdict::Answered { value, evidence }) if !measure.judge.allows(&claim.field, &value) => {
                    unfit.push(self.drop_unfit(&claim.field, evidence.message_index));
                }
                proved => self.record(&claim.field, proved),
            }
        }
        for declined in &reply.declined {
            self.record(&declined.field, evidence::declined(workflow, messages, declined));
        }
        unfit
    }

    /// What she said before, and has taken back with it, is no answer any more.
    fn drop_unfit(&mut self, field: &str, said_at: u32) -> Unfit {
        self.unfit = self.unfit.saturating_add(1);
        if self.verdicts.get(field).is_some_and(|known| place(known) < said_at) {
            self.verdicts.remove(field);
        }
        Unfit { field: field.to_owned(), said_at }
    }

    fn record(&mut self, field: &str, proved: Option<Verdict>) {
        let Some(proved) = proved else {
            self.refused = self.refused.saturating_add(1);
            return;
        };
        let known = self.verdicts.get(field);
        let answered = |verdict: &Verdict| matches!(verdict, Verdict::Answered { .. });
        if known.is_some_and(|known| place(known) > place(&proved) || answered(known) && !answered(&proved)) {
            return;
        }
        self.verdicts.insert(field.to_owned(), proved);
    }

    /// One for each field, in the order of the workflow.
    pub(crate) fn fills(&self, workflow: &Workflow) -> Vec<FormFill> {
        let fill = |field: &proto::workflow::Field| FormFill {
            field: field.name.clone(),
            question: field.question.clone(),
            verdict: match self.verdicts.get(&field.name) {
                Some(verdict) => verdict.clone(),
                None if self.asked.contains_key(&field.name) => Verdict::Asked,
                None => Verdict::NotAsked,
            },
        };
        workflow.fields().iter().map(fill).collect()
    }
}

fn place(verdict: &Verdict) -> u32 {
    match verdict {
        Verdict::Answered { evidence, .. } | Verdict::Declined(evidence) => evidence.message_index,
        Verdict::Asked | Verdict::NotAsked => 0,
    }
}
