use super::pieces::{need, optional};
use super::{Undecodable, v1};
use crate::workflow::{Act, Draft, Field, FieldKind, Step, StepId, TellFact, VoicemailPolicy};
use crate::{Private, PropertySchema, Workflow};

pub(super) fn exposed(text: Option<&Private>) -> String {
    text.map(Private::expose).unwrap_or_default().to_owned()
}

impl From<&Workflow> for v1::Workflow {
    fn from(workflow: &Workflow) -> Self {
        let parts = workflow.parts();
        Self {
            name: parts.name.clone(),
            goal: parts.goal.expose().to_owned(),
            language: parts.language.clone(),
            on_behalf_of: exposed(parts.on_behalf_of.as_ref()),
            callee_name: exposed(parts.callee_name.as_ref()),
            purpose: parts.purpose.expose().to_owned(),
            facts: parts
                .facts
                .iter()
                .map(|fact| v1::TellFact { label: fact.label.clone(), value: fact.value.expose().to_owned() })
                .collect(),
            fields: parts.fields.iter().map(Into::into).collect(),
            steps: parts.steps.iter().map(Into::into).collect(),
            start: parts.start.0.clone(),
            voicemail: Some((&parts.voicemail).into()),
        }
    }
}

impl TryFrom<v1::Workflow> for Workflow {
    type Error = Undecodable;
    fn try_from(wire: v1::Workflow) -> Result<Self, Undecodable> {
        let draft = Draft {
            name: wire.name,
            goal: Private::new(wire.goal),
            language: wire.language,
            on_behalf_of: optional(wire.on_behalf_of).map(Private::new),
            callee_name: optional(wire.callee_name).map(Private::new),
            purpose: Private::new(wire.purpose),
            facts: wire
                .facts
                .into_iter()
                .map(|fact| TellFact { label: fact.label, value: Private::new(fact.value) })
                .collect(),
            fields: wire.fields.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            steps: wire.steps.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            start: StepId(wire.start),
            voicemail: wire.voicemail.map_or(VoicemailPolicy::HangUp, Into::into),
        };
        Self::new(draft).map_err(Undecodable::Workflow)
    }
}

impl From<&Field> for v1::Field {
    fn from(field: &Field) -> Self {
        let (kind, options) = match &field.kind {
            FieldKind::Text => (v1::FieldType::Text, Vec::new()),
            FieldKind::Number => (v1::FieldType::Number, Vec::new()),
            FieldKind::Boolean => (v1::FieldType::Boolean, Vec::new()),
            FieldKind::Date => (v1::FieldType::Date, Vec::new()),
            FieldKind::Time => (v1::FieldType::Time, Vec::new()),
            FieldKind::DateTime => (v1::FieldType::Datetime, Vec::new()),
            FieldKind::Phone => (v1::FieldType::Phone, Vec::new()),
            FieldKind::Money => (v1::FieldType::Money, Vec::new()),
            FieldKind::Choice(options) => (v1::FieldType::Choice, options.clone()),
        };
        Self {
            name: field.name.clone(),
            question: field.question.expose().to_owned(),
            r#type: kind.into(),
            options,
            required: field.required,
            schema_json: field.schema.as_ref().map(PropertySchema::expose).unwrap_or_default().to_owned(),
        }
    }
}

impl TryFrom<v1::Field> for Field {
    type Error = Undecodable;
    fn try_from(wire: v1::Field) -> Result<Self, Undecodable> {
        let kind = match wire.r#type() {
            v1::FieldType::Text => FieldKind::Text,
            v1::FieldType::Number => FieldKind::Number,
            v1::FieldType::Boolean => FieldKind::Boolean,
            v1::FieldType::Date => FieldKind::Date,
            v1::FieldType::Time => FieldKind::Time,
            v1::FieldType::Datetime => FieldKind::DateTime,
            v1::FieldType::Phone => FieldKind::Phone,
            v1::FieldType::Money => FieldKind::Money,
            v1::FieldType::Choice => FieldKind::Choice(wire.options),
            v1::FieldType::Unspecified => return Err(Undecodable::Missing("field.type")),
        };
        let schema = optional(wire.schema_json).map(PropertySchema::new).transpose();
        Ok(Self {
            name: wire.name,
            question: Private::new(wire.question),
            kind,
            required: wire.required,
            schema: schema.map_err(|_| Undecodable::Invalid("field.schema_json"))?,
        })
    }
}

impl From<&Step> for v1::Step {
    fn from(step: &Step) -> Self {
        use v1::step::Act as Wire;
        let act = match &step.act {
            Act::Say { text, next } => Wire::Say(v1::Say { text: text.expose().to_owned(), next: next.0.clone() }),
            Act::Ask { field, next } => Wire::Ask(v1::Ask { field: field.clone(), next: next.0.clone() }),
            Act::Confirm { field, yes, no } => {
                Wire::Confirm(v1::Confirm { field: field.clone(), yes: yes.0.clone(), no: no.0.clone() })
            }
            Act::Close { text } => Wire::Close(v1::Close { text: text.expose().to_owned() }),
        };
        Self { id: step.id.0.clone(), act: Some(act) }
    }
}

impl TryFrom<v1::Step> for Step {
    type Error = Undecodable;
    fn try_from(wire: v1::Step) -> Result<Self, Undecodable> {
        use v1::step::Act as Wire;
        let act = match need(wire.act, "step.act")? {
            Wire::Say(say) => Act::Say { text: Private::new(say.text), next: StepId(say.next) },
            Wire::Ask(ask) => Act::Ask { field: ask.field, next: StepId(ask.next) },
            Wire::Confirm(confirm) => {
                Act::Confirm { field: confirm.field, yes: StepId(confirm.yes), no: StepId(confirm.no) }
            }
            Wire::Close(close) => Act::Close { text: Private::new(close.text) },
        };
        Ok(Self { id: StepId(wire.id), act })
    }
}
