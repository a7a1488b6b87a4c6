//! `POST /api/calls/{id}/cancel`: a call that was not dialed never is, and one that is going on is hung up.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::CallId;
use serde::Serialize;

use super::PathCall;
use crate::api::Api;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::store::{Cancel, Moment, StoreError};

#[derive(Serialize)]
pub struct Answer {
    success: bool,
    /// False: the call was over.
    canceled: bool,
    call_id: CallId,
}

#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    #[error("no such call")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub async fn cancel(
    State(api): State<Api>,
    caller: Caller,
    PathCall(id): PathCall,
) -> Result<Json<Answer>, CancelError> {
    let call_id = id.ok_or(CancelError::NotFound)?;
    let moment = Moment { now: api.clock.now(), ids: rand::random };
    let canceled = match api.store.cancel(caller.org_id, call_id, &moment).await? {
        Cancel::Told(pending) => {
            api.outbox.after_commit([pending]);
            tracing::info!(call.id = %call_id, "asked to cancel");
            true
        }
        Cancel::Again => true,
        Cancel::Late => false,
        Cancel::NotFound => return Err(CancelError::NotFound),
    };
    Ok(Json(Answer { success: true, canceled, call_id }))
}

impl IntoResponse for CancelError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
