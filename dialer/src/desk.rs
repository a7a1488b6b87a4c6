//! What every part of the dialer needs: its tables, its carriers, its addresses, its clock and its patience.

use std::sync::Arc;
use std::time::Duration;

use engine::Limits;
use outbox::Outbox;
use proto::{AttemptId, CallId, Envelope, EventId, Fact, Mode, OrgId, Timestamp};
use runtime::{SharedClock, TraceContext};
use tokio::sync::Notify;

use crate::brain::Brain;
use crate::breaker::Breakers;
use crate::call::{Call, Owner};
use crate::carrier::Carrier;
use crate::config::{Patience, Rules};
use crate::conversations::Conversations;
use crate::ending::Ending;
use crate::pace::Pace;
use crate::store::{Store, StoreError, Work};

pub struct Desk {
    pub store: Store,
    pub outbox: Arc<Outbox>,
    pub carriers: Carriers,
    pub clock: SharedClock,
    pub patience: Patience,
    pub rules: Rules,
    pub breakers: Breakers,
    pub pace: Pace,
    /// This process.
    pub me: Owner,
    /// Somewhere a call became ready to be dialed.
    pub ready: Notify,
    pub brain: Arc<dyn Brain>,
    pub limits: Limits,
    /// The conversations of this process.
    pub conversations: Conversations,
}

/// Live calls go to the configured carrier, test calls always to the simulator. A missing one takes no calls.
#[derive(Clone, Default)]
pub struct Carriers {
    pub live: Option<Arc<dyn Carrier>>,
    pub test: Option<Arc<dyn Carrier>>,
}

impl Carriers {
    pub fn of(&self, mode: Mode) -> Option<&Arc<dyn Carrier>> {
        match mode {
            Mode::Live => self.live.as_ref(),
            Mode::Test => self.test.as_ref(),
        }
    }
}

impl Desk {
    pub async fn begin(&self) -> Result<Work, StoreError> {
        self.store.begin(&self.outbox).await
    }

    pub fn new_attempt(&self) -> AttemptId {
        AttemptId::new(self.clock.now(), rand::random())
    }

    /// How long it is until then.
    pub fn until(&self, moment: Timestamp) -> Duration {
        (moment - self.clock.now()).to_std().unwrap_or(Duration::ZERO)
    }

    /// Ends a call whose lock is held, and tells it. An attempt that the call still has is given up.
    pub async fn finish(
        &self,
        work: &mut Work,
        call: &Call,
        ending: Ending,
        talked: Duration,
    ) -> Result<(), StoreError> {
        let ending = ending.after(call.untaken);
        let outcome = ending.outcome;
        let transcript = work.transcript(call.id).await?;
        let ended = self.fact(call, Fact::CallEnded(ending.of_planned(call, transcript, talked)));
        work.end(call.id, outcome, ended.at).await?;
        work.tell(&ended, &trace(call)).await?;
        work.free_line(&call.route).await?;
        work.nudge(call.id).await?;
        metrics::counter!("calls_ended_total", "outcome" => outcome.provider_status()).increment(1);
        tracing::info!(call.id = %call.id, outcome = outcome.provider_status(), "call ended");
        Ok(())
    }

    pub fn fact(&self, call: &Call, fact: Fact) -> Envelope {
        self.fact_of(call.id, call.org, fact)
    }

    pub fn fact_of(&self, call_id: CallId, org_id: OrgId, fact: Fact) -> Envelope {
        let at = self.clock.now();
        Envelope { event_id: EventId::new(at, rand::random()), org_id, call_id, at, fact }
    }
}

/// The trace that a fact of this call continues: the work that tells it, which is part of the trace of the call.
pub fn trace(call: &Call) -> TraceContext {
    let current = TraceContext::current();
    if current.is_empty() { call.trace.clone() } else { current }
}
