//! Wakes those who watch a call when there is something new to see.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outbox::Nudge;
use proto::CallId;
use runtime::{SharedClock, Stop};
use tokio::sync::Notify;

use crate::store::Store;

/// After the connection to the database broke. Watchers look by themselves meanwhile.
const PAUSE: Duration = Duration::from_secs(1);

/// The watchers of this process.
#[derive(Debug, Default)]
pub struct Wakes {
    calls: Mutex<HashMap<CallId, Arc<Notify>>>,
}

/// One who watches a call.
#[derive(Debug)]
pub struct Watch {
    wakes: Arc<Wakes>,
    call: CallId,
    notify: Arc<Notify>,
}

impl Wakes {
    pub fn watch(self: &Arc<Self>, call: CallId) -> Watch {
        let notify = Arc::clone(self.calls().entry(call).or_default());
        Watch { wakes: Arc::clone(self), call, notify }
    }

    /// Passes on what the database tells, until the soft stop.
    pub async fn run(self: Arc<Self>, store: Store, clock: SharedClock, stop: Stop) {
        loop {
            tokio::select! {
                () = stop.soft() => return,
                () = self.pass_on(&store) => {}
            }
            clock.sleep(PAUSE).await;
        }
    }

    async fn pass_on(&self, store: &Store) {
        let result = async {
            let mut listener = store.listen().await?;
            loop {
                self.wake(listener.next().await?);
            }
        };
        let Err(error): Result<(), crate::store::StoreError> = result.await else {
            return;
        };
        tracing::warn!(error = &error as &dyn std::error::Error, "not told of what is new");
    }

    fn wake(&self, nudge: Nudge) {
        match nudge {
            Nudge::Call(call) => {
                if let Some(notify) = self.calls().get(&call) {
                    notify.notify_waiters();
                }
            }
            Nudge::Missed => self.calls().values().for_each(|notify| notify.notify_waiters()),
        }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<CallId, Arc<Notify>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Make it before looking: what happens between the look and the wait is not missed.
    pub fn news(&self) -> impl Future<Output = ()> + '_ {
        self.notify.notified()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut calls = self.wakes.calls();
        // One count is the map's, one is ours.
        if Arc::strong_count(&self.notify) == 2 {
            calls.remove(&self.call);
        }
    }
}
