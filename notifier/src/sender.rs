//! Claims what is due and makes the attempts, so many at once and no more.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt as _;
use runtime::{Sealer, SharedClock, Spawner, Stop};
use tokio::sync::{Notify, Semaphore, mpsc};

use crate::lanes::{Endpoint, Lanes, Load, Wait};
use crate::poster::Poster;
use crate::queue::Queue;
use crate::schedule::Schedule;
use crate::slot::Slot;
use crate::store::{Claim, Finished, Shares, Store, StoreError};

/// One statement's worth. Larger batches would hold rows for longer than they save.
const CLAIM_MAX: usize = 128;
/// While all hands are full, those that come free in this time are filled together.
const GATHER: Duration = Duration::from_millis(2);
/// A database in trouble is left alone for so long.
const TROUBLE_WAIT: Duration = Duration::from_millis(500);
/// Deliveries that were put off together do not come back together.
const PUT_OFF_JITTER: f64 = 0.1;
/// Claims that may wait for each place of a host. More would make larger batches, and a longer wait for other notifiers
/// when we are gone.
const WAITING_FOR_EACH_PLACE: usize = 3;
/// A full host is looked at again after this time; a free place wakes us sooner.
const FULL_WAIT: Duration = Duration::from_millis(50);

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
    settings: SenderSettings,
    pub(crate) schedule: Schedule,
    lanes: Mutex<Lanes>,
    hands: Arc<Semaphore>,
    hunger: Mutex<Hunger>,
    queue: Mutex<Queue<Claim>>,
    pub(crate) wake: Notify,
    store: Store,
    pub(crate) poster: Poster,
    pub(crate) sealer: Sealer,
    pub(crate) finished: mpsc::Sender<Finished>,
    spawner: Spawner,
    pub(crate) stop: Stop,
    pub(crate) clock: SharedClock,
}

/// What due deliveries were left behind for: whatever of it comes free wakes us.
#[derive(Default)]
pub(crate) struct Hunger {
    pub(crate) hands: bool,
    pub(crate) hosts: HashSet<String>,
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

