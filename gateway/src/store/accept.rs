use outbox::{Outbox, Pending};
use proto::fact::CallRequested;
use proto::{CallId, Envelope, OrgId, Timestamp};
use runtime::TraceContext;
use sqlx::postgres::PgDatabaseError;
use sqlx::{PgConnection, PgPool};

use super::{Store, StoreError, encoded, row};

/// `lock_not_available`: somebody else holds the row for longer than we wait.
const LOCK_TIMEOUT: &str = "55P03";

/// A call that is accepted as soon as this commits.
pub struct NewCall<'a> {
    /// Holds `requested`; it is told as soon as this commits.
    pub envelope: &'a Envelope,
    pub requested: &'a CallRequested,
    pub trace: &'a TraceContext,
    /// The event `queued`, as clients see it.
    pub queued: String,
}

/// The right of one request to be the first with its idempotency key.
#[derive(Clone, Debug)]
pub struct Claim {
    pub key: String,
    pub fingerprint: [u8; 32],
    pub expires_at: Timestamp,
}

pub enum Accepted {
    Now(Pending),
    /// Somebody else accepted a request with that idempotency key, and nothing was kept of this one.
    Before,
}

/// What was answered to the first request with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The same request.
    Same { answer: String },
    /// Another request.
    Other,
}

#[derive(Debug, thiserror::Error)]
pub enum NotAccepted {
    /// The first request with that idempotency key is not finished yet.
    #[error("the first request is still under way")]
    InProgress,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The connection was lost during the commit, and nobody could say whether it happened.
    #[error("it is not known whether the call was accepted")]
    Unsure(#[source] sqlx::Error),
}

impl From<sqlx::Error> for NotAccepted {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
        if code.is_some_and(|error| error.code() == LOCK_TIMEOUT) {
            return Self::InProgress;
        }
        Self::Store(error.into())
    }
}

impl Store {
    pub async fn replay(&self, org: OrgId, claim: &Claim, now: Timestamp) -> Result<Option<Replay>, StoreError> {
        let row: Option<(Vec<u8>, String)> = sqlx::query_as(
            "SELECT fingerprint, answer FROM idempotency
             WHERE org_id = $1 AND idempotency_key = $2 AND expires_at > $3",
        )
        .bind(org.uuid())
        .bind(&claim.key)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(
            |(fingerprint, answer)| {
                if fingerprint == claim.fingerprint { Replay::Same { answer } } else { Replay::Other }
            },
        ))
    }

    /// Keeps the call, its answer under the idempotency key, and the fact that tells it; all or nothing.
    pub async fn accept(&self, new: &NewCall<'_>, claim: Option<(&Claim, &str)>) -> Result<Accepted, NotAccepted> {
        let mut tx = self.pool.begin().await?;
        if let Some((claim, answer)) = claim
            && !insert_claim(&mut tx, new.envelope, claim, answer).await?
        {
            return Ok(Accepted::Before);
        }
        insert_call(&mut tx, new).await?;
        let pending = Outbox::put(&mut tx, new.envelope, new.trace).await?;
        match tx.commit().await {
            Ok(()) => Ok(Accepted::Now(pending)),
            Err(error) => match exists(&self.pool, new.envelope.call_id).await {
                Ok(true) => Ok(Accepted::Now(pending)),
                Ok(false) | Err(_) => Err(NotAccepted::Unsure(error)),
            },
        }
    }
}

/// Whether we are the first. Waits for whoever is about to be.
async fn insert_claim(
    connection: &mut PgConnection,
    envelope: &Envelope,
    claim: &Claim,
    answer: &str,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO idempotency (org_id, idempotency_key, fingerprint, answer, expires_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, idempotency_key) DO UPDATE
         SET fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at
         WHERE idempotency.expires_at <= $6",
    )
    .bind(envelope.org_id.uuid())
    .bind(&claim.key)
    .bind(claim.fingerprint.as_slice())
    .bind(answer)
    .bind(claim.expires_at)
    .bind(envelope.at)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

async fn insert_call(connection: &mut PgConnection, new: &NewCall<'_>) -> Result<(), sqlx::Error> {
    let NewCall { envelope, requested, trace, queued } = new;
    // One statement, because each costs a round trip while the idempotency key is locked.
    sqlx::query(
        "WITH call AS (
             INSERT INTO calls (call_id, org_id, workflow_id, mode, from_phone, recipient_phone, metadata,
                 callback_wanted, trace_id, created_at, deadline, requested, requested_event, traceparent, tracestate,
                 told_at, events)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $10, 1)
             RETURNING call_id, created_at
         )
         INSERT INTO call_events (call_id, place, event_id, name, at, data)
         SELECT call_id, 1, $13, 'queued', created_at, $16 FROM call",
    )
    .bind(envelope.call_id.uuid())
    .bind(envelope.org_id.uuid())
    .bind(requested.route.workflow_id.uuid())
    .bind(row::mode_word(requested.route.mode))
    .bind(requested.route.from.as_e164())
    .bind(requested.route.to.as_e164())
    .bind(requested.metadata.as_ref().map(proto::Private::expose))
    .bind(requested.callback.is_some())
    .bind(trace.trace_id())
    .bind(envelope.at)
    .bind(requested.deadline)
    .bind(encoded(envelope))
    .bind(envelope.event_id.uuid())
    .bind(&trace.traceparent)
    .bind(&trace.tracestate)
    .bind(queued)
    .execute(connection)
    .await?;
    Ok(())
}

async fn exists(pool: &PgPool, call: CallId) -> Result<bool, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT EXISTS (SELECT FROM calls WHERE call_id = $1)");
    query.bind(call.uuid()).fetch_one(pool).await
}
