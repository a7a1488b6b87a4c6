//! A thousand conversations at once on one dialer: what each costs, and how long the callee waits beyond the brain.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::time::Duration;

use runtime::{Clock, SystemClock};
use simulator::Settings;
use stack::testing;

use crate::dialers::Dialer;
use crate::figures::show;
use crate::load::{Load, float, passed, talking, until_talking};
use crate::world::World;

const TALKING: usize = 1000;
/// Phones that ring meanwhile.
const RINGING: usize = 300;
/// As long as a conversation takes: all that begin together end together, and then nobody talks.
const GROWING: Duration = Duration::from_secs(40);
/// They come and go.
const TALKING_MIN: usize = 900;
const MEASURED: Duration = Duration::from_secs(40);
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// A callee notices a longer wait.
const P99_MAX: f64 = 0.5;
/// `/proc` counts in hundredths of a second.
const TICKS: f64 = 100.0;

struct Report {
    talking: f64,
    talking_min: usize,
    turns: f64,
    cpu: f64,
    kilobytes: f64,
    p50: f64,
    p99: f64,
}

impl Report {
    fn holds(&self) -> bool {
        self.talking >= float(TALKING) && self.talking_min >= TALKING_MIN && self.p99 <= P99_MAX
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { talking, talking_min, turns, cpu, kilobytes, p50, p99 } = self;
        writeln!(
            f,
            "one dialer, {talking:.0} conversations at once on average, never below {talking_min}, {turns:.0} turns a second:"
        )?;
        writeln!(f, "  CPU: {:.2} cores, {:.3} % of a core for each conversation", cpu, cpu * 100.0 / talking)?;
        writeln!(f, "  memory: {kilobytes:.0} kB for each conversation")?;
        write!(f, "  from the words heard to the first words sent: p50 {:.1} ms, p99 {:.1} ms", p50 * 1e3, p99 * 1e3)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a minute of load; make bench-talk"]
async fn a_thousand_conversations_at_once() {
    let servers = testing::Servers::shared().await;
    let network = Settings { rate: 1.0, ..Settings::default() };
    let mut world = Box::pin(World::with_network(servers.addresses(), network)).await;
    for (name, value) in [
        ("CONCURRENT_CALLS_MAX", "10000"),
        ("MAX_CONVERSATIONS", "1500"),
        ("DATABASE_CONNECTIONS", "16"),
        ("DIAL_TIMEOUT", "10s"),
        ("LEASE", "30s"),
        ("SETTLE", "30s"),
    ] {
        world.set(name, value);
    }
    let dialer = Dialer::start(&world, "127.0.0.1:0").await;
    let idle = Process::of(&dialer);
    let mut load = Load::default();
    load.grow(&world, TALKING + RINGING, GROWING).await;
    until_talking(&world, TALKING).await;

    let (first, before, began) = (Process::of(&dialer), Turns::of(&dialer).await, SystemClock.instant());
    let (mut live, mut kilobytes) = (Vec::new(), first.kilobytes);
    while passed(began) < MEASURED {
        load.keep_up(&world, TALKING + RINGING).await;
        live.push(talking(&world).len());
        kilobytes = kilobytes.max(Process::of(&dialer).kilobytes);
        SystemClock.sleep(LOOK_AGAIN).await;
    }
    let (last, seconds) = (Process::of(&dialer), passed(began).as_secs_f64());
    let turns = Turns::of(&dialer).await.since(&before);
    let talking = float(live.iter().sum()) / float(live.len());
    let report = Report {
        talking,
        talking_min: live.into_iter().min().unwrap_or_default(),
        turns: turns.count() / seconds,
        cpu: (last.seconds - first.seconds) / seconds,
        kilobytes: (kilobytes - idle.kilobytes) / talking,
        p50: turns.quantile(0.5),
        p99: turns.quantile(0.99),
    };
    show(&report.to_string());
    drop(dialer);
    world.stop().await;
    assert!(report.holds());
}

/// What a process has used.
struct Process {
    seconds: f64,
    kilobytes: f64,
}

impl Process {
    fn of(dialer: &Dialer) -> Self {
        let folder = format!("/proc/{}", dialer.id());
        let stat = fs::read_to_string(format!("{folder}/stat")).unwrap();
        // The name of the program, in brackets, may hold anything.
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum();
        let status = fs::read_to_string(format!("{folder}/status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kilobytes = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Self { seconds: ticks / TICKS, kilobytes }
    }
}

/// How long turns took: how many at most so long, by the bounds of the dialer's own histogram.
struct Turns(Vec<(f64, f64)>);

impl Turns {
    async fn of(dialer: &Dialer) -> Self {
        let metrics = dialer.metrics().await;
        let buckets = metrics.lines().filter_map(|line| line.strip_prefix("turn_seconds_bucket"));
        let bucket = |line: &str| {
            let (bound, count) = line.split_once("le=\"").unwrap().1.split_once("\"} ").unwrap();
            (bound.parse().unwrap_or(f64::INFINITY), count.parse().unwrap())
        };
        Self(buckets.map(bucket).collect())
    }

    fn since(&self, before: &Self) -> Self {
        let before: BTreeMap<_, _> = before.0.iter().map(|(bound, count)| (bound.to_bits(), *count)).collect();
        let since = |(bound, count): &(f64, f64)| (*bound, count - before.get(&bound.to_bits()).unwrap_or(&0.0));
        Self(self.0.iter().map(since).collect())
    }

    fn count(&self) -> f64 {
        self.0.last().map_or(0.0, |(_, count)| *count)
    }

    /// Between two bounds as if all were spread evenly there.
    fn quantile(&self, part: f64) -> f64 {
        let wanted = self.count() * part;
        let mut below = (0.0, 0.0);
        for &(bound, count) in &self.0 {
            if count >= wanted {
                let share = (wanted - below.1) / (count - below.1).max(f64::MIN_POSITIVE);
                return below.0 + (bound - below.0) * share;
            }
            below = (bound, count);
        }
        f64::INFINITY
    }
}
