//! `POST /api/call-prompt`: a prompt and a number become a call.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use draft::{Missing, Refusal, Vague};
use proto::fact::{CallRequested, CallbackTarget, Recipient, Terms, Wishes};
use proto::{CallId, Envelope, EventId, Fact, OrgId, Route, Sealed, Timestamp, WorkflowId};
use runtime::TraceContext;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::body::CallPrompt;
use super::request::CallRequest;
use crate::api::Api;
use crate::auth::Caller;
use crate::body::{BadBody, JsonBody};
use crate::fields::{self, INVALID};
use crate::idempotency::{self, BadKey, IdempotencyHeader};
use crate::limits::{Charge, Quota};
use crate::openapi::{BODY, KEYED, Problems, Refuses};
use crate::problem::{Code, FieldProblem, Problem};
use crate::read_model::{EventName, Told};
use crate::store::{Accepted, CallingCard, Claim, NewCall, NotAccepted, Replay, StoreError};

const ENDPOINT: &str = "POST /api/call-prompt";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

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

/// What was accepted.
enum Created {
    Now(String),
    Before(String),
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error(transparent)]
    Body(#[from] BadBody),
    #[error(transparent)]
    Key(#[from] BadKey),
    #[error("the same key came with another request")]
    Conflict,
    #[error("the first request with the key is under way")]
    InProgress,
    #[error("too many requests")]
    RateLimited(Quota),
    #[error("fields are at fault")]
    Fields(Vec<FieldProblem>),
    #[error("the prompt does not say enough")]
    Vague(Vec<Missing>),
    #[error("the callee is not to be called")]
    DoNotCall,
    #[error("no number to call from")]
    NoPhoneNumber,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Whether the call was accepted is not known.
    #[error("the commit was not confirmed")]
    Unsure,
}

impl Refuses for CreateError {
    const CODES: &'static [&'static [Code]] = &[
        KEYED,
        BODY,
        &[
            Code::BadIdempotencyKey,
            Code::IdempotencyConflict,
            Code::IdempotencyInProgress,
            Code::RateLimited,
            Code::InvalidRequest,
            Code::BadPhoneNumber,
            Code::BadCallbackUrl,
            Code::NumberNotAllowed,
            Code::DoNotCall,
            Code::VaguePrompt,
            Code::NoPhoneNumber,
        ],
    ];
}

