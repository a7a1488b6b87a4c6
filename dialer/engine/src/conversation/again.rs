//! Answers that were given, and that the caller can't use.

use proto::workflow::{Act, Field, FieldKind, StepId};
use proto::{Private, Role};
use serde_json::Value;

use super::Conversation;
use super::begun::Begun;
use crate::words;
use crate::{Next, Reply};

/// Whoever was told twice what is possible, and says something else a third time, has nothing else to say.
const AGAIN_MAX: usize = 2;
const UNFIT: &str = "I am sorry, I can't take that as the answer.";

impl Conversation {
    /// Records what the reply proves. Gives the step of a question that is to be put again, because what she just answered
    /// is not what the caller allows.
    pub(super) fn note(&mut self, reply: &Reply) -> Option<StepId> {
        let unfit = self.notes.take(&self.workflow, &self.transcript.messages, reply, &self.measure);
        let mut new = unfit.iter().filter(|unfit| unfit.said_at as usize >= self.new_from);
        new.find_map(|unfit| self.to_put_again(&unfit.field))
    }

    /// What was not asked yet has its turn later.
    fn to_put_again(&self, field: &str) -> Option<StepId> {
        let again = again(self.workflow.field(field)?);
        let ours = self.transcript.said_by(Role::Assistant);
        let times = ours.filter(|message| words::contains(message.content.expose(), &again)).count();
        if !self.notes.has_asked(field) || times >= AGAIN_MAX {
            return None;
        }
        let asks = |act: &Act| match act {
            Act::Ask { field: own, .. } | Act::Confirm { field: own, .. } => own == field,
            Act::Say { .. } | Act::Close { .. } => false,
        };
        let here = self.workflow.step(&self.place.step).filter(|step| asks(&step.act));
        let step = here.or_else(|| self.workflow.parts().steps.iter().find(|step| asks(&step.act)))?;
        Some(step.id.clone())
    }

    /// Whatever the brain wanted to say: it would have gone on without an answer. `begun`: what of that was said already.
    pub(super) fn put_again(&mut self, step: StepId, begun: &Begun) {
        self.go(&Next::Go(step.clone()));
        let Some(field) = self.pending_question().and_then(|(field, _)| self.workflow.field(&field)) else {
            return self.listen();
        };
        let say = Private::new(again(field));
        let reply = Reply { say, claims: Vec::new(), declined: Vec::new(), next: Next::Go(step), digits: None };
        self.perform(&reply, begun);
    }
}

fn again(field: &Field) -> String {
    let hint = hint(field).map(|hint| format!(" {hint}")).unwrap_or_default();
    format!("{UNFIT}{hint} {}", field.question.expose())
}

/// What is possible, where it can be said in a breath. The question itself names the options of a choice.
fn hint(field: &Field) -> Option<String> {
    let schema = field.schema.as_ref()?.value();
    match field.kind {
        FieldKind::Date => Some("Please tell me the day and the month.".to_owned()),
        FieldKind::Number | FieldKind::Money => number_hint(&schema),
        FieldKind::Text
        | FieldKind::Boolean
        | FieldKind::Time
        | FieldKind::DateTime
        | FieldKind::Phone
        | FieldKind::Choice(_) => None,
    }
}

fn number_hint(schema: &Value) -> Option<String> {
    let bounds = [
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
        ("exclusiveMaximum", "less than"),
    ];
    let bound = |(keyword, words): (&str, &str)| Some(format!("{words} {}", schema.get(keyword)?.as_number()?));
    let bounds: Vec<_> = bounds.into_iter().filter_map(bound).collect();
    let whole = match &schema["type"] {
        Value::String(kind) => kind == "integer",
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "integer"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    match (whole, bounds.as_slice()) {
        (false, []) => None,
        (true, []) => Some("It has to be a whole number.".to_owned()),
        (true, bounds) => Some(format!("It has to be a whole number, {}.", bounds.join(" and "))),
        (false, bounds) => Some(format!("It has to be {}.", bounds.join(" and "))),
    }
}
