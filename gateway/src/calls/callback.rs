//! `GET /api/calls/{id}/callback`: how the result of a call fared on its way, attempt by attempt.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::{CallId, DeliveryId, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

use super::PathCall;
use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::shapes::{self, CallPath};
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::read_model::{CallbackState, time};
use crate::store::{AttemptRow, Delivery, StoreError};

/// The deliveries of a call's result.
#[derive(Serialize, ToSchema)]
#[schema(as = Deliveries)]
pub struct Answer {
    #[schema(value_type = Uuid)]
    call_id: CallId,
    /// Of the callback: `none` when the request named no URL, `pending` until it was delivered or given up.
    #[schema(value_type = shapes::CallbackStatus)]
    status: &'static str,
    deliveries: Vec<Shown>,
}

/// One result on its way to one receiver.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
struct Shown {
    /// The header `webhook-id` of every attempt.
    #[schema(value_type = Uuid)]
    delivery_id: DeliveryId,
    /// The webhook of the workflow. Null: the callback of the request.
    #[schema(required = true, value_type = Option<Uuid>)]
    webhook_id: Option<WebhookId>,
    #[schema(value_type = shapes::CallbackStatus)]
    status: &'static str,
    #[schema(required = true, format = DateTime)]
    next_attempt_at: Option<String>,
    /// The earliest first.
    attempts: Vec<Attempt>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
struct Attempt {
    /// Counts from 1, over all rounds.
    #[schema(minimum = 1)]
    attempt: u32,
    #[schema(required = true, format = DateTime)]
    started_at: Option<String>,
    #[schema(minimum = 0)]
    took_seconds: f64,
    /// `2xx`, `3xx`, `4xx`, `5xx`, or why no answer came: `timeout`, `unreachable`, `tls`, `unresolved`, `garbled`,
    /// `blocked`, `sealed`.
    result: String,
    #[schema(required = true)]
    http_status: Option<u16>,
    /// The first characters of what the receiver answered.
    answer: String,
    #[schema(required = true, format = DateTime)]
    next_attempt_at: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    #[error("no such call")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for CallbackError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::NotFound]];
}

/// See how the result of a call was delivered
///
/// Every attempt to hand the result to the callback URL and to the webhooks of the workflow.
#[utoipa::path(
    get,
    path = "/api/calls/{call_id}/callback",
    operation_id = "getCallback",
    tag = "calls",
    security(("key" = [])),
    params(CallPath),
    responses((status = 200, description = "The deliveries.", body = Answer), Problems<CallbackError>),
)]
pub async fn callback(
    State(api): State<Api>,
    Reader(caller): Reader,
    PathCall(id): PathCall,
) -> Result<Json<Answer>, CallbackError> {
    let call_id = id.ok_or(CallbackError::NotFound)?;
    let found = api.store.deliveries(caller.org_id, call_id).await?.ok_or(CallbackError::NotFound)?;
    let status = match found.deliveries.iter().find(|delivery| delivery.known.webhook_id.is_none()) {
        Some(delivery) => delivery.known.callback.state.word(),
        None if found.callback_wanted => CallbackState::Pending.word(),
        None => "none",
    };
    Ok(Json(Answer { call_id, status, deliveries: found.deliveries.into_iter().map(Shown::from).collect() }))
}

impl From<Delivery> for Shown {
    fn from(delivery: Delivery) -> Self {
        let callback = delivery.known.callback;
        Self {
            delivery_id: delivery.delivery_id,
            webhook_id: delivery.known.webhook_id,
            status: callback.state.word(),
            next_attempt_at: callback.latest.and_then(|latest| latest.next_attempt_at).map(time),
            attempts: delivery.attempts.into_iter().map(Attempt::from).collect(),
        }
    }
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            attempt: row.attempt(),
            started_at: row.started_at.map(time),
            took_seconds: row.took().as_secs_f64(),
            http_status: row.http_status(),
            result: row.result,
            answer: row.answer,
            next_attempt_at: row.next_attempt_at.map(time),
        }
    }
}

impl IntoResponse for CallbackError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
