//! Everything ends: what nobody told us is asked for, and what is past its deadline is ended.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::stream;
use proto::CallId;
use runtime::Stop;
use tracing::Instrument;

use crate::call::{Cancel, Stage};
use crate::carrier::{Cause, Over};
use crate::desk::Desk;
use crate::dial::Turn;
use crate::ending::{Ending, Obstacle, talk_time};
use crate::store::{Lease, Standing, StoreError};

/// Rows in one look; the rest comes with the next.
const LOOK_MAX: u32 = 100;
/// What could not be sent so often was not dialed because the carrier is down.
const UNSENT_MAX: u32 = 3;
/// Carriers limit requests at a time, and dialing goes first.
const ASKED_AT_ONCE: usize = 8;

pub async fn run(desk: Arc<Desk>, stop: Stop) {
    loop {
        tokio::select! {
            () = stop.soft() => return,
            () = desk.clock.sleep(desk.patience.sweep) => {}
        }
        if let Err(error) = desk.sweep().await {
            tracing::warn!(%error, "the sweep was cut short");
        }
    }
}

impl Desk {
    /// One look at everything that nobody spoke of.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let lost_again = self.patience.settle / 2;
        let overdue = self.store.overdue_attempts(lost_again, self.patience.status_margin, LOOK_MAX).await?;
        stream::iter(overdue)
            .for_each_concurrent(ASKED_AT_ONCE, |(attempt, call)| async move {
                if let Err(error) = self.look_into(attempt, call).await {
                    tracing::warn!(call.id = %call, %error, "an attempt could not be looked into");
                }
            })
            .await;
        for call in self.store.past_deadline(self.clock.now(), LOOK_MAX).await? {
            self.end_overdue(call).await?;
        }
        let keep = TimeDelta::from_std(self.patience.keep).unwrap_or(TimeDelta::MAX);
        if let Some(before) = self.clock.now().checked_sub_signed(keep) {
            let erased = self.store.erase_old(before, LOOK_MAX).await?;
            metrics::counter!("calls_erased_total").increment(erased);
        }
        Ok(())
    }

    async fn end_overdue(&self, id: CallId) -> Result<(), StoreError> {
        let Standing::Open(call) = self.store.call(id).await? else {
            return Ok(());
        };
        let span = tracing::info_span!("end overdue call", call.id = %id);
        call.trace.parent_of(&span);
        self.end_late(id).instrument(span).await
    }

    async fn end_late(&self, id: CallId) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Standing::Open(mut call) = work.lock(id).await? else {
            return Ok(());
        };
        let attempt = work.live_attempt(id).await?;
        let overdue = call.deadline <= self.clock.now();
        let late = (self.clock.now() - call.deadline).to_std().unwrap_or(Duration::ZERO);
        match (call.stage, attempt) {
            (Stage::Ready, attempt) => {
                let Turn::Never(obstacle) = self.turn_of(&call, TimeDelta::zero()) else {
                    return Ok(());
                };
                let unreachable = attempt.is_some_and(|attempt| attempt.unsent >= UNSENT_MAX);
                let obstacle = if unreachable { Obstacle::Unreachable } else { obstacle };
                self.finish(&mut work, &call, Ending::undialed(obstacle, call.untaken), Duration::ZERO).await?;
                work.commit().await
            }
            // Its turn was over only after it was dialed.
            (Stage::Dialing, _) if !overdue => Ok(()),
            (Stage::Dialing, None) => {
                let ending = Ending::undialed(Obstacle::Deadline, call.untaken);
                self.finish(&mut work, &call, ending, Duration::ZERO).await?;
                work.commit().await
            }
            // The carrier had its time to say that it is over.
            (Stage::Dialing, Some(attempt)) if late > self.patience.status_margin * 2 => {
                call.cancel.get_or_insert(Cancel::Deadline);
                let over = Over { cause: Cause::Canceled, talked: None };
                let transcript = work.transcript(id).await?;
                let ending = Ending::of(&call, &attempt, &over, &transcript);
                self.finish(&mut work, &call, ending, talk_time(&call, &over, self.clock.now())).await?;
                work.commit().await?;
                self.hang_up(&call, &attempt).await;
                Ok(())
            }
            (Stage::Dialing, Some(attempt)) => {
                call.ask_to_end(Cancel::Deadline);
                work.save(&call, Lease::Keep).await?;
                work.commit().await?;
                self.hang_up(&call, &attempt).await;
                Ok(())
            }
        }
    }
}
