//! Asks again where that helps, never more at once than agreed, never longer than there is time, and counts what it costs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::RngExt as _;
use runtime::SharedClock;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Failed, Model, Prices, Question, Reply, SoFar};

/// A model that was busy three times is busy for longer than a caller waits.
const TRIES_MAX: u32 = 3;
/// Before the second try; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(400);

/// A [`Model`] behind a limit and a deadline.
pub struct Patient {
    model: Arc<dyn Model>,
    slots: Semaphore,
    prices: Prices,
    clock: SharedClock,
}

impl Patient {
    /// `slots`: how many questions may be open at once.
    pub fn new(model: Arc<dyn Model>, slots: usize, prices: Prices, clock: SharedClock) -> Self {
        Self { model, slots: Semaphore::new(slots), prices, clock }
    }

    pub fn name(&self) -> &str {
        self.model.name()
    }

    /// `until`: when an answer is of no use any more.
    pub async fn ask(&self, question: &Question, until: Instant) -> Result<Reply, Failed> {
        let _slot = self.slot(until).await?;
        let mut tries = 1;
        loop {
            let failed = match self.try_once(question, until).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            let Some(pause) = pause(failed, tries, &mut rand::rng()).filter(|pause| *pause < self.left(until)) else {
                return Err(failed);
            };
            self.clock.sleep(pause).await;
            tries += 1;
        }
    }

    /// For somebody who has something else to do when it fails, and no time for a second try.
    pub async fn ask_once(&self, question: &Question, until: Instant) -> Result<Reply, Failed> {
        let _slot = self.slot(until).await?;
        self.try_once(question, until).await
    }

    /// The same, for somebody who begins before the answer is whole.
    pub async fn stream_once(
        &self,
        question: &Question,
        until: Instant,
        so_far: &mut SoFar<'_>,
    ) -> Result<Reply, Failed> {
        let _slot = self.slot(until).await?;
        let started = self.clock.instant();
        let answered = self.model.stream(question, self.left(until), so_far).await;
        self.count(&answered, self.clock.instant().duration_since(started));
        answered
    }

    async fn slot(&self, until: Instant) -> Result<SemaphorePermit<'_>, Failed> {
        let wait = tokio::time::timeout(self.left(until), self.slots.acquire());
        wait.await.map_err(|_| Failed::Busy { retry_after: None })?.map_err(|_| Failed::Unreachable)
    }

    async fn try_once(&self, question: &Question, until: Instant) -> Result<Reply, Failed> {
        let started = self.clock.instant();
        let answered = self.model.answer(question, self.left(until)).await;
        self.count(&answered, self.clock.instant().duration_since(started));
        answered
    }

    fn left(&self, until: Instant) -> Duration {
        until.saturating_duration_since(self.clock.instant())
    }

    fn count(&self, answered: &Result<Reply, Failed>, took: Duration) {
        let model = self.model.name().to_owned();
        let outcome = answered.as_ref().err().map_or("answered", |failed| failed.label());
        metrics::counter!("model_requests_total", "model" => model.clone(), "outcome" => outcome).increment(1);
        metrics::histogram!("model_seconds", "model" => model.clone()).record(took.as_secs_f64());
        let Ok(Reply { tokens, .. }) = answered else { return };
        for (kind, count) in [("read", tokens.read), ("written", tokens.written)] {
            metrics::counter!("model_tokens_total", "model" => model.clone(), "kind" => kind).increment(count);
        }
        metrics::counter!("model_cost_microdollars_total", "model" => model)
            .increment(self.prices.microdollars(*tokens));
    }
}

/// How long to wait before asking again; none, where that would change nothing.
fn pause(failed: Failed, tries: u32, rng: &mut impl rand::Rng) -> Option<Duration> {
    let asked = match failed {
        Failed::Busy { retry_after } => retry_after.unwrap_or_default(),
        Failed::Unreachable | Failed::Refused { status: 500 } => Duration::ZERO,
        Failed::TimedOut | Failed::Refused { .. } | Failed::Unreadable | Failed::Cut | Failed::Declined => return None,
    };
    let own = PAUSE * 2_u32.pow(tries - 1);
    // Spread, so that those who were turned away together do not come back together.
    (tries < TRIES_MAX).then(|| asked.max(own).mul_f64(rng.random_range(1.0..1.5)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::{PAUSE, TRIES_MAX, pause};
    use crate::Failed;

    #[test]
    fn only_what_may_pass_is_tried_again_and_never_sooner_than_the_model_asks() {
        let mut rng = StdRng::seed_from_u64(7);
        let busy = |seconds: Option<u64>| Failed::Busy { retry_after: seconds.map(Duration::from_secs) };
        for seed in 0..100 {
            let mut rng = StdRng::seed_from_u64(seed);
            let first = pause(busy(None), 1, &mut rng).unwrap();
            assert!((PAUSE..PAUSE * 2).contains(&first), "{first:?}");
            assert!(pause(busy(Some(3)), 1, &mut rng).unwrap() >= Duration::from_secs(3));
        }
        assert!(pause(Failed::Unreachable, 2, &mut rng).unwrap() >= PAUSE * 2);
        assert_eq!(pause(busy(None), TRIES_MAX, &mut rng), None);
        for failed in [Failed::TimedOut, Failed::Refused { status: 401 }, Failed::Cut, Failed::Declined] {
            assert_eq!(pause(failed, 1, &mut rng), None, "{failed}");
        }
    }
}
