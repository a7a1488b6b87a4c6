use bus::DeadLetter;
use proto::{Kind, Timestamp};

use super::{Store, StoreError};

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
}
