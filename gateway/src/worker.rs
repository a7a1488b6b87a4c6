//! What the gateway does with each fact: it keeps what clients may see.

use std::time::Duration;

use async_trait::async_trait;
use bus::{Bury, DeadLetter, Hear, Heard, Verdict};
use proto::fact::CallbackAttempted;
use proto::{Blame, DeliveryId, Envelope, Fact, Mode};
use runtime::SharedClock;

use crate::read_model::{Callback, EventName, Told};
use crate::stays::stays;
use crate::store::{OpenCall, Store, StoreError};

/// Facts of one call are heard side by side, by all replicas: what overtook another waits for it so long, so often.
const EARLY_WAIT: Duration = Duration::from_millis(150);
const EARLY_DELIVERIES: u32 = 2;

pub struct Worker {
    pub store: Store,
    pub clock: SharedClock,
}

enum Taken {
    In,
    /// Not yet: it should be heard again soon.
    Early,
}

#[derive(Debug, thiserror::Error)]
enum NotHeard {
    #[error("no such call was accepted here")]
    UnknownCall,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[async_trait]
impl Hear for Worker {
    async fn hear(&self, heard: Heard) -> Verdict {
        let envelope = heard.envelope;
        match self.take_in(&envelope, heard.delivery).await {
            Ok(Taken::In) => Verdict::Done,
            Ok(Taken::Early) => {
                Verdict::RetryAfter { after: EARLY_WAIT, reason: "it overtook what comes before it".to_owned() }
            }
            Err(error @ NotHeard::UnknownCall) => Verdict::Poison { reason: error.to_string() },
            Err(NotHeard::Store(error)) => verdict(&error),
        }
    }
}

#[async_trait]
impl Bury for Worker {
    async fn bury(&self, letter: DeadLetter) -> Verdict {
        match self.store.bury(&letter, self.clock.now()).await {
            Ok(true) => {
                tracing::error!(
                    consumer = letter.consumer,
                    reason = letter.reason,
                    call.id = letter.call_id.map(tracing::field::display),
                    "a fact could not be handled"
                );
                metrics::counter!("dead_letters_total", "consumer" => letter.consumer).increment(1);
                Verdict::Done
            }
            Ok(false) => Verdict::Done,
            Err(error) => verdict(&error),
        }
    }
}

fn verdict(error: &StoreError) -> Verdict {
    tracing::warn!(error = error as &dyn std::error::Error, "a fact waits");
    match error {
        StoreError::Unavailable(_) => Verdict::NotNow { reason: error.to_string() },
        StoreError::Refused(_) | StoreError::Corrupt(_) => Verdict::Retry { reason: error.to_string() },
    }
}

impl Worker {
    async fn take_in(&self, envelope: &Envelope, delivery: u32) -> Result<Taken, NotHeard> {
        if !is_seen(&envelope.fact) {
            return Ok(Taken::In);
        }
        let call = self.store.open_call(envelope.call_id, envelope.event_id).await?.ok_or(NotHeard::UnknownCall)?;
        let standing = call.standing();
        if call.seen() {
            return Ok(Taken::In);
        }
        if delivery <= EARLY_DELIVERIES && !standing.is_ended() && standing.is_early(&envelope.fact) {
            return Ok(Taken::Early);
        }
        hear_live(call, envelope).await?;
        Ok(Taken::In)
    }
}

/// Besides what clients see, a callee who wants no more calls gets none.
async fn hear_live(mut call: OpenCall, envelope: &Envelope) -> Result<(), StoreError> {
    let before = call.standing().clone();
    take_in(&mut call, envelope).await?;
    for stay in stays(&before.times, &call.standing().times) {
        metrics::histogram!("call_state_seconds", "state" => stay.state).record(stay.lasted);
    }
    if let Fact::CallEnded(ended) = &envelope.fact
        && !before.is_ended()
    {
        // On the simulated network nobody asked for anything.
        if ended.opted_out && ended.route.mode == Mode::Live {
            call.keep_opt_out(&ended.route.to, envelope.at).await?;
        }
        metrics::counter!("calls_ended_total", "outcome" => ended.outcome.provider_status(),
            "call_status" => ended.outcome.call_status(),
            "failure" => ended.failure.as_ref().map_or_else(|| "none".to_owned(), |failure| failure.code.clone()))
        .increment(1);
        if let Some(failure) = ended.failure.as_ref().filter(|failure| is_ours(failure.who)) {
            // By this the collector keeps the whole trace.
            let span = tracing::Span::current();
            span.record("error.type", failure.code.as_str());
            span.record("otel.status_code", "ERROR");
        }
    }
    call.commit().await
}

/// Whether operators should look at it: nobody is at fault when a line is busy.
fn is_ours(blame: Blame) -> bool {
    match blame {
        Blame::Carrier | Blame::Platform => true,
        Blame::Callee | Blame::Policy | Blame::Caller => false,
    }
}

/// Takes a fact into what clients see, and commits nothing.
pub(crate) async fn take_in(call: &mut OpenCall, envelope: &Envelope) -> Result<(), StoreError> {
    match delivery_id(&envelope.fact) {
        Some(id) => take_in_callback(call, id, envelope).await,
        None => take_in_call(call, envelope).await,
    }
}

async fn take_in_call(call: &mut OpenCall, envelope: &Envelope) -> Result<(), StoreError> {
    let mut standing = call.standing().clone();
    let told = standing.hear(envelope);
    if let Fact::CallPlanned(planned) = &envelope.fact {
        call.keep_workflow(planned, envelope.at).await?;
    }
    if let Fact::CallEnded(ended) = &envelope.fact
        && !call.standing().is_ended()
    {
        call.keep_result(ended).await?;
    }
    if let Some(told) = told {
        call.tell(envelope, &told).await?;
    }
    call.keep_standing(&standing).await
}

/// The deliveries to registered receivers are kept as the callback is, but only it belongs to the events of the call.
async fn take_in_callback(call: &mut OpenCall, id: DeliveryId, envelope: &Envelope) -> Result<(), StoreError> {
    let attempted = attempt(&envelope.fact);
    let before = call.callback(id).await?;
    let webhook_id = match &before {
        Some(known) => known.webhook_id,
        None => attempted.and_then(|attempted| attempted.webhook_id),
    };
    let before = before.map(|known| known.callback);
    let after = Callback::hear(before.as_ref(), &envelope.fact);
    if let Some(after) = &after {
        call.keep_callback(id, webhook_id, after).await?;
    }
    // Also one that comes late: it was made all the same.
    if let Some(attempted) = attempted {
        call.keep_attempt(attempted).await?;
    }
    if let (Some(after), None) = (&after, webhook_id) {
        let told = Told::new(EventName::Callback, envelope, after.data());
        call.tell(envelope, &told).await?;
        let standing = call.standing().clone();
        call.keep_standing(&standing).await?;
    }
    Ok(())
}

/// Whether clients see it. The others say what somebody should do, and clients see what comes of it.
pub(crate) fn is_seen(fact: &Fact) -> bool {
    match fact {
        Fact::CallRequested(_)
        | Fact::CallPlanFailed(_)
        | Fact::CallCancelRequested(_)
        | Fact::WebhookCreated(_)
        | Fact::WebhookDeleted(_) => false,
        Fact::CallPlanned(_)
        | Fact::CallDialing(_)
        | Fact::CallRinging(_)
        | Fact::CallAnswered(_)
        | Fact::CallTurn(_)
        | Fact::CallEnded(_)
        | Fact::CallbackAttempted(_)
        | Fact::CallbackDelivered(_)
        | Fact::CallbackExhausted(_)
        | Fact::CallbackRedeliveryRequested(_) => true,
    }
}

fn delivery_id(fact: &Fact) -> Option<DeliveryId> {
    match fact {
        Fact::CallbackAttempted(fact) => Some(fact.delivery_id),
        Fact::CallbackDelivered(fact) => Some(fact.delivery_id),
        Fact::CallbackExhausted(fact) => Some(fact.delivery_id),
        Fact::CallbackRedeliveryRequested(fact) => Some(fact.delivery_id),
        Fact::CallRequested(_)
        | Fact::CallPlanned(_)
        | Fact::CallPlanFailed(_)
        | Fact::CallCancelRequested(_)
        | Fact::CallDialing(_)
        | Fact::CallRinging(_)
        | Fact::CallAnswered(_)
        | Fact::CallTurn(_)
        | Fact::CallEnded(_)
        | Fact::WebhookCreated(_)
        | Fact::WebhookDeleted(_) => None,
    }
}

/// The attempt that a fact tells of.
fn attempt(fact: &Fact) -> Option<&CallbackAttempted> {
    match fact {
        Fact::CallbackAttempted(attempted) => Some(attempted),
        Fact::CallbackDelivered(delivered) => delivered.last.as_ref(),
        Fact::CallbackExhausted(exhausted) => exhausted.last.as_ref(),
        Fact::CallbackRedeliveryRequested(_)
        | Fact::CallRequested(_)
        | Fact::CallPlanned(_)
        | Fact::CallPlanFailed(_)
        | Fact::CallCancelRequested(_)
        | Fact::CallDialing(_)
        | Fact::CallRinging(_)
        | Fact::CallAnswered(_)
        | Fact::CallTurn(_)
        | Fact::CallEnded(_)
        | Fact::WebhookCreated(_)
        | Fact::WebhookDeleted(_) => None,
    }
}
