//! The network's own time, which may run faster than the clock on the wall.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use runtime::SharedClock;

/// Every wait of the network and of its people goes through here, and is `rate` times as short.
#[derive(Clone)]
pub(crate) struct Pace {
    clock: SharedClock,
    rate: f64,
}

impl Pace {
    /// `rate` is a positive number: the settings see to that.
    pub(crate) fn new(clock: SharedClock, rate: f64) -> Self {
        Self { clock, rate }
    }

    /// Waits for so much of the network's time.
    pub(crate) async fn wait(&self, duration: Duration) {
        self.clock.sleep(duration.div_f64(self.rate)).await;
    }

    /// Waits by the clock on the wall, for what is outside the network and knows nothing of its pace.
    pub(crate) async fn wait_outside(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }

    /// How much of the network's time passes in so much by the clock on the wall.
    pub(crate) fn meanwhile(&self, outside: Duration) -> Duration {
        outside.mul_f64(self.rate)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// By the clock on the wall.
    pub(crate) fn instant(&self) -> Instant {
        self.clock.instant()
    }

    pub(crate) fn start(&self) -> Stopwatch {
        Stopwatch { pace: self.clone(), from: self.instant() }
    }
}

/// Measures the network's time.
#[derive(Clone)]
pub(crate) struct Stopwatch {
    pace: Pace,
    from: Instant,
}

impl Stopwatch {
    pub(crate) fn elapsed(&self) -> Duration {
        self.pace.meanwhile(self.pace.instant().saturating_duration_since(self.from))
    }

    /// Waits until this watch shows `at`; forever when there is no such time.
    pub(crate) async fn reach(&self, at: Option<Duration>) {
        match at {
            // Sleeping is exact to a millisecond; a little more spares a second look.
            Some(at) => self.pace.wait(at.saturating_sub(self.elapsed())).await,
            None => std::future::pending().await,
        }
    }
}
