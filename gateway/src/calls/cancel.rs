//! `POST /api/calls/{id}/cancel`: a call that was not dialed never is, and one that is going on is hung up.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::CallId;
use serde::Serialize;
use utoipa::ToSchema;

use super::PathCall;
use crate::api::Api;
use crate::auth::{Agent, Caller};
use crate::openapi::shapes::CallPath;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::store::{Cancel, Moment, StoreError};

#[derive(Serialize, ToSchema)]
#[schema(as = Canceled)]
pub struct Answer {
    /// Always true.
    success: bool,
    /// False: the call was over.
    canceled: bool,
    #[schema(value_type = Uuid)]
    call_id: CallId,
}

#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    #[error("no such call")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for CancelError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::NotFound]];
}

/// Cancel a call
///
/// A call that was not dialed never is, and one that is going on is hung up. Asking twice is the same as asking once; a
/// call that is over answers `"canceled": false`.
#[utoipa::path(
    post,
    path = "/api/calls/{call_id}/cancel",
    operation_id = "cancelCall",
    tag = "calls",
    security(("key" = [])),
    params(CallPath),
    responses((status = 200, description = "Whether the call is canceled.", body = Answer), Problems<CancelError>),
)]
pub async fn cancel(
    State(api): State<Api>,
    Agent(caller): Agent,
    PathCall(id): PathCall,
) -> Result<Json<Answer>, CancelError> {
    let canceled = canceled(&api, &caller, id).await?;
    let call_id = id.ok_or(CancelError::NotFound)?;
    Ok(Json(Answer { success: true, canceled, call_id }))
}

/// Asks for the end of a call of the organization. False: it was over.
pub async fn canceled(api: &Api, caller: &Caller, id: Option<CallId>) -> Result<bool, CancelError> {
    let call_id = id.ok_or(CancelError::NotFound)?;
    let moment = Moment { now: api.clock.now(), ids: rand::random };
    match api.store.cancel(caller.org_id, call_id, &moment).await? {
        Cancel::Told(pending) => {
            api.outbox.after_commit([pending]);
            tracing::info!(call.id = %call_id, "asked to cancel");
            Ok(true)
        }
        Cancel::Again => Ok(true),
        Cancel::Late => Ok(false),
        Cancel::NotFound => Err(CancelError::NotFound),
    }
}

impl From<CancelError> for Problem {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::NotFound => Self::not_found(),
            CancelError::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for CancelError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
