//! `GET /api/calls/{id}`: a call and all that is known of it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::{Failure, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::PathCall;
use crate::api::Api;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::read_model::{seconds, time};
use crate::store::{CallView, CallbackView, StoreError};

/// A call, as the API shows it. Members that are not known yet are null.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub struct Call {
    call_id: String,
    workflow_id: String,
    status: &'static str,
    mode: proto::Mode,
    recipient_phone: String,
    from_phone: String,
    created_at: String,
    planned_at: Option<String>,
    dialing_at: Option<String>,
    ringing_at: Option<String>,
    answered_at: Option<String>,
    ended_at: Option<String>,
    cancel_requested_at: Option<String>,
    dial_attempts: u32,
    outcome: Option<Outcome>,
    failure: Option<Failure>,
    call_summary: Value,
    messages: Vec<Value>,
    form_fills: Value,
    duration_seconds: Option<f64>,
    disclosure: Value,
    callback: Value,
    metadata: Option<Value>,
    trace_id: Option<String>,
}

#[derive(Serialize)]
struct Outcome {
    call_status: &'static str,
    provider_status: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum GetError {
    #[error("no such call")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub async fn get(State(api): State<Api>, caller: Caller, PathCall(id): PathCall) -> Result<Json<Call>, GetError> {
    let id = id.ok_or(GetError::NotFound)?;
    let view = api.store.call(caller.org_id, id).await?.ok_or(GetError::NotFound)?;
    Ok(Json(Call::from(view)))
}

impl From<CallView> for Call {
    fn from(view: CallView) -> Self {
        let shown = |at: Option<Timestamp>| at.map(time);
        let call = Self {
            call_id: view.call_id.to_string(),
            workflow_id: view.workflow_id.to_string(),
            status: view.status.word(),
            mode: view.mode,
            recipient_phone: view.recipient_phone,
            from_phone: view.from_phone,
            created_at: time(view.created_at),
            planned_at: shown(view.times.planned_at),
            dialing_at: shown(view.times.dialing_at),
            ringing_at: shown(view.times.ringing_at),
            answered_at: shown(view.times.answered_at),
            ended_at: shown(view.times.ended_at),
            cancel_requested_at: shown(view.cancel_requested_at),
            dial_attempts: view.dial_attempts,
            outcome: None,
            failure: None,
            call_summary: Value::Null,
            messages: view.messages,
            form_fills: Value::Array(Vec::new()),
            duration_seconds: None,
            disclosure: Value::Null,
            callback: callback(view.callback.as_ref()),
            metadata: view.metadata,
            trace_id: view.trace_id,
        };
        let Some(result) = view.result else {
            return call;
        };
        let outcome = result.outcome;
        Self {
            outcome: Some(Outcome { call_status: outcome.call_status(), provider_status: outcome.provider_status() }),
            failure: result.failure,
            call_summary: result.summary,
            form_fills: result.form_fills,
            duration_seconds: Some(seconds(result.duration)),
            disclosure: result.disclosure,
            ..call
        }
    }
}

/// `none` when nobody is to be told, `pending` until we hear of a last attempt.
fn callback(view: Option<&CallbackView>) -> Value {
    let untold = |status| {
        serde_json::json!({"status": status, "attempts": 0, "last_result": null, "last_http_status": null,
            "next_attempt_at": null})
    };
    match view {
        None => untold("none"),
        Some(CallbackView { told: None }) => untold("pending"),
        Some(CallbackView { told: Some(callback) }) => callback.data(),
    }
}

impl IntoResponse for GetError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
