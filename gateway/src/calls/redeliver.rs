//! `POST /api/calls/{id}/callback/redeliver`: the result of a call is sent again, with the same `webhook-id`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use proto::fact::CALLBACK_ATTEMPTS_MAX;
use proto::{CallId, DeliveryId};
use serde::Serialize;
use utoipa::ToSchema;

use super::PathCall;
use crate::api::Api;
use crate::auth::Agent;
use crate::limits::{Charged, Kind, Limited};
use crate::openapi::shapes::CallPath;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::store::{Moment, StoreError};

#[derive(Serialize, ToSchema)]
#[schema(as = Redelivery)]
pub struct Answer {
    /// Always true.
    success: bool,
    #[schema(value_type = Uuid)]
    call_id: CallId,
    /// Sent again, in a new round of the schedule.
    #[schema(value_type = Vec<Uuid>)]
    redelivering: Vec<DeliveryId>,
    /// Still on their way, so that nothing has to be done.
    #[schema(value_type = Vec<Uuid>)]
    pending: Vec<DeliveryId>,
    /// Attempted as often as any delivery may be (100 times), so that they are not sent again.
    #[schema(value_type = Vec<Uuid>)]
    spent: Vec<DeliveryId>,
}

#[derive(Debug, thiserror::Error)]
pub enum RedeliverError {
    #[error("no such call")]
    NotFound,
    #[error("the call has not ended")]
    NotEnded,
    #[error("nobody is to be told")]
    NoCallback,
    #[error("all of them were attempted as often as any may be")]
    Spent,
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for RedeliverError {
    const CODES: &'static [&'static [Code]] =
        &[KEYED, &[Code::NotFound, Code::CallNotEnded, Code::NoCallback, Code::TooManyAttempts]];
}

/// Send the result of a call again
///
/// To every receiver that has it or was given up, with the same `webhook-id` and in a new round of the schedule.
#[utoipa::path(
    post,
    path = "/api/calls/{call_id}/callback/redeliver",
    operation_id = "redeliverCallback",
    tag = "calls",
    security(("key" = [])),
    params(CallPath),
    responses((status = 202, description = "What is sent again.", body = Answer), Problems<RedeliverError>),
)]
pub async fn redeliver(
    State(api): State<Api>,
    Agent(caller): Agent,
    PathCall(id): PathCall,
) -> Result<(StatusCode, Json<Answer>), RedeliverError> {
    caller.charge(&api, Kind::Requests, Charged(rand::random())).await?;
    let call_id = id.ok_or(RedeliverError::NotFound)?;
    let found = api.store.deliveries(caller.org_id, call_id).await?.ok_or(RedeliverError::NotFound)?;
    if !found.call_ended {
        return Err(RedeliverError::NotEnded);
    }
    if !found.callback_wanted && found.deliveries.is_empty() {
        return Err(RedeliverError::NoCallback);
    }
    let (over, pending): (Vec<_>, Vec<_>) = found.deliveries.iter().partition(|delivery| delivery.is_over());
    let (spent, over): (Vec<_>, Vec<_>) =
        over.into_iter().partition(|delivery| delivery.known.callback.attempts >= CALLBACK_ATTEMPTS_MAX);
    let ids = |deliveries: Vec<&crate::store::Delivery>| -> Vec<DeliveryId> {
        deliveries.iter().map(|one| one.delivery_id).collect()
    };
    let (redelivering, pending, spent) = (ids(over), ids(pending), ids(spent));
    if !spent.is_empty() && redelivering.is_empty() && pending.is_empty() {
        return Err(RedeliverError::Spent);
    }
    if !redelivering.is_empty() {
        let moment = Moment { now: api.clock.now(), ids: rand::random };
        let facts = api.store.ask_redelivery(caller.org_id, call_id, &redelivering, &moment).await?;
        api.outbox.after_commit(facts);
        tracing::info!(call.id = %call_id, "asked to redeliver");
    }
    Ok((StatusCode::ACCEPTED, Json(Answer { success: true, call_id, redelivering, pending, spent })))
}

impl IntoResponse for RedeliverError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::NotEnded => Problem::plain(Code::CallNotEnded),
            Self::NoCallback => Problem::plain(Code::NoCallback),
            Self::Limited(limited) => limited.into(),
            Self::Spent => Problem::plain(Code::TooManyAttempts),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
