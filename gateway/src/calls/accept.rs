//! How a request for a call is accepted, whatever it asks for: its idempotency key, the quota, the fact that tells it, and
//! its answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use proto::fact::{CallRequested, CallbackTarget, KnownWorkflow, Recipient, Terms, Wishes};
use proto::{CallId, Envelope, EventId, Fact, OrgId, PhoneNumber, Private, Route, Sealed, Timestamp, WorkflowId};
use runtime::TraceContext;
use serde_json::{Map, Value, json};

use super::request::Options;
use crate::api::Api;
use crate::auth::Caller;
use crate::body::BadBody;
use crate::fields;
use crate::idempotency::{self, BadKey};
use crate::limits::{Charge, Quota};
use crate::problem::{Code, FieldProblem, Problem};
use crate::read_model::{EventName, Told};
use crate::store::{Accepted, CallingCard, Claim, NewCall, NotAccepted, Replay, StoreError};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What every request for a call may be answered.
pub const ACCEPTING: &[Code] = &[
    Code::BadIdempotencyKey,
    Code::IdempotencyConflict,
    Code::IdempotencyInProgress,
    Code::RateLimited,
    Code::InvalidRequest,
    Code::BadPhoneNumber,
    Code::BadCallbackUrl,
    Code::NumberNotAllowed,
    Code::DoNotCall,
    Code::NoPhoneNumber,
];

/// A call that somebody wants, checked.
pub struct Wanted {
    /// One of the organization's numbers. None: its usual one.
    pub from: Option<PhoneNumber>,
    pub recipient_phone: PhoneNumber,
    pub task: Task,
    pub recipient: Recipient,
    pub wishes: Wishes,
    pub terms: Terms,
    pub options: Options,
}

/// What the call is for.
pub enum Task {
    Prompt(Private),
    /// The workflow of an earlier call.
    Again {
        workflow_id: WorkflowId,
        known: Box<KnownWorkflow>,
    },
}

/// What was accepted: the body of the answer.
pub enum Answered {
    Now(String),
    Before(String),
}

/// A request on its way.
pub struct Ticket {
    now: Timestamp,
    claim: Option<Claim>,
}

pub enum Admission {
    Now(Ticket),
    /// The same request came before.
    Before(String),
}

#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
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

/// Lets a request in, unless it came before or the organization has asked too much.
pub async fn admit(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    endpoint: &str,
    body: &Map<String, Value>,
    quota: &mut Option<Quota>,
) -> Result<Admission, AcceptError> {
    let now = api.clock.now();
    let claim = idempotency::key(headers, body)?.map(|key| Claim {
        key,
        fingerprint: idempotency::fingerprint(endpoint, body),
        expires_at: now + api.rules.idempotency_window,
    });
    if let Some(claim) = &claim
        && let Some(before) = replay(api, caller.org_id, claim, now).await?
    {
        *quota = Some(api.limits.look(caller.org_id).await);
        return Ok(Admission::Before(before));
    }
    match api.limits.charge(caller.org_id, idempotency::charged(claim.as_ref(), rand::random())).await {
        Charge::Admitted(left) => *quota = Some(left),
        Charge::Refused(left) => {
            *quota = Some(left);
            metrics::counter!("requests_limited_total").increment(1);
            return Err(AcceptError::RateLimited(left));
        }
    }
    Ok(Admission::Now(Ticket { now, claim }))
}

impl Ticket {
    /// When the request came.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Accepts the call. `write` makes the body of the answer.
    pub async fn accept(
        self,
        api: &Api,
        caller: &Caller,
        wanted: Wanted,
        write: impl FnOnce(CallId, WorkflowId) -> String,
    ) -> Result<Answered, AcceptError> {
        let mut card = api.store.calling_card(caller.org_id, &wanted.recipient_phone).await?;
        if card.do_not_call {
            return Err(AcceptError::DoNotCall);
        }
        if let Some(from) = &wanted.from {
            if !api.store.has_number(caller.org_id, from).await? {
                return Err(AcceptError::Fields(vec![not_yours()]));
            }
            card.from = Some(from.clone());
        }
        let envelope = envelope(api, caller, wanted, card, self.now)?;
        let Fact::CallRequested(requested) = &envelope.fact else {
            unreachable!("only requests are accepted");
        };
        let answer = write(envelope.call_id, requested.route.workflow_id);
        let queued = Told::new(EventName::Queued, &envelope, json!({})).data.to_string();
        let new = NewCall { envelope: &envelope, requested, trace: &TraceContext::current(), queued };
        match api.store.accept(&new, self.claim.as_ref().map(|claim| (claim, answer.as_str()))).await? {
            Accepted::Now(pending) => {
                api.outbox.after_commit([pending]);
                metrics::counter!("calls_accepted_total").increment(1);
                tracing::info!(call.id = %envelope.call_id, "accepted");
                Ok(Answered::Now(answer))
            }
            Accepted::Before => {
                let claim = self.claim.ok_or(AcceptError::InProgress)?;
                let before = replay(api, envelope.org_id, &claim, envelope.at).await?;
                before.map(Answered::Before).ok_or(AcceptError::InProgress)
            }
        }
    }
}

