use std::collections::BTreeSet;

use proto::workflow::Act;
use proto::{FieldValue, FormFill, Verdict, Workflow};

/// Whether a conversation brought what it was for: judged from what is recorded, whatever a brain says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// On the way that her answers chose, every field that is required is answered, and nothing was denied.
    Reached,
    /// The same, but something that had to be confirmed was denied.
    Denied,
    /// Something that is required is not known.
    Open,
}

impl Goal {
    pub(crate) fn of(workflow: &Workflow, fills: &[FormFill]) -> Self {
        let value = |field: &str| {
            let fill = fills.iter().find(|fill| fill.field == field)?;
            match &fill.verdict {
                Verdict::Answered { value, .. } => Some(value),
                Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => None,
            }
        };
        let missing = |field: &str| value(field).is_none() && workflow.field(field).is_some_and(|field| field.required);
        let (mut at, mut been, mut denied) = (workflow.start(), BTreeSet::new(), false);
        while been.insert(at) {
            let Some(step) = workflow.step(at) else {
                break;
            };
            at = match &step.act {
                Act::Close { .. } => break,
                Act::Ask { field, .. } | Act::Confirm { field, .. } if missing(field) => return Self::Open,
                Act::Say { next, .. } | Act::Ask { next, .. } => next,
                Act::Confirm { field, yes, .. } if value(field) == Some(&FieldValue::Boolean(true)) => yes,
                Act::Confirm { field, no, .. } => {
                    denied |= value(field).is_some();
                    no
                }
            };
        }
        if denied { Self::Denied } else { Self::Reached }
    }

    /// A stable word for metrics and span attributes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Denied => "denied",
            Self::Open => "open",
        }
    }
}
