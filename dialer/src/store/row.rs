//! Rows as they stand in the tables, and their reading.

use std::time::Duration;

use engine::Ending;
use proto::call::{Mode, Outcome};
use proto::{PhoneNumber, Route, Timestamp, wire};
use runtime::TraceContext;
use sqlx::FromRow;
use uuid::Uuid;

use super::StoreError;
use super::terms::TermsRow;
use crate::call::{Attempt, AttemptState, Call, Cancel, Epoch, Stage, Told};
use crate::carrier::{AnsweredBy, LegId};

#[derive(FromRow)]
pub(super) struct CallRow {
    call_id: Uuid,
    org_id: Uuid,
    mode: String,
    from_number: String,
    to_number: String,
    workflow_id: Uuid,
    workflow: Option<Vec<u8>>,
    due_at: Timestamp,
    deadline: Timestamp,
    max_duration_ms: i64,
    traceparent: String,
    tracestate: String,
    pub(super) state: String,
    epoch: i64,
    cancel_reason: Option<String>,
    told: i16,
    answered_at: Option<Timestamp>,
    conversation: Option<String>,
    #[sqlx(flatten)]
    terms: TermsRow,
}

/// The columns of a [`CallRow`].
pub(super) const CALL: &str = "call_id, org_id, mode, from_number, to_number, workflow_id, workflow, due_at, deadline, \
     max_duration_ms, traceparent, tracestate, state, epoch, cancel_reason, told, answered_at, conversation";

impl CallRow {
    /// A call that is not over.
    pub(super) fn open(self) -> Result<Call, StoreError> {
        let bytes = self.workflow.ok_or(StoreError::Corrupt("an open call without a workflow"))?;
        let number = |text: &str| PhoneNumber::recorded(text).map_err(|_| StoreError::Corrupt("a number"));
        Ok(Call {
            id: self.call_id.into(),
            org: self.org_id.into(),
            route: Route {
                mode: mode(&self.mode)?,
                from: number(&self.from_number)?,
                to: number(&self.to_number)?,
                workflow_id: self.workflow_id.into(),
            },
            workflow: wire::decode_workflow(&bytes).map_err(|_| StoreError::Corrupt("a workflow"))?,
            due_at: self.due_at,
            deadline: self.deadline,
            max_duration: duration(self.max_duration_ms),
            terms: self.terms.terms(),
            trace: TraceContext { traceparent: self.traceparent, tracestate: self.tracestate },
            epoch: Epoch(self.epoch),
            stage: match self.state.as_str() {
                "ready" => Stage::Ready,
                "dialing" => Stage::Dialing,
                _ => return Err(StoreError::Corrupt("the state of an open call")),
            },
            cancel: self.cancel_reason.as_deref().map(cancel).transpose()?,
            told: told(self.told, self.answered_at)?,
            untaken: self.terms.untaken()?,
            conversation: self.conversation.as_deref().map(conversation).transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct AttemptRow {
    attempt_id: Uuid,
    call_id: Uuid,
    number: i32,
    epoch: i64,
    state: String,
    leg: Option<String>,
    unsent: i32,
    missed: i32,
    sent_at: Option<Timestamp>,
    rang: bool,
    answered_by: Option<String>,
}

/// The columns of an [`AttemptRow`].
pub(super) const ATTEMPT: &str =
    "attempt_id, call_id, number, epoch, state, leg, unsent, missed, sent_at, rang, answered_by";

impl TryFrom<AttemptRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, StoreError> {
        let sent_at = || row.sent_at.ok_or(StoreError::Corrupt("an attempt in flight that was never sent"));
        let leg = || row.leg.clone().map(LegId).ok_or(StoreError::Corrupt("a placed attempt without its leg"));
        let state = match row.state.as_str() {
            "intent" => AttemptState::Intent,
            "dialing" => AttemptState::Dialing { sent_at: sent_at()? },
            "unknown" => AttemptState::Unknown { sent_at: sent_at()?, missed: count(row.missed) },
            "placed" => AttemptState::Placed { leg: leg()? },
            "answered" => AttemptState::Answered { leg: leg()? },
            "ended" => AttemptState::Ended,
            "rejected" => AttemptState::Rejected,
            "not_placed" => AttemptState::NotPlaced,
            "outcome_unknown" => AttemptState::OutcomeUnknown,
            _ => return Err(StoreError::Corrupt("the state of an attempt")),
        };
        Ok(Self {
            id: row.attempt_id.into(),
            call: row.call_id.into(),
            number: count(row.number),
            epoch: Epoch(row.epoch),
            unsent: count(row.unsent),
            rang: row.rang,
            answered_by: row.answered_by.as_deref().map(answered_by).transpose()?,
            state,
        })
    }
}

pub(super) fn attempt_word(state: &AttemptState) -> &'static str {
    match state {
        AttemptState::Intent => "intent",
        AttemptState::Dialing { .. } => "dialing",
        AttemptState::Unknown { .. } => "unknown",
        AttemptState::Placed { .. } => "placed",
        AttemptState::Answered { .. } => "answered",
        AttemptState::Ended => "ended",
        AttemptState::Rejected => "rejected",
        AttemptState::NotPlaced => "not_placed",
        AttemptState::OutcomeUnknown => "outcome_unknown",
    }
}

pub(super) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

fn mode(word: &str) -> Result<Mode, StoreError> {
    match word {
        "live" => Ok(Mode::Live),
        "test" => Ok(Mode::Test),
        _ => Err(StoreError::Corrupt("the mode of a call")),
    }
}

pub(super) fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::NoAnswer => "no_answer",
        Outcome::Busy => "busy",
        Outcome::Failed => "failed",
        Outcome::Canceled => "canceled",
        Outcome::Voicemail => "voicemail",
    }
}

