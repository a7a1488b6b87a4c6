use std::collections::HashMap;

use proto::fact::{CallEnded, CallPlanned};
use proto::{CallId, CallStatus, Envelope, EventId, Goal, OrgId, Timestamp, wire};
use sqlx::{Postgres, Transaction};

use super::row::{column, count, outcome, outcome_word, status};
use super::{CHANNEL, Store, StoreError};
use crate::read_model::{Standing, Times, Told};

/// A call whose row we hold until this commits or is dropped.
pub struct OpenCall {
    pub(super) tx: Transaction<'static, Postgres>,
    pub(super) call_id: CallId,
    pub(super) org_id: OrgId,
    standing: Standing,
    events: u32,
    seen: bool,
    /// The callee wanted to be forgotten: nothing that anybody said or asked for is kept any more.
    pub(super) erased: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    org_id: uuid::Uuid,
    status: String,
    outcome: Option<String>,
    planned_at: Option<Timestamp>,
    dialing_at: Option<Timestamp>,
    ringing_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    dial_attempts: i32,
    turns: i32,
    events: i32,
    seen: bool,
    erased: bool,
}

impl Store {
    /// Locks a call. `seen` tells whether clients were told of the fact `event` before.
    pub async fn open_call(&self, call: CallId, event: EventId) -> Result<Option<OpenCall>, StoreError> {
        let mut tx = self.pool.begin().await?;
        // First of all: a statement that waits for a lock still sees the other tables as they were before it waited.
        sqlx::query("SELECT FROM calls WHERE call_id = $1 FOR UPDATE").bind(call.uuid()).execute(&mut *tx).await?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT org_id, status, (SELECT outcome FROM results WHERE results.call_id = calls.call_id),
                 planned_at, dialing_at, ringing_at, answered_at, ended_at, dial_attempts, turns, events,
                 EXISTS (SELECT FROM call_events WHERE event_id = $2) AS seen, recipient_phone = '' AS erased
             FROM calls WHERE call_id = $1",
        )
        .bind(call.uuid())
        .bind(event.uuid())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let times = Times {
            planned_at: row.planned_at,
            dialing_at: row.dialing_at,
            ringing_at: row.ringing_at,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
        };
        let outcome = row.outcome.as_deref().map(outcome).transpose()?;
        let status = status(&row.status, &times, outcome)?;
        let standing = Standing { status, times, dial_attempts: count(row.dial_attempts), turns: count(row.turns) };
        let (org_id, events) = (row.org_id.into(), count(row.events));
        Ok(Some(OpenCall { tx, call_id: call, org_id, standing, events, seen: row.seen, erased: row.erased }))
    }
}

impl OpenCall {
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether clients were told of this fact before.
    pub fn seen(&self) -> bool {
        self.seen
    }

