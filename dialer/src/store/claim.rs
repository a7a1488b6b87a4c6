//! Taking calls in hand: the first step of dialing.

use std::time::Duration;

use proto::{CallId, Timestamp};
use uuid::Uuid;

use super::{Store, StoreError, millis};
use crate::call::{Epoch, Owner};

/// A call that this process may dial while its lease lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub call: CallId,
    pub epoch: Epoch,
}

impl Store {
    /// Takes at most so many calls that are due and in nobody's hands.
    pub async fn claim(&self, owner: Owner, lease: Duration, most: u32) -> Result<Vec<Claimed>, StoreError> {
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(
            "UPDATE calls SET epoch = epoch + 1, owner = $1, lease_until = now() + $2 * interval '1 millisecond' \
             WHERE call_id IN (SELECT call_id FROM calls WHERE state = 'ready' AND due_at <= now() \
               AND (lease_until IS NULL OR lease_until < now()) ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
             RETURNING call_id, epoch",
        )
        .bind(owner.0)
        .bind(millis(lease))
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(call, epoch)| Claimed { call: call.into(), epoch: Epoch(epoch) }).collect())
    }

    /// Whether a call that this owner dialed or talks on is not over.
    pub async fn holds_calls(&self, owner: Owner) -> Result<bool, StoreError> {
        let held = sqlx::query_scalar("SELECT EXISTS (SELECT FROM calls WHERE state = 'dialing' AND owner = $1)");
        Ok(held.bind(owner.0).fetch_one(&self.pool).await?)
    }

    /// Calls that should be over by `now`, the longest overdue first.
    pub async fn past_deadline(&self, now: Timestamp, most: u32) -> Result<Vec<CallId>, StoreError> {
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "SELECT call_id FROM calls WHERE state <> 'ended' AND deadline <= $1 ORDER BY deadline LIMIT $2",
        )
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(CallId::from).collect())
    }
}
