//! Forgetting what people said.

use proto::{CallId, Timestamp};

use super::{Store, StoreError, uuid_of};

impl Store {
    /// Deletes up to `max` calls that were accepted before a time and are over. Says how many there were.
    ///
    /// The row of a call keeps a plan that is heard again from being dialed: the time must lie further back than any plan
    /// that can still be heard. The ids of calls sort by time, so this needs no index of its own.
    pub async fn erase_old(&self, accepted_before: Timestamp, max: u32) -> Result<u64, StoreError> {
        let erased = sqlx::query(
            "WITH old AS MATERIALIZED ( \
                 SELECT call_id FROM calls WHERE call_id < $1 AND state = 'ended' \
                 ORDER BY call_id LIMIT $2 FOR UPDATE SKIP LOCKED \
             ), without_turns AS (DELETE FROM turns USING old WHERE turns.call_id = old.call_id \
             ), without_fills AS (DELETE FROM fills USING old WHERE fills.call_id = old.call_id \
             ), without_attempts AS (DELETE FROM attempts USING old WHERE attempts.call_id = old.call_id \
             ) DELETE FROM calls USING old WHERE calls.call_id = old.call_id",
        );
        let erased = erased.bind(uuid_of(CallId::new(accepted_before, [0; 10]))).bind(i64::from(max));
        Ok(erased.execute(&self.pool).await?.rows_affected())
    }

    /// Forgets what was said in calls that are over, and the numbers that they rang. The rows stay, so that none of them is
    /// dialed when it is heard of again. Says how many there were.
    pub async fn erase(&self, calls: &[CallId]) -> Result<u64, StoreError> {
        let erased = sqlx::query(
            "WITH named AS MATERIALIZED ( \
                 SELECT call_id FROM calls WHERE call_id = ANY($1) AND state = 'ended' FOR UPDATE \
             ), without_turns AS (DELETE FROM turns USING named WHERE turns.call_id = named.call_id \
             ), without_fills AS (DELETE FROM fills USING named WHERE fills.call_id = named.call_id \
             ), attempts_blank AS ( \
                 UPDATE attempts SET to_number = '' FROM named WHERE attempts.call_id = named.call_id \
             ) UPDATE calls SET to_number = '', workflow = NULL, summary = NULL FROM named WHERE calls.call_id = named.call_id",
        );
        let erased = erased.bind(calls.iter().map(|call| uuid_of(*call)).collect::<Vec<_>>());
        Ok(erased.execute(&self.pool).await?.rows_affected())
    }
}
