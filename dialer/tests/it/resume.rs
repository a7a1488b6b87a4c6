//! Dialers are killed at random under two hundred live conversations: no phone rings twice, every call ends, and the
//! conversations go on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use proto::CallId;
use proto::fact::CallEnded;
use rand::RngExt;
use runtime::{Clock, SystemClock};
use simulator::Settings;
use stack::testing;

use crate::dialers::Fleet;
use crate::figures::show;
use crate::load::{Load, float, passed, talking, until_talking};
use crate::world::{Ask, World, is_complete};

const LIVE: usize = 200;
/// Phones that ring, and calls whose dialer has just died.
const MORE: usize = 100;
const DIALERS: usize = 3;
const KILL_EVERY: Duration = Duration::from_secs(2);
const KILLING: Duration = Duration::from_mins(1);
/// Far more than a conversation takes, however often it is cut.
const PATIENCE: Duration = Duration::from_mins(4);
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// All, but for a callee who gives up while her carrier looks for a dialer on a machine that has no time for it.
const COMPLETED_MIN: f64 = 0.98;
/// A conversation takes half a minute, so that most are cut.
const RATE: f64 = 1.0;

struct Report {
    kills: usize,
    /// Of conversations that talked, how many there were at a kill, on average.
    live: usize,
    calls: usize,
    rings_max: u32,
    without_end: usize,
    with_two_ends: usize,
    /// Calls that talked when some dialer was killed.
    exposed: usize,
    /// Those that said that they were cut off.
    resumed: usize,
    /// Of those, the ones that ended as the caller wished, with every field.
    resumed_completed: usize,
    completed: usize,
    /// How the others ended.
    otherwise: BTreeMap<String, usize>,
}

impl Report {
    fn holds(&self) -> bool {
        let all = |part: usize, whole: usize| float(part) >= COMPLETED_MIN * float(whole);
        self.rings_max <= 1
            && self.without_end == 0
            && self.with_two_ends == 0
            && self.resumed > 0
            && all(self.resumed_completed, self.resumed)
            && all(self.completed, self.calls)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |part: usize, whole: usize| float(part) * 100.0 / float(whole.max(1));
        let Self { kills, live, calls, exposed, resumed, resumed_completed, completed, .. } = self;
        writeln!(f, "{DIALERS} dialers, one of them killed {kills} times, {live} live conversations at a kill:")?;
        writeln!(f, "  calls: {calls}, rings of one call: at most {}", self.rings_max)?;
        writeln!(f, "  without an end: {}, with two ends: {}", self.without_end, self.with_two_ends)?;
        writeln!(f, "  calls that talked while a dialer was killed: {exposed}")?;
        writeln!(
            f,
            "  conversations that were cut and went on: {resumed}, of these completed with every field: {resumed_completed} ({:.1} %)",
            share(*resumed_completed, *resumed)
        )?;
        write!(f, "  of all calls completed with every field: {completed} ({:.1} %)", share(*completed, *calls))?;
        if self.otherwise.is_empty() { Ok(()) } else { write!(f, "\n  the others: {:?}", self.otherwise) }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes of load; make check-resume"]
async fn conversations_outlive_the_dialers_that_are_killed_under_them() {
    let servers = testing::Servers::shared().await;
    let network = Settings { rate: RATE, ..Settings::default() };
    let mut world = Box::pin(World::with_network(servers.addresses(), network)).await;
    for (name, value) in
        [("CONCURRENT_CALLS_MAX", "1000"), ("DIAL_TIMEOUT", "5s"), ("LEASE", "15s"), ("SETTLE", "5s"), ("DRAIN", "20s")]
    {
        world.set(name, value);
    }
    let mut fleet = Box::pin(Fleet::start(&mut world, DIALERS)).await;
    let mut load = Load::default();
    load.keep_up(&world, LIVE + MORE).await;
    until_talking(&world, LIVE).await;

    let began = SystemClock.instant();
    let (mut kills, mut live, mut exposed) = (0, 0, BTreeSet::new());
    while passed(began) < KILLING {
        load.keep_up(&world, LIVE + MORE).await;
        let talking = talking(&world);
        live += talking.len();
        exposed.extend(talking);
        fleet.kill(&world, rand::rng().random_range(0..DIALERS)).await;
        kills += 1;
        let next = KILL_EVERY * u32::try_from(kills).unwrap();
        SystemClock.sleep(next.saturating_sub(passed(began))).await;
    }
    let began = SystemClock.instant();
    while world.all_ends().len() < load.asks.len() && passed(began) < PATIENCE {
        SystemClock.sleep(LOOK_AGAIN).await;
    }
    let report = report(&world, &load.asks, &exposed, (kills, live / kills));
    show(&report.to_string());
    fleet.stop().await;
    world.stop().await;
    assert!(report.holds());
}

fn report(world: &World, asks: &[Ask], exposed: &BTreeSet<CallId>, (kills, live): (usize, usize)) -> Report {
    let ends: BTreeMap<_, _> = world.all_ends();
    let last = |ask: &Ask| ends.get(&ask.call).map(|ends| &ends[0]);
    let resumed: Vec<_> = asks.iter().filter_map(last).filter(|ended| was_cut(ended)).collect();
    Report {
        kills,
        live,
        calls: asks.len(),
        rings_max: asks.iter().map(|ask| world.rings_from(ask)).max().unwrap_or_default(),
        without_end: asks.iter().filter(|ask| last(ask).is_none()).count(),
        with_two_ends: ends.values().filter(|ends| ends.len() > 1).count(),
        exposed: exposed.len(),
        resumed: resumed.len(),
        resumed_completed: resumed.into_iter().filter(|ended| is_complete(ended)).count(),
        completed: asks.iter().filter_map(last).filter(|ended| is_complete(ended)).count(),
        otherwise: asks.iter().filter_map(last).filter(|ended| !is_complete(ended)).fold(
            BTreeMap::new(),
            |mut counts, ended| {
                *counts.entry(how(ended)).or_default() += 1;
                counts
            },
        ),
    }
}

/// In words that hold nothing of what was said.
fn how(ended: &CallEnded) -> String {
    let code = ended.failure.as_ref().map_or("no failure", |failure| &failure.code);
    let verdicts: Vec<_> = ended.form_fills.iter().map(|fill| fill.verdict.word()).collect();
    format!("{}, {code}: {}", ended.outcome.provider_status(), verdicts.join(" "))
}

/// Whether somebody took the conversation over, and said so.
fn was_cut(ended: &CallEnded) -> bool {
    ended.messages.iter().any(|message| message.content.expose().contains("we were cut off"))
}
