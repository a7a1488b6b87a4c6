//! Claims what is due, ahead of the hands that will be free for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;

use crate::lanes::{Endpoint, Load, Wait};
use crate::sender::Sender;
use crate::slot::Slot;
use crate::store::{Claim, Shares, StoreError};

/// One statement's worth. Larger batches would hold rows for longer than they save.
const CLAIM_MAX: usize = 512;
/// What is woken in this time is claimed for together.
const GATHER: Duration = Duration::from_millis(2);
/// A database in trouble is left alone for so long.
const TROUBLE_WAIT: Duration = Duration::from_millis(500);
/// Deliveries that were put off together do not come back together.
const PUT_OFF_JITTER: f64 = 0.1;
/// Claims that may wait for each place of a host, so that places are filled while the next are claimed. More would make
/// a longer wait for other notifiers when we are gone.
const WAITING_FOR_EACH_PLACE: usize = 7;
/// When so many are left for each place, more are claimed. They last for longer than it takes.
const LEFT_FOR_EACH_PLACE: usize = 4;
/// A full host is looked at again after this time; a free place wakes us sooner.
const FULL_WAIT: Duration = Duration::from_millis(50);
/// To see what is due behind the deliveries of a host that has its share, all of those are read. This takes at most one
/// part of the time in so many.
const LOOK_PAST_PART: u32 = 50;

/// What a look into the table brought.
enum Look {
    /// As much as was asked for.
    Full,
    /// Some host got its share, and its other deliveries may hide those of others.
    Shared,
    /// Whatever is due, and may be claimed.
    All,
}

impl Sender {
    /// Claims until the soft stop.
    pub async fn run(self: Arc<Self>) {
        let mut look_past_from = self.clock.instant();
        let mut looks_past = false;
        while !self.stop.is_soft() {
            let began = self.clock.instant();
            let looked = match self.begin_queued().await {
                Ok(()) => self.claim_once().await,
                Err(error) => Err(error),
            };
            let ended = self.clock.instant();
            if looks_past {
                look_past_from = ended + (ended - began) * LOOK_PAST_PART;
            }
            looks_past = matches!(looked, Ok(Look::Shared)) && ended >= look_past_from;
            let pause = match looked {
                Ok(Look::Full) => continue,
                Ok(Look::Shared) if looks_past => continue,
                Ok(Look::Shared | Look::All) => GATHER,
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

    async fn claim_once(self: &Arc<Self>) -> Result<Look, StoreError> {
        // Before looking, so that a hand that comes free meanwhile is not missed.
        self.hunger().hands = true;
        let room = self.settings.in_flight_max.saturating_sub(self.queue().len());
        let free = (self.hands.available_permits() + room).min(CLAIM_MAX);
        if free == 0 {
            return Ok(Look::All);
        }
        let shares = self.shares();
        let claims = self.store.claim(free, &shares, self.settings.lease).await?;
        let (claimed, served) = (claims.len(), served(&claims, &shares));
        self.begin_all(claims).await?;
        let mut hunger = self.hunger();
        hunger.hands = false;
        hunger.hosts.extend(served.iter().cloned());
        drop(hunger);
        // Meanwhile a host may have used up what it got.
        if served.iter().any(|host| self.is_low(host)) {
            self.look();
        }
        Ok(match (claimed == free, served.is_empty()) {
            (true, _) => Look::Full,
            (false, false) => Look::Shared,
            (false, true) => Look::All,
        })
    }

    /// What may be claimed of each host: as much as it has places free, and some to wait for a place. A host that has
    /// enough waiting gets nothing, so that claims are not made one by one.
    fn shares(&self) -> Shares {
        let (lanes, queue) = (self.lanes(), self.queue());
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let share = |host: &Load<'_>| {
            let waiting = queue.of_host(host.name);
            let may_have = host.limit * (1 + WAITING_FOR_EACH_PLACE);
            let share = may_have.saturating_sub(host.running + waiting);
            if waiting <= host.limit * LEFT_FOR_EACH_PLACE { share } else { 0 }
        };
        let hosts = lanes.loads().map(|host| (host.name.to_owned(), count(share(&host)))).collect();
        Shares { hosts, others: count(lanes.first_limit()) }
    }

    /// Whether more had better be claimed for a host.
    pub(crate) fn is_low(&self, host: &str) -> bool {
        let limit = self.lanes().limit(host);
        self.queue().of_host(host) <= limit * LEFT_FOR_EACH_PLACE
    }

    /// Begins those that may be, lets wait those whose host has its share, and puts off the others.
    async fn begin_all(self: &Arc<Self>, claims: Vec<Claim>) -> Result<(), StoreError> {
        let mut back = Vec::new();
        for claim in claims {
            match self.reserve_for(&claim) {
                Ok(slot) => self.begin(claim, slot),
                Err(Wait::Full) if self.is_busy(&claim.endpoint) => {
                    self.queue().push(Arc::clone(&claim.endpoint.host), claim, self.clock.instant());
                }
                Err(wait) => back.push((claim, put_off(wait))),
            }
        }
        self.put_off(back).await
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

    fn begin_next(self: &Arc<Self>, host: &str) {
        if let Some((claim, slot)) = self.next_of(host) {
            self.begin(claim, slot);
        }
    }

    /// The next that waits for a place at the host, with the place.
    pub(crate) fn next_of(self: &Arc<Self>, host: &str) -> Option<(Claim, Slot)> {
        let (since, claim) = self.queue().pop(host)?;
        match self.reserve_for(&claim) {
            Ok(slot) => return Some((claim, slot)),
            Err(Wait::Full) => self.queue().push_front(Arc::clone(&claim.endpoint.host), claim, since),
            Err(wait @ Wait::Paused(_)) => {
                let sender = Arc::clone(self);
                self.spawner.spawn("put off", async move {
                    // What is not given back comes back when its lease ends.
                    let _ = sender.put_off(vec![(claim, put_off(wait))]).await;
                });
            }
        }
        None
    }

    fn reserve_for(self: &Arc<Self>, claim: &Claim) -> Result<Slot, Wait> {
        let endpoint = &claim.endpoint;
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

/// The hosts that got as much as they may have.
fn served(claims: &[Claim], shares: &Shares) -> Vec<Arc<str>> {
    let mut counts = HashMap::<_, u32>::new();
    for claim in claims {
        *counts.entry(&claim.endpoint.host).or_default() += 1;
    }
    let share = |host: &str| shares.hosts.get(host).copied().unwrap_or(shares.others);
    counts.into_iter().filter(|(host, count)| *count >= share(host)).map(|(host, _)| Arc::clone(host)).collect()
}

fn put_off(wait: Wait) -> Duration {
    match wait {
        Wait::Full => FULL_WAIT,
        Wait::Paused(pause) => pause.mul_f64(1.0 + rand::rng().random_range(0.0..PUT_OFF_JITTER)),
    }
}
