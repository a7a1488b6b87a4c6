use bus::{DUPLICATE_WINDOW, DeadLetter};
use outbox::Outbox;
use proto::{Kind, Timestamp, wire};
use runtime::TraceContext;
use uuid::Uuid;

use super::{Store, StoreError};

/// A dead letter as operators see it. What it says is private, and not among it.
#[derive(sqlx::FromRow)]
pub struct KeptLetter {
    pub dead_letter_id: String,
    pub consumer: String,
    pub reason: String,
    pub deliveries: i64,
    pub kind: Option<String>,
    pub event_id: Option<Uuid>,
    pub call_id: Option<Uuid>,
    pub buried_at: Timestamp,
    pub bytes: i32,
}

/// What came of a wish to tell a dead fact again.
pub enum Retried {
    /// It waits in the outbox until then: NATS takes the same fact for a repetition before.
    At(Timestamp),
    /// This version can't read it, so that it can't tell it either.
    Unreadable,
    NotFound,
}

const KEPT: &str = "SELECT dead_letter_id, consumer, reason, deliveries, kind, event_id, call_id, buried_at,
     octet_length(payload) AS bytes FROM dead_letters";

impl Store {
    /// Keeps a dead letter; one that is kept already stays as it is. Whether it is new.
    pub async fn bury(&self, letter: &DeadLetter, now: Timestamp) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO dead_letters (dead_letter_id, consumer, reason, deliveries, kind, event_id, call_id,
                 traceparent, tracestate, payload, buried_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (dead_letter_id) DO NOTHING",
        )
        .bind(&letter.id)
        .bind(&letter.consumer)
        .bind(&letter.reason)
        .bind(i64::try_from(letter.deliveries).unwrap_or(i64::MAX))
        .bind(letter.kind.map(Kind::subject))
        .bind(letter.event_id.map(proto::EventId::uuid))
        .bind(letter.call_id.map(proto::CallId::uuid))
        .bind(&letter.trace.traceparent)
        .bind(&letter.trace.tracestate)
        .bind(letter.payload.as_ref())
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// The newest first.
    pub async fn dead_letters(&self, max: i64) -> Result<Vec<KeptLetter>, StoreError> {
        let query = sqlx::AssertSqlSafe(format!("{KEPT} ORDER BY buried_at DESC, dead_letter_id LIMIT $1"));
        Ok(sqlx::query_as(query).bind(max).fetch_all(&self.pool).await?)
    }

    pub async fn dead_letter(&self, id: &str) -> Result<Option<KeptLetter>, StoreError> {
        let query = sqlx::AssertSqlSafe(format!("{KEPT} WHERE dead_letter_id = $1"));
        Ok(sqlx::query_as(query).bind(id).fetch_optional(&self.pool).await?)
    }

    /// Whether there was one.
    pub async fn drop_letter(&self, id: &str) -> Result<bool, StoreError> {
        let dropped = sqlx::query("DELETE FROM dead_letters WHERE dead_letter_id = $1").bind(id);
        Ok(dropped.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Moves a dead letter back into the line: to everybody who hears such facts, for whom hearing it twice changes nothing.
    pub async fn retry_letter(&self, id: &str, now: Timestamp) -> Result<Retried, StoreError> {
        let mut tx = self.pool.begin().await?;
        let taken: Option<(Vec<u8>, String, String, Timestamp)> = sqlx::query_as(
            "DELETE FROM dead_letters WHERE dead_letter_id = $1 RETURNING payload, traceparent, tracestate, buried_at",
        )
        .bind(id)
        .fetch_optional(&mut *tx)
        .await?;
        let Some((payload, traceparent, tracestate, buried_at)) = taken else {
            return Ok(Retried::NotFound);
        };
        // Nothing is committed: the letter stays.
        let Ok(envelope) = wire::decode(&payload) else {
            return Ok(Retried::Unreadable);
        };
        let at = (buried_at + DUPLICATE_WINDOW).max(now);
        let wait = (at - now).to_std().unwrap_or_default();
        Outbox::put_later(&mut tx, &envelope, &TraceContext { traceparent, tracestate }, wait).await?;
        tx.commit().await?;
        Ok(Retried::At(at))
    }
}
