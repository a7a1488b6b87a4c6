use std::collections::BTreeMap;
use std::time::Duration;

use proto::{CallId, CallStatus, Failure, Goal, Mode, OrgId, Outcome, Timestamp, WorkflowId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::row::{callback_state, count, goal, mode, outcome, status};
use super::{Store, StoreError};
use crate::read_model::{Callback, CallbackState, Latest, Times};

/// Events that are read at once: a long call has some hundred.
const EVENTS_PAGE: i64 = 200;

/// A call as its organization sees it.
pub struct CallView {
    pub call_id: CallId,
    pub workflow_id: WorkflowId,
    pub mode: Mode,
    pub status: CallStatus,
    pub times: Times,
    pub recipient_phone: String,
    pub from_phone: String,
    pub metadata: Option<Value>,
    pub trace_id: Option<String>,
    pub created_at: Timestamp,
    pub cancel_requested_at: Option<Timestamp>,
    pub dial_attempts: u32,
    /// None: nobody is to be told.
    pub callback: Option<CallbackView>,
    /// None until the call has ended.
    pub result: Option<ResultView>,
    /// What was said. While the call lasts, as far as we were told.
    pub messages: Vec<Value>,
}

/// Whom to tell, and how far that has come.
pub struct CallbackView {
    pub told: Option<Callback>,
}

pub struct ResultView {
    pub outcome: Outcome,
    pub failure: Option<Failure>,
    pub summary: Value,
    pub form_fills: Value,
    pub duration: Duration,
    pub disclosure: Value,
    pub goal: Option<Goal>,
}

/// One event of a call, and its place among them.
pub struct EventRow {
    pub place: u32,
    pub name: String,
    pub data: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    workflow_id: uuid::Uuid,
    mode: String,
    status: String,
    planned_at: Option<Timestamp>,
    dialing_at: Option<Timestamp>,
    ringing_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    recipient_phone: String,
    from_phone: String,
    metadata: Option<String>,
    trace_id: Option<String>,
    created_at: Timestamp,
    cancel_requested_at: Option<Timestamp>,
    dial_attempts: i32,
    callback_wanted: bool,
    outcome: Option<String>,
    failure: Option<String>,
    summary: Option<String>,
    messages: Option<String>,
    form_fills: Option<String>,
    duration_millis: Option<i64>,
    disclosure: Option<String>,
    goal: Option<String>,
    callback_state: Option<String>,
    callback_attempts: Option<i32>,
    callback_result: Option<String>,
    callback_http_status: Option<i32>,
    callback_took_millis: Option<i64>,
    callback_next_attempt_at: Option<Timestamp>,
}

impl Store {
    /// None: there is no such call, or it is another organization's.
    pub async fn call(&self, org: OrgId, call: CallId) -> Result<Option<CallView>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT c.workflow_id, c.mode, c.status, c.planned_at, c.dialing_at, c.ringing_at, c.answered_at, c.ended_at,
                 c.recipient_phone, c.from_phone, c.metadata, c.trace_id, c.created_at, c.cancel_requested_at,
                 c.dial_attempts, c.callback_wanted,
                 r.outcome, r.failure, r.summary, r.messages, r.form_fills, r.duration_millis, r.disclosure, r.goal,
                 b.state AS callback_state, b.attempts AS callback_attempts, b.result AS callback_result,
                 b.http_status AS callback_http_status, b.took_millis AS callback_took_millis,
                 b.next_attempt_at AS callback_next_attempt_at
             FROM calls c
             LEFT JOIN results r ON r.call_id = c.call_id
             LEFT JOIN LATERAL (
                 SELECT * FROM callbacks WHERE call_id = c.call_id AND webhook_id IS NULL LIMIT 1
             ) b ON true
             WHERE c.call_id = $1 AND c.org_id = $2",
        )
        .bind(call.uuid())
        .bind(org.uuid())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let mut view = row.view(call)?;
        if view.result.is_none() {
            view.messages = self.turns(call).await?;
        }
        Ok(Some(view))
    }

    /// What was said so far, in the order in which it was said. A message that was told again has grown, or was cut: what
    /// counts is what was told last, whatever was heard first.
    async fn turns(&self, call: CallId) -> Result<Vec<Value>, StoreError> {
        let query =
            sqlx::query_scalar("SELECT data FROM call_events WHERE call_id = $1 AND name = 'turn' ORDER BY at, place");
        let rows: Vec<String> = query.bind(call.uuid()).fetch_all(&self.pool).await?;
        let mut turns = BTreeMap::new();
        for row in rows {
            let mut turn: Value = json(&row, "turn")?;
            let index = turn["index"].as_u64();
            if let Value::Object(turn) = &mut turn {
                turn.retain(|name, _| matches!(name.as_str(), "role" | "content" | "offset_seconds"));
            }
            turns.insert(index, turn);
        }
        Ok(turns.into_values().collect())
    }

    /// Whether a client may still see something new of the call: it has not ended, or its callback is on its way. None:
    /// there is no such call, or it is another organization's.
    pub async fn is_over(&self, org: OrgId, call: CallId) -> Result<Option<bool>, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT status = 'ended' AND (NOT callback_wanted OR EXISTS (
                 SELECT FROM callbacks
                 WHERE callbacks.call_id = calls.call_id AND webhook_id IS NULL AND state <> 'pending'))
             FROM calls WHERE call_id = $1 AND org_id = $2",
        );
        Ok(query.bind(call.uuid()).bind(org.uuid()).fetch_optional(&self.pool).await?)
    }

    /// Events after a place, the earliest first; not all of them when there are many.
    pub async fn events_after(&self, call: CallId, place: u32) -> Result<Vec<EventRow>, StoreError> {
        let rows: Vec<(i32, String, String)> = sqlx::query_as(
            "SELECT place, name, data FROM call_events WHERE call_id = $1 AND place > $2 ORDER BY place LIMIT $3",
        )
        .bind(call.uuid())
        .bind(super::row::column(place))
        .bind(EVENTS_PAGE)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(place, name, data)| EventRow { place: count(place), name, data }).collect())
    }
}

