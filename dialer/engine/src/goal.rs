use std::collections::BTreeSet;

use proto::workflow::Act;
use proto::{FieldValue, FormFill, Goal, Verdict, Workflow};

use crate::Ending;

/// Whether the conversation brought what it was for. `ending`: None while it goes on, and where there was none.
pub fn goal(workflow: &Workflow, fills: &[FormFill], ending: Option<Ending>) -> Goal {
    let way = way(workflow, fills);
    let missing = |stop: &Stop<'_>| stop.required && stop.value().is_none();
    // Who is only to be told something has heard it when we come to the close.
    let untold = !way.iter().any(|stop| stop.required) && ending != Some(Ending::Closed);
    if way.iter().any(missing) {
        Goal::Open
    } else if way.iter().any(Stop::is_denied) {
        Goal::Denied
    } else if untold {
        Goal::Open
    } else {
        Goal::Reached
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
