//! Everything ends: calls that nobody works on are told again, and calls that are past their deadline are asked to end.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use outbox::{Outbox, Pending};
use proto::Timestamp;
use runtime::{SharedClock, Stop};

use crate::store::{Moment, Overdue, Silent, Store, StoreError};

/// How often we look, and how patient we are.
#[derive(Clone, Copy, Debug)]
pub struct SweepSettings {
    pub interval: Duration,
    /// A call that nobody has worked on for so long is told again.
    pub silence_max: Duration,
    /// A call ends by itself at its deadline. So much later we ask for it.
    pub deadline_grace: Duration,
    /// How often we ask.
    pub ask_again: Duration,
    /// How long calls are kept, from their accept.
    pub keep: Duration,
}

impl Default for SweepSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5),
            silence_max: Duration::from_mins(1),
            deadline_grace: Duration::from_secs(30),
            ask_again: Duration::from_mins(1),
            keep: Duration::from_hours(90 * 24),
        }
    }
}

/// Answers are forgotten a while after they expired, so that a clock that is behind does not matter.
const FORGET_AFTER: Duration = Duration::from_hours(1);

/// Calls erased by one sweep: few enough that it takes milliseconds.
const ERASED_MAX: i64 = 100;

pub struct Sweep {
    pub store: Store,
    pub outbox: Arc<Outbox>,
    pub settings: SweepSettings,
    pub clock: SharedClock,
    pub stop: Stop,
}

impl Sweep {
    pub async fn run(self) {
        loop {
            tokio::select! {
                () = self.stop.soft() => return,
                () = self.clock.sleep(self.settings.interval) => {}
            }
            if let Err(error) = self.once(self.clock.now()).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "not swept");
            }
        }
    }

    /// Looks once.
    pub async fn once(&self, now: Timestamp) -> Result<(), StoreError> {
        let silent = Silent { told_before: now - self.settings.silence_max };
        self.tell("told_again", self.store.tell_again(&silent, now).await?);
        let overdue =
            Overdue { deadline_before: now - self.settings.deadline_grace, told_before: now - self.settings.ask_again };
        let moment = Moment { now, ids: rand::random };
        self.tell("overdue", self.store.end_overdue(&overdue, &moment).await?);
        self.store.forget_answers(now - FORGET_AFTER).await?;
        let keep = TimeDelta::from_std(self.settings.keep).unwrap_or(TimeDelta::MAX);
        if let Some(before) = now.checked_sub_signed(keep) {
            let erased = self.store.erase_old(before, ERASED_MAX).await?;
            metrics::counter!("calls_erased_total").increment(erased as u64);
        }
        let (waiting, oldest) = self.store.backlog(now).await?;
        metrics::gauge!("calls_queued").set(waiting);
        metrics::gauge!("calls_queued_oldest_seconds").set(oldest.as_secs_f64());
        Ok(())
    }

    fn tell(&self, why: &'static str, pending: Vec<Pending>) {
        if pending.is_empty() {
            return;
        }
        tracing::warn!(why, calls = pending.len(), "calls did not move");
        metrics::counter!("calls_swept_total", "why" => why).increment(pending.len() as u64);
        self.outbox.after_commit(pending);
    }
}