async fn replay(api: &Api, org: OrgId, claim: &Claim, now: Timestamp) -> Result<Option<String>, AcceptError> {
    match api.store.replay(org, claim, now).await? {
        None => Ok(None),
        Some(Replay::Same { answer }) => Ok(Some(answer)),
        Some(Replay::Other) => Err(AcceptError::Conflict),
    }
}

/// The fact that tells the request, whole.
fn envelope(
    api: &Api,
    caller: &Caller,
    wanted: Wanted,
    card: CallingCard,
    now: Timestamp,
) -> Result<Envelope, AcceptError> {
    let from = card.from.ok_or(AcceptError::NoPhoneNumber)?;
    let about = caller.org_id.to_string();
    let callback = wanted.options.callback.map(|callback| CallbackTarget {
        url: callback.url,
        bearer: callback.secret.map(|secret| {
            let sealed = api.sealer.seal(&secret, &about);
            Sealed { key_id: sealed.key_id, nonce: sealed.nonce, ciphertext: sealed.ciphertext }
        }),
    });
    let (prompt, workflow, workflow_id) = match wanted.task {
        Task::Prompt(prompt) => (prompt, None, WorkflowId::new(now, rand::random())),
        Task::Again { workflow_id, known } => (Private::default(), Some(known), workflow_id),
    };
    let requested = CallRequested {
        route: Route { mode: caller.mode, from, to: wanted.recipient_phone, workflow_id },
        prompt,
        workflow,
        recipient: wanted.recipient,
        wishes: wanted.wishes,
        deadline: last_dial(&wanted.terms, now) + api.rules.call_deadline,
        terms: wanted.terms,
        callback,
        signing_secrets: card.signing_secrets,
        metadata: wanted.options.metadata,
        max_duration: wanted.options.max_duration.unwrap_or(api.rules.max_duration),
    };
    Ok(Envelope {
        event_id: EventId::new(now, rand::random()),
        org_id: caller.org_id,
        call_id: CallId::new(now, rand::random()),
        at: now,
        fact: Fact::CallRequested(requested),
    })
}

/// When the call is dialed for the last time at the latest; the deadline is counted from then.
fn last_dial(terms: &Terms, now: Timestamp) -> Timestamp {
    if let Some(latest) = terms.latest_at {
        return latest;
    }
    let first = terms.earliest_at.map_or(now, |earliest| earliest.max(now));
    let waits = terms.retry.map(|retry| retry.wait * (retry.attempts_max.get() - 1));
    first + waits.unwrap_or_default()
}

fn not_yours() -> FieldProblem {
    let detail = "This is not one of the organization's numbers.".to_owned();
    FieldProblem { pointer: "#/from_number".to_owned(), code: Code::BadFromNumber, detail }
}

/// The answer of an operation, with what is left of the quota.
pub fn respond<E: IntoResponse>(api: &Api, answered: Result<Answered, E>, quota: Option<Quota>) -> Response {
    let mut response = answered.into_response();
    if let Some(quota) = quota {
        api.limits.write_headers(quota, response.headers_mut());
    }
    response
}

impl From<NotAccepted> for AcceptError {
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

impl IntoResponse for Answered {
    fn into_response(self) -> Response {
        let json = [(axum::http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        match self {
            Self::Now(answer) => (json, answer).into_response(),
            Self::Before(answer) => (json, [(REPLAYED, HeaderValue::from_static("true"))], answer).into_response(),
        }
    }
}

impl From<AcceptError> for Problem {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Body(bad) => bad.into(),
            AcceptError::Key(bad) => Self::new(Code::BadIdempotencyKey, bad.to_string()),
            AcceptError::Conflict => Self::plain(Code::IdempotencyConflict),
            AcceptError::InProgress => Self::plain(Code::IdempotencyInProgress).retry_after(1),
            AcceptError::RateLimited(quota) => Self::plain(Code::RateLimited).retry_after(quota.seconds()),
            AcceptError::Fields(errors) => fields::problem(errors),
            AcceptError::DoNotCall => Self::plain(Code::DoNotCall),
            AcceptError::NoPhoneNumber => Self::plain(Code::NoPhoneNumber),
            AcceptError::Store(error) => error.into(),
            AcceptError::Unsure => Self::plain(Code::OutcomeUnknown).retry_after(1),
        }
    }
}
