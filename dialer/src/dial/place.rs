//! From a claimed call to a ringing phone.

use std::time::Duration;

use chrono::TimeDelta;
use proto::fact::CallDialing;
use proto::workflow::VoicemailPolicy;
use proto::{AttemptId, Fact};
use rand::RngExt;
use tracing::Instrument;

use super::Turn;
use crate::call::{Attempt, AttemptState, Call, Epoch, Stage, Told};
use crate::carrier::{Detection, DialError, DialRequest, LegId, News, Report};
use crate::desk::{Desk, trace};
use crate::ending::{Ending, Obstacle};
use crate::pace::Slot;
use crate::store::{Check, Claimed, Lease, Standing, StoreError, Work};

/// The longest wait between two tries.
const RETRY_MAX: Duration = Duration::from_secs(30);
/// How often we try to write down what the carrier answered, before its webhooks and the sweep have to.
const NOTE_TRIES: u32 = 5;

impl Desk {
    /// Dials a call that this process claimed, if nothing speaks against it.
    pub async fn dial(&self, claimed: Claimed) -> Result<(), StoreError> {
        let Some((call, attempt)) = self.intend(claimed).await? else {
            return Ok(());
        };
        let span = tracing::info_span!(
            "dial",
            otel.kind = "client",
            call.id = %call.id,
            attempt.id = %attempt.id,
            dial.late_ms = tracing::field::Empty,
        );
        call.trace.parent_of(&span);
        async {
            match self.pace.reserve(call.route.mode, &call.route.from).await {
                Slot::In(wait) => self.clock.sleep(wait).await,
                Slot::AskIn(wait) => return self.put_back(&call, wait).await,
            }
            self.place(call, attempt).await
        }
        .instrument(span)
        .await
    }

