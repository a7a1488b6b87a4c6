//! What became of an attempt of which the carrier said nothing.

use std::time::Duration;

use proto::call::{Blame, Outcome, Rang};
use proto::{AttemptId, CallId, Timestamp};
use tracing::Instrument;

use crate::call::{Attempt, AttemptState, Call, Stage};
use crate::carrier::{Carrier, Found, LegId, Probe, Report};
use crate::desk::Desk;
use crate::ending::Ending;
use crate::report::Wanted;
use crate::store::{Check, Lease, Standing, StoreError};

/// A carrier that shows nothing so often does not have it.
const MISSED_MAX: u32 = 2;
/// Requests of one call that the carrier does not know. More would be a carrier that swallows calls.
const SWALLOWED_MAX: u32 = 3;

/// What came of asking the carrier: it had placed a call of which we did not know; it knew of none; it did not answer; the
/// call had moved on untold; it stood still for too long.
pub const RECONCILED: &[&str] = &["found", "not_found", "unreachable", "moved", "hung_up"];

impl Desk {
    /// Asks the carrier about an attempt, and does what follows from its answer.
    pub async fn look_into(&self, attempt: AttemptId, call: CallId) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let (Standing::Open(call), Some(attempt)) = (work.lock(call).await?, work.attempt(attempt).await?) else {
            return Ok(());
        };
        // No lock is held while the carrier thinks.
        drop(work);
        let Some(carrier) = self.carriers.of(call.route.mode).cloned() else {
            return Ok(());
        };
        let span = tracing::info_span!("look into", otel.kind = "client", call.id = %call.id, attempt.id = %attempt.id);
        call.trace.parent_of(&span);
        async {
            match &attempt.state {
                AttemptState::Dialing { sent_at } | AttemptState::Unknown { sent_at, .. } => {
                    self.look_up(&*carrier, &call, &attempt, *sent_at).await
                }
                AttemptState::Placed { leg } | AttemptState::Answered { leg } => {
                    self.look_at(&*carrier, &call, &attempt, leg).await
                }
                AttemptState::Intent
                | AttemptState::Ended
                | AttemptState::Rejected
                | AttemptState::NotPlaced
                | AttemptState::OutcomeUnknown => Ok(()),
            }
        }
        .instrument(span)
        .await
    }

    /// Did the carrier place it?
    async fn look_up(
        &self,
        carrier: &dyn Carrier,
        call: &Call,
        attempt: &Attempt,
        sent_at: Timestamp,
    ) -> Result<(), StoreError> {
        let Call { route, .. } = call;
        let probe = Probe { attempt: attempt.id, from: route.from.clone(), to: route.to.clone(), sent_at };
        match carrier.find(&probe).await {
            Ok(Found::Leg(leg, news)) => {
                metrics::counter!("lost_answers_total", "found" => "true").increment(1);
                reconciled("found");
                self.report(&Report { link: attempt.link(route.mode), leg, news }).await.map(|_| ())
            }
            Ok(Found::Nothing) => {
                reconciled("not_found");
                self.missed(call, attempt).await
            }
            Err(error) => {
                reconciled("unreachable");
                tracing::warn!(call.id = %call.id, %error, "the carrier could not be asked");
                Ok(())
            }
        }
    }

    /// The carrier knows nothing of it: at the second time that is believed.
    async fn missed(&self, call: &Call, seen: &Attempt) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let (Standing::Open(mut call), Some(attempt)) = (work.lock(call.id).await?, work.attempt(seen.id).await?)
        else {
            return Ok(());
        };
        if attempt != *seen {
            return Ok(());
        }
        let (sent_at, missed) = match attempt.state {
            AttemptState::Dialing { sent_at } => (sent_at, 1),
            AttemptState::Unknown { sent_at, missed } => (sent_at, missed + 1),
            AttemptState::Intent
            | AttemptState::Placed { .. }
            | AttemptState::Answered { .. }
            | AttemptState::Ended
            | AttemptState::Rejected
            | AttemptState::NotPlaced
            | AttemptState::OutcomeUnknown => return Ok(()),
        };
        if missed < MISSED_MAX {
            let unknown = Attempt { state: AttemptState::Unknown { sent_at, missed }, ..attempt };
            work.save_attempt(&unknown, Check::AsBefore).await?;
            return work.commit().await;
        }
        metrics::counter!("lost_answers_total", "found" => "false").increment(1);
        work.save_attempt(&Attempt { state: AttemptState::NotPlaced, ..attempt }, Check::AsBefore).await?;
        if let Some(why) = call.cancel {
            self.finish(&mut work, &call, Ending::undialed(why.into(), call.untaken), Duration::ZERO).await?;
        } else if work.swallowed(call.id).await? < SWALLOWED_MAX {
            call.stage = Stage::Ready;
            work.save(&call, Lease::Free { due_in: Duration::ZERO }).await?;
        } else {
            self.finish(&mut work, &call, swallowed(), Duration::ZERO).await?;
        }
        work.commit().await?;
        self.ready.notify_one();
        Ok(())
    }

    /// Where does it stand? What should be over by now is hung up.
    async fn look_at(
        &self,
        carrier: &dyn Carrier,
        call: &Call,
        attempt: &Attempt,
        leg: &LegId,
    ) -> Result<(), StoreError> {
        let news = match carrier.fetch(leg).await {
            Ok(news) => news,
            Err(error) => {
                reconciled("unreachable");
                tracing::warn!(call.id = %call.id, %error, "the carrier could not be asked");
                return Ok(());
            }
        };
        let report = Report { link: attempt.link(call.route.mode), leg: leg.clone(), news };
        let Wanted::Yes(call, now) = self.report(&report).await? else {
            return Ok(());
        };
        // It moved while nobody told us: it gets the time that its new state deserves.
        if now.state != attempt.state {
            reconciled("moved");
            return Ok(());
        }
        reconciled("hung_up");
        self.hang_up(&call, &now).await;
        Ok(())
    }
}

/// Each time that we had to ask the carrier, because it had said nothing, counts as one of [`RECONCILED`].
fn reconciled(result: &'static str) {
    metrics::counter!("reconciliations_total", "result" => result).increment(1);
}

fn swallowed() -> Ending {
    let detail = "The carrier placed none of several requests.";
    Ending::bad(Outcome::Failed, Blame::Carrier, "not_placed", detail, (Rang::No, true))
}
