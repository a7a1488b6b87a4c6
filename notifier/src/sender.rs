//! Makes attempts, so many at once and no more.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use runtime::{Sealer, SharedClock, Spawner, Stop};
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::lanes::{Endpoint, Lanes, Wait};
use crate::poster::Poster;
use crate::queue::Queue;
use crate::schedule::Schedule;
use crate::slot::Slot;
use crate::store::{Claim, Finished, Store};

#[derive(Clone, Copy, Debug)]
pub struct SenderSettings {
    /// Attempts at once, over all hosts.
    pub in_flight_max: usize,
    /// How often due deliveries are looked for when nobody says that there are some.
    pub poll: Duration,
    /// How long a claim is ours. Longer than an attempt may take.
    pub lease: Duration,
}

pub struct SenderParts {
    pub settings: SenderSettings,
    pub schedule: Schedule,
    pub lanes: Lanes,
    pub store: Store,
    pub poster: Poster,
    pub sealer: Sealer,
    pub finished: mpsc::Sender<Finished>,
    pub spawner: Spawner,
    pub stop: Stop,
    pub clock: SharedClock,
}

pub struct Sender {
    pub(crate) settings: SenderSettings,
    pub(crate) schedule: Schedule,
    lanes: Mutex<Lanes>,
    pub(crate) hands: Arc<Semaphore>,
    hunger: Mutex<Hunger>,
    queue: Mutex<Queue<Claim>>,
    pub(crate) wake: Notify,
    pub(crate) store: Store,
    pub(crate) poster: Poster,
    pub(crate) sealer: Sealer,
    pub(crate) finished: mpsc::Sender<Finished>,
    pub(crate) spawner: Spawner,
    pub(crate) stop: Stop,
    pub(crate) clock: SharedClock,
}

/// What due deliveries were left behind for: whatever of it comes free wakes us.
#[derive(Default)]
pub(crate) struct Hunger {
    pub(crate) hands: bool,
    /// They may have more due than was claimed.
    pub(crate) hosts: HashSet<Arc<str>>,
}

impl Sender {
    pub fn new(parts: SenderParts) -> Arc<Self> {
        let SenderParts { settings, schedule, lanes, store, poster, sealer, finished, spawner, stop, clock } = parts;
        Arc::new(Self {
            hands: Arc::new(Semaphore::new(settings.in_flight_max)),
            settings,
            schedule,
            lanes: Mutex::new(lanes),
            hunger: Mutex::default(),
            queue: Mutex::default(),
            wake: Notify::new(),
            store,
            poster,
            sealer,
            finished,
            spawner,
            stop,
            clock,
        })
    }

    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    pub fn lease(&self) -> Duration {
        self.settings.lease
    }

    /// Takes a free hand and a place at the endpoint. When there are none, we wake as soon as there are.
    pub fn reserve(self: &Arc<Self>, endpoint: &Endpoint) -> Result<Slot, Wait> {
        self.reserve_with(endpoint, |lanes, now| lanes.start(endpoint, now))
    }

    pub(crate) fn reserve_with(
        self: &Arc<Self>,
        endpoint: &Endpoint,
        take: impl FnOnce(&mut Lanes, Instant) -> Result<(), Wait>,
    ) -> Result<Slot, Wait> {
        if self.stop.is_soft() {
            return Err(Wait::Full);
        }
        let Ok(hand) = Arc::clone(&self.hands).try_acquire_owned() else {
            self.hunger().hands = true;
            return Err(Wait::Full);
        };
        let now = self.clock.instant();
        let taken = take(&mut self.lanes(), now);
        if taken == Err(Wait::Full) {
            self.hunger().hosts.insert(Arc::clone(&endpoint.host));
        }
        taken?;
        let (sender, endpoint) = (Arc::clone(self), endpoint.clone());
        Ok(Slot::new(sender, endpoint, now, hand))
    }

    /// Makes the attempt, on a task of its own, and then those that wait for its place.
    pub fn begin(self: &Arc<Self>, claim: Claim, slot: Slot) {
        // Whoever waited for the database this long may not be the holder any more.
        if self.clock.instant().duration_since(slot.since()) > self.settings.lease / 4 {
            return;
        }
        let sender = Arc::clone(self);
        self.spawner.spawn("attempt", async move {
            let mut turn = Some((claim, slot));
            while let Some((claim, slot)) = turn {
                turn = sender.attempt(claim, slot).await;
            }
        });
    }

    /// Something may be due.
    pub fn look(&self) {
        self.wake.notify_one();
    }

    /// How many endpoints are left alone, and how many attempts are being made.
    pub fn load(&self) -> (usize, usize) {
        (self.lanes().paused(), self.settings.in_flight_max - self.hands.available_permits())
    }

    pub(crate) fn lanes(&self) -> MutexGuard<'_, Lanes> {
        // The lanes are sound after every call, so a panic elsewhere took nothing from them.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue<Claim>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn hunger(&self) -> MutexGuard<'_, Hunger> {
        self.hunger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
