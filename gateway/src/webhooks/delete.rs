//! `DELETE /api/webhooks/{id}`: a receiver is told no more.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{PathWebhook, WebhookPath};
use crate::api::Api;
use crate::auth::Manager;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::store::{Moment, StoreError};

/// A body, because some clients read one from every answer.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDeleted)]
pub struct Answer {
    /// Always true.
    success: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    #[error("no such webhook")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for DeleteError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::NotFound]];
}

/// Delete a webhook
///
/// Calls that end from now on are not told to it. What is on its way to it already still arrives.
#[utoipa::path(
    delete,
    path = "/api/webhooks/{webhook_id}",
    operation_id = "deleteWebhook",
    tag = "workflows",
    security(("key" = [])),
    params(WebhookPath),
    responses((status = 200, description = "The webhook is deleted.", body = Answer), Problems<DeleteError>),
)]
pub async fn delete(
    State(api): State<Api>,
    Manager(caller): Manager,
    PathWebhook(id): PathWebhook,
) -> Result<Json<Answer>, DeleteError> {
    let id = id.ok_or(DeleteError::NotFound)?;
    let moment = Moment { now: api.clock.now(), ids: rand::random };
    let fact = api.store.unregister(caller.org_id, id, &moment).await?.ok_or(DeleteError::NotFound)?;
    api.outbox.after_commit([fact]);
    tracing::info!(webhook.id = %id, "deleted a webhook");
    Ok(Json(Answer { success: true }))
}

impl IntoResponse for DeleteError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
