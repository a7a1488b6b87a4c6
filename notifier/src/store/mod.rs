//! The only place with SQL. Postgres' clock decides what is due and whose lease is over, because all notifiers share it.

mod calls;
mod claims;
mod records;
mod redelivery;
mod resealing;
mod retention;
mod rows;
mod webhooks;

use std::time::Duration;

use outbox::{CannotOpen, Home};
use sqlx::PgPool;

pub use calls::{Begun, Known, Learned, NewDelivery, Target};
pub use claims::{Backlog, Claim, Shares};
pub use records::{Finished, Recorded};
pub use redelivery::Exhausted;
pub use resealing::{SealedRow, SealedTable};

const HOME: Home = Home {
    schema: "notifier",
    application: "callcow-notifier",
    // What waits comes and goes faster than statistics follow, and plans made from them read whole tables. Ours have an
    // index for each step, so no other plan is wanted.
    session: &[
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("jit", "off"),
    ],
    // A database that lets us wait for longer than that is better left alone for a moment.
    acquire_timeout: Duration::from_secs(10),
};

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

impl Store {
    pub async fn open(url: &str, connections_max: u32) -> Result<Self, CannotOpen> {
        Ok(Self { pool: HOME.open(url, connections_max, &sqlx::migrate!()).await? })
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
