//! The only place with SQL. Rows leave as checked types.

mod accept;
mod admin;
mod caller;
mod dead_letters;
mod open_call;
mod overdue;
mod row;
mod view;

use std::str::FromStr as _;
use std::time::Duration;

use proto::{CallId, Envelope};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};

pub use accept::{Accepted, Claim, NewCall, NotAccepted, Replay};
pub use admin::NewOrg;
pub use caller::CallingCard;
pub use open_call::OpenCall;
pub use overdue::{Cancel, Moment, Overdue, Silent};
pub use view::{CallView, CallbackView, EventRow};

/// Our tables live in a schema of their own, so that services can share a database without meeting in it.
const SCHEMA: &str = "gateway";
/// Any number that no other program locks; it serializes the migrations of processes that start together.
const MIGRATION_LOCK: i64 = 0x6761_7465_7761;
/// Tells every gateway that a client may see something new of a call.
const CHANNEL: &str = "gateway_calls";
/// A client that waits for longer is better told to try again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Try again later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Trying again won't help.
    #[error("the database does not take it")]
    Refused(#[source] sqlx::Error),
    /// Trying again won't help.
    #[error("a row holds what it should not: {0}")]
    Corrupt(&'static str),
}

/// SQLSTATE classes that say that the data or the statement is at fault: data exception, constraint, syntax.
const FAULTS: [&str; 3] = ["22", "23", "42"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        let fault = code.is_some_and(|code| FAULTS.iter().any(|class| code.starts_with(class)));
        let unreadable = matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_));
        if fault || unreadable { Self::Refused(error) } else { Self::Unavailable(error) }
    }
}

/// The database can't be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum CannotOpen {
    #[error("DATABASE_URL is not a Postgres address")]
    BadUrl,
    #[error("the database can't be reached")]
    Unreachable(#[source] sqlx::Error),
    #[error("the tables can't be brought up to date")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Connects, and brings the tables up to date.
    pub async fn open(url: &SecretString, connections_max: u32) -> Result<Self, CannotOpen> {
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|_| CannotOpen::BadUrl)?
            // What is there already is no news.
            .options([("search_path", SCHEMA), ("client_min_messages", "warning")])
            .application_name("callcow-gateway");
        migrate(&options).await?;
        // Whoever waits for a lock waits for a request with the same idempotency key, and a second is what we promise.
        // Whoever takes long otherwise waits for a database in trouble.
        let options = options.options([("lock_timeout", "1s"), ("statement_timeout", "5s")]);
        let pool = PgPoolOptions::new().max_connections(connections_max).acquire_timeout(ACQUIRE_TIMEOUT);
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

    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Which calls have something new to see, in this process and the others.
    pub async fn listen(&self) -> Result<Listener, StoreError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Listener(listener))
    }
}

/// A connection that hears what other connections tell.
pub struct Listener(PgListener);

/// What was heard.
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
    connection.execute("CREATE SCHEMA IF NOT EXISTS gateway").await.map_err(migration)?;
    sqlx::migrate!().run(&mut connection).await.map_err(|error| CannotOpen::Migration(Box::new(error)))?;
    outbox::migrate(&mut connection).await.map_err(migration)?;
    connection.close().await.map_err(migration)
}

/// Shows what a client may watch. Told with the transaction, so that it is heard when there is something to see.
async fn nudge(connection: &mut PgConnection, call: CallId) -> Result<(), sqlx::Error> {
    let tell = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(call.to_string());
    tell.execute(connection).await.map(drop)
}

/// The bytes of a fact that is kept for being told again.
fn encoded(envelope: &Envelope) -> Vec<u8> {
    proto::wire::encode(envelope)
}
