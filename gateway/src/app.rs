//! Builds the gateway, runs it, and stops it in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use bus::{Bus, Consumer, Unreachable};
use futures_util::FutureExt as _;
use outbox::{CannotOpen, Outbox};
use runtime::telemetry::count_from_zero;
use runtime::{Connections, Health, Lifecycle, SharedClock, Unclean, serve_until};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::accepting::accepting;
use crate::api::{Api, Parts};
use crate::config::Config;
use crate::keys::cache::KeyCache;
use crate::limits::{BadRedisUrl, Limits};
use crate::open_calls::OpenCalls;
use crate::planner::Planner;
use crate::store::Store;
use crate::sweep::Sweep;
use crate::wakes::Wakes;
use crate::worker::Worker;

/// What the outbox needs to end after everybody who gives it facts.
const LAST_GRACE: Duration = Duration::from_secs(5);

/// A running gateway.
pub struct App {
    /// Answers, hears and sweeps.
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
    Redis(#[from] BadRedisUrl),
    #[error("can't listen at LISTEN")]
    Listen(#[from] io::Error),
}

impl App {
    /// Needs the database. NATS and Redis may come later: calls are accepted without them.
    pub async fn start(config: Config, clock: SharedClock) -> Result<Self, NotStarted> {
        let (work, telling) = (Lifecycle::new(config.drain), Lifecycle::new(LAST_GRACE));
        let store = Store::open(&config.database_url, config.database_connections).await?;
        let bus = Bus::open(&config.bus, Arc::clone(&clock)).await?;
        let outbox = Outbox::new(store.pool(), bus.clone(), Arc::clone(&clock));
        telling.spawn("outbox", Arc::clone(&outbox).run(telling.stop()));

        let wakes = Arc::<Wakes>::default();
        work.spawn("wakes", Arc::clone(&wakes).run(store.clone(), Arc::clone(&clock), work.stop()));
        hear(&work, &bus, &store, &clock);
        let sweep = Sweep {
            store: store.clone(),
            outbox: Arc::clone(&outbox),
            settings: config.sweep,
            clock: Arc::clone(&clock),
            stop: work.stop(),
        };
        work.spawn("sweep", sweep.run());

        let limits = Arc::new(Limits::new(&config.redis_url, config.limit, Arc::clone(&clock))?);
        let (warming, stop) = (Arc::clone(&limits), work.stop());
        work.spawn("redis", async move {
            tokio::select! {
                () = warming.warm_up() => {}
                () = stop.soft() => {}
            }
        });
        let keys = Arc::new(KeyCache::new(store.clone(), Arc::clone(&clock)));
        work.spawn("keys", Arc::clone(&keys).run(work.stop()));
        let (accepting, batches) = accepting(&config.accept, store.clone(), Arc::clone(&clock));
        for _ in 0..config.accept.batches.max(1) {
            work.spawn("accept", batches.clone().run(work.stop()));
        }
        let health = health(&work, &store);
        let api = Api::new(Parts {
            store: store.clone(),
            keys,
            accepting,
            open_calls: OpenCalls::new(config.open_calls_max, store.clone(), Arc::clone(&clock)),
            planner: config.planner.map(Planner::new),
            limits,
            outbox,
            sealer: config.sealer,
            wakes,
            streams: Arc::new(Semaphore::new(config.streams_max)),
            rules: config.rules,
            clock,
            stop: work.stop(),
        });
        learn();
        count();
        let listener = config.listen.bind().await?;
        let address = listener.local_addr()?;
        answer(&work, listener, api.router().await.merge(health.router()), config.connections);
        Ok(Self { work, telling, address, store })
    }

    /// Where the API is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn until_signal(&self) {
        self.work.until_signal().await;
    }

    /// In order: no new requests and facts, those under way end, and what they told is sent.
    pub async fn shut_down(self) -> Result<(), Unclean> {
        let work = self.work.shut_down().await;
        let telling = self.telling.shut_down().await;
        self.store.close().await;
        work.and(telling)
    }
}

/// The tables of phone numbers and the patterns of the planner are built at their first use, and that takes long: no
/// client should wait for it.
fn learn() {
    drop("+14155550100".parse::<proto::PhoneNumber>());
    drop(draft::draft("Ask about store hours"));
}

fn count() {
    let consumers = Consumer::ALL.map(Consumer::name);
    count_from_zero("dead_letters_total", "consumer", &consumers);
    count_from_zero("calls_swept_total", "why", &["told_again", "overdue"]);
    for name in
        ["calls_accepted_total", "ratelimit_backend_errors_total", "requests_limited_total", "requests_shed_total"]
    {
        count_from_zero(name, "", &[]);
    }
}

fn hear(work: &Lifecycle, bus: &Bus, store: &Store, clock: &SharedClock) {
    let worker = Arc::new(Worker { store: store.clone(), clock: Arc::clone(clock) });
    let (hearing, undertaker, stop) = (bus.clone(), Arc::clone(&worker), work.stop());
    work.spawn("hear", async move { hearing.consume(Consumer::Gateway, worker, stop).await });
    let (burying, stop) = (bus.clone(), work.stop());
    work.spawn("bury", async move { burying.bury(undertaker, stop).await });
}

/// Without NATS and Redis the gateway still accepts, so that only the database makes it unready.
fn health(work: &Lifecycle, store: &Store) -> Health {
    let store = store.clone();
    Health::new(work.stop()).check("postgres", move || {
        let store = store.clone();
        async move { store.ping().await.map_err(|error| error.to_string()) }.boxed()
    })
}

fn answer(work: &Lifecycle, listener: TcpListener, router: Router, connections: Connections) {
    let (quiet, stop) = (work.stop(), work.stop());
    work.spawn("http", async move {
        if let Err(error) = serve_until(listener, router, connections, async move { quiet.soft().await }, stop).await {
            tracing::error!(%error, "requests are not answered any more");
        }
    });
}
