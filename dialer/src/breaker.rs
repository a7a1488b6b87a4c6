//! A carrier that fails is left alone for a while: calls wait instead of failing with it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use proto::Mode;

/// When a carrier counts as down, and for how long it is left alone.
#[derive(Clone, Copy, Debug)]
pub struct BreakerSettings {
    /// Requests in a row without a proper answer.
    pub failures_max: u32,
    /// The first pause. It doubles with each probe that fails.
    pub pause: Duration,
}

/// The longest pause: a carrier that is back should not wait for us for longer.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// How many calls may be claimed for a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    Any,
    /// One, to see whether it is back.
    Probe,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, pause: Duration, probing: bool },
}

/// Each dialer judges for itself: what it can't reach another may.
#[derive(Debug)]
pub struct Breaker {
    settings: BreakerSettings,
    state: State,
}

impl Breaker {
    pub fn new(settings: BreakerSettings) -> Self {
        Self { settings, state: State::Closed { failures: 0 } }
    }

    pub fn allows(&self, now: Instant) -> Allowed {
        match self.state {
            State::Closed { .. } => Allowed::Any,
            State::Open { until, .. } if until <= now => Allowed::Probe,
            State::Open { .. } => Allowed::None,
        }
    }

    /// A call was claimed. Where it is a probe, the next one has to wait for what it finds, or for another pause.
    pub fn claimed(&mut self, now: Instant) {
        if let State::Open { until, pause, probing } = &mut self.state {
            *until = now + *pause;
            *probing = true;
        }
    }

    /// The carrier answered, be it with a refusal.
    pub fn answered(&mut self) {
        self.state = State::Closed { failures: 0 };
    }

    pub fn failed(&mut self, now: Instant) {
        self.state = match self.state {
            State::Closed { failures } if failures + 1 < self.settings.failures_max => {
                State::Closed { failures: failures + 1 }
            }
            State::Closed { .. } => {
                let pause = self.settings.pause;
                State::Open { until: now + pause, pause, probing: false }
            }
            State::Open { pause, probing: true, .. } => {
                let pause = (pause * 2).min(PAUSE_MAX);
                State::Open { until: now + pause, pause, probing: false }
            }
            // It was asked before it was known to be down.
            open @ State::Open { probing: false, .. } => open,
        };
    }
}

/// One for each carrier.
#[derive(Debug)]
pub struct Breakers {
    live: Mutex<Breaker>,
    test: Mutex<Breaker>,
}

impl Breakers {
    pub fn new(settings: BreakerSettings) -> Self {
        Self { live: Mutex::new(Breaker::new(settings)), test: Mutex::new(Breaker::new(settings)) }
    }

    pub fn of(&self, mode: Mode) -> MutexGuard<'_, Breaker> {
        let breaker = match mode {
            Mode::Live => &self.live,
            Mode::Test => &self.test,
        };
        // It is whole at any time, even if somebody panicked beside it.
        breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use runtime::{Clock, SystemClock};

    use super::{Allowed, Breaker, BreakerSettings};

    const PAUSE: Duration = Duration::from_secs(5);

    fn down() -> (Breaker, std::time::Instant) {
        let (mut breaker, now) =
            (Breaker::new(BreakerSettings { failures_max: 3, pause: PAUSE }), SystemClock.instant());
        for _ in 0..3 {
            assert_eq!(breaker.allows(now), Allowed::Any);
            breaker.failed(now);
        }
        (breaker, now)
    }

    #[test]
    fn a_carrier_that_fails_is_left_alone_and_then_tried_with_one_call() {
        let (mut breaker, now) = down();
        assert_eq!(breaker.allows(now), Allowed::None);
        assert_eq!(breaker.allows(now + PAUSE), Allowed::Probe);
        breaker.claimed(now + PAUSE);
        assert_eq!(breaker.allows(now + PAUSE), Allowed::None, "one probe at a time");
        breaker.answered();
        assert_eq!(breaker.allows(now + PAUSE), Allowed::Any);
    }

    #[test]
    fn each_probe_that_fails_doubles_the_pause_up_to_a_minute() {
        let (mut breaker, mut now) = down();
        for pause in [5, 10, 20, 40, 60, 60].map(Duration::from_secs) {
            assert_eq!(breaker.allows(now + pause.mul_f64(0.99)), Allowed::None);
            now += pause;
            assert_eq!(breaker.allows(now), Allowed::Probe);
            breaker.claimed(now);
            breaker.failed(now);
        }
    }

    #[test]
    fn what_was_asked_before_it_was_down_does_not_lengthen_the_pause() {
        let (mut breaker, now) = down();
        breaker.failed(now);
        breaker.failed(now);
        assert_eq!(breaker.allows(now + PAUSE), Allowed::Probe);
    }

    #[test]
    fn a_probe_that_comes_to_nothing_does_not_close_the_carrier_for_ever() {
        let (mut breaker, now) = down();
        breaker.claimed(now + PAUSE);
        assert_eq!(breaker.allows(now + PAUSE * 2), Allowed::Probe);
    }

    #[test]
    fn only_failures_in_a_row_count() {
        let mut breaker = Breaker::new(BreakerSettings { failures_max: 2, pause: PAUSE });
        let now = SystemClock.instant();
        for _ in 0..10 {
            breaker.failed(now);
            breaker.answered();
        }
        assert_eq!(breaker.allows(now), Allowed::Any);
    }
}
