//! Whatever happens in whatever order: no phone rings twice for one request, and every call ends once, in time.
//!
//! A schedule is drawn from its number. `SCHEDULES=n` runs so many of them, from the number `SEED` on.

mod lane;
mod phones;
mod watch;

use std::fmt;

use futures_util::future::join_all;
use runtime::ProcessEnv;
use runtime::settings::parsed;

use self::lane::Lane;
use crate::figures::show;

/// Databases in which schedules run side by side.
const LANES: u64 = 8;
/// So many are drawn beside all other tests.
const SCHEDULES: u64 = 100;

/// What happened in all schedules.
#[derive(Clone, Copy, Default)]
struct Figures {
    schedules: u64,
    calls: u64,
    /// Phones that rang.
    rings: u64,
    /// Of one call that is to be dialed once.
    rings_max: usize,
    deaths: u64,
    frozen: u64,
    lost_answers: u64,
    bad_webhooks: u64,
    /// Without an end, or with two.
    lost: u64,
    /// Over later than their deadline allows.
    stuck: u64,
}

impl Figures {
    fn with(self, other: Self) -> Self {
        Self {
            schedules: self.schedules + other.schedules,
            calls: self.calls + other.calls,
            rings: self.rings + other.rings,
            rings_max: self.rings_max.max(other.rings_max),
            deaths: self.deaths + other.deaths,
            frozen: self.frozen + other.frozen,
            lost_answers: self.lost_answers + other.lost_answers,
            bad_webhooks: self.bad_webhooks + other.bad_webhooks,
            lost: self.lost + other.lost,
            stuck: self.stuck + other.stuck,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schedules, calls, rings, deaths, frozen, lost_answers, bad_webhooks, .. } = self;
        writeln!(f, "{schedules} schedules, {calls} calls, {rings} rings")?;
        writeln!(
            f,
            "  deaths in the middle of a request: {deaths}, frozen owners: {frozen}, errors for answers: {lost_answers}"
        )?;
        writeln!(f, "  webhooks that were lost, late or came twice: {bad_webhooks}")?;
        writeln!(f, "rings of a call that is to ring once: at most {}", self.rings_max)?;
        write!(f, "lost: {}, stuck: {}", self.lost, self.stuck)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_schedule_rings_a_phone_twice_or_leaves_a_call_without_its_one_end() {
    runtime::install_crypto();
    let env = ProcessEnv::read().unwrap();
    let schedules: u64 = parsed(&env, "SCHEDULES", SCHEDULES).unwrap();
    let seed: u64 = parsed(&env, "SEED", 0).unwrap();
    println!("schedules from SEED={seed} on");
    let lane = async |first: u64| {
        let mut lane = Box::pin(Lane::new()).await;
        for number in (first..schedules).step_by(usize::try_from(LANES).unwrap()) {
            Box::pin(lane.run(seed.wrapping_add(number))).await;
        }
        lane.figures
    };
    let figures = join_all((0..LANES.min(schedules)).map(lane)).await;
    let figures = figures.into_iter().fold(Figures::default(), Figures::with);
    assert_eq!(figures.schedules, schedules);
    show(&format!("seed {seed}: {figures}"));
}
