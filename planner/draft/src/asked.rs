//! What a caller wants of a workflow beside the prompt, put into it.

use proto::fact::{Recipient, Wishes};
use proto::workflow::{Act, Draft, FACTS_MAX, Field, FieldKind, Step, StepId, TEXT_BYTES_MAX, TellFact};
use proto::{Private, Workflow};
use serde_json::Value;

use crate::Refusal;
use crate::schema::fields_from_schema;
use crate::speech::breaths;

/// The label of a context that has none of its own.
const CONTEXT_LABEL: &str = "about you";
/// A label is matched with what the callee asks for.
const LABEL_BYTES_MAX: usize = 100;

/// Whether the built-in planner, and the conversation that follows its plan, speak a language (BCP 47).
pub fn speaks(language: &str) -> bool {
    language.split(['-', '_']).next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
}

/// Makes a workflow what the caller asked for.
pub fn apply(workflow: Workflow, wishes: &Wishes, recipient: &Recipient) -> Result<Workflow, Refusal> {
    // What nothing is added to needs no second check.
    if *wishes == Wishes::default() && recipient.name.is_none() && recipient.context.is_none() {
        return Ok(workflow);
    }
    let mut draft = workflow.into_parts();
    if let Some(language) = &wishes.language {
        if !speaks(language) {
            return Err(Refusal::Language);
        }
        draft.language.clone_from(language);
    }
    if let Some(voicemail) = &wishes.voicemail {
        draft.voicemail = voicemail.clone();
    }
    if let Some(schema) = &wishes.result_schema {
        let schema: Value = serde_json::from_str(schema.expose()).map_err(|_| Refusal::Schema)?;
        add_fields(&mut draft, fields_from_schema(&schema).map_err(|_| Refusal::Schema)?);
    }
    if let Some(name) = &recipient.name {
        draft.callee_name = Some(name.clone());
    }
    if let Some(context) = &recipient.context {
        let room = FACTS_MAX.saturating_sub(draft.facts.len());
        draft.facts.extend(context_facts(context.expose()).into_iter().take(room));
    }
    // Everything that has a place here has a ceiling below that of a workflow, so that only too much of it can be wrong.
    Workflow::new(draft).map_err(|_| Refusal::TooMuch)
}

/// The members of an object as facts of their own; anything else as it was written. Data that may be told when it is
/// asked for, never something to do.
fn context_facts(context: &str) -> Vec<TellFact> {
    let said = |label: &str, value: &str| {
        let label = label.to_owned();
        let pieces = breaths(value, TEXT_BYTES_MAX).into_iter();
        pieces.map(|piece| TellFact { label: label.clone(), value: Private::new(piece) }).collect::<Vec<_>>()
    };
    match serde_json::from_str(context) {
        Ok(Value::Object(members)) => members
            .iter()
            .filter(|(label, _)| !label.trim().is_empty() && label.len() <= LABEL_BYTES_MAX)
            .flat_map(|(label, value)| match value {
                Value::Null => Vec::new(),
                Value::String(text) => said(label, text),
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    said(label, &value.to_string())
                }
            })
            .collect(),
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => {
            said(CONTEXT_LABEL, context)
        }
    }
}

/// Asks for more before the conversation closes. A field of the same name is asked in its old place.
fn add_fields(draft: &mut Draft, fields: Vec<Field>) {
    let fresh: Vec<_> = fields.into_iter().filter_map(|field| merged(draft, field)).collect();
    let Some(close) = draft.steps.iter().rposition(|step| matches!(step.act, Act::Close { .. })) else {
        return; // No workflow is without a close.
    };
    let end = draft.steps[close].id.clone();
    let (mut next, mut steps) = (end.clone(), Vec::new());
    for field in fresh.iter().rev() {
        let taken = |id: &str| draft.steps.iter().chain(&steps).any(|step: &Step| step.id.0 == id);
        let id = StepId(free(&format!("ask_{}", field.name), taken));
        steps.insert(0, Step { id: id.clone(), act: ask(field, next) });
        next = id;
    }
    let redirect = |way: &mut StepId| {
        if *way == end {
            way.clone_from(&next);
        }
    };
    redirect(&mut draft.start);
    draft.steps.iter_mut().for_each(|step| ways_mut(&mut step.act).into_iter().for_each(redirect));
    draft.steps.splice(close..close, steps);
    draft.fields.extend(fresh);
}

fn ask(field: &Field, next: StepId) -> Act {
    match field.kind {
        FieldKind::Boolean => Act::Confirm { field: field.name.clone(), yes: next.clone(), no: next },
        FieldKind::Text
        | FieldKind::Number
        | FieldKind::Date
        | FieldKind::Time
        | FieldKind::DateTime
        | FieldKind::Phone
        | FieldKind::Money
        | FieldKind::Choice(_) => Act::Ask { field: field.name.clone(), next },
    }
}

fn ways_mut(act: &mut Act) -> Vec<&mut StepId> {
    match act {
        Act::Say { next, .. } | Act::Ask { next, .. } => vec![next],
        Act::Confirm { yes, no, .. } => vec![yes, no],
        Act::Close { .. } => Vec::new(),
    }
}

/// The field, unless the workflow asks for it already.
fn merged(draft: &mut Draft, field: Field) -> Option<Field> {
    let Some(at) = draft.fields.iter().position(|own| own.name == field.name) else {
        return Some(field);
    };
    let decides =
        draft.steps.iter().any(|step| matches!(&step.act, Act::Confirm { field: own, .. } if *own == field.name));
    if decides && field.kind == FieldKind::Boolean {
        draft.fields[at].required |= field.required;
        draft.fields[at].schema = field.schema;
        return None;
    }
    if decides {
        // Its answer chooses the way, so that the old question stays, under another name.
        let other = free(&field.name, |name| draft.fields.iter().any(|own| own.name == name));
        for step in &mut draft.steps {
            if let Act::Confirm { field: own, .. } = &mut step.act
                && *own == field.name
            {
                own.clone_from(&other);
            }
        }
        draft.fields[at].name = other;
        return Some(field);
    }
    let mut asked = false;
    for step in &mut draft.steps {
        if let Act::Ask { field: own, next } = &step.act
            && *own == field.name
        {
            step.act = ask(&field, next.clone());
            asked = true;
        }
    }
    if !asked {
        // A plan may declare what it never asks.
        draft.fields.remove(at);
        return Some(field);
    }
    draft.fields[at] = field;
    None
}

/// The name, with a number behind it when it is taken.
fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
