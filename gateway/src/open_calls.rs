//! How many calls of an organization wait or go on. Beyond its room it is asked to wait, rather than have calls dialed
//! hours later.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use proto::OrgId;
use runtime::SharedClock;

use crate::store::{Store, StoreError};

/// How long a count serves. Calls that others accept meanwhile are not seen, so that the room is kept nearly, not exactly.
const AGE_MAX: Duration = Duration::from_secs(1);
/// Organizations in memory; all are forgotten beyond it.
const ORGS_MAX: usize = 10_000;

struct Count {
    since: Instant,
    open: u32,
}

pub struct OpenCalls {
    counts: Mutex<HashMap<OrgId, Count>>,
    open_max: u32,
    store: Store,
    clock: SharedClock,
}

impl OpenCalls {
    pub fn new(open_max: u32, store: Store, clock: SharedClock) -> Self {
        Self { counts: Mutex::default(), open_max, store, clock }
    }

    /// Whether there is room for one more call, which is taken. What is not used is free again with the next count.
    pub async fn take_room(&self, org: OrgId) -> Result<bool, StoreError> {
        if self.is_due(org) {
            let open = self.store.open_calls(org, self.open_max).await?;
            if let Some(count) = self.counts().get_mut(&org) {
                count.open = open;
            }
        }
        let mut counts = self.counts();
        let Some(count) = counts.get_mut(&org).filter(|count| count.open < self.open_max) else {
            return Ok(false);
        };
        count.open += 1;
        Ok(true)
    }

    /// Whether this request is the one that counts. The others go by the count before meanwhile.
    fn is_due(&self, org: OrgId) -> bool {
        let now = self.clock.instant();
        let mut counts = self.counts();
        if counts.len() > ORGS_MAX {
            counts.clear();
        }
        match counts.get_mut(&org) {
            Some(count) if now.saturating_duration_since(count.since) < AGE_MAX => false,
            Some(count) => {
                count.since = now;
                true
            }
            None => {
                counts.insert(org, Count { since: now, open: 0 });
                true
            }
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<OrgId, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