pub(super) fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Ready => "ready",
        Stage::Dialing => "dialing",
    }
}

pub(super) fn cancel_word(cancel: Cancel) -> &'static str {
    match cancel {
        Cancel::Caller => "caller",
        Cancel::Deadline => "deadline",
    }
}

fn cancel(word: &str) -> Result<Cancel, StoreError> {
    match word {
        "caller" => Ok(Cancel::Caller),
        "deadline" => Ok(Cancel::Deadline),
        _ => Err(StoreError::Corrupt("why a call is canceled")),
    }
}

pub(super) fn told_rank(told: Told) -> i16 {
    match told {
        Told::Nothing => 0,
        Told::Dialing => 1,
        Told::Ringing => 2,
        Told::Answered { .. } => 3,
    }
}

fn told(rank: i16, answered_at: Option<Timestamp>) -> Result<Told, StoreError> {
    match (rank, answered_at) {
        (0, None) => Ok(Told::Nothing),
        (1, None) => Ok(Told::Dialing),
        (2, None) => Ok(Told::Ringing),
        (3, Some(at)) => Ok(Told::Answered { at }),
        _ => Err(StoreError::Corrupt("what was told of a call")),
    }
}

const ENDINGS: [Ending; 13] = [
    Ending::Closed,
    Ending::Goodbye,
    Ending::HungUp,
    Ending::OptedOut,
    Ending::WrongNumber,
    Ending::Language,
    Ending::Silence,
    Ending::OnHold,
    Ending::TooManyTurns,
    Ending::TooLong,
    Ending::Repetition,
    Ending::Machine,
    Ending::MessageLeft,
];

fn conversation(word: &str) -> Result<Ending, StoreError> {
    let ending = ENDINGS.into_iter().find(|ending| ending.word() == word);
    ending.ok_or(StoreError::Corrupt("how a conversation ended"))
}

pub(super) fn answered_by_word(answered_by: AnsweredBy) -> &'static str {
    match answered_by {
        AnsweredBy::Human => "human",
        AnsweredBy::Machine => "machine",
        AnsweredBy::MachineReady => "machine_ready",
        AnsweredBy::Unclear => "unclear",
    }
}

pub(super) fn answered_by(word: &str) -> Result<AnsweredBy, StoreError> {
    match word {
        "human" => Ok(AnsweredBy::Human),
        "machine" => Ok(AnsweredBy::Machine),
        "machine_ready" => Ok(AnsweredBy::MachineReady),
        "unclear" => Ok(AnsweredBy::Unclear),
        _ => Err(StoreError::Corrupt("who answered")),
    }
}

/// Counts are never negative in our tables.
pub(super) fn count(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

pub(super) fn duration(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

pub(super) fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn small(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
