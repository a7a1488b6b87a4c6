//! A receiver that hangs on every request for as long as it can, while a thousand other hosts answer at once.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::{Bus, BusSettings};
use proto::fact::{CallEnded, CallRequested, CallbackTarget, Recipient, Terms, Wishes};
use proto::{CallId, Envelope, EventId, Fact, Mode, OrgId, Outcome, Private, Route};
use runtime::{Clock as _, Lifecycle, Sealer, SystemClock, TraceContext};

use crate::ledger::{HANG, Ledger, Manner};
use crate::notifiers::Notifier;
use crate::trial::{sealed, servers, settings};

const HOSTS: usize = 1_000;
const CALLS: usize = 2_000;
/// One of so many goes to the receiver that hangs.
const HANGING_EVERY: usize = 5;
/// Between two calls: a rate at which the machine is far from busy, so that only waiting is measured.
const PACE: Duration = Duration::from_millis(5);
/// Each is measured so often in turn, so that a busy neighbour spoils both alike. Odd, for a median.
const ROUNDS: usize = 3;
const FACTOR_MAX: f64 = 2.0;
const PATIENCE: Duration = Duration::from_mins(1);

/// The 50th and the 99th percentile, each the median of the rounds, so that one busy moment of the machine spoils none.
pub(crate) struct Report {
    alone: [f64; 2],
    beside: [f64; 2],
}

impl Report {
    fn factor(&self) -> f64 {
        self.beside[1] / self.alone[1]
    }

    pub(crate) fn holds(&self) -> bool {
        self.factor() < FACTOR_MAX
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([p50, p99], [p50_beside, p99_beside]) = (self.alone, self.beside);
        writeln!(f, "{} deliveries to {HOSTS} hosts, from the fact to the receiver:", ROUNDS * CALLS)?;
        writeln!(f, "  alone:                           p50 {p50:.1} ms, p99 {p99:.1} ms")?;
        writeln!(f, "  beside one receiver that hangs:  p50 {p50_beside:.1} ms, p99 {p99_beside:.1} ms")?;
        write!(f, "  p99 grew by a factor of {:.2} (below {FACTOR_MAX} is promised)", self.factor())
    }
}

pub(crate) async fn check(servers: &servers::Servers) -> anyhow::Result<Report> {
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for number in 1..=ROUNDS {
        eprintln!("a receiver that hangs: round {number} of {ROUNDS}, about 20 s each");
        alone.push(percentiles(round(servers, false).await?));
        beside.push(percentiles(round(servers, true).await?));
    }
    Ok(Report { alone: medians(&alone), beside: medians(&beside) })
}

/// The milliseconds that each delivery to a host that answers took.
async fn round(servers: &servers::Servers, hanging: bool) -> anyhow::Result<Vec<f64>> {
    let ledger = Ledger::start(Manner { delay: Duration::ZERO, fails: 0.0 }).await?;
    let env = settings(servers, &[]);
    let lifecycle = Lifecycle::new(PATIENCE);
    let bus = Bus::connect(&BusSettings::read(&env)?, lifecycle.stop(), Arc::new(SystemClock)).await?;
    let teller = Teller { bus, sealer: Sealer::read(&env)? };
    let _notifier = Notifier::start(&env)?;
    // A call is requested long before it ends.
    let mut calls = Vec::new();
    for number in 0..CALLS {
        if hanging && number % HANGING_EVERY == 0 {
            calls.push((teller.request(&format!("http://127.2.0.1:{}{HANG}", ledger.port)).await?, false));
        }
        calls.push((teller.request(&url(&ledger, number % HOSTS)).await?, true));
    }
    // When this one is delivered, the requests before it are heard.
    let last = teller.request(&url(&ledger, 0)).await?;
    teller.end(&last).await?;
    wait(&ledger, last.call_id).await?;

    let mut told = Vec::new();
    for (call, answers) in calls {
        let at = SystemClock.instant();
        teller.end(&call).await?;
        if answers {
            told.push((call.call_id, at));
            SystemClock.sleep(PACE).await;
        }
    }
    for (call_id, _) in &told {
        wait(&ledger, *call_id).await?;
    }
    let entries = ledger.entries();
    let millis = |(call_id, at): &(CallId, Instant)| {
        entries.get(call_id).map(|entry| entry.first.duration_since(*at).as_secs_f64() * 1_000.0)
    };
    Ok(told.iter().filter_map(millis).collect())
}

fn url(ledger: &Ledger, host: usize) -> String {
    format!("http://127.1.{}.{}:{}/hook", host / 250, host % 250 + 1, ledger.port)
}

async fn wait(ledger: &Ledger, call_id: CallId) -> anyhow::Result<()> {
    let began = SystemClock.instant();
    while ledger.entry(call_id).is_err() {
        anyhow::ensure!(SystemClock.instant().duration_since(began) < PATIENCE, "a delivery did not come");
        SystemClock.sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Tells the facts of finished calls.
struct Teller {
    bus: Bus,
    sealer: Sealer,
}

struct Requested {
    call_id: CallId,
    org_id: OrgId,
}

impl Teller {
    async fn request(&self, url: &str) -> anyhow::Result<Requested> {
        let now = SystemClock.now();
        let call = Requested { call_id: CallId::new(now, rand::random()), org_id: OrgId::new(now, rand::random()) };
        let requested = Fact::CallRequested(CallRequested {
            route: route()?,
            prompt: Private::new("Ask."),
            workflow: None,
            recipient: Recipient::default(),
            wishes: Wishes::default(),
            terms: Terms::default(),
            callback: Some(CallbackTarget { url: url.parse()?, bearer: None }),
            signing_secrets: vec![sealed(&self.sealer, call.org_id)],
            metadata: None,
            deadline: now,
            max_duration: Duration::from_mins(1),
        });
        self.tell(&call, requested).await?;
        Ok(call)
    }

    async fn end(&self, call: &Requested) -> anyhow::Result<()> {
        self.tell(call, Fact::CallEnded(ended()?)).await
    }

    async fn tell(&self, call: &Requested, fact: Fact) -> anyhow::Result<()> {
        let now = SystemClock.now();
        let Requested { call_id, org_id } = *call;
        let envelope = Envelope { event_id: EventId::new(now, rand::random()), org_id, call_id, at: now, fact };
        Ok(self.bus.publish(&envelope, &TraceContext::default()).await?)
    }
}

fn route() -> anyhow::Result<Route> {
    let (from, to) = ("+14155550100".parse()?, "+14155550101".parse()?);
    Ok(Route { mode: Mode::Test, from, to, workflow_id: uuid::Uuid::nil().into() })
}

fn ended() -> anyhow::Result<CallEnded> {
    Ok(CallEnded {
        route: route()?,
        workflow_name: None,
        outcome: Outcome::Completed,
        failure: None,
        summary: Private::new("Done."),
        messages: Vec::new(),
        form_fills: Vec::new(),
        duration: Duration::ZERO,
        disclosure: None,
        opted_out: false,
        goal: None,
    })
}

/// Of each percentile.
fn medians(rounds: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|percentile| {
        let mut values: Vec<_> = rounds.iter().map(|round| round[percentile]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    })
}

/// The 50th and the 99th.
fn percentiles(mut millis: Vec<f64>) -> [f64; 2] {
    millis.sort_by(f64::total_cmp);
    [50, 99].map(|percent| millis.get(millis.len() * percent / 100).copied().unwrap_or(f64::NAN))
}
