use std::time::Duration;

use outbox::{Outbox, Pending};
use proto::fact::{CallCancelRequested, CancelReason};
use proto::{CallId, Envelope, EventId, Fact, OrgId, PhoneNumber, Route, Timestamp, WorkflowId, wire};
use runtime::TraceContext;
use sqlx::{PgConnection, Postgres, Transaction};

use super::row::mode;
use super::{Store, StoreError};

/// Calls that one sweep takes at once: each is a fact, and the next sweep is soon.
const TAKEN_MAX: i64 = 100;

/// Calls that nobody has worked on.
pub struct Silent {
    /// Told before this.
    pub told_before: Timestamp,
}

/// Calls that are not over although they should be.
pub struct Overdue {
    pub deadline_before: Timestamp,
    /// Told last before this.
    pub told_before: Timestamp,
}

/// What came of a request to cancel.
#[derive(Debug)]
pub enum Cancel {
    /// The fact is told as soon as it is given to the outbox.
    Told(Pending),
    /// Somebody asked before.
    Again,
    /// The call is over.
    Late,
    NotFound,
}

#[derive(sqlx::FromRow)]
struct Row {
    call_id: uuid::Uuid,
    org_id: uuid::Uuid,
    workflow_id: uuid::Uuid,
    mode: String,
    from_phone: String,
    recipient_phone: String,
    traceparent: String,
    tracestate: String,
}

/// A call that stands still.
#[derive(sqlx::FromRow)]
pub struct StuckCall {
    call_id: uuid::Uuid,
    org_id: uuid::Uuid,
    pub status: String,
    pub since: Timestamp,
    pub deadline: Timestamp,
}

impl StuckCall {
    pub fn call_id(&self) -> CallId {
        self.call_id.into()
    }

    pub fn org_id(&self) -> OrgId {
        self.org_id.into()
    }
}

/// The sweep of one moment.
pub struct Moment {
    pub now: Timestamp,
    /// Random bytes for the ids of new facts, one for each call.
    pub ids: fn() -> [u8; 10],
}

impl Store {
    /// Asks for the end of a call, once.
    pub async fn cancel(&self, org: OrgId, call: CallId, moment: &Moment) -> Result<Cancel, StoreError> {
        type Asked = (bool, bool);
        let mut tx = self.pool.begin().await?;
        let asked: Option<Asked> = sqlx::query_as(
            "SELECT status = 'ended', cancel_requested_at IS NOT NULL FROM calls
             WHERE call_id = $1 AND org_id = $2 FOR UPDATE",
        )
        .bind(call.uuid())
        .bind(org.uuid())
        .fetch_optional(&mut *tx)
        .await?;
        match asked {
            None => return Ok(Cancel::NotFound),
            Some((true, _)) => return Ok(Cancel::Late),
            Some((false, true)) => return Ok(Cancel::Again),
            Some((false, false)) => {}
        }
        let row: Row = sqlx::query_as(
            "UPDATE calls SET cancel_requested_at = $2 WHERE call_id = $1
             RETURNING call_id, org_id, workflow_id, mode, from_phone, recipient_phone, traceparent, tracestate",
        )
        .bind(call.uuid())
        .bind(moment.now)
        .fetch_one(&mut *tx)
        .await?;
        let (envelope, _) = row.cancel(CancelReason::Caller, moment)?;
        let pending = Outbox::put(&mut tx, &envelope, &TraceContext::current()).await?;
        tx.commit().await?;
        Ok(Cancel::Told(pending))
    }

