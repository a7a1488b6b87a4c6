//! What the notifier does with each fact.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bus::{Hear, Heard, Verdict};
use bytes::Bytes;
use proto::fact::{CallEnded, CallRequested, CallbackRedeliveryRequested, WebhookDeleted};
use proto::{CallId, DeliveryId, Envelope, Fact};
use runtime::{SharedClock, TraceContext};

use crate::lanes::Endpoint;
use crate::render;
use crate::sender::Sender;
use crate::store::{Begun, Claim, Known, Learned, NewDelivery, Store, StoreError, Target};

pub struct Worker {
    pub store: Store,
    pub sender: Arc<Sender>,
    pub clock: SharedClock,
}

/// Far longer than it takes to hear a fact, and too short for anybody to notice.
const RACE: Duration = Duration::from_millis(50);

#[derive(Debug, thiserror::Error)]
enum Unheard {
    /// Its `call.requested` is still on its way.
    #[error("the call is not known yet")]
    UnknownCall,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[async_trait]
impl Hear for Worker {
    async fn hear(&self, heard: Heard) -> Verdict {
        let envelope = &heard.envelope;
        let done = match &envelope.fact {
            Fact::CallRequested(requested) => self.learn(envelope, requested).await,
            Fact::CallEnded(ended) => self.deliver(envelope, ended, &heard.trace).await,
            Fact::CallbackRedeliveryRequested(requested) => self.redeliver(envelope, requested).await,
            Fact::WebhookCreated(created) => self.store.add_webhook(created, envelope.at).await.map_err(Unheard::Store),
            Fact::WebhookDeleted(deleted) => {
                let WebhookDeleted { webhook_id, workflow_id } = *deleted;
                self.store.delete_webhook(webhook_id, workflow_id, envelope.at).await.map_err(Unheard::Store)
            }
            // Nobody subscribed us to these.
            Fact::CallPlanned(_)
            | Fact::CallPlanFailed(_)
            | Fact::CallCancelRequested(_)
            | Fact::CallDialing(_)
            | Fact::CallRinging(_)
            | Fact::CallAnswered(_)
            | Fact::CallTurn(_)
            | Fact::CallbackAttempted(_)
            | Fact::CallbackDelivered(_)
            | Fact::CallbackExhausted(_) => Ok(()),
        };
        match done {
            Ok(()) => Verdict::Done,
            // Told in the same breath, as when nothing could be dialed, the two race.
            Err(error @ Unheard::UnknownCall) if heard.delivery == 1 => {
                Verdict::RetryAfter { after: RACE, reason: error.to_string() }
            }
            Err(error @ Unheard::UnknownCall) => Verdict::Retry { reason: error.to_string() },
            Err(error @ Unheard::Store(StoreError::Trouble(_))) => Verdict::NotNow { reason: error.to_string() },
            Err(error @ Unheard::Store(StoreError::Corrupt(_))) => Verdict::Poison { reason: error.to_string() },
        }
    }
}

impl Worker {
    async fn learn(&self, envelope: &Envelope, requested: &CallRequested) -> Result<(), Unheard> {
        let delivery_id = DeliveryId::new(self.clock.now(), rand::random());
        let learned = Learned {
            call_id: envelope.call_id,
            org_id: envelope.org_id,
            created_at: envelope.at,
            metadata: requested.metadata.as_ref(),
            recipient: &requested.recipient,
            signing_secrets: &requested.signing_secrets,
            target: requested.callback.as_ref().map(|target| (delivery_id, target)),
        };
        Ok(self.store.learn(&learned).await?)
    }

    async fn redeliver(&self, envelope: &Envelope, requested: &CallbackRedeliveryRequested) -> Result<(), Unheard> {
        let round = self.sender.schedule().new_round();
        if self.store.redeliver(requested.delivery_id, envelope.event_id, round).await? {
            self.sender.look();
        }
        Ok(())
    }

    async fn deliver(&self, envelope: &Envelope, ended: &CallEnded, trace: &TraceContext) -> Result<(), Unheard> {
        let call_id = envelope.call_id;
        let known = self.store.known(call_id, ended.route.workflow_id, envelope.at).await?;
        let known = known.ok_or(Unheard::UnknownCall)?;
        if known.targets.is_empty() {
            return Ok(());
        }
        // Below the span of this hearing; that is in no trace when nobody records spans.
        let hearing = TraceContext::current();
        let trace = if hearing.trace_id().is_some() { &hearing } else { trace };
        // With a hand free, the first attempt is ours from the start, and nothing has to be claimed.
        let letters: Vec<_> = known
            .targets
            .iter()
            .map(|target| {
                let endpoint = Endpoint::of(&target.url);
                let slot = self.sender.reserve(&endpoint).ok();
                (target, body(call_id, &known, ended, target), endpoint, slot)
            })
            .collect();
        let new = letters.iter().map(|(target, body, endpoint, slot)| NewDelivery {
            call_id,
            org_id: envelope.org_id,
            target,
            signing_secrets: &known.signing_secrets,
            host: &endpoint.host,
            body: body.clone(),
            trace,
            span: self.sender.schedule().span(),
            lease: slot.is_some().then(|| self.sender.lease()),
        });
        let begun = self.store.begin(&new.collect::<Vec<_>>()).await?;
        for ((target, body, endpoint, slot), begun) in letters.into_iter().zip(begun) {
            // Without a slot, the sender looks for what is due as soon as it has a hand free for it.
            if let (Begun::New { fence }, Some(slot)) = (begun, slot) {
                self.sender.begin(first_claim(target, endpoint, &known, envelope, body, trace, fence), slot);
            }
        }
        Ok(())
    }
}

/// What every attempt sends to a target.
fn body(call_id: CallId, known: &Known, ended: &CallEnded, target: &Target) -> Bytes {
    if target.webhook_id.is_some() {
        return render::webhook(call_id, known, ended).into();
    }
    render::callback(call_id, known.created_at, ended, known.metadata.as_ref()).into()
}

fn first_claim(
    target: &Target,
    endpoint: Endpoint,
    known: &Known,
    envelope: &Envelope,
    body: Bytes,
    trace: &TraceContext,
    fence: i64,
) -> Claim {
    Claim {
        delivery_id: target.delivery_id,
        webhook_id: target.webhook_id,
        call_id: envelope.call_id,
        org_id: envelope.org_id,
        url: target.url.clone(),
        endpoint,
        bearer: target.bearer.clone(),
        signing_secrets: known.signing_secrets.clone(),
        body,
        trace: trace.clone(),
        fence,
        attempts: 0,
        round_attempts: 0,
        round_unlikely: 0,
        overdue: false,
    }
}
