//! `GET /api/webhooks`: the receivers that are registered.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use proto::{WebhookId, WorkflowId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::read_model::time;
use crate::store::{StoreError, WebhookRow};

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only those of this workflow.
    pub workflow_id: Option<String>,
}

/// The newest first; an organization may have 1,000.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhooks)]
pub struct Answer {
    webhooks: Vec<Item>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RegisteredWebhook)]
pub struct Item {
    #[schema(value_type = Uuid)]
    id: WebhookId,
    #[schema(value_type = Uuid)]
    workflow_id: WorkflowId,
    webhook_url: String,
    #[schema(required = true)]
    name: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("the query can't be read")]
    BadQuery,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for ListError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::InvalidRequest]];
}

/// List webhooks
///
/// Those of one workflow, or all.
#[utoipa::path(
    get,
    path = "/api/webhooks",
    operation_id = "listWebhooks",
    tag = "workflows",
    security(("key" = [])),
    params(Filter),
    responses((status = 200, description = "The webhooks.", body = Answer), Problems<ListError>),
)]
pub async fn list(
    State(api): State<Api>,
    Reader(caller): Reader,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Json<Answer>, ListError> {
    let Query(filter) = filter.map_err(|_| ListError::BadQuery)?;
    let wanted = filter.workflow_id.filter(|text| !text.is_empty());
    let rows = match wanted.map(|text| text.parse()) {
        None => api.store.webhooks(caller.org_id, None).await?,
        Some(Ok(workflow)) => api.store.webhooks(caller.org_id, Some(workflow)).await?,
        // What is not an id is the id of no workflow, and that has no webhooks.
        Some(Err(_)) => Vec::new(),
    };
    Ok(Json(Answer { webhooks: rows.into_iter().map(item).collect() }))
}

fn item(row: WebhookRow) -> Item {
    Item {
        id: row.webhook_id(),
        workflow_id: row.workflow_id(),
        created_at: time(row.created_at),
        webhook_url: row.url,
        name: row.name,
    }
}

impl IntoResponse for ListError {
    fn into_response(self) -> Response {
        match self {
            Self::BadQuery => Problem::new(Code::InvalidRequest, "Give workflow_id once, percent-encoded."),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
