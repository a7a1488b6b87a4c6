use std::sync::Arc;
use std::time::Instant;

use tokio::sync::OwnedSemaphorePermit;

use crate::lanes::{Endpoint, Health};
use crate::sender::Sender;

/// The right to make one attempt at an endpoint: a hand, and a place at the host. Dropping it gives both back.
pub struct Slot {
    sender: Arc<Sender>,
    endpoint: Endpoint,
    health: Health,
    since: Instant,
    /// None: given back.
    hand: Option<OwnedSemaphorePermit>,
}

impl Slot {
    pub(crate) fn new(sender: Arc<Sender>, endpoint: Endpoint, since: Instant, hand: OwnedSemaphorePermit) -> Self {
        Self { sender, endpoint, health: Health::Unknown, since, hand: Some(hand) }
    }

    pub(crate) fn since(&self) -> Instant {
        self.since
    }

    /// What the attempt said about its receiver.
    pub(crate) fn learn(&mut self, health: Health) {
        self.health = health;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let now = self.sender.clock.instant();
        self.sender.lanes().finish(&self.endpoint, self.health, now);
        // Before anybody is woken for it.
        drop(self.hand.take());
        let is_low = self.sender.is_low(&self.endpoint.host);
        let mut hunger = self.sender.hunger();
        let hands = std::mem::take(&mut hunger.hands);
        if (is_low && hunger.hosts.remove(&self.endpoint.host)) || hands {
            self.sender.wake.notify_one();
        }
    }
}
