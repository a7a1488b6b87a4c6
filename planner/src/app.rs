//! Builds the planner, runs it, and stops it in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Consumer};
use runtime::{Health, Lifecycle, SharedClock, Unclean, face, serve};

use crate::config::Config;
use crate::drafts;
use crate::think::Planner;
use crate::worker::Worker;

/// What answers probes and drafts has only short requests to finish.
const LAST_GRACE: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    #[error("the bus can't be used")]
    Bus(#[from] bus::Unreachable),
    #[error("the client of the model can't be built")]
    Model(#[source] reqwest::Error),
    #[error("the address can't be listened on")]
    Listen(#[from] io::Error),
}

/// A planner that runs.
pub struct App {
    address: SocketAddr,
    /// What hears prompts and tells plans.
    work: Lifecycle,
    /// What is asked directly; it ends last, so that probes see the drain.
    served: Lifecycle,
}

impl App {
    pub async fn start(config: Config, clock: SharedClock) -> Result<Self, CannotStart> {
        let (work, served) = (Lifecycle::new(config.drain), Lifecycle::new(LAST_GRACE));
        // Drafts are answered even while the bus is away.
        let bus = Bus::open(&config.bus, Arc::clone(&clock)).await?;
        let listener = config.listen.bind().await?;
        let address = listener.local_addr()?;
        let health = Health::new(work.stop()).check("nats", bus.health());
        let planner = Planner::new(&config.plan, Arc::clone(&clock)).map_err(CannotStart::Model)?;
        let planner = Arc::new(planner);
        let drafts = face::counted(drafts::router(Arc::clone(&planner)).await, Arc::clone(&clock));
        let router = health.router().merge(drafts);
        let stop = served.stop();
        served.spawn("serve", async move {
            if let Err(error) = serve(listener, router, stop).await {
                tracing::error!(%error, "drafts and health are not served any more");
            }
        });
        let worker = Arc::new(Worker { bus: bus.clone(), clock, planner });
        let stop = work.stop();
        work.spawn("hear", async move { bus.consume(Consumer::Planner, worker, stop).await });
        Ok(Self { address, work, served })
    }

    /// Where drafts, health and metrics are served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn until_signal(&self) {
        self.work.until_signal().await;
    }

    /// No new prompts; those that are held are planned and told first.
    pub async fn stop(self) -> Result<(), Unclean> {
        let work = self.work.shut_down().await;
        let served = self.served.shut_down().await;
        work.and(served)
    }
}
