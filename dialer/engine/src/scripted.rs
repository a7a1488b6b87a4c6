//! The brain that needs no model: it walks the steps of the workflow.

use proto::Private;

use crate::{Context, Next, Reply};

/// What to say next. Deterministic.
pub fn reply(context: &Context) -> Reply {
    let _ = context;
    Reply { say: Private::default(), claims: Vec::new(), declined: Vec::new(), next: Next::Stay, digits: None }
}
