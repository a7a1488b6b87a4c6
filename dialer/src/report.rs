//! What a carrier says of an attempt, by webhook, by its answer, or because we asked: one door for all of it.

use proto::fact::{CallAnswered, CallRinging};
use proto::{AttemptId, CallId, Fact, Mode};

use runtime::TraceContext;
use tracing::Instrument;

use crate::call::{Attempt, AttemptState, Call, Stage, Told};
use crate::carrier::{HangUp, LegId, News, Over, Report};
use crate::desk::{Desk, trace};
use crate::ending::{Ending, talk_time};
use crate::progress::Heard;
use crate::store::{Check, Lease, Standing, StoreError, Work};

/// Whether the leg that was reported belongs to a call that goes on.
#[derive(Debug)]
pub enum Wanted {
    Yes(Box<Call>, Attempt),
    /// Whoever answers it must not be spoken to.
    No,
}

impl Desk {
    /// Takes note of a report. Saying it twice, late, or in another order changes nothing.
    pub async fn report(&self, report: &Report) -> Result<Wanted, StoreError> {
        let Some(id) = self.store.call_of(report.link.attempt).await? else {
            self.stop_stray(report).await;
            return Ok(Wanted::No);
        };
        let mut work = self.begin().await?;
        let standing = work.lock(id).await?;
        let Some(attempt) = work.attempt(report.link.attempt).await? else {
            return Ok(Wanted::No);
        };
        let span = tracing::info_span!("carrier report", news = word(&report.news), attempt.id = %attempt.id);
        if let (Standing::Open(call), true) = (&standing, TraceContext::current().is_empty()) {
            call.trace.parent_of(&span);
        }
        self.note(work, standing, attempt, report).instrument(span).await
    }

    async fn note(
        &self,
        work: Work,
        standing: Standing,
        attempt: Attempt,
        report: &Report,
    ) -> Result<Wanted, StoreError> {
        match (attempt.clone().hear(report), standing) {
            (Heard::Known, Standing::Open(call)) if attempt.state.is_live() => Ok(Wanted::Yes(call, attempt)),
            (Heard::Known, Standing::Open(_) | Standing::Over | Standing::Unheard) => Ok(Wanted::No),
            (Heard::Moved(attempt), Standing::Open(call)) => self.moved(work, *call, attempt).await,
            (Heard::Over(attempt, over), Standing::Open(call)) => self.over(work, &call, attempt, &over).await,
            (Heard::Stray, _) | (Heard::Moved(_) | Heard::Over(..), Standing::Over | Standing::Unheard) => {
                drop(work);
                self.stop_stray(report).await;
                Ok(Wanted::No)
            }
        }
    }

    async fn moved(&self, mut work: Work, mut call: Call, attempt: Attempt) -> Result<Wanted, StoreError> {
        let told = self.tell_progress(&mut work, &mut call, &attempt).await?;
        call.stage = Stage::Dialing;
        let check = match (&attempt.state, told) {
            (AttemptState::Answered { .. }, true) => Check::In(call.max_duration + self.patience.status_margin),
            (AttemptState::Placed { .. }, _) => Check::In(self.patience.ring_timeout + self.patience.status_margin),
            (
                AttemptState::Answered { .. }
                | AttemptState::Intent
                | AttemptState::Dialing { .. }
                | AttemptState::Unknown { .. }
                | AttemptState::Ended
                | AttemptState::Rejected
                | AttemptState::NotPlaced
                | AttemptState::OutcomeUnknown,
                _,
            ) => Check::AsBefore,
        };
        work.save_attempt(&attempt, check).await?;
        work.save(&call, Lease::Keep).await?;
        // The verdict on who answered may be for a conversation that another process holds.
        work.nudge(call.id).await?;
        work.commit().await?;
        if call.cancel.is_some() {
            self.hang_up(&call, &attempt).await;
        }
        Ok(Wanted::Yes(Box::new(call), attempt))
    }

    async fn over(&self, mut work: Work, call: &Call, attempt: Attempt, over: &Over) -> Result<Wanted, StoreError> {
        work.save_attempt(&attempt, Check::AsBefore).await?;
        let transcript = work.transcript(call.id).await?;
        let ending = Ending::of(call, &attempt, over, &transcript);
        if !self.dial_again(&mut work, call, &attempt, (over, &ending)).await? {
            self.finish(&mut work, call, ending, talk_time(call, over, self.clock.now())).await?;
        }
        work.commit().await?;
        self.ready.notify_one();
        Ok(Wanted::No)
    }

    /// Tells how far the call has come, if that is further than what was told. Steps that the carrier skipped are not
    /// made up.
    async fn tell_progress(&self, work: &mut Work, call: &mut Call, attempt: &Attempt) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let (told, fact) = match &attempt.state {
            AttemptState::Answered { .. } if call.told.answered_at().is_none() => {
                (Told::Answered { at: now }, Fact::CallAnswered(CallAnswered { attempt_id: attempt.id }))
            }
            AttemptState::Placed { .. } if attempt.rang && call.told < Told::Ringing => {
                (Told::Ringing, Fact::CallRinging(CallRinging { attempt_id: attempt.id }))
            }
            AttemptState::Answered { .. }
            | AttemptState::Placed { .. }
            | AttemptState::Intent
            | AttemptState::Dialing { .. }
            | AttemptState::Unknown { .. }
            | AttemptState::Ended
            | AttemptState::Rejected
            | AttemptState::NotPlaced
            | AttemptState::OutcomeUnknown => return Ok(false),
        };
        call.told = told;
        work.tell(&self.fact(call, fact), &trace(call)).await?;
        Ok(true)
    }

    /// Asks the carrier to stop a leg of this call. That it stopped is known when the carrier says so.
    pub async fn hang_up(&self, call: &Call, attempt: &Attempt) {
        let (leg, how) = match &attempt.state {
            AttemptState::Placed { leg } => (leg, HangUp::Cancel),
            AttemptState::Answered { leg } => (leg, HangUp::Bye),
            AttemptState::Intent
            | AttemptState::Dialing { .. }
            | AttemptState::Unknown { .. }
            | AttemptState::Ended
            | AttemptState::Rejected
            | AttemptState::NotPlaced
            | AttemptState::OutcomeUnknown => return,
        };
        self.stop_leg(call.route.mode, call.id, attempt.id, leg, how).await;
    }

    /// A phone that rings for nobody must stop at once.
    async fn stop_stray(&self, report: &Report) {
        if matches!(report.news, News::Over(_)) {
            return;
        }
        metrics::counter!("stray_legs_total").increment(1);
        tracing::warn!(attempt.id = %report.link.attempt, "a leg that no call wants is hung up");
        let Some(carrier) = self.carriers.of(report.link.mode) else {
            return;
        };
        if let Err(error) = carrier.hang_up(&report.leg, HangUp::Cancel).await {
            tracing::error!(attempt.id = %report.link.attempt, %error, "a stray leg could not be hung up");
        }
    }

    async fn stop_leg(&self, mode: Mode, call: CallId, attempt: AttemptId, leg: &LegId, how: HangUp) {
        let Some(carrier) = self.carriers.of(mode) else {
            return;
        };
        if let Err(error) = carrier.hang_up(leg, how).await {
            tracing::warn!(call.id = %call, attempt.id = %attempt, %error, "a leg could not be hung up yet");
        }
    }
}

fn word(news: &News) -> &'static str {
    match news {
        News::Accepted => "accepted",
        News::Ringing => "ringing",
        News::Answered => "answered",
        News::AnsweredBy(_) => "answered_by",
        News::Over(_) => "over",
    }
}
