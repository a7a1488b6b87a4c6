//! Beats of a conversation, laid out as the steps of a workflow.

use std::collections::BTreeSet;

use proto::Private;
use proto::workflow::{Act, Field, FieldKind, Step, StepId};

/// One thing that is said or asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Beat {
    Say(String),
    /// A question after which the call goes on in the same way, whatever is answered.
    Ask(Field),
    /// A yes-or-no question, and what follows only that answer.
    Confirm {
        field: Field,
        yes: Vec<Beat>,
        no: Vec<Beat>,
    },
}

pub(crate) fn ask(name: &str, question: impl Into<String>, kind: FieldKind) -> Beat {
    Beat::Ask(field(name, question, kind, true))
}

/// Asked, and no loss when it stays without an answer.
pub(crate) fn ask_by_the_way(name: &str, question: impl Into<String>) -> Beat {
    Beat::Ask(field(name, question, FieldKind::Text, false))
}

pub(crate) fn confirm(name: &str, question: impl Into<String>, yes: Vec<Beat>, no: Vec<Beat>) -> Beat {
    Beat::Confirm { field: field(name, question, FieldKind::Boolean, true), yes, no }
}

fn field(name: &str, question: impl Into<String>, kind: FieldKind, required: bool) -> Field {
    Field { name: name.to_owned(), question: Private::new(question.into()), kind, required, schema: None }
}

/// The beat for a question of the author.
pub fn question(field: Field) -> Beat {
    match field.kind {
        FieldKind::Boolean => Beat::Confirm { field, yes: Vec::new(), no: Vec::new() },
        FieldKind::Text
        | FieldKind::Number
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::DateTime
        | FieldKind::Phone
        | FieldKind::Money
        | FieldKind::Choice(_) => Beat::Ask(field),
    }
}

/// The fields of the beats as they are before each has a name of its own, in the order of the conversation.
pub(crate) fn fields(beats: &[Beat]) -> Vec<&Field> {
    let mut fields = Vec::new();
    collect(beats, &mut fields);
    fields
}

fn collect<'a>(beats: &'a [Beat], fields: &mut Vec<&'a Field>) {
    for beat in beats {
        match beat {
            Beat::Say(_) => {}
            Beat::Ask(field) => fields.push(field),
            Beat::Confirm { field, yes, no } => {
                fields.push(field);
                collect(yes, fields);
                collect(no, fields);
            }
        }
    }
}

/// What a workflow needs of its beats.
#[derive(Debug, Default)]
pub struct Laid {
    /// Each with a name of its own, in the order of the conversation.
    pub fields: Vec<Field>,
    pub steps: Vec<Step>,
    names: BTreeSet<String>,
    said: usize,
}

/// Lays the beats one after the other; every way ends in the close. Gives the first step.
pub fn lay(beats: Vec<Beat>, close: &str) -> (Laid, StepId) {
    let mut laid = Laid::default();
    let end = StepId("close".to_owned());
    let named = laid.name_all(beats);
    let start = laid.chain(named, &end);
    laid.steps.push(Step { id: end, act: Act::Close { text: Private::new(close) } });
    (laid, start)
}

impl Laid {
    /// Gives every field a name of its own, in the order of the conversation.
    fn name_all(&mut self, beats: Vec<Beat>) -> Vec<Beat> {
        beats
            .into_iter()
            .map(|beat| match beat {
                Beat::Say(text) => Beat::Say(text),
                Beat::Ask(field) => Beat::Ask(self.declared(field)),
                Beat::Confirm { field, yes, no } => {
                    let field = self.declared(field);
                    Beat::Confirm { field, yes: self.name_all(yes), no: self.name_all(no) }
                }
            })
            .collect()
    }

    fn declared(&mut self, mut field: Field) -> Field {
        let plain = field.name.clone();
        let mut count = 1;
        while !self.names.insert(field.name.clone()) {
            count += 1;
            field.name = format!("{plain}_{count}");
        }
        self.fields.push(field.clone());
        field
    }

    /// From the back to the front, because each step names the next one.
    fn chain(&mut self, beats: Vec<Beat>, next: &StepId) -> StepId {
        let mut next = next.clone();
        for beat in beats.into_iter().rev() {
            next = self.step(beat, next);
        }
        next
    }

    fn step(&mut self, beat: Beat, next: StepId) -> StepId {
        let (id, act) = match beat {
            Beat::Say(text) => {
                self.said += 1;
                (StepId(format!("say_{}", self.said)), Act::Say { text: Private::new(text), next })
            }
            Beat::Ask(field) => (StepId(format!("ask_{}", field.name)), Act::Ask { field: field.name, next }),
            Beat::Confirm { field, yes, no } => {
                let (yes, no) = (self.chain(yes, &next), self.chain(no, &next));
                (StepId(format!("confirm_{}", field.name)), Act::Confirm { field: field.name, yes, no })
            }
        };
        // In front, so that the list reads in the order of the conversation.
        self.steps.insert(0, Step { id: id.clone(), act });
        id
    }
}