    /// Too many calls leave from this number: the call keeps its intent, and is due again after a while.
    async fn put_back(&self, call: &Call, due_in: Duration) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Some(call) = held(&mut work, Claimed { call: call.id, epoch: call.epoch }).await? else {
            return Ok(());
        };
        work.save(&call, Lease::Free { due_in }).await?;
        work.commit().await
    }

    /// Makes the intent durable, or ends what must not be dialed. None: there is nothing to dial now.
    async fn intend(&self, claimed: Claimed) -> Result<Option<(Call, Attempt)>, StoreError> {
        let mut work = self.begin().await?;
        let Some(call) = held(&mut work, claimed).await? else {
            return Ok(None);
        };
        match self.turn_now(&mut work, &call).await? {
            Turn::Now => {}
            Turn::At(moment) => {
                work.save(&call, Lease::Free { due_in: self.until(moment) }).await?;
                work.commit().await?;
                return Ok(None);
            }
            Turn::Never(obstacle) => {
                self.finish(&mut work, &call, Ending::undialed(obstacle, call.untaken), Duration::ZERO).await?;
                work.commit().await?;
                return Ok(None);
            }
        }
        let Some(carrier) = self.carriers.of(call.route.mode) else {
            return Ok(None);
        };
        let attempt = match work.live_attempt(call.id).await? {
            // It was never sent, so it serves again.
            Some(attempt) if attempt.state == AttemptState::Intent => {
                let attempt = Attempt { epoch: call.epoch, ..attempt };
                work.save_attempt(&attempt, Check::AsBefore).await?;
                Some(attempt)
            }
            Some(_) => return Ok(None),
            None => work.intend(&call, carrier.account(), self.new_attempt(), call.epoch).await?,
        };
        let Some(attempt) = attempt else {
            // Another call rings there. This one waits; it has not failed.
            work.save(&call, Lease::ForLine { look_again: self.patience.sweep }).await?;
            work.commit().await?;
            return Ok(None);
        };
        work.commit().await?;
        Ok(Some((call, attempt)))
    }

    /// Whether this call may be dialed now, ever, or later.
    async fn turn_now(&self, work: &mut Work, call: &Call) -> Result<Turn, StoreError> {
        if let Some(why) = call.cancel {
            return Ok(Turn::Never(why.into()));
        }
        if self.carriers.of(call.route.mode).is_none() {
            return Ok(Turn::Never(Obstacle::NoCarrier));
        }
        if !work.may_call(call.org, call.route.mode, &call.route.to).await? {
            return Ok(Turn::Never(Obstacle::DoNotCall));
        }
        Ok(self.turn_of(call, TimeDelta::zero()))
    }

    async fn place(&self, call: Call, attempt: Attempt) -> Result<(), StoreError> {
        let began = self.clock.instant();
        if !self.pass_point_of_no_return(&call, &attempt).await? {
            return Ok(());
        }
        let Some(carrier) = self.carriers.of(call.route.mode) else {
            return Ok(());
        };
        let request = self.request(&call, &attempt);
        // Whoever was frozen here must not send: others may have given this attempt up.
        if self.clock.instant().duration_since(began) > self.patience.send_within() {
            return self.unsent(&call, &attempt, Duration::ZERO).await;
        }
        // By these milliseconds the collector keeps the traces of calls that waited for us.
        let late = (self.clock.now() - call.due_at).num_milliseconds().max(0);
        tracing::Span::current().record("dial.late_ms", late);
        let result = carrier.dial(&request).await;
        self.judge(call.route.mode, &result);
        match result {
            Ok(leg) => self.note_placed(&request, leg).await,
            Err(DialError::Refused { class, code }) => {
                self.reject(&call, &attempt, Ending::refused(class, code.as_deref())).await
            }
            Err(DialError::Throttled { retry_after }) => {
                self.unsent(&call, &attempt, retry_after.unwrap_or_default()).await
            }
            Err(DialError::NotSent(error)) => {
                tracing::warn!(call.id = %call.id, %error, "the carrier was not reached");
                self.unsent(&call, &attempt, Duration::ZERO).await
            }
            Err(DialError::Unknown(error)) => {
                tracing::warn!(call.id = %call.id, %error, "the carrier's answer is unknown");
                self.lost_answer(&call, &attempt).await
            }
        }
    }

    /// After this commit the phone may ring, so it is never asked for again without asking the carrier first.
    async fn pass_point_of_no_return(&self, call: &Call, attempt: &Attempt) -> Result<bool, StoreError> {
        let mut work = self.begin().await?;
        let Some(mut call) = held(&mut work, Claimed { call: call.id, epoch: call.epoch }).await? else {
            return Ok(false);
        };
        let left = self.patience.left_to_send();
        // Whoever was frozen since the intent may have missed the window.
        if self.turn_of(&call, TimeDelta::zero()) != Turn::Now {
            return Ok(false);
        }
        if call.cancel.is_some() {
            return Ok(false);
        }
        if !work.lease_lasts(call.id, call.epoch, left).await? {
            metrics::counter!("leases_lost_total").increment(1);
            return Ok(false);
        }
        let Some(attempt) = intent(&mut work, attempt.id, call.epoch).await? else {
            return Ok(false);
        };
        if attempt.unsent == 0 {
            let dialing = CallDialing { attempt_id: attempt.id, attempt: attempt.number };
            work.tell(&self.fact(&call, Fact::CallDialing(dialing)), &trace(&call)).await?;
        }
        let dialing = AttemptState::Dialing { sent_at: self.clock.now() };
        work.save_attempt(&Attempt { state: dialing, ..attempt }, Check::In(self.patience.settle)).await?;
        call.stage = Stage::Dialing;
        call.told = call.told.max(Told::Dialing);
        work.save(&call, Lease::Keep).await?;
        work.commit().await?;
        Ok(true)
    }

    fn request(&self, call: &Call, attempt: &Attempt) -> DialRequest {
        let detection = match (self.patience.detect_machines, &call.workflow.parts().voicemail) {
            (false, _) => Detection::Off,
            (true, VoicemailPolicy::HangUp) => Detection::Machine,
            (true, VoicemailPolicy::LeaveMessage(_)) => Detection::Beep,
        };
        DialRequest {
            link: attempt.link(call.route.mode),
            from: call.route.from.clone(),
            to: call.route.to.clone(),
            ring_timeout: self.patience.ring_timeout,
            talk_max: call.max_duration + self.patience.status_margin,
            detection,
        }
    }

    /// The carrier's answer is worth some tries; its first webhook says the same.
    async fn note_placed(&self, request: &DialRequest, leg: LegId) -> Result<(), StoreError> {
        let report = Report { link: request.link, leg, news: News::Accepted };
        let mut tries = 1;
        loop {
            match self.report(&report).await {
                Ok(_) => return Ok(()),
                Err(error) if tries == NOTE_TRIES => return Err(error),
                Err(error) => {
                    tracing::warn!(attempt.id = %request.link.attempt, %error, "a placed call could not be noted yet");
                    self.clock.sleep(self.patience.retry * tries).await;
                    tries += 1;
                }
            }
        }
    }

    /// The request certainly did not make a call: the attempt may be used again, after a while.
    async fn unsent(&self, call: &Call, attempt: &Attempt, at_least: Duration) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Some((mut call, attempt)) = in_flight(&mut work, call, attempt).await? else {
            return Ok(());
        };
        let unsent = attempt.unsent + 1;
        work.save_attempt(&Attempt { state: AttemptState::Intent, unsent, ..attempt }, Check::AsBefore).await?;
        call.stage = Stage::Ready;
        work.save(&call, Lease::Free { due_in: self.backoff(unsent).max(at_least) }).await?;
        work.commit().await
    }

    /// The carrier will never place it.
    async fn reject(&self, call: &Call, attempt: &Attempt, ending: Ending) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Some((call, attempt)) = in_flight(&mut work, call, attempt).await? else {
            return Ok(());
        };
        work.save_attempt(&Attempt { state: AttemptState::Rejected, ..attempt }, Check::AsBefore).await?;
        self.finish(&mut work, &call, ending, Duration::ZERO).await?;
        work.commit().await
    }

    /// It may ring or not: from here the carrier has to be asked.
    async fn lost_answer(&self, call: &Call, attempt: &Attempt) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Some((_, attempt)) = in_flight(&mut work, call, attempt).await? else {
            return Ok(());
        };
        let AttemptState::Dialing { sent_at } = attempt.state else {
            return Ok(());
        };
        let unknown = AttemptState::Unknown { sent_at, missed: 0 };
        work.save_attempt(&Attempt { state: unknown, ..attempt }, Check::In(self.patience.settle)).await?;
        work.commit().await
    }

    fn backoff(&self, tries: u32) -> Duration {
        let doubled = self.patience.retry.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)));
        doubled.min(RETRY_MAX).mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

