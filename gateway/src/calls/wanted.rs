//! A call that somebody wants, and the fact that tells it.

use proto::fact::{CallRequested, CallbackTarget, KnownWorkflow, Recipient, Terms, Wishes};
use proto::{CallId, Envelope, EventId, Fact, PhoneNumber, Private, Route, Sealed, Timestamp, WorkflowId};

use super::accept::AcceptError;
use super::request::Options;
use crate::api::Api;
use crate::auth::Caller;
use crate::problem::{Code, FieldProblem};

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

/// The fact that tells the request, whole.
pub(super) async fn envelope(
    api: &Api,
    caller: &Caller,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Envelope, AcceptError> {
    let from = from(caller, wanted.from.as_ref())?.clone();
    if !api.open_calls.take_room(caller.org_id).await? {
        return Err(AcceptError::TooManyCalls);
    }
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
        terms: Terms { concurrent_calls_max: caller.key.limits.calls_at_once, ..wanted.terms },
        callback,
        signing_secrets: caller.key.signing_secrets.clone(),
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

/// The number that a call comes from: the one that was named, or the usual one.
pub(super) fn from<'a>(caller: &'a Caller, named: Option<&PhoneNumber>) -> Result<&'a PhoneNumber, AcceptError> {
    let numbers = &caller.key.numbers;
    match named {
        Some(named) => {
            let found = numbers.iter().find(|number| *number == named);
            found.ok_or_else(|| AcceptError::Fields(vec![not_yours()]))
        }
        None => numbers.first().ok_or(AcceptError::NoPhoneNumber),
    }
}

fn not_yours() -> FieldProblem {
    let detail = "This is not one of the organization's numbers.".to_owned();
    FieldProblem { pointer: "#/from_number".to_owned(), code: Code::BadFromNumber, detail }
}
