//! Calls in hand.

use std::time::Duration;

use proto::fact::Terms;
use proto::{CallId, OrgId, Outcome, PhoneNumber, Route, Timestamp, Workflow, wire};
use runtime::TraceContext;
use sqlx::AssertSqlSafe;

use super::row::{CALL, CallRow, cancel_word, mode_word, outcome_word, small, stage_word, told_rank, whole_millis};
use super::terms::{TERMS, not_taken_word};
use super::{Store, StoreError, Work, millis, uuid_of};
use crate::call::{Call, Epoch, Owner};

/// What the first fact that is heard of a call says.
#[derive(Debug)]
pub struct NewCall<'a> {
    pub id: CallId,
    pub org: OrgId,
    pub route: &'a Route,
    pub workflow: &'a Workflow,
    pub deadline: Timestamp,
    pub max_duration: Duration,
    pub terms: &'a Terms,
    /// When it is to be dialed.
    pub due_in: Duration,
    pub trace: &'a TraceContext,
}

/// A call whose row is locked.
#[derive(Debug)]
pub enum Standing {
    /// No fact was heard of it yet.
    Unheard,
    Open(Box<Call>),
    Over,
}

impl Store {
    /// The call as it stands, without a lock.
    pub async fn call(&self, id: CallId) -> Result<Standing, StoreError> {
        let query = AssertSqlSafe(format!("SELECT {CALL}, {TERMS} FROM calls WHERE call_id = $1"));
        let row: Option<CallRow> = sqlx::query_as(query).bind(uuid_of(id)).fetch_optional(&self.pool).await?;
        standing(row)
    }
}