    pub async fn keep_workflow(&mut self, planned: &CallPlanned, at: Timestamp) -> Result<(), StoreError> {
        if self.erased {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO workflows (workflow_id, org_id, name, planner, workflow, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workflow_id) DO NOTHING",
        )
        .bind(planned.route.workflow_id.uuid())
        .bind(self.org_id.uuid())
        // The name may hold what a prompt did, and a text of Postgres holds no NUL.
        .bind(planned.workflow.parts().name.replace('\0', ""))
        .bind(&planned.planner)
        .bind(wire::encode_workflow(&planned.workflow))
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    pub async fn keep_result(&mut self, ended: &CallEnded) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO results
                 (call_id, outcome, failure, summary, messages, form_fills, duration_millis, disclosure, goal)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (call_id) DO NOTHING",
        )
        .bind(self.call_id.uuid())
        .bind(outcome_word(ended.outcome))
        .bind(ended.failure.as_ref().map(json).transpose()?)
        .bind(json(&ended.summary)?)
        .bind(json(&ended.messages)?)
        .bind(json(&ended.form_fills)?)
        .bind(i64::try_from(ended.duration.as_millis()).unwrap_or(i64::MAX))
        .bind(ended.disclosure.as_ref().map(json).transpose()?)
        .bind(ended.goal.map(Goal::word))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Where the call stands now, after what was told. The prompt is kept only until somebody has worked on it.
    pub async fn keep_standing(&mut self, standing: &Standing) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE calls SET status = $2, planned_at = $3, dialing_at = $4, ringing_at = $5, answered_at = $6,
                 ended_at = $7, dial_attempts = $8, turns = $9, events = $10, call_status = $11,
                 requested = CASE WHEN $2 = 'queued' THEN requested END
             WHERE call_id = $1",
        )
        .bind(self.call_id.uuid())
        .bind(standing.status.word())
        .bind(standing.times.planned_at)
        .bind(standing.times.dialing_at)
        .bind(standing.times.ringing_at)
        .bind(standing.times.answered_at)
        .bind(standing.times.ended_at)
        .bind(column(standing.dial_attempts))
        .bind(column(standing.turns))
        .bind(column(self.events))
        .bind(call_status(&standing.status))
        .execute(&mut *self.tx)
        .await?;
        self.standing = standing.clone();
        Ok(())
    }

    /// Shows an event to those who watch the call. Keep the standing afterwards: it counts the events.
    pub async fn tell(&mut self, envelope: &Envelope, told: &Told) -> Result<(), StoreError> {
        self.events += 1;
        sqlx::query(
            "INSERT INTO call_events (call_id, place, event_id, name, at, data) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.call_id.uuid())
        .bind(column(self.events))
        .bind(envelope.event_id.uuid())
        .bind(told.name.word())
        .bind(envelope.at)
        .bind(told.data.to_string())
        .execute(&mut *self.tx)
        .await?;
        CHANNEL.nudge(&mut self.tx, self.call_id).await?;
        Ok(())
    }

    /// The events that clients were told of, with their places.
    pub async fn places(&mut self) -> Result<HashMap<EventId, u32>, StoreError> {
        let query = sqlx::query_as("SELECT event_id, place FROM call_events WHERE call_id = $1");
        let rows: Vec<(uuid::Uuid, i32)> = query.bind(self.call_id.uuid()).fetch_all(&mut *self.tx).await?;
        Ok(rows.into_iter().map(|(event, place)| (event.into(), count(place))).collect())
    }

    /// As if nothing had been told of the call but its request, which comes back into its row.
    pub async fn forget(&mut self, requested: &Envelope) -> Result<(), StoreError> {
        let call = self.call_id.uuid();
        for rows in [
            "DELETE FROM call_events WHERE call_id = $1",
            "DELETE FROM results WHERE call_id = $1",
            "DELETE FROM callback_attempts WHERE delivery_id IN (SELECT delivery_id FROM callbacks WHERE call_id = $1)",
            "DELETE FROM callbacks WHERE call_id = $1",
        ] {
            sqlx::query(rows).bind(call).execute(&mut *self.tx).await?;
        }
        let query = sqlx::query("UPDATE calls SET requested = $2 WHERE call_id = $1");
        query.bind(call).bind(wire::encode(requested)).execute(&mut *self.tx).await?;
        self.events = 0;
        let standing = Standing { status: CallStatus::Queued, times: Times::default(), dial_attempts: 0, turns: 0 };
        self.tell(requested, &Told::queued(requested)).await?;
        self.keep_standing(&standing).await
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }
}

/// What lists are narrowed by: the word of the outcome, once there is one.
fn call_status(status: &CallStatus) -> Option<&'static str> {
    match status {
        CallStatus::Ended { outcome, .. } => Some(outcome.call_status()),
        CallStatus::Queued
        | CallStatus::Planned { .. }
        | CallStatus::Dialing { .. }
        | CallStatus::Ringing { .. }
        | CallStatus::InProgress { .. } => None,
    }
}

/// JSON as text: what is written here is written by us, and text can hold what jsonb refuses.
fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt("a fact that can't be shown"))
}
