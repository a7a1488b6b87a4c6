//! `DELETE /api/keys/{key_id}`: a key opens nothing any more.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::api::Api;
use crate::auth::Manager;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    #[error("no such key")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for RevokeError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::NotFound]];
}

/// Revoke a key
///
/// Every gateway refuses it within a second, for ever. Calls that were asked for with it go on. A key may revoke itself.
#[utoipa::path(
    delete,
    path = "/api/keys/{key_id}",
    operation_id = "revokeKey",
    tag = "account",
    security(("key" = [])),
    params(("key_id" = Uuid, Path, description = "The `id` of the key.")),
    responses((status = 204, description = "The key opens nothing any more."), Problems<RevokeError>),
)]
pub async fn revoke(
    State(api): State<Api>,
    Manager(caller): Manager,
    Path(text): Path<String>,
) -> Result<StatusCode, RevokeError> {
    // What is not an id is the id of no key.
    let id: Uuid = text.parse().map_err(|_| RevokeError::NotFound)?;
    if !api.store.revoke_key(id, Some(caller.org_id), api.clock.now()).await? {
        return Err(RevokeError::NotFound);
    }
    tracing::info!(key.id = %id, "revoked a key");
    Ok(StatusCode::NO_CONTENT)
}

impl IntoResponse for RevokeError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
