//! A call in hand and its attempts, as the store gives them: each state holds what is true in it.

use std::fmt;
use std::time::Duration;

use proto::fact::Terms;
use proto::{AttemptId, CallId, Mode, OrgId, Route, Timestamp, Workflow};
use runtime::TraceContext;
use uuid::Uuid;

use crate::carrier::{AnsweredBy, LegId};
use crate::link::LineLink;

/// The fence of a call: each takeover raises it, and what comes with an older one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(pub i64);

/// One run of one dialer process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner(pub Uuid);

/// A call that is not over.
#[derive(Clone, Debug)]
pub struct Call {
    pub id: CallId,
    pub org: OrgId,
    pub route: Route,
    pub workflow: Workflow,
    /// Since when a call that was not dialed might be: its caller's wishes, the hours and the wait before another try are over.
    pub due_at: Timestamp,
    pub deadline: Timestamp,
    pub max_duration: Duration,
    pub terms: Terms,
    pub trace: TraceContext,
    pub epoch: Epoch,
    pub stage: Stage,
    pub cancel: Option<Cancel>,
    pub told: Told,
    /// How the last dial went, of a call that is dialed again.
    pub untaken: Option<Untaken>,
    /// How our side ended the conversation; the carrier has yet to say that it is over.
    pub conversation: Option<engine::Ending>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// To be dialed, or to be dialed again.
    Ready,
    /// The carrier was asked.
    Dialing,
}

/// Why a call that was dialed shall end. What it is doing decides when it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancel {
    Caller,
    Deadline,
}

/// A dial that nobody took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untaken {
    pub why: NotTaken,
    /// In this dial or in one before.
    pub rang: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    NoAnswer,
    Busy,
    Declined,
}

/// The last status that was told of a call. Facts go only forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Nothing,
    Dialing,
    Ringing,
    Answered { at: Timestamp },
}

impl Told {
    pub fn answered_at(self) -> Option<Timestamp> {
        match self {
            Self::Answered { at } => Some(at),
            Self::Nothing | Self::Dialing | Self::Ringing => None,
        }
    }
}

impl Call {
    /// The first reason stays.
    pub fn ask_to_end(&mut self, why: Cancel) {
        self.cancel.get_or_insert(why);
    }
}

/// One attempt to make the callee's phone ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub call: CallId,
    /// Counts from 1.
    pub number: u32,
    pub epoch: Epoch,
    /// How often the request certainly did not reach the carrier.
    pub unsent: u32,
    pub rang: bool,
    pub answered_by: Option<AnsweredBy>,
    pub state: AttemptState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// Nothing was sent.
    Intent,
    /// Past the point of no return.
    Dialing {
        sent_at: Timestamp,
    },
    /// The carrier's answer was lost. `missed`: how often it was asked since, and knew nothing.
    Unknown {
        sent_at: Timestamp,
        missed: u32,
    },
    Placed {
        leg: LegId,
    },
    Answered {
        leg: LegId,
    },
    /// It rang or could have, and is over.
    Ended,
    /// The carrier will not place it.
    Rejected,
    /// The carrier knows nothing of it.
    NotPlaced,
    /// Nobody will ever know.
    OutcomeUnknown,
}

impl AttemptState {
    /// Whether it can still make a phone ring, or does.
    pub fn is_live(&self) -> bool {
        match self {
            Self::Intent
            | Self::Dialing { .. }
            | Self::Unknown { .. }
            | Self::Placed { .. }
            | Self::Answered { .. } => true,
            Self::Ended | Self::Rejected | Self::NotPlaced | Self::OutcomeUnknown => false,
        }
    }

    pub fn leg(&self) -> Option<&LegId> {
        match self {
            Self::Placed { leg } | Self::Answered { leg } => Some(leg),
            Self::Intent
            | Self::Dialing { .. }
            | Self::Unknown { .. }
            | Self::Ended
            | Self::Rejected
            | Self::NotPlaced
            | Self::OutcomeUnknown => None,
        }
    }
}

impl Attempt {
    pub fn link(&self, mode: Mode) -> LineLink {
        LineLink { mode, attempt: self.id, epoch: self.epoch }
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
