//! What the gateway does with each fact: it keeps what clients may see.

use async_trait::async_trait;
use bus::{Bury, DeadLetter, Hear, Heard, Verdict};
use proto::{DeliveryId, Envelope, Fact};
use runtime::SharedClock;

use crate::read_model::{Callback, EventName, Told};
use crate::store::{OpenCall, Store, StoreError};

pub struct Worker {
    pub store: Store,
    pub clock: SharedClock,
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
        match self.take_in(&envelope).await {
            Ok(()) => Verdict::Done,
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
    async fn take_in(&self, envelope: &Envelope) -> Result<(), NotHeard> {
        match &envelope.fact {
            // These say what others should do; clients see what comes of it.
            Fact::CallRequested(_) | Fact::CallPlanFailed(_) | Fact::CallCancelRequested(_) => return Ok(()),
            Fact::CallPlanned(_)
            | Fact::CallDialing(_)
            | Fact::CallRinging(_)
            | Fact::CallAnswered(_)
            | Fact::CallTurn(_)
            | Fact::CallEnded(_)
            | Fact::CallbackAttempted(_)
            | Fact::CallbackDelivered(_)
            | Fact::CallbackExhausted(_) => {}
        }
        let call = self.store.open_call(envelope.call_id, envelope.event_id).await?.ok_or(NotHeard::UnknownCall)?;
        if call.seen() {
            return Ok(());
        }
        match delivery(&envelope.fact) {
            Some(delivery) => take_in_callback(call, delivery, envelope).await?,
            None => take_in_call(call, envelope).await?,
        }
        Ok(())
    }
}

async fn take_in_call(mut call: OpenCall, envelope: &Envelope) -> Result<(), StoreError> {
    let was_ended = call.standing().is_ended();
    let mut standing = call.standing().clone();
    let told = standing.hear(envelope);
    if let Fact::CallPlanned(planned) = &envelope.fact {
        call.keep_workflow(planned, envelope.at).await?;
    }
    if let Fact::CallEnded(ended) = &envelope.fact
        && !was_ended
    {
        call.keep_result(ended).await?;
        metrics::counter!("calls_ended_total", "outcome" => ended.outcome.provider_status(),
            "call_status" => ended.outcome.call_status())
        .increment(1);
    }
    if standing != *call.standing() {
        call.keep_standing(&standing).await?;
    }
    if let Some(told) = told {
        call.tell(envelope, &told).await?;
    }
    call.commit().await
}

async fn take_in_callback(mut call: OpenCall, id: DeliveryId, envelope: &Envelope) -> Result<(), StoreError> {
    let before = call.callback(id).await?;
    let Some(after) = Callback::hear(before.as_ref(), &envelope.fact) else {
        return Ok(());
    };
    call.keep_callback(id, &after).await?;
    let told = Told::new(EventName::Callback, envelope, after.data());
    call.tell(envelope, &told).await?;
    call.commit().await
}

fn delivery(fact: &Fact) -> Option<DeliveryId> {
    match fact {
        Fact::CallbackAttempted(fact) => Some(fact.delivery_id),
        Fact::CallbackDelivered(fact) => Some(fact.delivery_id),
        Fact::CallbackExhausted(fact) => Some(fact.delivery_id),
        Fact::CallRequested(_)
        | Fact::CallPlanned(_)
        | Fact::CallPlanFailed(_)
        | Fact::CallCancelRequested(_)
        | Fact::CallDialing(_)
        | Fact::CallRinging(_)
        | Fact::CallAnswered(_)
        | Fact::CallTurn(_)
        | Fact::CallEnded(_) => None,
    }
}
