//! A call that nobody took is dialed again, if its caller wishes so.

use std::time::Duration;

use chrono::TimeDelta;
use proto::call::Outcome;

use super::Turn;
use crate::call::{Attempt, Call, NotTaken, Stage, Told, Untaken};
use crate::carrier::{Cause, Over};
use crate::desk::Desk;
use crate::ending::Ending;
use crate::store::{Lease, StoreError, Work};

impl Desk {
    /// Puts a call whose attempt is over back into the queue, where another dial is wished for and there is time for it.
    /// False: its ending stands.
    pub async fn dial_again(
        &self,
        work: &mut Work,
        call: &Call,
        attempt: &Attempt,
        (over, ending): (&Over, &Ending),
    ) -> Result<bool, StoreError> {
        let Some((untaken, wait)) = next_dial(call, attempt, over, ending) else {
            return Ok(false);
        };
        let due_in = match self.turn_of(call, TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX)) {
            Turn::Now => Duration::ZERO,
            Turn::At(moment) => self.until(moment),
            Turn::Never(_) => return Ok(false),
        };
        let again = Call { stage: Stage::Ready, told: Told::Nothing, untaken: Some(untaken), ..call.clone() };
        work.save(&again, Lease::Free { due_in }).await?;
        work.free_line(&call.route).await?;
        metrics::counter!("dials_again_total").increment(1);
        tracing::info!(call.id = %call.id, dials = attempt.number, "nobody took the call; it is dialed again");
        Ok(true)
    }
}

/// How a dial went after which the caller wishes another, and how long to wait before it.
fn next_dial(call: &Call, attempt: &Attempt, over: &Over, ending: &Ending) -> Option<(Untaken, Duration)> {
    let retry = call.terms.retry.filter(|retry| attempt.number < retry.attempts_max.get())?;
    if call.cancel.is_some() {
        return None;
    }
    let why = match ending.outcome {
        Outcome::NoAnswer if retry.on_no_answer => NotTaken::NoAnswer,
        Outcome::Busy if retry.on_busy && over.cause == Cause::Declined => NotTaken::Declined,
        Outcome::Busy if retry.on_busy => NotTaken::Busy,
        Outcome::NoAnswer
        | Outcome::Busy
        | Outcome::Completed
        | Outcome::Failed
        | Outcome::Canceled
        | Outcome::Voicemail => return None,
    };
    let rang = attempt.rang || why != NotTaken::Busy || call.untaken.is_some_and(|before| before.rang);
    Some((Untaken { why, rang }, retry.wait))
}
