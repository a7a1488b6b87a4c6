//! What came of attempts.

use std::collections::HashSet;
use std::time::Duration;

use outbox::{Outbox, Pending};
use proto::{DeliveryId, Envelope, Timestamp};
use runtime::TraceContext;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Store, StoreError, millis};
use crate::outcome::{Answer, Prospect};
use crate::schedule::Next;

/// An attempt that was made, and what it means.
#[derive(Clone)]
pub struct Finished {
    pub delivery_id: DeliveryId,
    pub fence: i64,
    /// Counts from 1, over all rounds.
    pub attempt: u32,
    pub started_at: Timestamp,
    pub took: Duration,
    pub answer: Answer,
    pub next: Next,
    /// Told in the transaction that keeps the attempt.
    pub fact: Envelope,
    pub trace: TraceContext,
}

#[derive(Debug, Default)]
pub struct Recorded {
    pub pending: Vec<Pending>,
    /// Attempts of which nothing was kept, because somebody else holds the delivery by now.
    pub lost: usize,
}

impl Next {
    fn state(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Retry { .. } => "waiting",
            Self::Exhausted => "exhausted",
        }
    }

    fn wait(self) -> Duration {
        match self {
            Self::Retry { after } => after,
            Self::Delivered | Self::Exhausted => Duration::ZERO,
        }
    }
}

impl Store {
    /// Keeps a batch of attempts and their facts, all or none. Keeping the same batch again changes nothing.
    pub async fn record(&self, batch: &[Finished]) -> Result<Recorded, StoreError> {
        let mut tx = self.pool.begin().await?;
        let ours = advance(&mut tx, batch).await?;
        let kept: Vec<_> = batch.iter().filter(|one| ours.contains(&one.delivery_id.uuid())).collect();
        insert_attempts(&mut tx, &kept).await?;
        let facts: Vec<_> = kept.iter().map(|one| (&one.fact, &one.trace)).collect();
        let pending = Outbox::put_new(&mut tx, &facts).await?;
        tx.commit().await?;
        Ok(Recorded { pending, lost: batch.len() - kept.len() })
    }
}

/// Moves the deliveries that are still ours, and says which they are. Whatever moves a delivery raises its fence, so one
/// with our fence waits.
async fn advance(tx: &mut PgConnection, batch: &[Finished]) -> Result<HashSet<Uuid>, StoreError> {
    let column = |of: fn(&Finished) -> i64| batch.iter().map(of).collect::<Vec<_>>();
    let ours: Vec<(Uuid,)> = sqlx::query_as(
        "UPDATE deliveries
        SET state = made.state,
            due_at = now() + made.wait * interval '1 millisecond',
            leased_until = now(),
            fence = deliveries.fence + 1,
            attempts = deliveries.attempts + 1,
            round_attempts = deliveries.round_attempts + 1,
            round_unlikely = deliveries.round_unlikely + made.unlikely::integer,
            finished_at = CASE WHEN made.state = 'waiting' THEN NULL ELSE now() END
        FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
            AS made (delivery_id, fence, state, wait, unlikely)
        WHERE deliveries.delivery_id = made.delivery_id AND deliveries.fence = made.fence
        RETURNING deliveries.delivery_id",
    )
    .bind(batch.iter().map(|one| one.delivery_id.uuid()).collect::<Vec<_>>())
    .bind(column(|one| one.fence))
    .bind(batch.iter().map(|one| one.next.state()).collect::<Vec<_>>())
    .bind(column(|one| millis(one.next.wait())))
    .bind(column(|one| i64::from(one.answer.class.prospect() == Prospect::Unlikely)))
    .fetch_all(tx)
    .await?;
    Ok(ours.into_iter().map(|(id,)| id).collect())
}

async fn insert_attempts(tx: &mut PgConnection, kept: &[&Finished]) -> Result<(), StoreError> {
    let attempts = kept.iter().map(|one| i32::try_from(one.attempt).unwrap_or(i32::MAX));
    let took = kept.iter().map(|one| i32::try_from(one.took.as_millis()).unwrap_or(i32::MAX));
    let statuses = kept.iter().map(|one| one.answer.status.and_then(|status| i16::try_from(status).ok()));
    sqlx::query(
        "INSERT INTO attempts (delivery_id, attempt, started_at, took_millis, result, http_status, answer)
        SELECT * FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::integer[], $5::text[], $6::smallint[],
            $7::bytea[])",
    )
    .bind(kept.iter().map(|one| one.delivery_id.uuid()).collect::<Vec<_>>())
    .bind(attempts.collect::<Vec<_>>())
    .bind(kept.iter().map(|one| one.started_at).collect::<Vec<_>>())
    .bind(took.collect::<Vec<_>>())
    .bind(kept.iter().map(|one| one.answer.class.word()).collect::<Vec<_>>())
    .bind(statuses.collect::<Vec<_>>())
    .bind(kept.iter().map(|one| one.answer.body.as_slice()).collect::<Vec<_>>())
    .execute(tx)
    .await?;
    Ok(())
}
