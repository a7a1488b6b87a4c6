//! Taking calls in hand: the first step of dialing.

use std::time::Duration;

use proto::{CallId, Mode, Timestamp};
use uuid::Uuid;

use super::row::{mode_word, small};
use super::{Store, StoreError, millis};
use crate::call::{Epoch, Owner};

/// A call that this process may dial while its lease lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub call: CallId,
    pub epoch: Epoch,
}

/// How much may be claimed.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub most: u32,
    /// Calls of one organization on the line at a time over all dialers, where its own terms say nothing.
    pub concurrent_calls_max: u32,
}

/// The lock under which dialers claim, one after the other. All that is claimed before is seen by whoever comes next, so
/// that the count of an organization's calls is exact; a claim takes a millisecond or two, for many calls at once.
const CLAIM_LOCK: i64 = 0x6361_6c6c_636f_7721;

/// Whoever has the least on the line comes next, call by call: a thousand calls of one organization do not keep another's
/// single one waiting. The organizations are found by leaps through the index of queues, not by reading the queues.
const CLAIM: &str = "\
WITH RECURSIVE orgs AS ( \
  (SELECT org_id FROM calls WHERE state = 'ready' ORDER BY org_id LIMIT 1) \
  UNION ALL \
  SELECT (SELECT calls.org_id FROM calls WHERE state = 'ready' AND calls.org_id > orgs.org_id ORDER BY org_id LIMIT 1) \
  FROM orgs WHERE orgs.org_id IS NOT NULL), \
queues AS ( \
  SELECT org_id, \
    (SELECT count(*) FROM calls WHERE state = 'dialing' AND calls.org_id = orgs.org_id) + \
    (SELECT count(*) FROM calls WHERE state = 'ready' AND lease_until > now() AND calls.org_id = orgs.org_id) AS held \
  FROM orgs WHERE org_id IS NOT NULL), \
next AS ( \
  SELECT call_id, due_at, held + row_number() OVER (PARTITION BY queues.org_id ORDER BY due_at, call_id) AS place, \
    coalesce(concurrent_calls_max, $5) AS places \
  FROM queues CROSS JOIN LATERAL ( \
    SELECT call_id, due_at, concurrent_calls_max FROM calls WHERE state = 'ready' AND calls.org_id = queues.org_id \
    AND due_at <= now() AND (lease_until IS NULL OR lease_until < now()) AND mode = $4 \
    ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS due) \
UPDATE calls SET epoch = epoch + 1, owner = $1, lease_until = now() + $2 * interval '1 millisecond', \
  waits_for_line = false \
WHERE call_id IN (SELECT call_id FROM next WHERE place <= places ORDER BY place, due_at LIMIT $3) \
RETURNING call_id, epoch";

impl Store {
    /// Takes calls that are due and in nobody's hands, and that may be on the line beside those of their organization
    /// that are.
    pub async fn claim(
        &self,
        owner: Owner,
        mode: Mode,
        lease: Duration,
        room: Room,
    ) -> Result<Vec<Claimed>, StoreError> {
        let mut tx = self.pool.begin().await?;
        // A statement of its own, because a statement sees what was committed when it began.
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(CLAIM_LOCK).execute(&mut *tx).await?;
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(CLAIM)
            .bind(owner.0)
            .bind(millis(lease))
            .bind(i64::from(room.most))
            .bind(mode_word(mode))
            .bind(small(room.concurrent_calls_max))
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(|(call, epoch)| Claimed { call: call.into(), epoch: Epoch(epoch) }).collect())
    }

    /// Whether a call that this owner dialed or talks on is not over.
    pub async fn holds_calls(&self, owner: Owner) -> Result<bool, StoreError> {
        let held = sqlx::query_scalar("SELECT EXISTS (SELECT FROM calls WHERE state = 'dialing' AND owner = $1)");
        Ok(held.bind(owner.0).fetch_one(&self.pool).await?)
    }

    /// Calls that should be over by `now`, or are not to be dialed any more.
    pub async fn past_deadline(&self, now: Timestamp, most: u32) -> Result<Vec<CallId>, StoreError> {
        let rows: Vec<Uuid> = sqlx::query_scalar(
            "(SELECT call_id FROM calls WHERE state <> 'ended' AND deadline <= $1 ORDER BY deadline LIMIT $2) UNION \
             (SELECT call_id FROM calls WHERE state = 'ready' AND latest_at <= $1 ORDER BY latest_at LIMIT $2)",
        )
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(CallId::from).collect())
    }
}
