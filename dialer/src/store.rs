//! The dialer's tables. All SQL is here; rows leave as checked types.
//!
//! Leases and due times are told by the clock of Postgres alone, because they are compared across machines. Whoever
//! changes a call or its attempts holds the lock on the row of the call.

mod attempt;
mod call;
mod claim;
mod row;
mod talk;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use outbox::{Outbox, Pending};
use proto::{CallId, Envelope};
use runtime::TraceContext;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

pub use self::attempt::Check;
pub use self::call::{Lease, NewCall, Standing};
pub use self::claim::Claimed;
pub use self::talk::Transcript;

/// Our tables live in a schema of their own, so that services can share a database without meeting in it.
const SCHEMA: &str = "dialer";
/// Any number that no other program locks; it serializes the migrations of processes that start together.
const MIGRATION_LOCK: i64 = 0x6469_616c_6572;
/// Tells every dialer that something happened to a call that one of them may be talking on.
const CHANNEL: &str = "dialer_calls";

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Try again later.
    #[error("the database is not available")]
    Unavailable(#[from] sqlx::Error),
    /// Trying again won't help.
    #[error("a row holds what it should not: {0}")]
    Corrupt(&'static str),
}

#[derive(Debug, thiserror::Error)]
pub enum CannotOpen {
    #[error("DATABASE_URL is not a Postgres address")]
    BadUrl,
    #[error("the database can't be reached")]
    Unreachable(#[source] sqlx::Error),
    #[error("the tables can't be brought up to date")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[derive(Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Connects, and brings the tables up to date.
    pub async fn open(url: &SecretString, connections: u32) -> Result<Self, CannotOpen> {
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|_| CannotOpen::BadUrl)?
            .options([("search_path", SCHEMA)])
            .application_name("callcow-dialer");
        migrate(&options).await?;
        let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(5));
        Ok(Self { pool: pool.connect_with(options).await.map_err(CannotOpen::Unreachable)? })
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
    pub async fn listen(&self) -> Result<Listener, StoreError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Listener(listener))
    }
}

pub struct Listener(PgListener);

/// What was heard on the channel between dialers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    Call(CallId),
    /// The connection was lost for a while: anything may have been said.
    Missed,
}

impl Listener {
    pub async fn next(&mut self) -> Result<Nudge, StoreError> {
        let Some(notification) = self.0.try_recv().await? else {
            return Ok(Nudge::Missed);
        };
        Ok(notification.payload().parse().map_or(Nudge::Missed, Nudge::Call))
    }
}

async fn migrate(options: &PgConnectOptions) -> Result<(), CannotOpen> {
    let mut connection = PgConnection::connect_with(options).await.map_err(CannotOpen::Unreachable)?;
    let migration = |error: sqlx::Error| CannotOpen::Migration(Box::new(error));
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut connection)
        .await
        .map_err(migration)?;
    connection.execute("CREATE SCHEMA IF NOT EXISTS dialer").await.map_err(migration)?;
    sqlx::migrate!().run(&mut connection).await.map_err(|error| CannotOpen::Migration(Box::new(error)))?;
    outbox::migrate(&mut connection).await.map_err(migration)?;
    connection.close().await.map_err(migration)
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
        let tell = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(call.to_string());
        tell.execute(&mut *self.tx).await?;
        Ok(())
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
