//! One attempt, from the opened secrets to what is recorded of it.

use std::sync::Arc;
use std::time::Duration;

use proto::{OrgId, Sealed};
use runtime::{CannotOpen, SealedSecret, TraceContext, trace};
use secrecy::SecretString;
use tracing::{Instrument as _, Span, field};

use crate::facts::{Spell, fact};
use crate::outcome::{Answer, Class};
use crate::poster::Letter;
use crate::schedule::{Next, Round};
use crate::sender::Sender;
use crate::slot::Slot;
use crate::store::{Claim, Finished};

impl Sender {
    /// Says what is attempted next in the place that comes free.
    pub(crate) async fn attempt(self: &Arc<Self>, claim: Claim, mut slot: Slot) -> Option<(Claim, Slot)> {
        let number = claim.attempts + 1;
        let span = span(&claim, number);
        let started_at = self.clock.now();
        let started = self.clock.instant();
        let trace = TraceContext::of(&span);
        let post = self.post(&claim, &trace).instrument(span.clone());
        let answer = tokio::select! {
            answer = post => answer,
            () = self.stop.hard() => return None, // The lease ends, and somebody else makes the attempt.
        };
        let took = self.clock.instant().duration_since(started);
        slot.learn(answer.health());
        let round = Round {
            attempts: claim.round_attempts + 1,
            unlikely: claim.round_unlikely,
            in_all: number,
            overdue: claim.overdue,
        };
        let next = self.schedule.next(answer.class, round, answer.retry_after, &mut rand::rng());
        report(&span, &answer, next, took);
        let fact = fact(&claim, &answer, next, Spell { started_at, took, ended_at: self.clock.now() });
        let (delivery_id, fence) = (claim.delivery_id, claim.fence);
        let finished = Finished { delivery_id, fence, attempt: number, started_at, took, answer, next, fact, trace };
        // It fails only when the recorder is gone, at a hard stop; then the lease ends.
        let _ = self.finished.send(finished).await;
        drop(slot);
        let next = self.next_of(&claim.endpoint.host)?;
        // A host that answers well has one place more.
        if let Some((claim, slot)) = self.next_of(&claim.endpoint.host) {
            self.begin(claim, slot);
        }
        Some(next)
    }

    async fn post(&self, claim: &Claim, trace: &TraceContext) -> Answer {
        let bearer = claim.bearer.as_ref().map(|sealed| self.open(sealed, claim.org_id)).transpose();
        let signing_secrets = claim.signing_secrets.iter().map(|sealed| self.open(sealed, claim.org_id)).collect();
        let (bearer, signing_secrets) = match (bearer, signing_secrets) {
            (Ok(bearer), Ok(signing_secrets)) => (bearer, signing_secrets),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(call.id = %claim.call_id, %error, "a secret can't be opened; nothing is sent without it");
                return Answer::none(Class::Sealed);
            }
        };
        let body = claim.body.clone();
        let letter = Letter { url: &claim.url, delivery_id: claim.delivery_id, body, bearer, signing_secrets, trace };
        self.poster.post(letter, self.clock.now()).await
    }

    fn open(&self, sealed: &Sealed, org_id: OrgId) -> Result<SecretString, CannotOpen> {
        let Sealed { key_id, nonce, ciphertext } = sealed.clone();
        self.sealer.open(&SealedSecret { key_id, nonce, ciphertext }, &org_id.to_string())
    }
}

/// The first attempt belongs to the trace of the call. A later one, perhaps a day after, has its own and a link.
fn span(claim: &Claim, number: u32) -> Span {
    let span = tracing::info_span!(
        parent: None,
        "POST callback",
        otel.kind = "client",
        otel.status_code = field::Empty,
        http.request.method = "POST",
        http.response.status_code = field::Empty,
        error.type = field::Empty,
        call.id = %claim.call_id,
        callback.attempt = trace::number(number),
    );
    if number == 1 {
        claim.trace.parent_of(&span);
    } else {
        claim.trace.link_from(&span);
    }
    span
}

fn report(span: &Span, answer: &Answer, next: Next, took: Duration) {
    let result = answer.class.word();
    if let Some(status) = answer.status {
        span.record("http.response.status_code", trace::number(status));
    }
    let ended = match next {
        Next::Delivered => "delivered",
        Next::Retry { .. } => "retry",
        Next::Exhausted => "exhausted",
    };
    if next != Next::Delivered {
        span.record("error.type", result);
        span.record("otel.status_code", "ERROR");
        span.in_scope(|| tracing::info!(callback.result = result, callback.next = ended, "an attempt failed"));
    }
    metrics::counter!("callback_attempts_total", "result" => result, "next" => ended).increment(1);
    metrics::histogram!("callback_attempt_seconds", "result" => result).record(took.as_secs_f64());
}
