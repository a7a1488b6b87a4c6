//! Keeps what came of attempts. While one transaction commits, the next batch gathers.

use std::sync::Arc;
use std::time::Duration;

use outbox::Outbox;
use runtime::{SharedClock, Stop};
use tokio::sync::mpsc;

use crate::store::{Finished, Store};

/// Attempts in one transaction. More would make a batch that fails too long to make again.
const BATCH_MAX: usize = 256;
/// The longest wait between tries to reach the database.
const RETRY_MAX: Duration = Duration::from_secs(5);
const RETRY_FIRST: Duration = Duration::from_millis(50);

pub struct Recorder {
    pub store: Store,
    pub outbox: Arc<Outbox>,
    pub finished: mpsc::Receiver<Finished>,
    pub stop: Stop,
    pub clock: SharedClock,
}

impl Recorder {
    /// Runs until nobody makes attempts any more.
    pub async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        while self.finished.recv_many(&mut batch, BATCH_MAX).await > 0 {
            tokio::select! {
                () = self.record(&batch) => {}
                () = self.stop.hard() => return,
            }
            batch.clear();
        }
    }

    /// Tries until it is kept. A delivery whose lease ends meanwhile is attempted again, with the same id.
    async fn record(&self, batch: &[Finished]) {
        let mut wait = RETRY_FIRST;
        loop {
            match self.store.record(batch).await {
                Ok(recorded) => {
                    metrics::counter!("callback_attempts_lost_total").increment(recorded.lost as u64);
                    return self.outbox.after_commit(recorded.pending);
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "could not keep attempts");
                    self.clock.sleep(wait).await;
                    wait = (wait * 2).min(RETRY_MAX);
                }
            }
        }
    }
}
