//! Keeps what came of attempts. While transactions commit, the next batch gathers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use outbox::Outbox;
use runtime::{SharedClock, Stop};
use tokio::sync::mpsc;

use crate::store::{Finished, Store};

/// Attempts in one transaction. More would make a batch that fails too long to make again.
const BATCH_MAX: usize = 256;
/// Transactions at once. A second is begun only for a whole batch, so that batches are large when there is much to do.
const AT_ONCE: usize = 3;
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
        let stop = self.stop.clone();
        tokio::select! {
            () = self.record_all() => {}
            () = stop.hard() => {}
        }
    }

    async fn record_all(&mut self) {
        let Self { store, outbox, finished, clock, .. } = self;
        let (mut commits, mut batch, mut is_open) = (FuturesUnordered::new(), Vec::new(), true);
        while is_open || !batch.is_empty() || !commits.is_empty() {
            let is_whole = batch.len() == BATCH_MAX;
            if !batch.is_empty() && (commits.is_empty() || is_whole && commits.len() < AT_ONCE) {
                commits.push(record(store, outbox, clock, std::mem::take(&mut batch)));
                continue;
            }
            let room = BATCH_MAX - batch.len();
            tokio::select! {
                taken = finished.recv_many(&mut batch, room), if is_open && room > 0 => is_open = taken > 0,
                Some(()) = commits.next() => {}
            }
        }
    }
}

/// Tries until it is kept. A delivery whose lease ends meanwhile is attempted again, with the same id.
async fn record(store: &Store, outbox: &Outbox, clock: &SharedClock, batch: Vec<Finished>) {
    let mut wait = RETRY_FIRST;
    loop {
        match store.record(&batch).await {
            Ok(recorded) => {
                metrics::counter!("callback_attempts_lost_total").increment(recorded.lost as u64);
                return outbox.after_commit(recorded.pending);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "could not keep attempts");
                clock.sleep(wait).await;
                wait = (wait * 2).min(RETRY_MAX);
            }
        }
    }
}
