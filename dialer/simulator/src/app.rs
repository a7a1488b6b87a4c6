//! Builds the network and runs it, as a process or inside a test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use runtime::{Health, Lifecycle, SharedClock, Stop, SystemClock, serve};
use tokio::net::TcpListener;

use crate::config::{Config, Settings};
use crate::exchange::{CannotBuild, Exchange};
use crate::inspect::{self, Listed};
use crate::ledger::Record;
use crate::rest;

/// A network inside a test has nothing to finish.
const GRACE_IN_TESTS: Duration = Duration::from_secs(2);

/// The process: a network that others reach over TCP.
pub struct App {
    listener: TcpListener,
    exchange: Arc<Exchange>,
    lifecycle: Lifecycle,
}

impl App {
    /// # Errors
    /// When the address is taken.
    pub async fn build(config: Config) -> Result<Self, CannotBuild> {
        let lifecycle = Lifecycle::new(config.drain);
        let exchange = exchange(config.network, &lifecycle)?;
        let listener = config.listen.bind().await.map_err(CannotBuild::Listen)?;
        Ok(Self { listener, exchange, lifecycle })
    }

    /// Runs until the process is asked to stop.
    ///
    /// # Errors
    /// When something had to be left behind.
    pub async fn run(self) -> Result<(), runtime::Unclean> {
        start(self.listener, self.exchange, &self.lifecycle);
        self.lifecycle.until_signal().await;
        self.lifecycle.shut_down().await
    }
}

/// A network inside this process, on a free port of the loopback.
pub struct Network {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    lifecycle: Lifecycle,
}

impl Network {
    /// # Errors
    /// When no port is free.
    pub async fn start(settings: Settings) -> Result<Self, CannotBuild> {
        runtime::install_crypto();
        let lifecycle = Lifecycle::new(GRACE_IN_TESTS);
        let exchange = exchange(settings, &lifecycle)?;
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(CannotBuild::Listen)?;
        let address = listener.local_addr().map_err(CannotBuild::Listen)?;
        start(listener, exchange.clone(), &lifecycle);
        Ok(Self { address, exchange, lifecycle })
    }

    /// The address of its API, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn settings(&self) -> &Settings {
        &self.exchange.settings
    }

    pub fn directory(&self) -> Vec<Listed> {
        self.exchange.directory.people().map(Listed::from).collect()
    }

    /// The number of the person of this name in the directory.
    pub fn number(&self, name: &str) -> Option<String> {
        let person = self.exchange.directory.people().find(|person| person.name == name);
        person.map(|person| person.number.clone())
    }

    /// The calls to a number, newest first.
    pub fn calls(&self, to: &str) -> Vec<Record> {
        self.exchange.ledger.find(|record| record.to == to)
    }

    /// How often the line of a number was reached.
    pub fn rings(&self, to: &str) -> u32 {
        self.calls(to).iter().map(|call| call.rings).sum()
    }

    /// Ends every call without a word, and closes the network.
    pub async fn stop(self) {
        if let Err(unclean) = self.lifecycle.shut_down().await {
            tracing::warn!(error = %unclean, "the simulated network left something behind");
        }
    }
}

fn exchange(settings: Settings, lifecycle: &Lifecycle) -> Result<Arc<Exchange>, CannotBuild> {
    let clock: SharedClock = Arc::new(SystemClock);
    Exchange::new(settings, clock, lifecycle.stop(), lifecycle.spawner()).map(Arc::new)
}

fn start(listener: TcpListener, exchange: Arc<Exchange>, lifecycle: &Lifecycle) {
    let router = router(exchange, lifecycle.stop());
    let stop = lifecycle.stop();
    lifecycle.spawn("http", async move {
        if let Err(error) = serve(listener, router, stop).await {
            tracing::error!(%error, "the listener failed");
        }
    });
}

fn router(exchange: Arc<Exchange>, stop: Stop) -> Router {
    rest::router().merge(inspect::router()).with_state(exchange).merge(Health::new(stop).router())
}
