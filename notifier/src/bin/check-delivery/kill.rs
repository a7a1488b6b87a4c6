//! Two notifiers are killed at random while a receiver fails now and then. Nothing is lost.

use std::fmt;
use std::time::Duration;

use notifier::Config;
use notifier::store::Store;
use proto::Timestamp;
use rand::RngExt as _;
use runtime::{Clock as _, Sealer, SystemClock};

use crate::ledger::{Ledger, Manner};
use crate::notifiers::Notifier;
use crate::trial::{put_many, servers, settings};

const DELIVERIES: usize = 20_000;
const FAILS: f64 = 0.2;
const NOTIFIERS: usize = 2;
/// Far more than it takes when nothing is lost.
const PATIENCE: Duration = Duration::from_mins(5);
const SETTINGS: &[(&str, &str)] = &[
    ("CALLBACK_TIMEOUT", "1s"),
    ("CALLBACK_LEASE", "6s"),
    ("CALLBACK_POLL", "100ms"),
    ("CALLBACK_IN_FLIGHT", "32"),
    // With a fifth of the attempts failing, so many tries leave none undelivered by bad luck.
    (
        "CALLBACK_SCHEDULE",
        "0s,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms,200ms",
    ),
    ("CALLBACK_TROUBLES", "50"),
];

pub(crate) struct Report {
    kills: usize,
    took: Duration,
    missing: usize,
    given_up: usize,
    twice: usize,
    refused: u64,
    with_two_ids: usize,
}

impl Report {
    pub(crate) fn holds(&self) -> bool {
        self.missing == 0 && self.given_up == 0 && self.with_two_ids == 0 && self.kills >= 5
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{DELIVERIES} deliveries, {NOTIFIERS} notifiers killed {} times in {:.1?}:",
            self.kills, self.took
        )?;
        writeln!(f, "  never delivered: {}, given up: {}", self.missing, self.given_up)?;
        writeln!(f, "  failed by the receiver and sent again: {}", self.refused)?;
        write!(f, "  delivered twice: {}, of these under another webhook-id: {}", self.twice, self.with_two_ids)
    }
}

pub(crate) async fn check(servers: &servers::Servers) -> anyhow::Result<Report> {
    let ledger = Ledger::start(Manner { delay: Duration::from_millis(20), fails: FAILS }).await?;
    let env = settings(servers, SETTINGS);
    let store = Store::open(&Config::read(&env)?.database_url, 8).await?;
    let urls = vec![format!("http://127.0.0.1:{}/hook", ledger.port); DELIVERIES];
    let calls = put_many(&store, &Sealer::read(&env)?, &urls).await?;

    eprintln!("killing notifiers under {DELIVERIES} deliveries: about half a minute");
    let began = SystemClock.instant();
    let mut notifiers: Vec<_> = (0..NOTIFIERS).map(|_| Notifier::start(&env)).collect::<Result<_, _>>()?;
    let mut kills = 0;
    loop {
        let waiting = store.backlog().await?.waiting;
        if waiting == 0 {
            break;
        }
        anyhow::ensure!(SystemClock.instant().duration_since(began) < PATIENCE, "{waiting} deliveries still wait");
        SystemClock.sleep(Duration::from_millis(rand::rng().random_range(300..1_500))).await;
        let victim = rand::rng().random_range(0..NOTIFIERS);
        notifiers[victim].kill()?;
        notifiers[victim] = Notifier::start(&env)?;
        kills += 1;
    }
    let took = SystemClock.instant().duration_since(began);
    drop(notifiers);
    let entries = ledger.entries();
    let taken = |id| entries.get(id).map_or(0, |entry| entry.taken);
    Ok(Report {
        kills,
        took,
        missing: calls.iter().filter(|id| taken(id) == 0).count(),
        given_up: store.exhausted(Timestamp::UNIX_EPOCH, i64::MAX).await?.len(),
        twice: entries.values().filter(|entry| entry.taken > 1).count(),
        refused: entries.values().map(|entry| u64::from(entry.refused)).sum(),
        with_two_ids: entries.values().filter(|entry| entry.webhook_ids.len() != 1).count(),
    })
}
