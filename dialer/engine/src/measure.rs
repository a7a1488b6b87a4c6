//! What answers are measured with, beside the words that prove them.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::NaiveDate;
use proto::FieldValue;

/// Says which values the caller lets a field have. The same value always gets the same judgement, and nothing but the
/// field and the value counts: it does no I/O, and it does not take long.
pub trait Judge: Debug + Send + Sync {
    fn allows(&self, field: &str, value: &FieldValue) -> bool;
}

/// Of one conversation, from its beginning to its end.
#[derive(Clone, Debug)]
pub struct Measure {
    pub judge: Arc<dyn Judge>,
    /// The day of the call where the callee lives: "the eleventh of December" is the next one.
    pub today: NaiveDate,
}
