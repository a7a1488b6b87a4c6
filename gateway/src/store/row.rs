//! Words of columns, and what they mean.

use proto::{CallStatus, Goal, Mode, Outcome, Timestamp};

use super::StoreError;
use crate::read_model::{CallbackState, Times};

pub(super) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

pub(super) fn mode(word: &str) -> Result<Mode, StoreError> {
    [Mode::Live, Mode::Test].into_iter().find(|mode| mode_word(*mode) == word).ok_or(StoreError::Corrupt("mode"))
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

pub(super) fn outcome(word: &str) -> Result<Outcome, StoreError> {
    Outcome::ALL.into_iter().find(|outcome| outcome_word(*outcome) == word).ok_or(StoreError::Corrupt("outcome"))
}

pub(super) fn goal(word: &str) -> Result<Goal, StoreError> {
    Goal::ALL.into_iter().find(|goal| goal.word() == word).ok_or(StoreError::Corrupt("goal"))
}

pub(super) fn callback_word(state: CallbackState) -> &'static str {
    state.word()
}

pub(super) fn callback_state(word: &str) -> Result<CallbackState, StoreError> {
    CallbackState::ALL.into_iter().find(|state| state.word() == word).ok_or(StoreError::Corrupt("callback state"))
}

/// The words of the column `status`, which are those of the API.
pub const STAGES: [&str; 6] = ["queued", "planning", "dialing", "ringing", "in_progress", "ended"];

pub(super) fn stage(word: &str) -> Result<&'static str, StoreError> {
    STAGES.into_iter().find(|stage| *stage == word).ok_or(StoreError::Corrupt("status"))
}

/// The status, from its word and the columns that are set in it.
pub(super) fn status(word: &str, times: &Times, outcome: Option<Outcome>) -> Result<CallStatus, StoreError> {
    let since = |time: Option<Timestamp>| time.ok_or(StoreError::Corrupt("the time of a status"));
    match word {
        "queued" => Ok(CallStatus::Queued),
        "planning" => Ok(CallStatus::Planned { since: since(times.planned_at)? }),
        "dialing" => Ok(CallStatus::Dialing { since: since(times.dialing_at)? }),
        "ringing" => Ok(CallStatus::Ringing { since: since(times.ringing_at)? }),
        "in_progress" => Ok(CallStatus::InProgress { since: since(times.answered_at)? }),
        "ended" => Ok(CallStatus::Ended {
            at: since(times.ended_at)?,
            outcome: outcome.ok_or(StoreError::Corrupt("the result of an ended call"))?,
        }),
        _ => Err(StoreError::Corrupt("status")),
    }
}

/// Counts are never negative; a table that says so is read as zero.
pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

pub(super) fn column(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
