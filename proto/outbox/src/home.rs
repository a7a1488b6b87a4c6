//! A service's own corner of the database: a schema with its tables and its outbox, and a channel on which its processes
//! tell each other of calls.

use std::time::Duration;

use proto::CallId;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool};

use crate::store;

/// What a service calls its corner, and how it uses it.
#[derive(Clone, Copy, Debug)]
pub struct Home {
    /// The schema, so that services can share a database without meeting in it.
    pub schema: &'static str,
    /// What the operator of the database sees, such as `callcow-gateway`.
    pub application: &'static str,
    /// Settings of each session once the tables are made, such as `lock_timeout`.
    pub session: &'static [(&'static str, &'static str)],
    /// How long a caller waits for a connection.
    pub acquire_timeout: Duration,
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

impl Home {
    /// Connects, and brings the tables up to date. Processes that start together do so one after another.
    pub async fn open(self, url: &str, connections_max: u32, migrator: &Migrator) -> Result<PgPool, CannotOpen> {
        let options: PgConnectOptions = url.parse().map_err(|_| CannotOpen::BadUrl)?;
        let options = options.options([("search_path", self.schema)]).application_name(self.application);
        self.migrate(&options, migrator).await?;
        let pool = PgPoolOptions::new().max_connections(connections_max).acquire_timeout(self.acquire_timeout);
        pool.connect_with(options.options(self.session.iter().copied())).await.map_err(CannotOpen::Unreachable)
    }

    async fn migrate(self, options: &PgConnectOptions, migrator: &Migrator) -> Result<(), CannotOpen> {
        let mut connection = PgConnection::connect_with(options).await.map_err(CannotOpen::Unreachable)?;
        let migration = |error: sqlx::Error| CannotOpen::Migration(Box::new(error));
        // The connection closes below, and the lock with it, whatever happens in between.
        sqlx::query("SELECT pg_advisory_lock(hashtext($1))")
            .bind(self.schema)
            .execute(&mut connection)
            .await
            .map_err(migration)?;
        self.make_schema(&mut connection).await.map_err(migration)?;
        // A version starts beside the tables of the next one, too: while that one is rolled out, and when it is taken back.
        let mut migrator = Migrator::with_migrations(migrator.iter().cloned().collect());
        migrator.set_ignore_missing(true);
        migrator.run(&mut connection).await.map_err(|error| CannotOpen::Migration(Box::new(error)))?;
        store::migrate(&mut connection).await.map_err(migration)?;
        connection.close().await.map_err(migration)
    }

    /// Only where it is missing: a role that owns its schema may not make others, and Postgres refuses such a role even
    /// `IF NOT EXISTS`.
    async fn make_schema(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let (there,): (bool,) = sqlx::query_as("SELECT to_regnamespace($1) IS NOT NULL")
            .bind(self.schema)
            .fetch_one(&mut *connection)
            .await?;
        if !there {
            connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {}", self.schema))).await?;
        }
        Ok(())
    }
}

/// Where the processes of one service tell each other that something happened to a call. Only a hint: the rows are true.
#[derive(Clone, Copy, Debug)]
pub struct Channel(pub &'static str);

/// A connection that hears what the processes of a service tell.
pub struct Nudges(PgListener);

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    Call(CallId),
    /// The connection was lost for a while: anything may have been said.
    Missed,
}

impl Channel {
    /// Told with the transaction, so that it is heard when there is something to see.
    pub async fn nudge(self, connection: &mut PgConnection, call: CallId) -> Result<(), sqlx::Error> {
        let tell = sqlx::query("SELECT pg_notify($1, $2)").bind(self.0).bind(call.to_string());
        tell.execute(connection).await.map(drop)
    }

    pub async fn listen(self, pool: &PgPool) -> Result<Nudges, sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(self.0).await?;
        Ok(Nudges(listener))
    }
}

impl Nudges {
    pub async fn next(&mut self) -> Result<Nudge, sqlx::Error> {
        let Some(notification) = self.0.try_recv().await? else {
            return Ok(Nudge::Missed);
        };
        Ok(notification.payload().parse().map_or(Nudge::Missed, Nudge::Call))
    }
}
