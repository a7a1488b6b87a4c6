//! Where the time comes from. Everything that needs it takes a clock or a moment as an argument.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};

/// What Postgres and the wire keep of a moment: microseconds.
const SUBSECOND_DIGITS: u16 = 6;

#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// Wall time, to the microsecond.
    fn now(&self) -> DateTime<Utc>;
    /// Monotonic time, for deadlines within the process.
    fn instant(&self) -> Instant;
    async fn sleep(&self, duration: Duration);
}

pub type SharedClock = Arc<dyn Clock>;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> DateTime<Utc> {
        DateTime::<Utc>::from(SystemTime::now()).trunc_subsecs(SUBSECOND_DIGITS)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
    fn instant(&self) -> Instant {
        Instant::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
