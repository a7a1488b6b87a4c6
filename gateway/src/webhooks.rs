//! Registered receivers: every call of a workflow that ends is told to them. One operation in each file.

pub mod create;
pub mod delete;
pub mod list;

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use proto::WebhookId;
use uuid::Uuid;

/// The id in the path. What is not an id is the id of no webhook.
pub struct PathWebhook(pub Option<WebhookId>);

impl<S: Send + Sync> FromRequestParts<S> for PathWebhook {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(text.ok().and_then(|Path(text)| text.parse().ok())))
    }
}

/// The id of a webhook, as the contract shows it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WebhookPath {
    /// The `id` of the answer that registered the webhook.
    pub webhook_id: Uuid,
}
