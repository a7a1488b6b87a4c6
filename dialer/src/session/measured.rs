//! What the answers of a call are measured with.

use std::sync::Arc;

use answers::Rules;
use engine::{Judge, Measure};
use hours::Place;
use proto::{FieldValue, Timestamp};

use crate::call::Call;

/// The caller's own schemas, compiled once for the conversation.
#[derive(Debug)]
struct Caller(Rules);

impl Judge for Caller {
    fn allows(&self, field: &str, value: &FieldValue) -> bool {
        self.0.allow(field, value)
    }
}

pub(super) fn measure(call: &Call, answered_at: Timestamp) -> Measure {
    let rules = Rules::of(call.workflow.fields());
    if rules.is_broken() {
        // The gateway takes only what can be read, so that this is a plan of another release.
        tracing::error!("a schema of an answer can't be read: the field stays without a value");
    }
    let local = Place::of(&call.route.to).local_times(answered_at).next();
    let today = local.map_or(answered_at.date_naive(), |local| local.time.date_naive());
    Measure { judge: Arc::new(Caller(rules)), today }
}
