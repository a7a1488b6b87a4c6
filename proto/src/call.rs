//! The life of a call, and how it ended.

use serde::{Deserialize, Serialize};

use crate::{Private, Timestamp};

/// Live calls go to the configured carrier, test calls always to the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Live,
    Test,
}

/// Where a call stands. Calls only move forward; [`CallStatus::Ended`] absorbs everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallStatus {
    /// Accepted; no service has worked on it.
    Queued,
    /// A workflow exists; the phone is not being dialed.
    Planned {
        since: Timestamp,
    },
    /// The carrier was, or is about to be, asked.
    Dialing {
        since: Timestamp,
    },
    Ringing {
        since: Timestamp,
    },
    InProgress {
        since: Timestamp,
    },
    Ended {
        at: Timestamp,
        outcome: Outcome,
    },
}

/// The call is already there or further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call moves only forward")]
pub struct IllegalMove;

impl CallStatus {
    /// The word of the public API.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Planned { .. } => "planning",
            Self::Dialing { .. } => "dialing",
            Self::Ringing { .. } => "ringing",
            Self::InProgress { .. } => "in_progress",
            Self::Ended { .. } => "ended",
        }
    }

    pub fn plan(self, now: Timestamp) -> Result<Self, IllegalMove> {
        self.forward(Self::Planned { since: now })
    }

    pub fn dial(self, now: Timestamp) -> Result<Self, IllegalMove> {
        self.forward(Self::Dialing { since: now })
    }

    pub fn ring(self, now: Timestamp) -> Result<Self, IllegalMove> {
        self.forward(Self::Ringing { since: now })
    }

    pub fn answer(self, now: Timestamp) -> Result<Self, IllegalMove> {
        self.forward(Self::InProgress { since: now })
    }

    pub fn end(self, now: Timestamp, outcome: Outcome) -> Result<Self, IllegalMove> {
        self.forward(Self::Ended { at: now, outcome })
    }

    /// Steps may be skipped, because a carrier may lose or reorder what it reports; none may be taken back.
    fn forward(self, next: Self) -> Result<Self, IllegalMove> {
        if self.rank() < next.rank() { Ok(next) } else { Err(IllegalMove) }
    }

    /// How far the call has come: larger is later. Stores compare it to keep late facts from moving a call back.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Planned { .. } => 1,
            Self::Dialing { .. } => 2,
            Self::Ringing { .. } => 3,
            Self::InProgress { .. } => 4,
            Self::Ended { .. } => 5,
        }
    }
}

/// How a call ended, as the published callback tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A person answered, and the conversation came to its end.
    Completed,
    NoAnswer,
    Busy,
    /// A bad number, an error of the carrier, or an error of ours.
    Failed,
    Canceled,
    Voicemail,
}

impl Outcome {
    pub const ALL: [Self; 6] =
        [Self::Completed, Self::NoAnswer, Self::Busy, Self::Failed, Self::Canceled, Self::Voicemail];

    /// `call_status` of the callback.
    pub fn call_status(self) -> &'static str {
        match self {
            Self::Completed => "success",
            Self::NoAnswer | Self::Busy | Self::Failed | Self::Canceled => "not_picked_up",
            Self::Voicemail => "voicemail",
        }
    }

    /// `provider_status` of the callback.
    pub fn provider_status(self) -> &'static str {
        match self {
            Self::Completed | Self::Voicemail => "completed",
            Self::NoAnswer => "no-answer",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

/// Why a call did not do what was asked, and whether asking again can help. Serializes as the API's `failure`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub who: Blame,
    /// A stable code, such as `busy`, `invalid_number`, `deadline`.
    pub code: String,
    /// What happened, for a person to read. It may quote the carrier, so it is private.
    pub detail: Private,
    pub rang: Rang,
    /// Whether the same request has a chance to do better later.
    pub retryable: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    Callee,
    Carrier,
    Platform,
    Policy,
    Caller,
}

/// Whether the callee's phone rang. Serializes as `true`, `false` or `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Option<bool>", from = "Option<bool>")]
pub enum Rang {
    Yes,
    No,
    Unknown,
}

impl From<Rang> for Option<bool> {
    fn from(rang: Rang) -> Self {
        match rang {
            Rang::Yes => Some(true),
            Rang::No => Some(false),
            Rang::Unknown => None,
        }
    }
}

impl From<Option<bool>> for Rang {
    fn from(rang: Option<bool>) -> Self {
        match rang {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CallStatus, IllegalMove, Outcome};
    use crate::Timestamp;

    #[test]
    fn a_call_moves_forward_and_may_skip_what_the_carrier_lost() {
        let now = Timestamp::default();
        let call = CallStatus::Queued.plan(now).unwrap().dial(now).unwrap().answer(now).unwrap();
        assert_eq!(call.word(), "in_progress");
        assert_eq!(call.clone().ring(now), Err(IllegalMove));
        let ended = call.end(now, Outcome::Completed).unwrap();
        assert_eq!(ended.clone().end(now, Outcome::Failed), Err(IllegalMove));
    }

    #[test]
    fn outcomes_are_told_as_the_published_table_says() {
        let told: Vec<_> = Outcome::ALL.map(|outcome| (outcome.call_status(), outcome.provider_status())).into();
        assert_eq!(
            told,
            [
                ("success", "completed"),
                ("not_picked_up", "no-answer"),
                ("not_picked_up", "busy"),
                ("not_picked_up", "failed"),
                ("not_picked_up", "canceled"),
                ("voicemail", "completed"),
            ]
        );
    }

    proptest! {
        #[test]
        fn whatever_is_reported_no_call_moves_back(moves in proptest::collection::vec(0_u8..5, 0..20)) {
            let now = Timestamp::default();
            let mut call = CallStatus::Queued;
            for chosen in moves {
                let before = call.clone();
                let after = match chosen {
                    0 => call.plan(now),
                    1 => call.dial(now),
                    2 => call.ring(now),
                    3 => call.answer(now),
                    _ => call.end(now, Outcome::Busy),
                };
                call = after.unwrap_or(before.clone());
                prop_assert!(call.rank() >= before.rank());
            }
        }
    }
}