/// Make a phone call
///
/// The answer comes at once; the phone rings a moment later. Watch the call at `/api/calls/{call_id}` or wait for the
/// callback. With an idempotency key the request may be sent again without a second call.
#[utoipa::path(
    post,
    path = "/api/call-prompt",
    operation_id = "callPrompt",
    tag = "calls",
    security(("key" = [])),
    params(IdempotencyHeader),
    request_body = CallPrompt,
    responses(
        (status = 200, description = "The call was accepted.", body = Answer, headers(
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
    caller: Caller,
    headers: HeaderMap,
    body: Result<JsonBody, BadBody>,
) -> Response {
    let mut quota = None;
    let created = accept(&api, &caller, &headers, body, &mut quota).await;
    let mut response = created.into_response();
    if let Some(quota) = quota {
        api.limits.write_headers(quota, response.headers_mut());
    }
    response
}

async fn accept(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    body: Result<JsonBody, BadBody>,
    quota: &mut Option<Quota>,
) -> Result<Created, CreateError> {
    let now = api.clock.now();
    let JsonBody(body) = body?;
    let claim = claim(api, headers, &body, now)?;
    if let Some(claim) = &claim
        && let Some(before) = replay(api, caller.org_id, claim, now).await?
    {
        *quota = Some(api.limits.look(caller.org_id).await);
        return Ok(before);
    }
    match api.limits.charge(caller.org_id, idempotency::charged(claim.as_ref(), rand::random())).await {
        Charge::Admitted(left) => *quota = Some(left),
        Charge::Refused(left) => {
            *quota = Some(left);
            metrics::counter!("requests_limited_total").increment(1);
            return Err(CreateError::RateLimited(left));
        }
    }
    let request = CallRequest::parse(&body, &api.rules.callbacks).map_err(CreateError::Fields)?;
    draft::draft(request.prompt.expose())?;
    let card = api.store.calling_card(caller.org_id, &request.recipient_phone).await?;
    if card.do_not_call {
        return Err(CreateError::DoNotCall);
    }
    let envelope = envelope(api, caller, request, card, now)?;
    store(api, &envelope, claim.as_ref()).await
}

fn claim(
    api: &Api,
    headers: &HeaderMap,
    body: &Map<String, Value>,
    now: Timestamp,
) -> Result<Option<Claim>, CreateError> {
    let key = idempotency::key(headers, body)?;
    Ok(key.map(|key| Claim {
        key,
        fingerprint: idempotency::fingerprint(ENDPOINT, body),
        expires_at: now + api.rules.idempotency_window,
    }))
}

async fn replay(api: &Api, org: OrgId, claim: &Claim, now: Timestamp) -> Result<Option<Created>, CreateError> {
    match api.store.replay(org, claim, now).await? {
        None => Ok(None),
        Some(Replay::Same { answer }) => Ok(Some(Created::Before(answer))),
        Some(Replay::Other) => Err(CreateError::Conflict),
    }
}

/// The fact that tells the request, whole.
fn envelope(
    api: &Api,
    caller: &Caller,
    request: CallRequest,
    card: CallingCard,
    now: Timestamp,
) -> Result<Envelope, CreateError> {
    let from = card.from.ok_or(CreateError::NoPhoneNumber)?;
    let workflow_id = WorkflowId::new(now, rand::random());
    let about = caller.org_id.to_string();
    let callback = request.callback.map(|callback| CallbackTarget {
        url: callback.url,
        bearer: callback.secret.map(|secret| {
            let sealed = api.sealer.seal(&secret, &about);
            Sealed { key_id: sealed.key_id, nonce: sealed.nonce, ciphertext: sealed.ciphertext }
        }),
    });
    let requested = CallRequested {
        route: Route { mode: caller.mode, from, to: request.recipient_phone, workflow_id },
        prompt: request.prompt,
        workflow: None,
        recipient: Recipient::default(),
        wishes: Wishes::default(),
        terms: Terms::default(),
        callback,
        signing_secrets: card.signing_secrets,
        metadata: request.metadata,
        deadline: now + api.rules.call_deadline,
        max_duration: request.max_duration.unwrap_or(api.rules.max_duration),
    };
    Ok(Envelope {
        event_id: EventId::new(now, rand::random()),
        org_id: caller.org_id,
        call_id: CallId::new(now, rand::random()),
        at: now,
        fact: Fact::CallRequested(requested),
    })
}

async fn store(api: &Api, envelope: &Envelope, claim: Option<&Claim>) -> Result<Created, CreateError> {
    let Fact::CallRequested(requested) = &envelope.fact else {
        unreachable!("only requests are accepted");
    };
    let answer = Answer { success: true, workflow_id: requested.route.workflow_id, call_id: envelope.call_id };
    let answer = serde_json::to_string(&answer).expect("ids can be written");
    let queued = Told::new(EventName::Queued, envelope, json!({})).data.to_string();
    let new = NewCall { envelope, requested, trace: &TraceContext::current(), queued };
    match api.store.accept(&new, claim.map(|claim| (claim, answer.as_str()))).await? {
        Accepted::Now(pending) => {
            api.outbox.after_commit([pending]);
            metrics::counter!("calls_accepted_total").increment(1);
            tracing::info!(call.id = %envelope.call_id, "accepted");
            Ok(Created::Now(answer))
        }
        Accepted::Before => {
            let claim = claim.ok_or(CreateError::InProgress)?;
            let before = replay(api, envelope.org_id, claim, envelope.at).await?;
            before.ok_or(CreateError::InProgress)
        }
    }
}

impl From<NotAccepted> for CreateError {
    fn from(error: NotAccepted) -> Self {
        match error {
            NotAccepted::InProgress => Self::InProgress,
            NotAccepted::Store(error) => Self::Store(error),
            NotAccepted::Unsure(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a commit was not confirmed");
                Self::Unsure
            }
        }
    }
}

impl From<Refusal> for CreateError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Vague(Vague { missing }) => Self::Vague(missing),
            Refusal::TooLong => {
                let detail = format!("A prompt may have {} characters at most.", draft::PROMPT_CHARS_MAX);
                Self::Fields(vec![FieldProblem { pointer: "#/prompt".to_owned(), code: INVALID, detail }])
            }
            Refusal::Language | Refusal::Schema | Refusal::TooMuch => {
                let detail = refusal.to_string();
                Self::Fields(vec![FieldProblem { pointer: "#".to_owned(), code: INVALID, detail }])
            }
        }
    }
}

impl IntoResponse for Created {
    fn into_response(self) -> Response {
        let json = [(axum::http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        match self {
            Self::Now(answer) => (json, answer).into_response(),
            Self::Before(answer) => (json, [(REPLAYED, HeaderValue::from_static("true"))], answer).into_response(),
        }
    }
}

impl IntoResponse for CreateError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Body(bad) => bad.into(),
            CreateError::Key(bad) => Self::new(Code::BadIdempotencyKey, bad.to_string()),
            CreateError::Conflict => Self::plain(Code::IdempotencyConflict),
            CreateError::InProgress => Self::plain(Code::IdempotencyInProgress).retry_after(1),
            CreateError::RateLimited(quota) => Self::plain(Code::RateLimited).retry_after(quota.seconds()),
            CreateError::Fields(errors) => fields::problem(errors),
            CreateError::Vague(missing) => {
                let missing = missing
                    .into_iter()
                    .map(|missing| json!({"what": missing.what, "suggested_question": missing.suggested_question}));
                let detail = "The prompt does not say enough for a call. The member missing says what to add.";
                Self::new(Code::VaguePrompt, detail).member("missing", missing.collect::<Vec<_>>().into())
            }
            CreateError::DoNotCall => Self::plain(Code::DoNotCall),
            CreateError::NoPhoneNumber => Self::plain(Code::NoPhoneNumber),
            CreateError::Store(error) => error.into(),
            CreateError::Unsure => Self::plain(Code::OutcomeUnknown).retry_after(1),
        }
    }
}
