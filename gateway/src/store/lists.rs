//! Lists of calls. A page is read along an index, whatever it is narrowed to, so that it takes as long among a million
//! calls as among a thousand.

use std::time::Duration;

use proto::{CallId, Goal, Mode, OrgId, Outcome, Private, Timestamp, WorkflowId};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::row::{goal, mode, outcome, stage};
use super::view::millis;
use super::{Store, StoreError};

/// Which calls are wanted. None: any.
#[derive(Default)]
pub struct CallFilter {
    /// A word of [`super::STAGES`].
    pub status: Option<&'static str>,
    /// The word of an [`Outcome`].
    pub call_status: Option<&'static str>,
    pub recipient_phone: Option<Private>,
    pub workflow_id: Option<WorkflowId>,
    /// Calls of this time are among them.
    pub created_after: Option<Timestamp>,
    /// Calls of this time are not.
    pub created_before: Option<Timestamp>,
}

/// The place of a call among those of its organization, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// To the microsecond.
    pub created_at: Timestamp,
    pub call_id: CallId,
}

/// A call as lists show it.
pub struct CallItem {
    pub position: Position,
    pub workflow_id: WorkflowId,
    pub mode: Mode,
    pub status: &'static str,
    pub recipient_phone: String,
    pub from_phone: String,
    pub ended_at: Option<Timestamp>,
    /// With the time that was talked. None until the call has ended.
    pub outcome: Option<(Outcome, Duration)>,
    pub goal: Option<Goal>,
}

#[derive(sqlx::FromRow)]
struct Row {
    call_id: Uuid,
    workflow_id: Uuid,
    mode: String,
    status: String,
    recipient_phone: String,
    from_phone: String,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
    outcome: Option<String>,
    duration_millis: Option<i64>,
    goal: Option<String>,
}

impl Store {
    /// How many calls of the organization have not ended, counted up to a number.
    pub async fn open_calls(&self, org: OrgId, most: u32) -> Result<u32, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT count(*) FROM (SELECT FROM calls WHERE org_id = $1 AND status <> 'ended' LIMIT $2) AS open",
        );
        let open: i64 = query.bind(org.uuid()).bind(i64::from(most)).fetch_one(&self.pool).await?;
        Ok(u32::try_from(open).unwrap_or(most))
    }

    /// The newest first, from those after a place.
    pub async fn calls(
        &self,
        org: OrgId,
        filter: &CallFilter,
        after: Option<Position>,
        rows_max: u32,
    ) -> Result<Vec<CallItem>, StoreError> {
        let mut query = QueryBuilder::new("");
        push(&mut query, org, filter, after, rows_max);
        let rows: Vec<Row> = query.build_query_as().fetch_all(&self.pool).await?;
        rows.into_iter().map(Row::item).collect()
    }
}

/// The results of the page are looked up one by one (OFFSET 0 holds Postgres to it): joined, they might all be read.
fn push(query: &mut QueryBuilder<Postgres>, org: OrgId, filter: &CallFilter, after: Option<Position>, rows_max: u32) {
    query.push(
        "SELECT c.call_id, c.workflow_id, c.mode, c.status, c.recipient_phone, c.from_phone, c.created_at, c.ended_at,
             r.outcome, r.duration_millis, r.goal
         FROM calls c LEFT JOIN LATERAL (
             SELECT outcome, duration_millis, goal FROM results WHERE call_id = c.call_id OFFSET 0
         ) r ON true
         WHERE c.org_id = ",
    );
    query.push_bind(org.uuid());
    if let Some(status) = filter.status {
        // Written out, because only then is it known that an index of open calls holds them all.
        query.push(" AND c.status = '").push(status).push("'");
    }
    if let Some(call_status) = filter.call_status {
        query.push(" AND c.call_status = ").push_bind(call_status);
    }
    if let Some(phone) = &filter.recipient_phone {
        query.push(" AND c.recipient_phone = ").push_bind(phone.expose().to_owned());
    }
    if let Some(workflow) = filter.workflow_id {
        query.push(" AND c.workflow_id = ").push_bind(workflow.uuid());
    }
    if let Some(time) = filter.created_after {
        query.push(" AND c.created_at >= ").push_bind(time);
    }
    if let Some(time) = filter.created_before {
        query.push(" AND c.created_at < ").push_bind(time);
    }
    if let Some(Position { created_at, call_id }) = after {
        query.push(" AND (c.created_at, c.call_id) < (").push_bind(created_at);
        query.push(", ").push_bind(call_id.uuid()).push(")");
    }
    query.push(" ORDER BY c.created_at DESC, c.call_id DESC LIMIT ").push_bind(i64::from(rows_max));
}

impl Row {
    fn item(self) -> Result<CallItem, StoreError> {
        let outcome = self.outcome.as_deref().map(outcome).transpose()?;
        Ok(CallItem {
            position: Position { created_at: self.created_at, call_id: self.call_id.into() },
            workflow_id: self.workflow_id.into(),
            mode: mode(&self.mode)?,
            status: stage(&self.status)?,
            recipient_phone: self.recipient_phone,
            from_phone: self.from_phone,
            ended_at: self.ended_at,
            outcome: outcome.map(|outcome| (outcome, millis(self.duration_millis))),
            goal: self.goal.as_deref().map(goal).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests;
