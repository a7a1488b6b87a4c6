//! Forgetting what people said and asked for: what is old, and what one person wants forgotten.

use proto::{CallId, PhoneNumber, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Store, StoreError};

/// What became of the calls to one person.
pub struct Erased {
    pub calls: Vec<CallId>,
    /// They go on, and were left alone.
    pub open: Vec<CallId>,
}

impl Store {
    /// Deletes up to `max` calls that were accepted before a time and have ended, with all that is known of them. Says how
    /// many there were.
    ///
    /// The ids of calls sort by time, so this needs no index of its own.
    pub async fn erase_old(&self, accepted_before: Timestamp, max: i64) -> Result<usize, StoreError> {
        let mut tx = self.pool.begin().await?;
        let workflows: Vec<Uuid> = sqlx::query_scalar(
            "WITH old AS MATERIALIZED (
                 SELECT call_id FROM calls WHERE call_id < $1 AND status = 'ended'
                 ORDER BY call_id LIMIT $2 FOR UPDATE SKIP LOCKED
             ), events AS (
                 DELETE FROM call_events USING old WHERE call_events.call_id = old.call_id
             ), ends AS (
                 DELETE FROM results USING old WHERE results.call_id = old.call_id
             ), told AS (
                 DELETE FROM callbacks USING old WHERE callbacks.call_id = old.call_id RETURNING callbacks.delivery_id
             ), tries AS (
                 DELETE FROM callback_attempts USING told WHERE callback_attempts.delivery_id = told.delivery_id
             ), dead AS (
                 DELETE FROM dead_letters USING old WHERE dead_letters.call_id = old.call_id
             )
             DELETE FROM calls USING old WHERE calls.call_id = old.call_id RETURNING calls.workflow_id",
        )
        .bind(CallId::new(accepted_before, [0; 10]).uuid())
        .bind(max)
        .fetch_all(&mut *tx)
        .await?;
        erase_workflows(&mut tx, &workflows).await?;
        tx.commit().await?;
        Ok(workflows.len())
    }

    /// Forgets what a person was called about, what was said, and the number: their calls stay as rows without them, so that
    /// a fact that is heard again changes nothing. That the person does not want to be called is not forgotten.
    pub async fn erase_person(&self, number: &PhoneNumber) -> Result<Erased, StoreError> {
        let mut tx = self.pool.begin().await?;
        // By organization, because that is how calls to a number are found.
        let erased: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "UPDATE calls SET recipient_phone = '', metadata = NULL, requested = NULL FROM orgs
             WHERE calls.org_id = orgs.org_id AND calls.recipient_phone = $1 AND calls.status = 'ended'
             RETURNING calls.call_id, calls.workflow_id",
        )
        .bind(number.as_e164())
        .fetch_all(&mut *tx)
        .await?;
        let (calls, workflows): (Vec<_>, Vec<_>) = erased.into_iter().unzip();
        for statement in [
            r#"UPDATE results SET summary = '""', messages = '[]', form_fills = '[]' WHERE call_id = ANY($1)"#,
            "UPDATE call_events SET data = json_build_object('call_id', call_id)::text WHERE call_id = ANY($1)",
            "UPDATE callback_attempts SET answer = ''
             WHERE delivery_id IN (SELECT delivery_id FROM callbacks WHERE call_id = ANY($1))",
            "DELETE FROM dead_letters WHERE call_id = ANY($1)",
        ] {
            sqlx::query(statement).bind(&calls).execute(&mut *tx).await?;
        }
        erase_workflows(&mut tx, &workflows).await?;
        let open: Vec<Uuid> = sqlx::query_scalar(
            "SELECT call_id FROM orgs JOIN calls USING (org_id) WHERE recipient_phone = $1 AND status <> 'ended'",
        )
        .bind(number.as_e164())
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let ids = |rows: Vec<Uuid>| rows.into_iter().map(CallId::from).collect();
        Ok(Erased { calls: ids(calls), open: ids(open) })
    }
}

/// A workflow was made from a prompt and names people. It stays while a call to somebody else follows it, or a webhook waits
/// for such calls.
async fn erase_workflows(connection: &mut PgConnection, workflows: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM workflows WHERE workflow_id = ANY($1)
             AND NOT EXISTS (SELECT FROM webhooks WHERE webhooks.workflow_id = workflows.workflow_id)
             AND NOT EXISTS (
                 SELECT FROM calls WHERE calls.org_id = workflows.org_id AND calls.workflow_id = workflows.workflow_id
                     AND calls.recipient_phone <> '')",
    )
    .bind(workflows)
    .execute(connection)
    .await?;
    Ok(())
}