    fn reserve_with(
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
            self.hunger().hosts.insert(endpoint.host.clone());
        }
        taken?;
        let (sender, endpoint) = (Arc::clone(self), endpoint.clone());
        Ok(Slot::new(sender, endpoint, now, hand))
    }

    /// Makes the attempt, on a task of its own.
    pub fn begin(self: &Arc<Self>, claim: Claim, slot: Slot) {
        // Whoever waited for the database this long may not be the holder any more.
        if self.clock.instant().duration_since(slot.since()) > self.settings.lease / 4 {
            return;
        }
        let sender = Arc::clone(self);
        self.spawner.spawn("attempt", async move { sender.attempt(claim, slot).await });
    }

    /// Claims until the soft stop.
    pub async fn run(self: Arc<Self>) {
        while !self.stop.is_soft() {
            let claimed = match self.begin_queued().await {
                Ok(()) => self.claim_once().await,
                Err(error) => Err(error),
            };
            let pause = match claimed {
                Ok(true) => continue,
                Ok(false) => GATHER,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "could not look for due deliveries");
                    TROUBLE_WAIT
                }
            };
            tokio::select! {
                () = self.stop.soft() => break,
                () = self.wake.notified() => self.clock.sleep(pause).await,
                () = self.clock.sleep(self.settings.poll.max(pause)) => {}
            }
        }
        // Others make the attempts that we would not get to.
        if let Err(error) = self.begin_queued().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "claims are left to their leases");
        }
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

    /// What may be claimed of each host: as much as it has places free, and some to wait for a place.
    fn shares(&self) -> Shares {
        let (lanes, queue) = (self.lanes(), self.queue());
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let share = |host: &Load<'_>| {
            let may_have = host.limit * (1 + WAITING_FOR_EACH_PLACE);
            count(may_have.saturating_sub(host.running + queue.of_host(host.name)))
        };
        let (hosts, shares) = lanes.loads().map(|host| (host.name.to_owned(), share(&host))).unzip();
        Shares { hosts, shares, others: count(lanes.first_limit()) }
    }

    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue<Claim>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn hunger(&self) -> MutexGuard<'_, Hunger> {
        self.hunger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whether there may be more to claim right now.
    async fn claim_once(self: &Arc<Self>) -> Result<bool, StoreError> {
        let shares = self.shares();
        let full = shares.hosts.iter().zip(&shares.shares).filter(|(_, share)| **share == 0);
        // Before looking, so that what comes free meanwhile is not missed.
        *self.hunger() = Hunger { hands: true, hosts: full.map(|(host, _)| host.clone()).collect() };
        let room = self.settings.in_flight_max.saturating_sub(self.queue().len());
        let free = (self.hands.available_permits() + room).min(CLAIM_MAX);
        if free == 0 {
            return Ok(false);
        }
        let claims = self.store.claim(free, &shares, self.settings.lease).await?;
        let claimed = claims.len();
        let begun = self.begin_all(claims).await?;
        if claimed == free || begun > 0 {
            return Ok(true);
        }
        self.hunger().hands = false;
        Ok(false)
    }

    /// Begins those that may be, lets wait those whose host has its share, and puts off the others.
    async fn begin_all(self: &Arc<Self>, claims: Vec<Claim>) -> Result<usize, StoreError> {
        let (mut taken, mut back) = (0, Vec::new());
        for claim in claims {
            let endpoint = Endpoint::of(&claim.url);
            match self.reserve_for(&claim, &endpoint) {
                Ok(slot) => {
                    taken += 1;
                    self.begin(claim, slot);
                }
                Err(Wait::Full) if self.is_busy(&endpoint) => {
                    taken += 1;
                    self.queue().push(&endpoint.host, claim, self.clock.instant());
                }
                Err(wait) => back.push((claim, put_off(wait))),
            }
        }
        self.put_off(back).await?;
        Ok(taken)
    }

    /// Fills places with what waits for them, and gives back what waits too long.
    async fn begin_queued(self: &Arc<Self>) -> Result<(), StoreError> {
        let age = if self.stop.is_soft() { Duration::ZERO } else { self.settings.lease / 4 };
        let aged = self.queue().take_aged(age, self.clock.instant());
        let hosts = self.queue().hosts();
        for host in hosts {
            self.begin_next(&host);
        }
        self.put_off(aged.into_iter().map(|claim| (claim, Duration::ZERO)).collect()).await
    }

    /// Begins the next that waits for a place at the host.
    pub(crate) fn begin_next(self: &Arc<Self>, host: &str) {
        let Some((since, claim)) = self.queue().pop(host) else {
            return;
        };
        match self.reserve_for(&claim, &Endpoint::of(&claim.url)) {
            Ok(slot) => self.begin(claim, slot),
            Err(Wait::Full) => self.queue().push_front(host, claim, since),
            Err(wait @ Wait::Paused(_)) => {
                let sender = Arc::clone(self);
                self.spawner.spawn("put off", async move {
                    // What is not given back comes back when its lease ends.
                    let _ = sender.put_off(vec![(claim, put_off(wait))]).await;
                });
            }
        }
    }

    fn reserve_for(self: &Arc<Self>, claim: &Claim, endpoint: &Endpoint) -> Result<Slot, Wait> {
        match self.reserve(endpoint) {
            Err(Wait::Paused(_)) if claim.overdue => self.reserve_with(endpoint, |lanes, _| lanes.insist(endpoint)),
            slot @ (Ok(_) | Err(Wait::Full | Wait::Paused(_))) => slot,
        }
    }

    /// Whether attempts at the host end, so that their places come free.
    fn is_busy(&self, endpoint: &Endpoint) -> bool {
        self.lanes().running(&endpoint.host) > 0
    }

    async fn put_off(&self, claims: Vec<(Claim, Duration)>) -> Result<(), StoreError> {
        self.store.put_off(&claims.iter().map(|(claim, wait)| (claim, *wait)).collect::<Vec<_>>()).await
    }
}

fn put_off(wait: Wait) -> Duration {
    match wait {
        Wait::Full => FULL_WAIT,
        Wait::Paused(pause) => pause.mul_f64(1.0 + rand::rng().random_range(0.0..PUT_OFF_JITTER)),
    }
}