impl Work {
    /// Whether it is new. A call that is known already stays as it is.
    pub async fn accept(&mut self, new: &NewCall<'_>) -> Result<bool, StoreError> {
        let retry = new.terms.retry;
        let inserted = sqlx::query(
            "INSERT INTO calls (call_id, org_id, mode, from_number, to_number, workflow_id, workflow, deadline, \
             max_duration_ms, traceparent, tracestate, earliest_at, latest_at, dials_max, retry_no_answer, retry_busy, \
             retry_wait_ms, concurrent_calls_max, due_at, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
             now() + $19 * interval '1 millisecond', 'ready') ON CONFLICT (call_id) DO NOTHING",
        )
        .bind(uuid_of(new.id))
        .bind(new.org.uuid())
        .bind(mode_word(new.route.mode))
        .bind(new.route.from.as_e164())
        .bind(new.route.to.as_e164())
        .bind(new.route.workflow_id.uuid())
        .bind(wire::encode_workflow(new.workflow))
        .bind(new.deadline)
        .bind(whole_millis(new.max_duration))
        .bind(&new.trace.traceparent)
        .bind(&new.trace.tracestate)
        .bind(new.terms.earliest_at)
        .bind(new.terms.latest_at)
        .bind(retry.map(|retry| small(retry.attempts_max.get())))
        .bind(retry.is_some_and(|retry| retry.on_no_answer))
        .bind(retry.is_some_and(|retry| retry.on_busy))
        .bind(retry.map_or(0, |retry| whole_millis(retry.wait)))
        .bind(new.terms.concurrent_calls_max.map(|most| small(most.get())))
        .bind(millis(new.due_in))
        .execute(&mut *self.tx)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Keeps a call that ends before it was planned, so that a plan that comes later is never dialed. False: the call
    /// is known already.
    pub async fn bury_unplanned(
        &mut self,
        (call, org): (CallId, OrgId),
        route: &Route,
        (outcome, at): (Outcome, Timestamp),
    ) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "INSERT INTO calls (call_id, org_id, mode, from_number, to_number, workflow_id, deadline, \
             max_duration_ms, traceparent, tracestate, state, outcome, ended_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '', 'ended', $8, $7) ON CONFLICT (call_id) DO NOTHING",
        )
        .bind(uuid_of(call))
        .bind(org.uuid())
        .bind(mode_word(route.mode))
        .bind(route.from.as_e164())
        .bind(route.to.as_e164())
        .bind(route.workflow_id.uuid())
        .bind(at)
        .bind(outcome_word(outcome))
        .execute(&mut *self.tx)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    /// Reads a call and keeps everyone else from changing it until this is committed.
    pub async fn lock(&mut self, id: CallId) -> Result<Standing, StoreError> {
        let query = AssertSqlSafe(format!("SELECT {CALL}, {TERMS} FROM calls WHERE call_id = $1 FOR UPDATE"));
        let row: Option<CallRow> = sqlx::query_as(query).bind(uuid_of(id)).fetch_optional(&mut *self.tx).await?;
        standing(row)
    }

    /// Writes what may change in an open call whose lock is held. `due_in`: when it is dialed again, if it is ready.
    /// Nobody owns it afterwards, unless `keep_lease`.
    pub async fn save(&mut self, call: &Call, lease: Lease) -> Result<(), StoreError> {
        let (due_in, freed, for_line) = match lease {
            Lease::Keep => (None, false, false),
            Lease::Free { due_in } => (Some(millis(due_in)), true, false),
            Lease::ForLine { look_again } => (Some(millis(look_again)), true, true),
        };
        sqlx::query(
            "UPDATE calls SET state = $2, epoch = $3, cancel_reason = $4, told = $5, answered_at = $6, \
             conversation = $7, due_at = coalesce(now() + $8 * interval '1 millisecond', due_at), \
             lease_until = CASE WHEN $9 THEN NULL ELSE lease_until END, waits_for_line = $10, untaken = $11, \
             rang = $12 WHERE call_id = $1",
        )
        .bind(uuid_of(call.id))
        .bind(stage_word(call.stage))
        .bind(call.epoch.0)
        .bind(call.cancel.map(cancel_word))
        .bind(told_rank(call.told))
        .bind(call.told.answered_at())
        .bind(call.conversation.map(engine::Ending::word))
        .bind(due_in)
        .bind(freed)
        .bind(for_line)
        .bind(call.untaken.map(|untaken| not_taken_word(untaken.why)))
        .bind(call.untaken.is_some_and(|untaken| untaken.rang))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Says who talks on a call whose lock is held.
    pub async fn own(&mut self, call: CallId, owner: Owner) -> Result<(), StoreError> {
        let own = sqlx::query("UPDATE calls SET owner = $2 WHERE call_id = $1").bind(uuid_of(call)).bind(owner.0);
        own.execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Ends a call whose lock is held, and gives up the attempt that it may have. Nothing moves it afterwards.
    pub async fn end(&mut self, call: CallId, outcome: Outcome, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE attempts SET state = CASE state WHEN 'intent' THEN 'not_placed' ELSE 'outcome_unknown' END \
             WHERE call_id = $1 AND state IN ('intent', 'dialing', 'unknown', 'placed', 'answered')",
        )
        .bind(uuid_of(call))
        .execute(&mut *self.tx)
        .await?;
        sqlx::query(
            "UPDATE calls SET state = 'ended', outcome = $2, ended_at = $3, lease_until = NULL WHERE call_id = $1",
        )
        .bind(uuid_of(call))
        .bind(outcome_word(outcome))
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Lets the calls that waited for this line be dialed at once.
    pub async fn free_line(&mut self, route: &Route) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE calls SET due_at = now(), waits_for_line = false WHERE call_id = (SELECT call_id FROM calls WHERE state = 'ready' \
             AND waits_for_line AND mode = $1 AND from_number = $2 AND to_number = $3 \
             ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)",
        )
        .bind(mode_word(route.mode))
        .bind(route.from.as_e164())
        .bind(route.to.as_e164())
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub async fn never_call_again(&mut self, call: &Call) -> Result<(), StoreError> {
        let marked = sqlx::query("UPDATE calls SET opted_out = true WHERE call_id = $1").bind(uuid_of(call.id));
        marked.execute(&mut *self.tx).await?;
        sqlx::query(
            "INSERT INTO do_not_call (org_id, mode, number, call_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(call.org.uuid())
        .bind(mode_word(call.route.mode))
        .bind(call.route.to.as_e164())
        .bind(uuid_of(call.id))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub async fn may_call(&mut self, org: OrgId, mode: proto::Mode, number: &PhoneNumber) -> Result<bool, StoreError> {
        let listed: Option<i32> =
            sqlx::query_scalar("SELECT 1 FROM do_not_call WHERE org_id = $1 AND mode = $2 AND number = $3")
                .bind(org.uuid())
                .bind(mode_word(mode))
                .bind(number.as_e164())
                .fetch_optional(&mut *self.tx)
                .await?;
        Ok(listed.is_none())
    }

    /// Whether the lease that came with this fence lasts for at least `left`. The call's lock is held.
    pub async fn lease_lasts(&mut self, call: CallId, epoch: Epoch, left: Duration) -> Result<bool, StoreError> {
        let lasts: Option<bool> = sqlx::query_scalar(
            "SELECT lease_until > clock_timestamp() + $3 * interval '1 millisecond' FROM calls \
             WHERE call_id = $1 AND epoch = $2",
        )
        .bind(uuid_of(call))
        .bind(epoch.0)
        .bind(millis(left))
        .fetch_optional(&mut *self.tx)
        .await?
        .flatten();
        Ok(lasts == Some(true))
    }
}

/// What becomes of the hold on a call that is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    Keep,
    /// Anybody may take it, not before it is due.
    Free {
        due_in: Duration,
    },
    /// Another call rings there: this one is due when that is over, or when we look again.
    ForLine {
        look_again: Duration,
    },
}

fn standing(row: Option<CallRow>) -> Result<Standing, StoreError> {
    let Some(row) = row else {
        return Ok(Standing::Unheard);
    };
    if row.state == "ended" {
        return Ok(Standing::Over);
    }
    Ok(Standing::Open(Box::new(row.open()?)))
}
