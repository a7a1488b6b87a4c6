use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use proto::OrgId;

use super::{Budget, Charge, Charged, Kind, Quota};

/// Logs in memory before those that are silent are forgotten. Each takes some kilobytes.
const LOGS_MAX: usize = 10_000;

#[derive(Default)]
struct Log {
    /// The earliest first.
    entries: VecDeque<(Instant, Charged)>,
    /// The same, for asking: an operator may allow very many.
    charged: HashSet<Charged>,
}

impl Log {
    fn holds(&self, charged: Charged) -> bool {
        self.charged.contains(&charged)
    }

    fn push(&mut self, at: Instant, charged: Charged) {
        self.entries.push_back((at, charged));
        self.charged.insert(charged);
    }

    fn remove(&mut self, charged: Charged) {
        if self.charged.remove(&charged) {
            self.entries.retain(|(_, before)| *before != charged);
        }
    }

    fn quota(&self, budget: &Budget, now: Instant) -> Quota {
        let remaining = u32::try_from(limit(budget).saturating_sub(self.entries.len())).unwrap_or(u32::MAX);
        let more_after = self.entries.front().map(|(at, _)| (*at + budget.window).saturating_duration_since(now));
        Quota { remaining, more_after: more_after.unwrap_or_default() }
    }

    fn forget(&mut self, is_old: impl Fn(Instant) -> bool) {
        while let Some((_, charged)) = self.entries.pop_front_if(|(at, _)| is_old(*at)) {
            self.charged.remove(&charged);
        }
    }
}

/// The same log as in Redis, for one process.
#[derive(Default)]
pub(super) struct LocalLog {
    logs: Mutex<HashMap<(OrgId, Kind), Log>>,
}

impl LocalLog {
    pub(super) fn charge(&self, budget: &Budget, charged: Charged, now: Instant) -> (Charge, Quota) {
        self.with_log(budget, now, |log| {
            let charge = if log.holds(charged) {
                Charge::Again
            } else if log.entries.len() >= limit(budget) {
                Charge::Refused
            } else {
                log.push(now, charged);
                Charge::First
            };
            (charge, log.quota(budget, now))
        })
    }

    pub(super) fn refund(&self, budget: &Budget, charged: Charged, now: Instant) -> Quota {
        self.with_log(budget, now, |log| {
            log.remove(charged);
            log.quota(budget, now)
        })
    }

    /// Takes in what somebody else admitted.
    pub(super) fn note(&self, budget: &Budget, charged: Charged, now: Instant) {
        self.with_log(budget, now, |log| {
            if !log.holds(charged) {
                log.push(now, charged);
            }
        });
    }

    fn with_log<T>(&self, budget: &Budget, now: Instant, work: impl FnOnce(&mut Log) -> T) -> T {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |at: Instant| now.saturating_duration_since(at) >= budget.window;
        if logs.len() > LOGS_MAX {
            logs.retain(|_, log| log.entries.back().is_some_and(|(at, _)| !is_old(*at)));
        }
        let log = logs.entry((budget.org, budget.kind)).or_default();
        log.forget(is_old);
        work(log)
    }
}

fn limit(budget: &Budget) -> usize {
    usize::try_from(budget.requests_max).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proto::{OrgId, Timestamp};
    use runtime::{Clock as _, SystemClock};

    use super::{Budget, Charge, Charged, Kind, LocalLog, Quota};

    fn budget(number: u8) -> Budget {
        let org = OrgId::new(Timestamp::default(), [number; 10]);
        Budget { org, kind: Kind::Requests, requests_max: 2, window: Duration::from_mins(1) }
    }

    fn charge(log: &LocalLog, charged: u8, now: Instant) -> (Charge, Quota) {
        log.charge(&budget(1), Charged([charged; 16]), now)
    }

    #[test]
    fn no_window_holds_more_than_the_limit() {
        let (log, start) = (LocalLog::default(), SystemClock.instant());
        let second = |second| start + Duration::from_secs(second);
        assert!(matches!(charge(&log, 1, second(0)), (Charge::First, Quota { remaining: 1, .. })));
        assert!(matches!(charge(&log, 2, second(50)), (Charge::First, Quota { remaining: 0, .. })));
        let empty = Quota { remaining: 0, more_after: Duration::from_secs(1) };
        assert_eq!(charge(&log, 3, second(59)), (Charge::Refused, empty));
        assert_eq!(charge(&log, 4, second(60)).0, Charge::First);
        assert_eq!(charge(&log, 5, second(61)).0, Charge::Refused);
    }

    #[test]
    fn the_same_is_charged_once_and_can_be_given_back() {
        let (log, now) = (LocalLog::default(), SystemClock.instant());
        assert!(matches!(charge(&log, 1, now), (Charge::First, Quota { remaining: 1, .. })));
        for _ in 0..5 {
            assert!(matches!(charge(&log, 1, now), (Charge::Again, Quota { remaining: 1, .. })));
        }
        assert_eq!(log.refund(&budget(1), Charged([1; 16]), now).remaining, 2);
        assert!(matches!(charge(&log, 1, now), (Charge::First, Quota { remaining: 1, .. })));
    }

    #[test]
    fn organizations_do_not_share_a_limit_nor_do_reads_use_up_requests() {
        let (log, now) = (LocalLog::default(), SystemClock.instant());
        charge(&log, 1, now);
        charge(&log, 2, now);
        assert_eq!(charge(&log, 3, now).0, Charge::Refused);
        assert_eq!(log.charge(&budget(2), Charged([3; 16]), now).0, Charge::First);
        let reads = Budget { kind: Kind::Reads, ..budget(1) };
        assert_eq!(log.charge(&reads, Charged([3; 16]), now).0, Charge::First);
    }

    #[test]
    fn what_somebody_else_admitted_counts() {
        let (log, now) = (LocalLog::default(), SystemClock.instant());
        log.note(&budget(1), Charged([1; 16]), now);
        log.note(&budget(1), Charged([2; 16]), now);
        assert_eq!(charge(&log, 3, now).0, Charge::Refused);
        assert_eq!(charge(&log, 2, now).0, Charge::Again);
    }
}
