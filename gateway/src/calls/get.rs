//! `GET /api/calls/{id}`: a call and all that is known of it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::{CallId, Failure, Goal, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::PathCall;
use crate::api::Api;
use crate::auth::{Caller, Reader};
use crate::openapi::shapes::{self, CallPath};
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::read_model::{seconds, time};
use crate::store::{CallView, CallbackView, StoreError};

/// A call, as the API shows it. Members that are not known yet are null.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub struct Call {
    #[schema(format = Uuid)]
    call_id: String,
    #[schema(format = Uuid)]
    workflow_id: String,
    #[schema(inline = false, value_type = shapes::Status)]
    status: &'static str,
    #[schema(value_type = shapes::Mode)]
    mode: proto::Mode,
    recipient_phone: String,
    from_phone: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required = true, format = DateTime)]
    planned_at: Option<String>,
    #[schema(required = true, format = DateTime)]
    dialing_at: Option<String>,
    #[schema(required = true, format = DateTime)]
    ringing_at: Option<String>,
    #[schema(required = true, format = DateTime)]
    answered_at: Option<String>,
    #[schema(required = true, format = DateTime)]
    ended_at: Option<String>,
    #[schema(required = true, format = DateTime)]
    cancel_requested_at: Option<String>,
    #[schema(minimum = 0)]
    dial_attempts: u32,
    /// Null until the call has ended.
    #[schema(required = true, value_type = Option<shapes::Outcome>)]
    outcome: Option<Outcome>,
    #[schema(required = true, value_type = Option<shapes::Failure>)]
    failure: Option<Failure>,
    #[schema(required = true, value_type = Option<String>)]
    call_summary: Value,
    #[schema(value_type = Vec<shapes::Message>)]
    messages: Vec<Value>,
    #[schema(value_type = Vec<shapes::FormFill>)]
    form_fills: Value,
    #[schema(required = true, minimum = 0)]
    duration_seconds: Option<f64>,
    #[schema(required = true, value_type = Option<shapes::Disclosure>)]
    disclosure: Value,
    /// Null until the call has ended, and of a call that was never planned.
    #[schema(required = true, value_type = Option<shapes::Goal>)]
    goal: Option<Goal>,
    #[schema(value_type = shapes::CallbackStanding)]
    callback: Value,
    /// As it came with the request.
    #[schema(required = true, value_type = Option<Object>)]
    metadata: Option<Value>,
    #[schema(required = true)]
    trace_id: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Outcome {
    call_status: &'static str,
    provider_status: &'static str,
}

impl From<proto::Outcome> for Outcome {
    fn from(outcome: proto::Outcome) -> Self {
        Self { call_status: outcome.call_status(), provider_status: outcome.provider_status() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum GetError {
    #[error("no such call")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for GetError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::NotFound]];
}

/// Get a call
///
/// Where it stands, and all that is known of it. Members that are not known yet are null.
#[utoipa::path(
    get,
    path = "/api/calls/{call_id}",
    operation_id = "getCall",
    tag = "calls",
    security(("key" = [])),
    params(CallPath),
    responses((status = 200, description = "The call.", body = Call), Problems<GetError>),
)]
pub async fn get(
    State(api): State<Api>,
    Reader(caller): Reader,
    PathCall(id): PathCall,
) -> Result<Json<Call>, GetError> {
    shown(&api, &caller, id).await.map(Json)
}

/// The call, for its organization.
pub async fn shown(api: &Api, caller: &Caller, id: Option<CallId>) -> Result<Call, GetError> {
    let id = id.ok_or(GetError::NotFound)?;
    let view = api.store.call(caller.org_id, id).await?.ok_or(GetError::NotFound)?;
    Ok(Call::from(view))
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
            goal: None,
            callback: callback(view.callback.as_ref()),
            metadata: view.metadata,
            trace_id: view.trace_id,
        };
        let Some(result) = view.result else {
            return call;
        };
        Self {
            outcome: Some(result.outcome.into()),
            failure: result.failure,
            call_summary: result.summary,
            form_fills: result.form_fills,
            duration_seconds: Some(seconds(result.duration)),
            disclosure: result.disclosure,
            goal: result.goal,
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

impl From<GetError> for Problem {
    fn from(error: GetError) -> Self {
        match error {
            GetError::NotFound => Self::not_found(),
            GetError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for GetError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
