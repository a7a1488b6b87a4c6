use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use proto::OrgId;

use super::{Charge, Charged, Policy, Quota};

/// Organizations in memory before those that are silent are forgotten. Each takes some two kilobytes.
const ORGS_MAX: usize = 10_000;

/// The earliest first.
type Log = VecDeque<(Instant, Charged)>;

/// The same log as in Redis, for one process.
#[derive(Default)]
pub(super) struct LocalLog {
    orgs: Mutex<HashMap<OrgId, Log>>,
}

impl LocalLog {
    pub(super) fn ask(&self, org: OrgId, charged: Option<Charged>, policy: &Policy, now: Instant) -> Charge {
        let limit = usize::try_from(policy.requests_max).unwrap_or(usize::MAX);
        self.with_log(org, policy, now, |log| {
            let mut admitted = true;
            if let Some(charged) = charged
                && !holds(log, charged)
            {
                admitted = log.len() < limit;
                if admitted {
                    log.push_back((now, charged));
                }
            }
            let remaining = u32::try_from(limit.saturating_sub(log.len())).unwrap_or(u32::MAX);
            let more_after = log.front().map(|(at, _)| (*at + policy.window).saturating_duration_since(now));
            let quota = Quota { remaining, more_after: more_after.unwrap_or_default() };
            if admitted { Charge::Admitted(quota) } else { Charge::Refused(quota) }
        })
    }

    /// Takes in what somebody else admitted.
    pub(super) fn note(&self, org: OrgId, charged: Charged, policy: &Policy, now: Instant) {
        self.with_log(org, policy, now, |log| {
            if !holds(log, charged) {
                log.push_back((now, charged));
            }
        });
    }

    fn with_log<T>(&self, org: OrgId, policy: &Policy, now: Instant, work: impl FnOnce(&mut Log) -> T) -> T {
        let mut orgs = self.orgs.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |at: Instant| now.saturating_duration_since(at) >= policy.window;
        if orgs.len() > ORGS_MAX {
            orgs.retain(|_, log| log.back().is_some_and(|(at, _)| !is_old(*at)));
        }
        let log = orgs.entry(org).or_default();
        while log.front().is_some_and(|(at, _)| is_old(*at)) {
            log.pop_front();
        }
        work(log)
    }
}

fn holds(log: &Log, charged: Charged) -> bool {
    log.iter().any(|(_, before)| *before == charged)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proto::{OrgId, Timestamp};
    use runtime::{Clock as _, SystemClock};

    use super::{Charge, Charged, LocalLog, Policy, Quota};

    const POLICY: Policy =
        Policy { requests_max: 2, window: Duration::from_mins(1), replicas: 1, patience: Duration::ZERO };

    fn org(number: u8) -> OrgId {
        OrgId::new(Timestamp::default(), [number; 10])
    }

    fn ask(log: &LocalLog, charged: u8, now: Instant) -> Charge {
        log.ask(org(1), Some(Charged([charged; 16])), &POLICY, now)
    }

    #[test]
    fn no_window_holds_more_than_the_limit() {
        let (log, start) = (LocalLog::default(), SystemClock.instant());
        let second = |second| start + Duration::from_secs(second);
        assert!(matches!(ask(&log, 1, second(0)), Charge::Admitted(Quota { remaining: 1, .. })));
        assert!(matches!(ask(&log, 2, second(50)), Charge::Admitted(Quota { remaining: 0, .. })));
        let refused = Quota { remaining: 0, more_after: Duration::from_secs(1) };
        assert_eq!(ask(&log, 3, second(59)), Charge::Refused(refused));
        assert!(matches!(ask(&log, 4, second(60)), Charge::Admitted(_)));
        assert!(matches!(ask(&log, 5, second(61)), Charge::Refused(_)));
    }

    #[test]
    fn the_same_is_charged_once() {
        let (log, now) = (LocalLog::default(), SystemClock.instant());
        for _ in 0..5 {
            assert!(matches!(ask(&log, 1, now), Charge::Admitted(Quota { remaining: 1, .. })));
        }
    }

    #[test]
    fn organizations_do_not_share_a_limit_and_a_look_is_free() {
        let (log, now) = (LocalLog::default(), SystemClock.instant());
        ask(&log, 1, now);
        ask(&log, 2, now);
        assert!(matches!(log.ask(org(2), Some(Charged([1; 16])), &POLICY, now), Charge::Admitted(_)));
        assert!(matches!(log.ask(org(3), None, &POLICY, now), Charge::Admitted(Quota { remaining: 2, .. })));
    }

    #[test]
    fn what_somebody_else_admitted_counts() {
        let (log, now) = (LocalLog::default(), SystemClock.instant());
        log.note(org(1), Charged([1; 16]), &POLICY, now);
        log.note(org(1), Charged([2; 16]), &POLICY, now);
        assert!(matches!(ask(&log, 3, now), Charge::Refused(_)));
        assert!(matches!(ask(&log, 2, now), Charge::Admitted(_)));
    }
}
