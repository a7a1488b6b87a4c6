//! What an operator does by hand.

use clap::Subcommand;
use outbox::CannotOpen;
use proto::CallId;

use crate::config::MigrateConfig;
use crate::store::{Store, StoreError};

#[derive(Clone, Debug, Subcommand)]
pub enum Admin {
    /// Forgets whom calls rang, what was asked and what was said, as `callcow-gateway admin erase` named them. Calls that go on
    /// are left alone.
    Erase {
        #[arg(required = true)]
        calls: Vec<CallId>,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("no database")]
    NoStore(#[from] CannotOpen),
    #[error("it was not done")]
    Store(#[from] StoreError),
}

impl Admin {
    /// The line to print.
    pub async fn run(self, config: MigrateConfig) -> Result<String, NotDone> {
        let Self::Erase { calls } = self;
        let store = Store::open(&config.database_url, 1).await?;
        let erased = store.erase(&calls).await?;
        store.pool().close().await;
        Ok(format!("calls erased: {erased} of {}", calls.len()))
    }
}
