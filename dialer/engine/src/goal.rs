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
        let way = way(workflow, fills);
        let missing = |stop: &Stop<'_>| stop.required && stop.value().is_none();
        if way.iter().any(missing) {
            Self::Open
        } else if way.iter().any(Stop::is_denied) {
            Self::Denied
        } else {
            Self::Reached
        }
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

/// Whether something that is required was never asked, although nothing was denied or declined: who leaves then has not
/// tried.
pub(crate) fn leaves_out(workflow: &Workflow, fills: &[FormFill]) -> bool {
    let way = way(workflow, fills);
    let refused = |stop: &Stop<'_>| stop.is_denied() || matches!(stop.verdict, Some(Verdict::Declined(_)));
    way.iter().any(|stop| stop.required && stop.is_unasked()) && !way.iter().any(refused)
}

/// A question on the way that her answers choose.
struct Stop<'a> {
    verdict: Option<&'a Verdict>,
    required: bool,
    /// Whether it is about something that is to be confirmed.
    confirms: bool,
}

impl Stop<'_> {
    fn value(&self) -> Option<&FieldValue> {
        match self.verdict? {
            Verdict::Answered { value, .. } => Some(value),
            Verdict::Declined(_) | Verdict::Asked | Verdict::NotAsked => None,
        }
    }

    fn is_confirmed(&self) -> bool {
        self.value() == Some(&FieldValue::Boolean(true))
    }

    fn is_denied(&self) -> bool {
        self.confirms && self.value().is_some() && !self.is_confirmed()
    }

    fn is_unasked(&self) -> bool {
        matches!(self.verdict, None | Some(Verdict::NotAsked))
    }
}

/// What is not confirmed goes the way of what is denied.
fn way<'a>(workflow: &'a Workflow, fills: &'a [FormFill]) -> Vec<Stop<'a>> {
    let question = |field: &str, confirms| Stop {
        verdict: fills.iter().find(|fill| fill.field == field).map(|fill| &fill.verdict),
        required: workflow.field(field).is_some_and(|field| field.required),
        confirms,
    };
    let (mut at, mut been, mut stops) = (workflow.start(), BTreeSet::new(), Vec::new());
    while been.insert(at) {
        let Some(step) = workflow.step(at) else {
            break;
        };
        at = match &step.act {
            Act::Close { .. } => break,
            Act::Say { next, .. } => next,
            Act::Ask { field, next } => {
                stops.push(question(field, false));
                next
            }
            Act::Confirm { field, yes, no } => {
                let confirmation = question(field, true);
                let next = if confirmation.is_confirmed() { yes } else { no };
                stops.push(confirmation);
                next
            }
        };
    }
    stops
}
