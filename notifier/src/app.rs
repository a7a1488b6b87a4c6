//! Builds the notifier, runs it, and stops it in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Consumer, Unreachable};
use futures_util::FutureExt as _;
use outbox::{CannotOpen, Outbox};
use runtime::telemetry::count_from_zero;
use runtime::{Health, Lifecycle, SharedClock, Stop, Unclean, serve};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::guard::{NoResolver, Resolver};
use crate::lanes::Lanes;
use crate::poster::Poster;
use crate::recorder::Recorder;
use crate::sender::{Sender, SenderParts};
use crate::store::Store;
use crate::worker::Worker;

/// How often the backlog is measured. It takes an index scan.
const MEASURE: Duration = Duration::from_secs(5);
/// Attempts that wait to be recorded. When there are more, those who make them wait too.
const FINISHED_MAX: usize = 1_024;
/// What the outbox and the health endpoint need to end after everybody else.
const LAST_GRACE: Duration = Duration::from_secs(5);

/// A running notifier.
pub struct App {
    /// Hears, sends and records.
    work: Lifecycle,
    /// Tells what the work left, so it ends after it.
    telling: Lifecycle,
    address: SocketAddr,
    store: Store,
}

#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    #[error("no database")]
    Store(#[from] CannotOpen),
    #[error("no bus")]
    Bus(#[from] Unreachable),
    #[error(transparent)]
    Resolver(#[from] NoResolver),
    #[error("no HTTP client")]
    Client(#[from] reqwest::Error),
    #[error("can't listen at LISTEN")]
    Listen(#[from] io::Error),
}

impl App {
    pub async fn start(config: Config, clock: SharedClock) -> Result<Self, NotStarted> {
        let (work, telling) = (Lifecycle::new(config.drain), Lifecycle::new(LAST_GRACE));
        let store = Store::open(&config.database_url, config.database_connections).await?;
        let bus = Bus::open(&config.bus, Arc::clone(&clock)).await?;
        let outbox = Outbox::new(store.pool().clone(), bus.clone(), Arc::clone(&clock));
        telling.spawn("outbox", Arc::clone(&outbox).run(telling.stop()));

        let listener = config.listen.bind().await?;
        let address = listener.local_addr()?;
        serve_health(&work, &telling, listener, &store, &bus);

        let (finished, results) = mpsc::channel(FINISHED_MAX);
        let recorder =
            Recorder { store: store.clone(), outbox, finished: results, stop: work.stop(), clock: Arc::clone(&clock) };
        work.spawn("recorder", recorder.run());

        let policy = Arc::new(config.policy);
        let resolver = Resolver::new(Arc::clone(&policy), &config.dns.0, config.dns_cache)?;
        let idle_per_host_max = usize::try_from(config.lanes.per_host_max).unwrap_or(usize::MAX);
        let sender = Sender::new(SenderParts {
            settings: config.sender,
            schedule: config.schedule,
            lanes: Lanes::new(config.lanes),
            store: store.clone(),
            poster: Poster::new(policy, resolver, config.timeouts, idle_per_host_max)?,
            sealer: config.sealer,
            finished,
            spawner: work.spawner(),
            stop: work.stop(),
            clock: Arc::clone(&clock),
        });
        work.spawn("measure", measure(store.clone(), Arc::clone(&sender), work.stop(), Arc::clone(&clock)));
        work.spawn("sender", Arc::clone(&sender).run());
        work.spawn("erase", config.retention.run(store.clone(), Arc::clone(&clock), work.stop()));
        let worker = Arc::new(Worker { store: store.clone(), sender, clock });
        let stop = work.stop();
        work.spawn("hear", async move { bus.consume(Consumer::Notifier, worker, stop).await });
        Ok(Self { work, telling, address, store })
    }

    /// Where health and metrics are served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn until_signal(&self) {
        self.work.until_signal().await;
    }

    /// In order: nothing new is heard or claimed, attempts that are being made end, what came of them is recorded, and
    /// the facts about it are told.
    pub async fn shut_down(self) -> Result<(), Unclean> {
        let work = self.work.shut_down().await;
        let telling = self.telling.shut_down().await;
        self.store.close().await;
        work.and(telling)
    }
}

/// Not ready as soon as the work stops; served until all is done.
fn serve_health(work: &Lifecycle, telling: &Lifecycle, listener: tokio::net::TcpListener, store: &Store, bus: &Bus) {
    let store = store.clone();
    let postgres = move || {
        let store = store.clone();
        async move { store.ping().await.map_err(|error| error.to_string()) }.boxed()
    };
    let health = Health::new(work.stop()).check("postgres", postgres).check("nats", bus.health());
    let stop = telling.stop();
    telling.spawn("health", async move {
        if let Err(error) = serve(listener, health.router(), stop).await {
            tracing::error!(%error, "health is not served any more");
        }
    });
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and nobody counts that far")]
fn gauge(count: i64) -> f64 {
    count as f64
}

/// Keeps the gauges that tell whether we keep up.
async fn measure(store: Store, sender: Arc<Sender>, stop: Stop, clock: SharedClock) {
    count_from_zero("callback_attempts_lost_total", "", &[]);
    count_from_zero("callback_calls_erased_total", "", &[]);
    while !stop.is_soft() {
        if let Ok(backlog) = store.backlog().await {
            metrics::gauge!("callback_waiting").set(gauge(backlog.waiting));
            metrics::gauge!("callback_due").set(gauge(backlog.due));
            metrics::gauge!("callback_oldest_due_seconds").set(backlog.oldest_due_seconds);
        }
        let (paused, in_flight) = sender.load();
        metrics::gauge!("callback_endpoints_paused").set(u32::try_from(paused).unwrap_or(u32::MAX));
        metrics::gauge!("callback_in_flight").set(u32::try_from(in_flight).unwrap_or(u32::MAX));
        tokio::select! {
            () = stop.soft() => return,
            () = clock.sleep(MEASURE) => {}
        }
    }
}
