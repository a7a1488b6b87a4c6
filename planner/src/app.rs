//! Builds the planner, runs it, and stops it in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bus::{Bus, Consumer};
use rpc::v1::planner_server::PlannerServer;
use runtime::{Health, Lifecycle, SystemClock, Unclean, serve};
use tonic::service::Routes;

use crate::config::Config;
use crate::face::Face;
use crate::worker::Worker;

#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    #[error("the bus can't be used")]
    Bus(#[from] bus::Unreachable),
    #[error("the address can't be listened on")]
    Listen(#[source] io::Error),
}

/// A planner that runs.
pub struct App {
    address: SocketAddr,
    lifecycle: Lifecycle,
}

impl App {
    pub async fn start(config: Config) -> Result<Self, CannotStart> {
        let lifecycle = Lifecycle::new(config.drain);
        let clock = Arc::new(SystemClock);
        // Drafts are answered even while there is no bus.
        let bus = Bus::open(&config.bus, clock.clone()).await?;
        let listener = config.listen.bind().await.map_err(CannotStart::Listen)?;
        let address = listener.local_addr().map_err(CannotStart::Listen)?;

        let (reporter, health) = tonic_health::server::health_reporter();
        reporter.set_serving::<PlannerServer<Face>>().await;
        let grpc = Routes::new(PlannerServer::new(Face)).add_service(health).into_axum_router();
        let router = grpc.merge(Health::new(lifecycle.stop()).check("bus", bus.health()).router());
        let stop = lifecycle.stop();
        lifecycle.spawn("http", async move {
            if let Err(error) = serve(listener, router, stop).await {
                tracing::error!(%error, "drafts are no longer answered");
            }
        });
        let (worker, stop) = (Arc::new(Worker { bus: bus.clone(), clock }), lifecycle.stop());
        lifecycle.spawn("consume", async move { bus.consume(Consumer::Planner, worker, stop).await });
        Ok(Self { address, lifecycle })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns when the process is asked to stop.
    pub async fn until_signal(&self) {
        self.lifecycle.until_signal().await;
    }

    pub async fn stop(self) -> Result<(), Unclean> {
        self.lifecycle.shut_down().await
    }
}
