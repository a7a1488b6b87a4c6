//! Forgetting what nobody needs any more.

use proto::{CallId, Timestamp};
use sqlx::AssertSqlSafe;

use super::{Store, StoreError};

impl Store {
    /// Erases up to `max` calls that were accepted before a time, and all that was sent and answered about them. A call
    /// whose result is on its way again is kept. Says how many there were.
    ///
    /// The ids of calls sort by time, so this needs no index of its own.
    pub async fn erase_calls(&self, accepted_before: Timestamp, max: i64) -> Result<u64, StoreError> {
        let old = "SELECT call_id FROM calls WHERE call_id < $1";
        let erased = sqlx::query(AssertSqlSafe(erasing(old, "LIMIT $2")));
        let erased = erased.bind(CallId::new(accepted_before, [0; 10]).uuid()).bind(max);
        Ok(erased.execute(&self.pool).await?.rows_affected())
    }

    /// Erases these calls as [`erase_calls`](Self::erase_calls) does.
    pub async fn erase(&self, calls: &[CallId]) -> Result<u64, StoreError> {
        let named = "SELECT call_id FROM calls WHERE call_id = ANY($1)";
        let erased = sqlx::query(AssertSqlSafe(erasing(named, "")));
        let erased = erased.bind(calls.iter().map(|call| call.uuid()).collect::<Vec<_>>());
        Ok(erased.execute(&self.pool).await?.rows_affected())
    }

    /// Forgets webhooks that were deleted before a time: nobody tells us of them any more.
    pub async fn erase_webhooks(&self, deleted_before: Timestamp) -> Result<u64, StoreError> {
        let erased = sqlx::query("DELETE FROM webhooks WHERE deleted_at < $1").bind(deleted_before);
        Ok(erased.execute(&self.pool).await?.rows_affected())
    }
}

/// Deletes the calls that a query chooses, and all that was sent and answered about them.
fn erasing(chosen: &str, limit: &str) -> String {
    format!(
        "WITH old AS MATERIALIZED (
            {chosen} AND NOT EXISTS (
                SELECT FROM targets JOIN deliveries USING (delivery_id)
                WHERE targets.call_id = calls.call_id AND deliveries.state = 'waiting')
            ORDER BY call_id {limit} FOR UPDATE OF calls SKIP LOCKED
        ), gone AS (
            DELETE FROM targets USING old WHERE targets.call_id = old.call_id RETURNING targets.delivery_id
        ), without_attempts AS (
            DELETE FROM attempts USING gone WHERE attempts.delivery_id = gone.delivery_id
        ), without_letters AS (
            DELETE FROM letters USING gone WHERE letters.delivery_id = gone.delivery_id
        ), without_deliveries AS (
            DELETE FROM deliveries USING gone WHERE deliveries.delivery_id = gone.delivery_id
        )
        DELETE FROM calls USING old WHERE calls.call_id = old.call_id"
    )
}
