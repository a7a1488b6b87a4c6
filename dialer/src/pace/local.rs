use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{AHEAD_MAX, Key, Slot};

/// Numbers in use within a second of each other. Above that, those whose moment has passed are forgotten.
const KEPT_MAX: usize = 10_000;

/// The next free moment of each number, in this process.
#[derive(Default)]
pub(super) struct LocalPace(Mutex<BTreeMap<Key, Instant>>);

impl LocalPace {
    pub(super) fn reserve(&self, key: Key, interval: Duration, now: Instant) -> Slot {
        let mut moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if moments.len() >= KEPT_MAX {
            moments.retain(|_, free_at| *free_at > now);
        }
        let free_at = moments.entry(key).or_insert(now);
        let wait = free_at.saturating_duration_since(now);
        if wait > AHEAD_MAX {
            return Slot::AskIn(wait);
        }
        *free_at = now + wait + interval;
        Slot::In(wait)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proto::Mode;
    use runtime::{Clock, SystemClock};

    use super::{Key, LocalPace, Slot};

    fn key(number: &str) -> Key {
        Key::of(Mode::Live, &number.parse().unwrap())
    }

    #[test]
    fn calls_leave_one_after_the_other_and_none_waits_with_a_lease_for_long() {
        let (pace, now) = (LocalPace::default(), SystemClock.instant());
        let ask = || pace.reserve(key("+14155550100"), Duration::from_millis(500), now);
        let millis = Duration::from_millis;
        assert_eq!([ask(), ask(), ask()], [0, 500, 1000].map(|wait| Slot::In(millis(wait))));
        assert_eq!([ask(), ask()], [Slot::AskIn(millis(1500)); 2]);
        let later = pace.reserve(key("+14155550100"), millis(500), now + millis(1500));
        assert_eq!(later, Slot::In(Duration::ZERO));
    }

    #[test]
    fn numbers_do_not_wait_for_each_other_and_are_not_kept_in_the_clear() {
        let (pace, now) = (LocalPace::default(), SystemClock.instant());
        for number in ["+14155550100", "+14155550101"] {
            assert_eq!(pace.reserve(key(number), Duration::from_secs(1), now), Slot::In(Duration::ZERO));
            assert!(!key(number).0.contains(&number[5..]));
        }
    }
}
