//! `POST /api/call`: the workflow of an earlier call is followed again, with somebody else.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use proto::fact::{Terms, Wishes};
use proto::{CallId, WorkflowId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::accept::{self, ACCEPTING, AcceptError, Answered, Request};
use super::body::CallAgain;
use super::request::AgainRequest;
use super::wanted::{Task, Wanted};
use crate::api::Api;
use crate::auth::{Agent, Caller};
use crate::body::{BadBody, JsonBody};
use crate::fields::INVALID;
use crate::idempotency::IdempotencyHeader;
use crate::openapi::{BODY, KEYED, Problems, Refuses};
use crate::problem::{Code, FieldProblem, Problem};
use crate::store::StoreError;

const ENDPOINT: &str = "POST /api/call";

/// The answer, as published, and the ids.
#[derive(Serialize, ToSchema)]
#[schema(as = AcceptedAgain)]
pub struct Answer {
    /// Always true.
    success: bool,
    message: &'static str,
    #[schema(value_type = Uuid)]
    call_id: CallId,
    #[schema(value_type = Uuid)]
    workflow_id: WorkflowId,
}

#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    #[error(transparent)]
    Accept(#[from] AcceptError),
    #[error("no such workflow")]
    NotFound,
    /// The call that the workflow is made for is not planned yet.
    #[error("the workflow is not made yet")]
    NotPlanned,
}

impl Refuses for AgainError {
    const CODES: &'static [&'static [Code]] = &[KEYED, BODY, ACCEPTING, &[Code::NotFound, Code::WorkflowNotPlanned]];
}

/// Call somebody with a workflow that is there
///
/// The workflow of an earlier call is followed again, with another recipient. Everything else is as for
/// `/api/call-prompt`.
#[utoipa::path(
    post,
    path = "/api/call",
    operation_id = "callAgain",
    tag = "calls",
    security(("key" = [])),
    params(IdempotencyHeader),
    request_body = CallAgain,
    responses(
        (status = 200, description = "The call was accepted.", body = Answer, headers(
            ("RateLimit-Policy" = String, description = "How many requests the organization may make in how many seconds."),
            ("RateLimit" = String, description = "How many are left, and in how many seconds there are more."),
            ("Idempotent-Replayed" = bool, description = "The first answer to this idempotency key, again."),
        )),
        Problems<AgainError>,
    ),
)]
pub async fn again(
    State(api): State<Api>,
    Agent(caller): Agent,
    headers: HeaderMap,
    body: Result<JsonBody, BadBody>,
) -> Result<Answered, AgainError> {
    let JsonBody(body) = body.map_err(AcceptError::Body)?;
    let request = Request { endpoint: ENDPOINT, headers: &headers, body: &body };
    accept::accept(&api, &caller, request, async |_| wanted(&api, &caller, &body).await, write).await
}

async fn wanted(api: &Api, caller: &Caller, body: &Map<String, Value>) -> Result<Wanted, AgainError> {
    let request = AgainRequest::parse(body, &api.rules.callbacks).map_err(AcceptError::Fields)?;
    // What is not an id is the id of no workflow.
    let workflow_id = request.workflow_id.ok_or(AgainError::NotFound)?;
    let Some(known) = api.store.workflow(caller.org_id, workflow_id).await? else {
        let first = api.store.first_call(caller.org_id, workflow_id).await?;
        return Err(if first.is_some() { AgainError::NotPlanned } else { AgainError::NotFound });
    };
    let wishes = Wishes::default();
    // So that nothing is accepted that the planner can't make a plan of.
    draft::apply(known.workflow.clone(), &wishes, &request.recipient).map_err(|refusal| {
        let pointer = "#/recipient_context".to_owned();
        AcceptError::Fields(vec![FieldProblem { pointer, code: INVALID, detail: refusal.to_string() }])
    })?;
    Ok(Wanted {
        from: None,
        recipient_phone: request.recipient_phone,
        task: Task::Again { workflow_id, known: Box::new(known) },
        recipient: request.recipient,
        wishes,
        terms: Terms::default(),
        options: request.options,
    })
}

fn write(call_id: CallId, workflow_id: WorkflowId) -> String {
    let answer = Answer { success: true, message: "Call initiated.", call_id, workflow_id };
    serde_json::to_string(&answer).expect("texts and ids can be written")
}

impl From<StoreError> for AgainError {
    fn from(error: StoreError) -> Self {
        Self::Accept(error.into())
    }
}

impl IntoResponse for AgainError {
    fn into_response(self) -> Response {
        match self {
            Self::Accept(error) => error.into(),
            Self::NotFound => Problem::not_found(),
            Self::NotPlanned => Problem::plain(Code::WorkflowNotPlanned).retry_after(1),
        }
        .into_response()
    }
}
