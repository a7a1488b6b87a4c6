//! What the notifier tells of an attempt.

use std::time::Duration;

use proto::fact::{CallbackAttempted, CallbackDelivered, CallbackExhausted};
use proto::{Envelope, EventId, Fact, Timestamp};

use crate::outcome::Answer;
use crate::schedule::Next;
use crate::store::Claim;

/// The attempt, and the end of the delivery if it was the last.
pub fn facts(claim: &Claim, answer: &Answer, next: Next, took: Duration, now: Timestamp) -> Vec<Envelope> {
    let delivery_id = claim.delivery_id;
    let attempts = claim.attempts + 1;
    let (next_attempt_at, end) = match next {
        Next::Delivered => (None, Some(Fact::CallbackDelivered(CallbackDelivered { delivery_id, attempts }))),
        Next::Exhausted => (None, Some(Fact::CallbackExhausted(CallbackExhausted { delivery_id, attempts }))),
        Next::Retry { after } => {
            (chrono::TimeDelta::from_std(after).ok().and_then(|after| now.checked_add_signed(after)), None)
        }
    };
    let attempted = Fact::CallbackAttempted(CallbackAttempted {
        delivery_id,
        attempt: attempts,
        http_status: answer.status,
        result: answer.class.word().to_owned(),
        took,
        next_attempt_at,
    });
    let envelope = |fact| Envelope {
        event_id: EventId::new(now, rand::random()),
        org_id: claim.org_id,
        call_id: claim.call_id,
        at: now,
        fact,
    };
    [Some(attempted), end].into_iter().flatten().map(envelope).collect()
}
