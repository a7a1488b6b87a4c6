//! The only place that reads the time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};

/// Time as an argument, so that tests can hold it.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// The wall time in whole microseconds, which is what Postgres and the wire keep: what was written equals what is
    /// read back.
    fn now(&self) -> DateTime<Utc>;

    /// For measuring and for deadlines inside this process; never set back.
    fn instant(&self) -> Instant;

    async fn sleep(&self, duration: Duration);
}

pub type SharedClock = Arc<dyn Clock>;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall time")]
    fn now(&self) -> DateTime<Utc> {
        DateTime::<Utc>::from(std::time::SystemTime::now()).trunc_subsecs(6)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the monotonic time")]
    fn instant(&self) -> Instant {
        // Tokio's clock, so that a test that pauses time pauses this too.
        tokio::time::Instant::now().into_std()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wall_time_holds_nothing_that_postgres_would_drop() {
        let now = SystemClock.now();
        assert_eq!(now.timestamp_subsec_nanos() % 1000, 0);
        assert!(now.timestamp() > 1_700_000_000, "the clock of this machine is far off: {now}");
    }
}
