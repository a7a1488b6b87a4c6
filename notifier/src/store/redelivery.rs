//! Deliveries that were given up, and sending them again. The id stays, so a receiver knows what it has seen. One that was
//! attempted as often as any may be is not sent again.

use proto::{CallId, DeliveryId, EventId, Timestamp};
use uuid::Uuid;

use super::{Store, StoreError, millis};
use crate::schedule::NewRound;

/// A delivery that nobody attempts any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhausted {
    pub delivery_id: DeliveryId,
    pub call_id: CallId,
    pub attempts: i32,
    pub finished_at: Timestamp,
}

impl Store {
    /// The first `max` deliveries that were given up since a time, oldest first.
    pub async fn exhausted(&self, since: Timestamp, max: i64) -> Result<Vec<Exhausted>, StoreError> {
        let rows: Vec<(Uuid, Uuid, i32, Timestamp)> = sqlx::query_as(
            "SELECT delivery_id, call_id, attempts, finished_at FROM deliveries
            WHERE state = 'exhausted' AND finished_at >= $1 ORDER BY finished_at LIMIT $2",
        )
        .bind(since)
        .bind(max)
        .fetch_all(&self.pool)
        .await?;
        let parse = |(delivery_id, call_id, attempts, finished_at): (Uuid, Uuid, _, _)| Exhausted {
            delivery_id: delivery_id.into(),
            call_id: call_id.into(),
            attempts,
            finished_at,
        };
        Ok(rows.into_iter().map(parse).collect())
    }

    /// Begins a new round for the deliveries of a call that are over, whatever came of them. Says how many there were.
    pub async fn redeliver_call(&self, call_id: CallId, round: NewRound) -> Result<u64, StoreError> {
        let again = sqlx::query(
            "UPDATE deliveries SET state = 'waiting', due_at = now(), leased_until = now(), fence = fence + 1, round_attempts = 0,
                round_unlikely = 0, round_ends_at = now() + $2 * interval '1 millisecond', finished_at = NULL
            WHERE delivery_id IN (SELECT delivery_id FROM targets WHERE call_id = $1) AND state <> 'waiting'
                AND attempts < $3",
        );
        Ok(again
            .bind(call_id.uuid())
            .bind(millis(round.span))
            .bind(attempts_max(round))
            .execute(&self.pool)
            .await?
            .rows_affected())
    }

    /// Begins a new round for a delivery that is over, once for each request.
    pub async fn redeliver(
        &self,
        delivery_id: DeliveryId,
        request: EventId,
        round: NewRound,
    ) -> Result<bool, StoreError> {
        let again = sqlx::query(
            "UPDATE deliveries SET state = 'waiting', due_at = now(), leased_until = now(), fence = fence + 1, round_attempts = 0,
                round_unlikely = 0, round_ends_at = now() + $3 * interval '1 millisecond', finished_at = NULL,
                redelivery_event = $2
            WHERE delivery_id = $1 AND state <> 'waiting' AND redelivery_event IS DISTINCT FROM $2
                AND attempts < $4",
        );
        let again =
            again.bind(delivery_id.uuid()).bind(request.uuid()).bind(millis(round.span)).bind(attempts_max(round));
        Ok(again.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Begins a new round for all deliveries that were given up since a time. Says how many there were.
    pub async fn redeliver_exhausted(&self, since: Timestamp, round: NewRound) -> Result<u64, StoreError> {
        let again = sqlx::query(
            "UPDATE deliveries SET state = 'waiting', due_at = now(), leased_until = now(), fence = fence + 1, round_attempts = 0,
                round_unlikely = 0, round_ends_at = now() + $2 * interval '1 millisecond', finished_at = NULL
            WHERE state = 'exhausted' AND finished_at >= $1 AND attempts < $3",
        );
        Ok(again
            .bind(since)
            .bind(millis(round.span))
            .bind(attempts_max(round))
            .execute(&self.pool)
            .await?
            .rows_affected())
    }
}

fn attempts_max(round: NewRound) -> i32 {
    i32::try_from(round.attempts_max).unwrap_or(i32::MAX)
}
