//! How a request for a call is accepted, whatever it asks for: its idempotency key, the quota, the fact that tells it, and
//! its answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use proto::{CallId, Envelope, Fact, Timestamp, WorkflowId};
use runtime::TraceContext;
use serde_json::{Map, Value};

use super::wanted::{Wanted, envelope};
use crate::accepting::NotAccepted;
use crate::api::Api;
use crate::auth::Caller;
use crate::body::BadBody;
use crate::fields;
use crate::idempotency::{self, BadKey};
use crate::limits::{Charged, Kind, Limited};
use crate::problem::{Code, FieldProblem, Problem};
use crate::read_model::Told;
use crate::store::{Accepted, Claim, NewCall, Replay, StoreError};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Until calls have ended: conversations take a minute or two.
const ROOM_SECONDS: u64 = 10;

/// What every request for a call may be answered.
pub const ACCEPTING: &[Code] = &[
    Code::BadIdempotencyKey,
    Code::IdempotencyConflict,
    Code::IdempotencyInProgress,
    Code::TooManyCalls,
    Code::InvalidRequest,
    Code::BadPhoneNumber,
    Code::BadCallbackUrl,
    Code::NumberNotAllowed,
    Code::DoNotCall,
    Code::NoPhoneNumber,
];

/// A request for a call, as it came.
pub struct Request<'a> {
    /// Two endpoints never share an answer.
    pub endpoint: &'static str,
    pub headers: &'a HeaderMap,
    pub body: &'a Map<String, Value>,
}

/// What was accepted: the body of the answer.
pub enum Answered {
    Now(String),
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
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error("too many calls")]
    TooManyCalls,
    #[error("fields are at fault")]
    Fields(Vec<FieldProblem>),
    #[error("the callee is not to be called")]
    DoNotCall,
    #[error("no number to call from")]
    NoPhoneNumber,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing was accepted.
    #[error("too busy")]
    Busy,
    /// Nothing was accepted, and trying again won't help.
    #[error("something of ours is at fault")]
    Ours,
    /// Whether the call was accepted is not known.
    #[error("the commit was not confirmed")]
    Unsure,
}

/// Accepts a call, unless the request came before or the organization has asked too much. `want` reads the request, which
/// came at the time that it is given; `write` makes the body of the answer.
///
/// The usual way asks Redis once, and the database for nothing but the commit. Whether the request came before is looked
/// up only when it would be refused, or when the commit found its key taken.
pub async fn accept<E>(
    api: &Api,
    caller: &Caller,
    request: Request<'_>,
    want: impl AsyncFnOnce(Timestamp) -> Result<Wanted, E>,
    write: impl FnOnce(CallId, WorkflowId) -> String,
) -> Result<Answered, E>
where
    E: From<AcceptError>,
{
    let now = api.clock.now();
    let key = idempotency::key(request.headers, request.body).map_err(AcceptError::from)?;
    let claim = key.map(|key| Claim {
        key,
        fingerprint: idempotency::fingerprint(request.endpoint, request.body),
        expires_at: now + api.rules.idempotency_window,
    });
    let charged = idempotency::charged(claim.as_ref(), rand::random());
    let first = match caller.charge(api, Kind::Requests, charged).await {
        Ok(first) => first,
        Err(limited) => return refuse(api, caller, claim, now, AcceptError::from(limited).into(), None).await,
    };
    let envelope = match want(now).await {
        Ok(wanted) => envelope(api, caller, wanted, now).await.map_err(E::from),
        Err(refusal) => Err(refusal),
    };
    let refusal = match envelope {
        Ok(envelope) => match keep(api, envelope, claim.clone(), write).await {
            Ok(Some(answer)) => return Ok(Answered::Now(answer)),
            Ok(None) => AcceptError::InProgress.into(),
            Err(refusal) => refusal.into(),
        },
        Err(refusal) => refusal,
    };
    refuse(api, caller, claim, now, refusal, first.then_some(charged)).await
}

/// What was accepted once is answered again, whatever would be said of it today. `charged` is what this request was the
/// first to be charged.
async fn refuse<E: From<AcceptError>>(
    api: &Api,
    caller: &Caller,
    claim: Option<Claim>,
    now: Timestamp,
    refusal: E,
    charged: Option<Charged>,
) -> Result<Answered, E> {
    let Some(claim) = claim else {
        return Err(refusal);
    };
    let (answer, expires_at) = match api.store.replay(caller.org_id, &claim, now).await {
        Ok(Some(Replay::Same { answer, expires_at })) => (answer, expires_at),
        Ok(Some(Replay::Other)) => return Err(AcceptError::Conflict.into()),
        Ok(None) | Err(_) => return Err(refusal),
    };
    // Of one that was accepted a moment ago, the charge counts: it is the same for all of them, whoever came first.
    let accepted_at = expires_at - api.rules.idempotency_window;
    if let Some(charged) = charged.filter(|_| accepted_at + api.limits.window() <= now) {
        caller.refund(api, Kind::Requests, charged).await;
    }
    Ok(Answered::Before(answer))
}

/// The body of the answer, once the call is kept. None: somebody else accepted a request with the same key.
async fn keep(
    api: &Api,
    envelope: Envelope,
    claim: Option<Claim>,
    write: impl FnOnce(CallId, WorkflowId) -> String,
) -> Result<Option<String>, AcceptError> {
    let Fact::CallRequested(requested) = &envelope.fact else {
        unreachable!("only requests are accepted");
    };
    let call_id = envelope.call_id;
    let answer = write(call_id, requested.route.workflow_id);
    let queued = Told::queued(&envelope).data.to_string();
    let new = NewCall { envelope, trace: TraceContext::current(), queued, answer: answer.clone(), claim };
    match api.accepting.accept(new).await? {
        Accepted::Now(pending) => {
            api.outbox.after_commit([pending]);
            metrics::counter!("calls_accepted_total").increment(1);
            tracing::info!(call.id = %call_id, "accepted");
            Ok(Some(answer))
        }
        Accepted::Before => Ok(None),
        Accepted::Unwanted => Err(AcceptError::DoNotCall),
    }
}

impl From<NotAccepted> for AcceptError {
    fn from(error: NotAccepted) -> Self {
        match error {
            NotAccepted::InProgress => Self::InProgress,
            NotAccepted::Busy => Self::Busy,
            NotAccepted::Refused => Self::Ours,
            NotAccepted::Unsure => Self::Unsure,
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
            AcceptError::Limited(limited) => limited.into(),
            AcceptError::TooManyCalls => Self::plain(Code::TooManyCalls).retry_after(ROOM_SECONDS),
            AcceptError::Fields(errors) => fields::problem(errors),
            AcceptError::DoNotCall => Self::plain(Code::DoNotCall),
            AcceptError::NoPhoneNumber => Self::plain(Code::NoPhoneNumber),
            AcceptError::Store(error) => error.into(),
            AcceptError::Busy => Self::try_again(),
            AcceptError::Ours => Self::plain(Code::InternalError),
            AcceptError::Unsure => Self::plain(Code::OutcomeUnknown).retry_after(1),
        }
    }
}
