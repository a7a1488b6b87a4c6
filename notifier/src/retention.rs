//! Erases results, letters and answers when they are old: they hold what people said.

use std::time::Duration;

use chrono::TimeDelta;
use runtime::{SharedClock, Stop};

use crate::store::{Store, StoreError};

/// Calls in one statement: few enough that it takes milliseconds.
const BATCH_MAX: i64 = 200;

#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// From the accept of a call. Longer than the schedule of deliveries, which a call that waits to be dialed precedes.
    pub keep: Duration,
    /// How often is looked for what is old.
    pub interval: Duration,
}

impl Retention {
    /// Erases until the soft stop. Any number of notifiers may do so side by side.
    pub async fn run(self, store: Store, clock: SharedClock, stop: Stop) {
        while !stop.is_soft() {
            match self.erase(&store, &clock, &stop).await {
                Ok(0) => {}
                Ok(erased) => {
                    tracing::info!(calls = erased, "erased what was old");
                    metrics::counter!("callback_calls_erased_total").increment(erased);
                }
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "nothing was erased"),
            }
            tokio::select! {
                () = stop.soft() => return,
                () = clock.sleep(self.interval) => {}
            }
        }
    }

    async fn erase(&self, store: &Store, clock: &SharedClock, stop: &Stop) -> Result<u64, StoreError> {
        let keep = TimeDelta::from_std(self.keep).unwrap_or(TimeDelta::MAX);
        let Some(before) = clock.now().checked_sub_signed(keep) else {
            return Ok(0);
        };
        store.erase_webhooks(before).await?;
        let mut erased = 0;
        while !stop.is_soft() {
            let batch = store.erase_calls(before, BATCH_MAX).await?;
            erased += batch;
            if batch == 0 {
                break;
            }
        }
        Ok(erased)
    }
}
