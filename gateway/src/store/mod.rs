//! The only place with SQL. Rows leave as checked types.

mod accept;
mod admin;
mod callbacks;
mod caller;
mod dead_letters;
mod do_not_call;
mod key_news;
mod keys;
mod lists;
mod open_call;
mod overdue;
mod rebuilding;
mod resealing;
mod retention;
mod row;
mod view;
mod webhooks;
mod workflows;

use std::time::Duration;

use outbox::{CannotOpen, Channel, Home, Nudges};
use proto::Envelope;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Executor as _, PgPool};

pub use accept::{Accepted, Claim, NewCall, NotKept, Replay};
pub use admin::NewOrg;
pub use callbacks::{AttemptRow, Deliveries, Delivery, KnownCallback};
pub use caller::{KeyRow, OrgLimits};
pub use dead_letters::{KeptLetter, Retried};
pub use do_not_call::{Source, Unwanted};
pub use key_news::KeyNews;
pub use keys::{KeyItem, NewKey};
pub use lists::{CallFilter, CallItem, Position};
pub use open_call::OpenCall;
pub use overdue::{Cancel, Moment, Overdue, Silent, StuckCall};
pub use rebuilding::Rebuilding;
pub use retention::Erased;
pub use row::STAGES;
pub use view::{CallView, CallbackView, EventRow};
pub use webhooks::{NewWebhook, NotRegistered, WebhookRow};
pub use workflows::WorkflowRow;

const HOME: Home = Home {
    schema: "gateway",
    application: "callcow-gateway",
    // Whoever waits for a lock waits for a request with the same idempotency key, and a second is what we promise.
    // Whoever takes long otherwise waits for a database in trouble.
    session: &[("lock_timeout", "1s"), ("statement_timeout", "5s")],
    // A client that waits for longer is better told to try again.
    acquire_timeout: Duration::from_secs(2),
};
/// Tells every gateway that a client may see something new of a call.
const CHANNEL: Channel = Channel("gateway_calls");

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

#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Connects, and brings the tables up to date.
    pub async fn open(url: &SecretString, connections_max: u32) -> Result<Self, CannotOpen> {
        Ok(Self { pool: HOME.open(url.expose_secret(), connections_max, &sqlx::migrate!()).await? })
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
    pub async fn listen(&self) -> Result<Nudges, StoreError> {
        Ok(CHANNEL.listen(&self.pool).await?)
    }
}

/// The bytes of a fact that is kept for being told again.
fn encoded(envelope: &Envelope) -> Vec<u8> {
    proto::wire::encode(envelope)
}
