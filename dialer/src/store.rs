//! The dialer's tables. All SQL is here; rows leave as checked types.
//!
//! Leases and due times are told by the clock of Postgres alone, because they are compared across machines. Whoever
//! changes a call or its attempts holds the lock on the row of the call.

mod attempt;
mod call;
mod claim;
mod retention;
mod row;
mod talk;
mod terms;

use std::sync::Arc;
use std::time::Duration;

use outbox::{CannotOpen, Channel, Home, Nudges, Outbox, Pending};
use proto::{CallId, Envelope};
use runtime::TraceContext;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{Executor, PgPool, Postgres, Transaction};
use uuid::Uuid;

pub use self::attempt::Check;
pub use self::call::{Lease, NewCall, Standing};
pub use self::claim::{Claimed, Room};
pub use self::talk::Transcript;

const HOME: Home =
    Home { schema: "dialer", application: "callcow-dialer", session: &[], acquire_timeout: Duration::from_secs(5) };
/// Tells every dialer that something happened to a call that one of them may be talking on.
const CHANNEL: Channel = Channel("dialer_calls");

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Try again later.
    #[error("the database is not available")]
    Unavailable(#[from] sqlx::Error),
    /// Trying again won't help.
    #[error("a row holds what it should not: {0}")]
    Corrupt(&'static str),
}

#[derive(Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Connects, and brings the tables up to date.
    pub async fn open(url: &SecretString, connections: u32) -> Result<Self, CannotOpen> {
        Ok(Self { pool: HOME.open(url.expose_secret(), connections, &sqlx::migrate!()).await? })
    }

    /// For the outbox, which keeps its table beside ours.
    pub fn pool(&self) -> PgPool {
        self.pool.clone()
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        self.pool.execute("SELECT 1").await?;
        Ok(())
    }

    pub async fn begin(&self, outbox: &Arc<Outbox>) -> Result<Work, StoreError> {
        Ok(Work { tx: self.pool.begin().await?, pending: Vec::new(), outbox: outbox.clone() })
    }

    /// Which calls the other dialers, and this one, tell each other about.
    pub async fn listen(&self) -> Result<Nudges, StoreError> {
        Ok(CHANNEL.listen(&self.pool).await?)
    }
}

/// One transaction: what changes and the facts that tell it commit together.
pub struct Work {
    tx: Transaction<'static, Postgres>,
    pending: Vec<Pending>,
    outbox: Arc<Outbox>,
}

impl Work {
    /// Tells a fact, if this commits.
    pub async fn tell(&mut self, envelope: &Envelope, trace: &TraceContext) -> Result<(), StoreError> {
        self.pending.push(Outbox::put(&mut self.tx, envelope, trace).await?);
        Ok(())
    }

    /// Lets every dialer know, if this commits.
    pub async fn nudge(&mut self, call: CallId) -> Result<(), StoreError> {
        Ok(CHANNEL.nudge(&mut self.tx, call).await?)
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await?;
        self.outbox.after_commit(self.pending);
        Ok(())
    }
}

/// For arithmetic with intervals.
fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn uuid_of(call: CallId) -> Uuid {
    call.uuid()
}
