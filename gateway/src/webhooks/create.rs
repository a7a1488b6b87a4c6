//! `POST /api/webhooks`: from now on a receiver is told of every call of a workflow that ends.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::{WebhookId, WorkflowId};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;
use utoipa::ToSchema;

use crate::api::Api;
use crate::auth::Manager;
use crate::body::{BadBody, JsonBody};
use crate::callback_url::CallbackPolicy;
use crate::fields::{self, Fields, INVALID};
use crate::openapi::{BODY, KEYED, Problems, Refuses};
use crate::problem::{Code, FieldProblem, Problem};
use crate::store::{Moment, NewWebhook, NotRegistered, StoreError};

/// A label for people.
const NAME_CHARS_MAX: usize = 200;

/// A receiver to register. Members that are not named here are ignored; an optional member may be null.
#[derive(ToSchema)]
#[schema(as = NewWebhook)]
pub struct Body {
    /// Of an earlier call, from the moment when that was accepted.
    #[schema(value_type = String, format = "workflow-id", example = "0199d4a2-9b58-7cc3-8f5e-0c4ef3e3a1c5")]
    pub workflow_id: WorkflowId,
    /// Where every result is posted: https, without user name and password, never a private or reserved address.
    #[schema(
        max_length = 2_048,
        pattern = "^[hH][tT][tT][pP][sS]://",
        format = "webhook-url",
        example = "https://agent.example.com/calls"
    )]
    pub webhook_url: String,
    /// For you to know it by.
    #[schema(max_length = 200, pattern = r"^[^\x00]*$")]
    pub name: Option<String>,
}

/// The answer, as published.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct Answer {
    /// Delete the webhook by it. The same URL for the same workflow is one webhook, so that it has one id.
    #[schema(value_type = Uuid)]
    id: WebhookId,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error(transparent)]
    Body(#[from] BadBody),
    #[error("fields are at fault")]
    Fields(Vec<FieldProblem>),
    #[error("no such workflow")]
    NotFound,
    #[error("no room for another webhook")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for CreateError {
    const CODES: &'static [&'static [Code]] =
        &[KEYED, BODY, &[Code::NotFound, Code::TooManyWebhooks, Code::InvalidRequest, Code::BadCallbackUrl]];
}

/// Register a webhook
///
/// Every call of the workflow that ends from now on is posted to the URL, signed as Standard Webhooks are. Asking twice
/// for the same URL and workflow is the same as asking once.
#[utoipa::path(
    post,
    path = "/api/webhooks",
    operation_id = "createWebhook",
    tag = "workflows",
    security(("key" = [])),
    request_body = Body,
    responses((status = 200, description = "The webhook is registered.", body = Answer), Problems<CreateError>),
)]
pub async fn create(
    State(api): State<Api>,
    Manager(caller): Manager,
    body: Result<JsonBody, BadBody>,
) -> Result<Json<Answer>, CreateError> {
    let JsonBody(body) = body?;
    let asked = Asked::parse(&body, &api.rules.callbacks).map_err(CreateError::Fields)?;
    // What is not an id is the id of no workflow.
    let workflow_id = asked.workflow_id.ok_or(CreateError::NotFound)?;
    let call_id = api.store.first_call(caller.org_id, workflow_id).await?.ok_or(CreateError::NotFound)?;
    let new = NewWebhook { workflow_id, call_id, url: asked.url, name: asked.name };
    let moment = Moment { now: api.clock.now(), ids: rand::random };
    let (id, fact) = api.store.register(caller.org_id, new, &moment).await?;
    if let Some(fact) = fact {
        api.outbox.after_commit([fact]);
        tracing::info!(webhook.id = %id, workflow.id = %workflow_id, "registered a webhook");
    }
    Ok(Json(Answer { id }))
}

struct Asked {
    workflow_id: Option<WorkflowId>,
    url: Url,
    name: Option<String>,
}

impl Asked {
    fn parse(body: &Map<String, Value>, policy: &CallbackPolicy) -> Result<Self, Vec<FieldProblem>> {
        let mut fields = Fields { body, wrong: Vec::new() };
        let workflow_id = fields.required("workflow_id").map(|text| text.parse().ok());
        let url = fields.required("webhook_url").and_then(|text| fields.url("webhook_url", text, policy));
        let name = fields.text("name").map(str::to_owned);
        if name.as_ref().is_some_and(|name| name.chars().nth(NAME_CHARS_MAX).is_some() || name.contains('\0')) {
            fields.fault("name", INVALID, format!("At most {NAME_CHARS_MAX} characters, and no NUL among them."));
        }
        match (workflow_id, url) {
            (Some(workflow_id), Some(url)) if fields.wrong.is_empty() => Ok(Self { workflow_id, url, name }),
            _ => Err(fields.wrong),
        }
    }
}

impl From<NotRegistered> for CreateError {
    fn from(error: NotRegistered) -> Self {
        match error {
            NotRegistered::TooMany => Self::TooMany,
            NotRegistered::Store(error) => Self::Store(error),
        }
    }
}

impl IntoResponse for CreateError {
    fn into_response(self) -> Response {
        match self {
            Self::Body(bad) => bad.into(),
            Self::Fields(errors) => fields::problem(errors),
            Self::NotFound => Problem::not_found(),
            Self::TooMany => Problem::plain(Code::TooManyWebhooks),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
