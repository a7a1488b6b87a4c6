//! Builds the dialer, runs it, and stops it in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Consumer};
use engine::Unproved;
use hmac::{Hmac, KeyInit, Mac};
use outbox::{CannotOpen, Outbox};
use runtime::face;
use runtime::telemetry::count_from_zero;
use runtime::{Health, Lifecycle, SharedClock, Stop, SystemClock, Unclean, serve};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;

use crate::brain::{Brain, ModelBrain, REASONS, SUMMARIES, ScriptedBrain};
use crate::breaker::Breakers;
use crate::call::Owner;
use crate::carrier::Carrier;
use crate::carrier::twilio::{self, Account, Twilio, Webhooks};
use crate::config::Config;
use crate::conversations::Conversations;
use crate::desk::{Carriers, Desk};
use crate::dial::RECONCILED;
use crate::link::{Links, hex};
use crate::pace::{BadRedisUrl, Pace};
use crate::store::Store;
use crate::worker::Worker;
use crate::{conversations, dial, sweep};

/// What is left once the calls are over is quick: facts to flush, answers to finish.
const FLUSH: Duration = Duration::from_secs(5);
/// How soon a drain notices that the last call is over.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    #[error(transparent)]
    Store(#[from] CannotOpen),
    #[error("the bus can't be used")]
    Bus(#[from] bus::Unreachable),
    #[error("the address can't be listened on")]
    Listen(#[source] io::Error),
    #[error("the client of the carrier or of the model can't be made")]
    Client(#[from] reqwest::Error),
    #[error(transparent)]
    Redis(#[from] BadRedisUrl),
    #[error("the address that was bound is no public address")]
    PublicUrl(#[from] url::ParseError),
}

/// A dialer that runs.
pub struct App {
    address: SocketAddr,
    /// Calls: what hears, dials, talks and sweeps.
    calls: Lifecycle,
    /// What calls need until the last of them is over: the addresses that carriers ask, and the way of facts.
    ground: Lifecycle,
}

impl App {
    pub async fn start(config: Config) -> Result<Self, CannotStart> {
        let calls = Lifecycle::new(config.drain);
        let ground = Lifecycle::new(FLUSH);
        let store = Store::open(&config.database_url, config.database_connections).await?;
        let clock: SharedClock = Arc::new(SystemClock);
        // The rows drive the calls, so that there is work to do even before the bus is there.
        let bus = Bus::open(&config.bus, clock.clone()).await?;
        let listener = config.listen.bind().await.map_err(CannotStart::Listen)?;
        let address = listener.local_addr().map_err(CannotStart::Listen)?;
        let links = links(&config, address)?;
        let outbox = Outbox::new(store.pool(), bus.clone(), clock.clone());
        let desk = Arc::new(desk(&config, store.clone(), outbox.clone(), (&links, clock.clone()))?);

        count();
        let health = health(store, &bus, &calls);
        let webhooks = twilio::router(Webhooks {
            desk: desk.clone(),
            links,
            live: config.live.clone(),
            test: config.simulator.clone(),
            spawner: calls.spawner(),
            stop: calls.stop(),
        });
        let webhooks = face::counted(webhooks, clock);
        let stop = ground.stop();
        ground.spawn("http", async move {
            if let Err(error) = serve(listener, webhooks.merge(health.router()), stop).await {
                tracing::error!(%error, "the addresses for carriers are closed");
            }
        });
        ground.spawn("outbox", outbox.run(ground.stop()));
        ground.spawn("listen", conversations::listen(desk.clone(), ground.stop()));
        calls.spawn("dial", dial::run(desk.clone(), config.ceilings, calls.spawner(), calls.stop()));
        calls.spawn("sweep", sweep::run(desk.clone(), calls.stop()));
        calls.spawn("drain", drain(desk.clone(), calls.stop()));
        let (worker, stop) = (Arc::new(Worker { desk }), calls.stop());
        calls.spawn("consume", async move { bus.consume(Consumer::Dialer, worker, stop).await });
        Ok(Self { address, calls, ground })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns when the process is asked to stop.
    pub async fn until_signal(&self) {
        tokio::select! {
            () = self.calls.until_signal() => {}
            () = async { self.ground.stop().soft().await } => {}
        }
    }

    /// No new calls; those that go on have their grace, and are then left to other dialers. Facts leave last.
    pub async fn stop(self) -> Result<(), Unclean> {
        let calls = self.calls.shut_down().await;
        let ground = self.ground.shut_down().await;
        calls.and(ground)
    }
}

/// Keeps the process, once it is asked to stop, while calls that it dialed ring or talk: as long as the grace allows.
async fn drain(desk: Arc<Desk>, stop: Stop) {
    stop.soft().await;
    while !stop.is_hard() {
        if matches!(desk.store.holds_calls(desk.me).await, Ok(false)) {
            return;
        }
        tokio::select! {
            () = stop.hard() => {}
            () = desk.clock.sleep(LOOK_AGAIN) => {}
        }
    }
}

fn count() {
    count_from_zero("dials_total", "result", &["placed", "refused", "throttled", "not_sent", "unknown"]);
    count_from_zero("reconciliations_total", "result", RECONCILED);
    count_from_zero("lost_answers_total", "found", &["true", "false"]);
    count_from_zero("webhooks_refused_total", "why", &["forged", "useless", "not_now"]);
    count_from_zero("brain_fallbacks_total", "reason", REASONS);
    count_from_zero("summaries_total", "by_model", &SUMMARIES);
    count_from_zero("summaries_total", "by_model", &Unproved::ALL.map(Unproved::word));
    for name in [
        "claims_refused_total",
        "claims_unfit_total",
        "dials_again_total",
        "leases_lost_total",
        "pace_backend_errors_total",
        "relay_errors_total",
        "replies_overruled_total",
        "stray_legs_total",
    ] {
        count_from_zero(name, "", &[]);
    }
}

fn desk(
    config: &Config,
    store: Store,
    outbox: Arc<Outbox>,
    (links, clock): (&Links, SharedClock),
) -> Result<Desk, CannotStart> {
    let carrier = |account: &Option<Account>| -> Result<Option<Arc<dyn Carrier>>, reqwest::Error> {
        let Some(account) = account else {
            return Ok(None);
        };
        let twilio = Twilio::new(account.clone(), links.clone(), config.patience.dial_timeout)?;
        Ok(Some(Arc::new(twilio)))
    };
    let pace = Pace::new(config.pace.clone(), clock.clone())?;
    let brain = brain(config, clock.clone())?;
    Ok(Desk {
        store,
        outbox,
        carriers: Carriers { live: carrier(&config.live)?, test: carrier(&config.simulator)? },
        clock,
        patience: config.patience,
        rules: config.rules,
        breakers: Breakers::new(config.breaker),
        pace,
        me: Owner(Uuid::from_bytes(rand::random())),
        ready: Notify::new(),
        brain,
        limits: config.limits.clone(),
        conversations: Conversations::default(),
    })
}

fn brain(config: &Config, clock: SharedClock) -> Result<Arc<dyn Brain>, reqwest::Error> {
    let Some(settings) = &config.model else { return Ok(Arc::new(ScriptedBrain)) };
    // A little sooner than the engine loses patience, so that it is known why.
    let within = config.limits.brain.mul_f64(0.95);
    Ok(Arc::new(ModelBrain::new(settings, within, clock)?))
}

fn links(config: &Config, address: SocketAddr) -> Result<Links, url::ParseError> {
    let public = match &config.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}"))?,
    };
    Ok(Links::new(public, config.link_secret.clone().unwrap_or_else(|| derived_secret(config))))
}

/// Every dialer of a deployment has the tokens, so each can check the addresses that another gave out.
fn derived_secret(config: &Config) -> SecretString {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"callcow dialer links").expect("HMAC takes a key of any length");
    for account in [&config.live, &config.simulator].into_iter().flatten() {
        mac.update(account.token.expose_secret().as_bytes());
    }
    let bytes = mac.finalize().into_bytes();
    SecretString::from(hex(&bytes))
}

fn health(store: Store, bus: &Bus, calls: &Lifecycle) -> Health {
    let database = move || -> runtime::health::Checked {
        let store = store.clone();
        Box::pin(async move { store.ping().await.map_err(|error| error.to_string()) })
    };
    Health::new(calls.stop()).check("database", database).check("bus", bus.health())
}
