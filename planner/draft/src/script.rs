//! Beats of a conversation, laid out as the steps of a workflow.

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
    said: usize,
}

/// A beat of which only the name of its field is left.
enum Named {
    Say(String),
    Ask(String),
    Confirm { name: String, yes: Vec<Named>, no: Vec<Named> },
}

/// Lays the beats one after the other; every way ends in the close. Gives the first step.
pub fn lay(beats: Vec<Beat>, close: &str) -> (Laid, StepId) {
    let mut laid = Laid::default();
    let end = StepId("close".to_owned());
    let named = laid.name_all(beats);
    let start = laid.chain(named, &end);
    // From the back to the front until here.
    laid.steps.reverse();
    laid.steps.push(Step { id: end, act: Act::Close { text: Private::new(close) } });
    (laid, start)
}

impl Laid {
    /// Gives every field a name of its own, in the order of the conversation.
    fn name_all(&mut self, beats: Vec<Beat>) -> Vec<Named> {
        let named = |beat| match beat {
            Beat::Say(text) => Named::Say(text),
            Beat::Ask(field) => Named::Ask(self.declared(field)),
            Beat::Confirm { field, yes, no } => {
                let name = self.declared(field);
                Named::Confirm { name, yes: self.name_all(yes), no: self.name_all(no) }
            }
        };
        beats.into_iter().map(named).collect()
    }

    fn declared(&mut self, mut field: Field) -> String {
        let mut name = field.name.clone();
        let mut count = 1;
        while self.fields.iter().any(|other| other.name == name) {
            count += 1;
            name = format!("{}_{count}", field.name);
        }
        field.name.clone_from(&name);
        self.fields.push(field);
        name
    }

    /// From the back to the front, because each step names the next one.
    fn chain(&mut self, beats: Vec<Named>, next: &StepId) -> StepId {
        let mut next = next.clone();
        for beat in beats.into_iter().rev() {
            next = self.step(beat, next);
        }
        next
    }

    fn step(&mut self, beat: Named, next: StepId) -> StepId {
        let (id, act) = match beat {
            Named::Say(text) => {
                self.said += 1;
                (StepId(format!("say_{}", self.said)), Act::Say { text: Private::new(text), next })
            }
            Named::Ask(field) => (StepId(["ask_", &field].concat()), Act::Ask { field, next }),
            Named::Confirm { name, yes, no } => {
                let (yes, no) = (self.chain(yes, &next), self.chain(no, &next));
                (StepId(["confirm_", &name].concat()), Act::Confirm { field: name, yes, no })
            }
        };
        self.steps.push(Step { id: id.clone(), act });
        id
    }
}
