//! What the notifier tells of an attempt.

use std::time::Duration;

use proto::fact::{ANSWER_CHARS_MAX, CallbackAttempted, CallbackDelivered, CallbackExhausted};
use proto::{Envelope, EventId, Fact, Private, Timestamp};

use crate::outcome::Answer;
use crate::schedule::Next;
use crate::store::Claim;

/// When an attempt was made.
#[derive(Clone, Copy, Debug)]
pub struct Spell {
    pub started_at: Timestamp,
    pub took: Duration,
    pub ended_at: Timestamp,
}

/// The attempt, told with the end of the delivery if it was the last.
pub fn fact(claim: &Claim, answer: &Answer, next: Next, spell: Spell) -> Envelope {
    let delivery_id = claim.delivery_id;
    let attempts = claim.attempts + 1;
    let attempted = CallbackAttempted {
        delivery_id,
        webhook_id: claim.webhook_id,
        attempt: attempts,
        started_at: Some(spell.started_at),
        http_status: answer.status,
        result: answer.class.word().to_owned(),
        took: spell.took,
        answer: beginning(&answer.body),
        next_attempt_at: None,
    };
    let fact = match next {
        Next::Delivered => Fact::CallbackDelivered(CallbackDelivered { delivery_id, attempts, last: Some(attempted) }),
        Next::Exhausted => Fact::CallbackExhausted(CallbackExhausted { delivery_id, attempts, last: Some(attempted) }),
        Next::Retry { after } => {
            let after = chrono::TimeDelta::from_std(after).ok();
            let next_attempt_at = after.and_then(|after| spell.ended_at.checked_add_signed(after));
            Fact::CallbackAttempted(CallbackAttempted { next_attempt_at, ..attempted })
        }
    };
    Envelope {
        event_id: EventId::new(spell.ended_at, rand::random()),
        org_id: claim.org_id,
        call_id: claim.call_id,
        at: spell.ended_at,
        fact,
    }
}

/// What a receiver answered, as people read it. Bytes that are no text, and NUL, which Postgres keeps in no text, are
/// replaced.
fn beginning(body: &[u8]) -> Private {
    let text = String::from_utf8_lossy(body);
    Private::new(
        text.chars().take(ANSWER_CHARS_MAX).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect::<String>(),
    )
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn an_answer_is_cut_between_characters_and_made_text() {
        assert_eq!(beginning("ü".repeat(2_000).as_bytes()).expose(), "ü".repeat(512));
        assert_eq!(beginning(b"a\0b\xff").expose(), "a\u{fffd}b\u{fffd}");
        assert!(beginning(b"").is_empty());
    }
}