    /// Tells the request of silent calls again, with the event id that it had.
    pub async fn tell_again(&self, silent: &Silent, now: Timestamp) -> Result<Vec<Pending>, StoreError> {
        type Row = (Option<Vec<u8>>, String, String);
        let mut tx = self.pool.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "UPDATE calls SET told_at = $2 WHERE call_id IN (
                 SELECT call_id FROM calls
                 WHERE status = 'queued' AND told_at < $1 AND deadline > $2 AND requested IS NOT NULL
                 ORDER BY told_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING requested, traceparent, tracestate",
        )
        .bind(silent.told_before)
        .bind(now)
        .bind(TAKEN_MAX)
        .fetch_all(&mut *tx)
        .await?;
        let mut facts = Vec::with_capacity(rows.len());
        for (requested, traceparent, tracestate) in rows {
            let bytes = requested.unwrap_or_default();
            let envelope = wire::decode(&bytes).map_err(|_| StoreError::Corrupt("the fact of a request"))?;
            facts.push((envelope, TraceContext { traceparent, tracestate }));
        }
        commit(tx, &facts).await
    }

    /// Asks for the end of overdue calls.
    pub async fn end_overdue(&self, overdue: &Overdue, moment: &Moment) -> Result<Vec<Pending>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "UPDATE calls SET deadline_told_at = $3 WHERE call_id IN (
                 SELECT call_id FROM calls
                 WHERE status <> 'ended' AND deadline < $1 AND coalesce(deadline_told_at, '-infinity') < $2
                 ORDER BY deadline LIMIT $4 FOR UPDATE SKIP LOCKED)
             RETURNING call_id, org_id, workflow_id, mode, from_phone, recipient_phone, traceparent, tracestate",
        )
        .bind(overdue.deadline_before)
        .bind(overdue.told_before)
        .bind(moment.now)
        .bind(TAKEN_MAX)
        .fetch_all(&mut *tx)
        .await?;
        let facts = rows.iter().map(|row| row.cancel(CancelReason::Deadline, moment)).collect::<Result<Vec<_>, _>>()?;
        commit(tx, &facts).await
    }

    /// Calls that are not over and have stood still since before a time, the longest first.
    pub async fn stuck(&self, before: Timestamp, max: i64) -> Result<Vec<StuckCall>, StoreError> {
        let query = sqlx::query_as(
            "SELECT call_id, org_id, status, since, deadline FROM (
                 SELECT *, greatest(created_at, planned_at, dialing_at, ringing_at, answered_at) AS since
                 FROM calls WHERE status <> 'ended') AS open
             WHERE since < $1 ORDER BY since, call_id LIMIT $2",
        );
        Ok(query.bind(before).bind(max).fetch_all(&self.pool).await?)
    }

    /// Forgets answers that nobody can ask for any more.
    pub async fn forget_answers(&self, expired_before: Timestamp) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "DELETE FROM idempotency WHERE (org_id, idempotency_key) IN (
                 SELECT org_id, idempotency_key FROM idempotency WHERE expires_at < $1
                 LIMIT 1000 FOR UPDATE SKIP LOCKED)",
        );
        Ok(query.bind(expired_before).execute(&self.pool).await?.rows_affected())
    }

    /// How many calls nobody has worked on, and for how long the oldest of them waits.
    pub async fn backlog(&self, now: Timestamp) -> Result<(u32, Duration), StoreError> {
        let (waiting, oldest): (i64, Option<Timestamp>) =
            sqlx::query_as("SELECT count(*), min(created_at) FROM calls WHERE status = 'queued'")
                .fetch_one(&self.pool)
                .await?;
        let age = oldest.and_then(|oldest| (now - oldest).to_std().ok()).unwrap_or_default();
        Ok((u32::try_from(waiting).unwrap_or(u32::MAX), age))
    }
}

impl Row {
    fn cancel(&self, reason: CancelReason, moment: &Moment) -> Result<(Envelope, TraceContext), StoreError> {
        let number = |text: &str| PhoneNumber::recorded(text).map_err(|_| StoreError::Corrupt("number"));
        let route = Route {
            mode: mode(&self.mode)?,
            from: number(&self.from_phone)?,
            to: number(&self.recipient_phone)?,
            workflow_id: WorkflowId::from(self.workflow_id),
        };
        let envelope = Envelope {
            event_id: EventId::new(moment.now, (moment.ids)()),
            org_id: self.org_id.into(),
            call_id: self.call_id.into(),
            at: moment.now,
            fact: Fact::CallCancelRequested(CallCancelRequested { route, reason }),
        };
        let (traceparent, tracestate) = (self.traceparent.clone(), self.tracestate.clone());
        Ok((envelope, TraceContext { traceparent, tracestate }))
    }
}

async fn commit(
    mut tx: Transaction<'_, Postgres>,
    facts: &[(Envelope, TraceContext)],
) -> Result<Vec<Pending>, StoreError> {
    let told: Vec<_> = facts.iter().map(|(envelope, trace)| (envelope, trace)).collect();
    let connection: &mut PgConnection = &mut tx;
    let pending = Outbox::put_new(connection, &told).await?;
    tx.commit().await?;
    Ok(pending)
}
