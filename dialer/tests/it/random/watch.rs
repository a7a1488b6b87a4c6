//! How somebody is frozen.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use proto::Timestamp;
use runtime::{Clock, SystemClock};
use tokio::sync::{Notify, oneshot};

/// For how long somebody is frozen.
pub(super) const FROZEN: Duration = Duration::from_mins(1);

/// A clock that a schedule can make leap after the next look, as it does for a process that is frozen then, and that can
/// keep who sleeps.
pub(super) struct Watch {
    /// So many are left until it leaps.
    looks: AtomicU32,
    /// Until when the next one sleeps who wants to.
    pub(super) wakes: Mutex<Option<oneshot::Receiver<()>>>,
    pub(super) asleep: Notify,
}

impl Default for Watch {
    fn default() -> Self {
        Self { looks: AtomicU32::new(Self::FREE), wakes: Mutex::default(), asleep: Notify::new() }
    }
}

impl Watch {
    pub(super) const FREE: u32 = u32::MAX;
    pub(super) const ARMED: u32 = 1;

    pub(super) fn set(&self, looks: u32) {
        self.looks.store(looks, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for Watch {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn instant(&self) -> Instant {
        let count = |looks: u32| if looks == Self::FREE { None } else { looks.checked_sub(1) };
        let leaps = self.looks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, count) == Err(0);
        SystemClock.instant() + if leaps { FROZEN } else { Duration::ZERO }
    }

    async fn sleep(&self, duration: Duration) {
        let wakes = self.wakes.lock().unwrap().take();
        let Some(wakes) = wakes else {
            return SystemClock.sleep(duration).await;
        };
        self.asleep.notify_one();
        let _ = wakes.await;
    }
}
