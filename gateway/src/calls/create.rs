//! `POST /api/call-prompt`: a prompt and a number become a call.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use draft::{Missing, Refusal, Vague};
use proto::fact::Recipient;
use proto::{CallId, Timestamp, WorkflowId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::accept::{self, ACCEPTING, AcceptError, Answered, Request};
use super::body::CallPrompt;
use super::preflight::{Preflight, preflight};
use super::request::CallRequest;
use super::wanted::{Task, Wanted};
use crate::api::Api;
use crate::auth::{Agent, Caller};
use crate::body::{BadBody, JsonBody};
use crate::fields::INVALID;
use crate::idempotency::IdempotencyHeader;
use crate::openapi::{BODY, KEYED, Problems, Refuses};
use crate::problem::{Code, FieldProblem, Problem};

const ENDPOINT: &str = "POST /api/call-prompt";

/// The answer, as published.
#[derive(Serialize, ToSchema)]
#[schema(as = Accepted)]
pub struct Answer {
    /// Always true.
    success: bool,
    #[schema(value_type = Uuid)]
    workflow_id: WorkflowId,
    #[schema(value_type = Uuid)]
    call_id: CallId,
}

/// What a request is answered.
#[derive(ToSchema)]
#[schema(as = CallPrompted)]
#[serde(untagged)]
pub enum Either {
    /// The call was accepted.
    Accepted(Answer),
    /// To `"dry_run": true`: nothing was accepted.
    Preflight(Box<Preflight>),
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error(transparent)]
    Accept(#[from] AcceptError),
    #[error("the prompt does not say enough")]
    Vague(Vec<Missing>),
}

impl Refuses for CreateError {
    const CODES: &'static [&'static [Code]] = &[
        KEYED,
        BODY,
        ACCEPTING,
        &[Code::VaguePrompt, Code::BadResultSchema, Code::LanguageNotSupported, Code::NotAllowed, Code::BadFromNumber],
    ];
}

/// Make a phone call
///
/// The answer comes at once; the phone rings a moment later. Watch the call at `/api/calls/{call_id}` or wait for the
/// callback. With an idempotency key the request may be sent again without a second call. With `"dry_run": true` nothing
/// is dialed or kept, and the answer says what would become of the request.
#[utoipa::path(
    post,
    path = "/api/call-prompt",
    operation_id = "callPrompt",
    tag = "calls",
    security(("key" = [])),
    params(IdempotencyHeader),
    request_body = CallPrompt,
    responses(
        (status = 200, description = "The call was accepted, or with dry_run what would become of it.", body = Either, headers(
            ("RateLimit-Policy" = String, description = "How many requests the organization may make in how many seconds."),
            ("RateLimit" = String, description = "How many are left, and in how many seconds there are more."),
            ("Idempotent-Replayed" = bool, description = "The first answer to this idempotency key, again."),
        ), links(
            ("get" = (operation_id = "getCall", parameters(("call_id" = "$response.body#/call_id")))),
            ("watch" = (operation_id = "watchCall", parameters(("call_id" = "$response.body#/call_id")))),
            ("cancel" = (operation_id = "cancelCall", parameters(("call_id" = "$response.body#/call_id")))),
            ("callback" = (operation_id = "getCallback", parameters(("call_id" = "$response.body#/call_id")))),
            ("redeliver" = (operation_id = "redeliverCallback", parameters(("call_id" = "$response.body#/call_id")))),
        )),
        Problems<CreateError>,
    ),
)]
pub async fn create(
    State(api): State<Api>,
    Agent(caller): Agent,
    headers: HeaderMap,
    body: Result<JsonBody, BadBody>,
) -> Result<Response, CreateError> {
    let JsonBody(body) = body.map_err(AcceptError::Body)?;
    if body.get("dry_run").and_then(Value::as_bool) == Some(true) {
        return Ok(Json(preflight(&api, &caller, &headers, &body).await?).into_response());
    }
    Ok(accepted(&api, &caller, &headers, &body).await?.into_response())
}

/// Accepts the call that the body asks for.
pub async fn accepted(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    body: &Map<String, Value>,
) -> Result<Answered, CreateError> {
    let request = Request { endpoint: ENDPOINT, headers, body };
    accept::accept(api, caller, request, async |now| wanted(api, body, now), write).await
}

fn wanted(api: &Api, body: &Map<String, Value>, now: Timestamp) -> Result<Wanted, CreateError> {
    let request = CallRequest::parse(body, &api.rules.callbacks, now).map_err(AcceptError::Fields)?;
    let recipient = Recipient::default();
    // So that nothing is accepted that the planner can't make a plan of.
    match draft::draft_as(request.prompt.expose(), &request.wishes, &recipient) {
        Ok(_) => {}
        Err(refusal) if api.rules.leaves_to_model(&refusal) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    Ok(Wanted {
        from: request.from_number,
        recipient_phone: request.recipient_phone,
        task: Task::Prompt(request.prompt),
        recipient,
        wishes: request.wishes,
        terms: request.terms,
        options: request.options,
    })
}

fn write(call_id: CallId, workflow_id: WorkflowId) -> String {
    let answer = Answer { success: true, workflow_id, call_id };
    serde_json::to_string(&answer).expect("ids can be written")
}

impl From<Refusal> for CreateError {
    fn from(refusal: Refusal) -> Self {
        let (pointer, code, detail) = match refusal {
            Refusal::Vague(Vague { missing }) => return Self::Vague(missing),
            Refusal::TooLong => {
                ("#/prompt", INVALID, format!("A prompt may have {} characters at most.", draft::PROMPT_CHARS_MAX))
            }
            Refusal::Language => ("#/language", Code::LanguageNotSupported, refusal.to_string()),
            Refusal::NotEnglish => ("#/prompt", Code::LanguageNotSupported, refusal.to_string()),
            Refusal::NotAllowed => ("#/prompt", Code::NotAllowed, refusal.to_string()),
            Refusal::Schema | Refusal::TooMuch => ("#/result_schema", Code::BadResultSchema, refusal.to_string()),
        };
        Self::Accept(AcceptError::Fields(vec![FieldProblem { pointer: pointer.to_owned(), code, detail }]))
    }
}

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Accept(error) => error.into(),
            CreateError::Vague(missing) => {
                let missing = missing
                    .into_iter()
                    .map(|missing| json!({"what": missing.what, "suggested_question": missing.suggested_question}));
                let detail = "The prompt does not say enough for a call. The member missing says what to add.";
                Self::new(Code::VaguePrompt, detail).member("missing", missing.collect::<Vec<_>>().into())
            }
        }
    }
}

impl IntoResponse for CreateError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
