//! When the next attempt is made, and when no more are.

use std::str::FromStr;
use std::time::Duration;

use proto::fact::CALLBACK_ATTEMPTS_MAX;
use rand::{Rng, RngExt as _};

use crate::outcome::{Class, Prospect};

/// The waits before each attempt of a delivery. There are as many attempts as waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of waits such as 0s,5s,30s,2m")]
pub struct BadSchedule;

/// What a delivery has been through since it was created or sent for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Attempts with the one that just ended.
    pub attempts: u32,
    /// Of these, earlier ones that had an unlikely [`Prospect`].
    pub unlikely: u32,
    /// Attempts of the delivery in all rounds, with the one that just ended.
    pub in_all: u32,
    /// The schedule is over whatever is left of it: attempts were put off for too long.
    pub overdue: bool,
}

/// What bounds a round that somebody asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewRound {
    /// The longest that it may take.
    pub span: Duration,
    /// Whoever was attempted so often before gets none.
    pub attempts_max: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Delivered,
    Retry { after: Duration },
    Exhausted,
}

/// Each wait is drawn from this part of itself around it, so that what failed together does not come back together.
const JITTER: f64 = 0.2;
/// A receiver that says no five times means it, and its owner can ask for the delivery again.
const UNLIKELY_TRIES_MAX: u32 = 5;
/// What a receiver may ask for. It is the longest wait of the schedule too.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// What slow attempts, a backlog, and endpoints that are left alone may add to a schedule before it is cut short.
const SLACK: Duration = Duration::from_hours(6);

impl Schedule {
    /// What a redelivery begins.
    pub fn new_round(&self) -> NewRound {
        NewRound { span: self.span(), attempts_max: CALLBACK_ATTEMPTS_MAX }
    }

    /// The longest that a delivery may take. When it took so long, the next attempt is its last.
    pub fn span(&self) -> Duration {
        self.0.iter().sum::<Duration>().mul_f64(1.0 + JITTER) + SLACK
    }

    /// What follows an attempt. A `retry_after` can only lengthen the wait.
    pub fn next(&self, class: Class, round: Round, retry_after: Option<Duration>, rng: &mut impl Rng) -> Next {
        let tries_max = match class.prospect() {
            Prospect::Delivered => return Next::Delivered,
            Prospect::Hopeless => return Next::Exhausted,
            Prospect::Unlikely if round.unlikely + 1 >= UNLIKELY_TRIES_MAX => return Next::Exhausted,
            Prospect::Likely | Prospect::Unlikely => self.0.len(),
        };
        let made = usize::try_from(round.attempts).unwrap_or(usize::MAX);
        if round.overdue || made >= tries_max || round.in_all >= CALLBACK_ATTEMPTS_MAX {
            return Next::Exhausted;
        }
        let wait = self.0[made].mul_f64(rng.random_range(1.0 - JITTER..=1.0 + JITTER));
        let asked = retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
        Next::Retry { after: wait.max(asked) }
    }
}

/// Three days, as Standard Webhooks advises, with more tries in the first half hour, when a deployment or a restart
/// is the likely trouble and somebody waits for the result.
impl Default for Schedule {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let seconds = [
            0,
            5,
            30,
            2 * MINUTE,
            10 * MINUTE,
            30 * MINUTE,
            2 * HOUR,
            5 * HOUR,
            10 * HOUR,
            14 * HOUR,
            20 * HOUR,
            24 * HOUR,
        ];
        Self(seconds.map(Duration::from_secs).into())
    }
}

impl FromStr for Schedule {
    type Err = BadSchedule;

    fn from_str(text: &str) -> Result<Self, BadSchedule> {
        let wait = |item: &str| humantime::parse_duration(item.trim()).map_err(|_| BadSchedule);
        text.split(',').map(wait).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use proto::fact::CALLBACK_ATTEMPTS_MAX;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::{BadSchedule, Next, Round, Schedule};
    use crate::outcome::Class;

    fn round(attempts: u32) -> Round {
        Round { attempts, unlikely: 0, in_all: attempts, overdue: false }
    }

    fn next(class: Class, round: Round, retry_after: Option<u64>) -> Next {
        let mut rng = StdRng::seed_from_u64(7);
        Schedule::default().next(class, round, retry_after.map(Duration::from_secs), &mut rng)
    }

    fn wait(next: Next) -> Duration {
        match next {
            Next::Retry { after } => after,
            Next::Delivered | Next::Exhausted => panic!("{next:?}"),
        }
    }

    #[test]
    fn each_wait_is_that_of_the_list_give_or_take_a_fifth() {
        let listed = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (attempts, seconds) in (1..).zip(listed) {
            let waited = wait(next(Class::Broken, round(attempts), None)).as_secs_f64() / f64::from(seconds);
            assert!((0.8..=1.2).contains(&waited), "after {attempts} attempts: {waited}");
        }
        assert_eq!(next(Class::Broken, round(12), None), Next::Exhausted);
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_within_bounds() {
        assert_eq!(wait(next(Class::Busy, round(1), Some(90))), Duration::from_secs(90));
        assert!(wait(next(Class::Busy, round(4), Some(1))) >= Duration::from_mins(8));
        assert_eq!(wait(next(Class::Broken, round(1), Some(u64::MAX))), Duration::from_hours(24));
    }

    #[test]
    fn a_receiver_that_keeps_refusing_is_asked_fewer_times() {
        let refused = |unlikely| Round { unlikely, ..round(unlikely + 1) };
        wait(next(Class::Refused, refused(3), None));
        assert_eq!(next(Class::Refused, refused(4), None), Next::Exhausted);
        // One refusal in a deployment after a long outage is not the end.
        wait(next(Class::Refused, round(8), None));
    }

    #[test]
    fn some_results_end_it_at_once() {
        assert_eq!(next(Class::Taken, round(1), None), Next::Delivered);
        assert_eq!(next(Class::Gone, round(1), None), Next::Exhausted);
        assert_eq!(next(Class::BlockedUrl, round(1), None), Next::Exhausted);
        assert_eq!(next(Class::Broken, Round { overdue: true, ..round(2) }, None), Next::Exhausted);
        wait(next(Class::Broken, Round { in_all: CALLBACK_ATTEMPTS_MAX - 1, ..round(2) }, None));
        assert_eq!(next(Class::Broken, Round { in_all: CALLBACK_ATTEMPTS_MAX, ..round(2) }, None), Next::Exhausted);
    }

    #[test]
    fn a_schedule_is_read_from_a_list() {
        let schedule: Schedule = "0s, 10ms,2h".parse().unwrap();
        let listed = [Duration::ZERO, Duration::from_millis(10), Duration::from_hours(2)];
        assert_eq!(schedule, Schedule(listed.into()));
        for text in ["", "5", "soon", "5s,,6s", "-5s"] {
            assert_eq!(text.parse::<Schedule>(), Err(BadSchedule), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_delivery_ends(seed: u64, classes in proptest::collection::vec(0_usize..5, 12)) {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut waited = Duration::ZERO;
            let mut round = round(0);
            for class in classes {
                let class = [Class::Broken, Class::Timeout, Class::Refused, Class::Busy, Class::Redirect][class];
                round.attempts += 1;
                round.in_all += 1;
                match Schedule::default().next(class, round, None, &mut rng) {
                    Next::Retry { after } => waited += after,
                    Next::Exhausted => break,
                    Next::Delivered => unreachable!(),
                }
                round.unlikely += u32::from(matches!(class, Class::Refused | Class::Redirect));
                prop_assert!(round.attempts < 12);
            }
            prop_assert!(waited <= Schedule::default().span());
        }
    }
}
