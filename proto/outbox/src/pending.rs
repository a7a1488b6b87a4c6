use bus::{Bus, NotPublished};
use bytes::Bytes;
use proto::{CallId, EventId, Kind};
use runtime::TraceContext;

/// A fact that is in the table, and may be sent as soon as its transaction has committed.
#[derive(Clone, Debug)]
#[must_use = "give it to Outbox::after_commit, or it waits for the sweep"]
pub struct Pending {
    pub(crate) event_id: EventId,
    pub(crate) call_id: CallId,
    pub(crate) kind: Kind,
    pub(crate) payload: Bytes,
    pub(crate) trace: TraceContext,
}

impl Pending {
    pub(crate) async fn send(self, bus: &Bus) -> (EventId, Result<(), NotPublished>) {
        let sent = bus.publish_encoded(self.kind, self.event_id, self.call_id, self.payload, &self.trace).await;
        (self.event_id, sent)
    }
}