impl Row {
    fn view(self, call_id: CallId) -> Result<CallView, StoreError> {
        let times = Times {
            planned_at: self.planned_at,
            dialing_at: self.dialing_at,
            ringing_at: self.ringing_at,
            answered_at: self.answered_at,
            ended_at: self.ended_at,
        };
        let ended = self.outcome.as_deref().map(outcome).transpose()?;
        Ok(CallView {
            call_id,
            workflow_id: self.workflow_id.into(),
            mode: mode(&self.mode)?,
            status: status(&self.status, &times, ended)?,
            times,
            callback: self.callback()?,
            result: ended.map(|outcome| self.result(outcome)).transpose()?,
            messages: optional(self.messages.as_deref(), "messages")?.unwrap_or_default(),
            metadata: optional(self.metadata.as_deref(), "metadata")?,
            recipient_phone: self.recipient_phone,
            from_phone: self.from_phone,
            trace_id: self.trace_id,
            created_at: self.created_at,
            cancel_requested_at: self.cancel_requested_at,
            dial_attempts: count(self.dial_attempts),
        })
    }

    fn callback(&self) -> Result<Option<CallbackView>, StoreError> {
        let Some(word) = &self.callback_state else {
            return Ok(self.callback_wanted.then_some(CallbackView { told: None }));
        };
        let state: CallbackState = callback_state(word)?;
        let latest = self.callback_result.clone().map(|result| Latest {
            result,
            http_status: self.callback_http_status.and_then(|status| u16::try_from(status).ok()),
            took: millis(self.callback_took_millis),
            next_attempt_at: self.callback_next_attempt_at,
        });
        let attempts = count(self.callback_attempts.unwrap_or_default());
        Ok(Some(CallbackView { told: Some(Callback { state, attempts, latest }) }))
    }

    fn result(&self, outcome: Outcome) -> Result<ResultView, StoreError> {
        Ok(ResultView {
            outcome,
            failure: optional(self.failure.as_deref(), "failure")?,
            summary: optional(self.summary.as_deref(), "summary")?.unwrap_or_default(),
            form_fills: optional(self.form_fills.as_deref(), "form_fills")?.unwrap_or_default(),
            duration: millis(self.duration_millis),
            disclosure: optional(self.disclosure.as_deref(), "disclosure")?.unwrap_or_default(),
            goal: self.goal.as_deref().map(goal).transpose()?,
        })
    }
}

fn optional<T: DeserializeOwned>(text: Option<&str>, what: &'static str) -> Result<Option<T>, StoreError> {
    text.map(|text| json(text, what)).transpose()
}

fn json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt(what))
}

pub(super) fn millis(column: Option<i64>) -> Duration {
    Duration::from_millis(column.and_then(|millis| millis.try_into().ok()).unwrap_or_default())
}