/// The call, if whoever claimed it still holds it and it was not dialed.
async fn held(work: &mut Work, claimed: Claimed) -> Result<Option<Call>, StoreError> {
    match work.lock(claimed.call).await? {
        Standing::Open(call) if call.epoch == claimed.epoch && call.stage == Stage::Ready => Ok(Some(*call)),
        Standing::Open(_) | Standing::Over | Standing::Unheard => Ok(None),
    }
}

/// The attempt, if nothing was sent for it and no one else took it.
async fn intent(work: &mut Work, id: AttemptId, epoch: Epoch) -> Result<Option<Attempt>, StoreError> {
    let attempt = work.attempt(id).await?;
    Ok(attempt.filter(|attempt| attempt.epoch == epoch && attempt.state == AttemptState::Intent))
}

/// The call and its attempt, if nobody has said yet what became of the request.
async fn in_flight(work: &mut Work, call: &Call, attempt: &Attempt) -> Result<Option<(Call, Attempt)>, StoreError> {
    let Standing::Open(call) = work.lock(call.id).await? else {
        return Ok(None);
    };
    let now = work.attempt(attempt.id).await?;
    let same = |now: &Attempt| now.epoch == attempt.epoch && matches!(now.state, AttemptState::Dialing { .. });
    Ok(now.filter(same).map(|attempt| (*call, attempt)))
}
