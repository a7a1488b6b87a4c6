use std::time::Duration;

use async_trait::async_trait;
use proto::Envelope;
use runtime::TraceContext;

/// A fact as a consumer hears it.
#[derive(Clone, Debug)]
pub struct Heard {
    pub envelope: Envelope,
    /// The trace of whoever told the fact. The handler already runs in a span of its own that belongs to it.
    pub trace: TraceContext,
    /// Counts from 1.
    pub delivery: u32,
}

/// Handles facts. It may hear the same fact twice, and two facts in any order.
#[async_trait]
pub trait Hear: Send + Sync + 'static {
    async fn hear(&self, heard: Heard) -> Verdict;
}

/// What becomes of a message. Reasons are logged and kept with dead letters: they never hold people's words or numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Handled, now or before. It is not heard again.
    Done,
    /// This message could not be handled. It comes again after a growing delay; after the fifth time it is a dead letter.
    Retry { reason: String },
    /// The same after this time, at most 30 seconds.
    RetryAfter { after: Duration, reason: String },
    /// Something else that the handler needs is down, which says nothing about the message: it is kept and handed to the
    /// handler again after a growing delay, and counts as heard once. Meanwhile it holds its place, so that a handler
    /// whose database is gone stops taking more.
    NotNow { reason: String },
    /// It can never be handled. It is a dead letter at once.
    Poison { reason: String },
}

impl Verdict {
    /// Whether something went wrong. A handler that names its own time only waits, mostly for a fact that was overtaken:
    /// traces of failures are kept, and this happens in every other call.
    pub(crate) fn is_failure(&self) -> bool {
        match self {
            Self::Done | Self::RetryAfter { .. } => false,
            Self::Retry { .. } | Self::NotNow { .. } | Self::Poison { .. } => true,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retry { .. } | Self::RetryAfter { .. } => "retry",
            Self::NotNow { .. } => "not_now",
            Self::Poison { .. } => "poison",
        }
    }
}
