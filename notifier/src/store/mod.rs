//! The only place with SQL. Postgres' clock decides what is due and whose lease is over, because all notifiers share it.

mod calls;
mod claims;
mod records;
mod redelivery;
mod rows;

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

pub use calls::{Begun, Known, Learned, NewDelivery, Target};
pub use claims::{Backlog, Claim, Shares};
pub use records::{Finished, Recorded};
pub use redelivery::Exhausted;

/// Our tables, and those of nobody else.
const SCHEMA: &str = "notifier";
/// A database that lets us wait for longer than that is better left alone for a moment.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Try again later.
    #[error("the database is in trouble")]
    Trouble(#[from] sqlx::Error),
    /// Trying again changes nothing.
    #[error("{0} of a row does not hold what it should")]
    Corrupt(&'static str),
}

/// The database can't be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum NoStore {
    #[error("DATABASE_URL is not the URL of a Postgres database")]
    BadUrl(#[source] sqlx::Error),
    #[error("the database is not reachable")]
    Unreachable(#[source] sqlx::Error),
    #[error("the tables could not be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

impl Store {
    pub async fn open(url: &str, connections_max: u32) -> Result<Self, NoStore> {
        let options: PgConnectOptions = url.parse().map_err(NoStore::BadUrl)?;
        let options = options.application_name("callcow-notifier").options([("search_path", SCHEMA)]);
        let pool = PgPoolOptions::new().max_connections(connections_max).acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = pool.connect_with(options).await.map_err(NoStore::Unreachable)?;
        let store = Self { pool };
        store.migrate().await?;
        Ok(store)
    }

    async fn migrate(&self) -> Result<(), NoStore> {
        let mut tx = self.pool.begin().await.map_err(NoStore::Unreachable)?;
        // Several notifiers may start at once, and creating a schema that exists is no race-free act.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtext('notifier'))")
            .execute(&mut *tx)
            .await
            .map_err(NoStore::Unreachable)?;
        sqlx::query("CREATE SCHEMA IF NOT EXISTS notifier").execute(&mut *tx).await.map_err(NoStore::Unreachable)?;
        tx.commit().await.map_err(NoStore::Unreachable)?;
        sqlx::migrate!().run(&self.pool).await.map_err(NoStore::Migration)?;
        let mut connection = self.pool.acquire().await.map_err(NoStore::Unreachable)?;
        outbox::migrate(&mut connection).await.map_err(NoStore::Unreachable)
    }

    /// For the outbox, whose rows live beside ours.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Longer waits than a century are errors of ours; Postgres could not hold them.
fn millis(duration: Duration) -> i64 {
    const MAX: i64 = 100 * 366 * 24 * 3_600 * 1_000;
    i64::try_from(duration.as_millis()).unwrap_or(MAX).min(MAX)
}
