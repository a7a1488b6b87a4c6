//! `DELETE /api/do-not-call/{number}`: the organization may call a number again.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::ChangeError;
use crate::api::Api;
use crate::auth::Manager;
use crate::openapi::Problems;

/// Take a number off the do-not-call list
///
/// Only when its owner agreed. A number that is on the list of the whole installation stays there.
#[utoipa::path(
    delete,
    path = "/api/do-not-call/{number}",
    operation_id = "removeUnwantedNumber",
    tag = "do-not-call",
    security(("key" = [])),
    params(("number" = String, Path, description = "E.164, with its + as %2B.", pattern = r"^\+[0-9]{1,15}$")),
    responses((status = 204, description = "The number is off the list."), Problems<ChangeError>),
)]
pub async fn remove(
    State(api): State<Api>,
    Manager(caller): Manager,
    Path(text): Path<String>,
) -> Result<StatusCode, ChangeError> {
    // What is not a number is on no list.
    let number = text.parse().map_err(|_| ChangeError::NotFound)?;
    let was_there = api.store.may_call_again(Some(caller.org_id), &number).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(ChangeError::NotFound) }
}
