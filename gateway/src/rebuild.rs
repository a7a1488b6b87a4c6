//! Makes what clients see of calls anew from the facts that the stream still holds, while gateways go on.
//!
//! One call at a time: its row is held, then the stream is read to its end. Whatever a gateway took in before has been in
//! the stream, and what comes later waits for the row, so that no client sees a call go backwards.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use bus::{Bus, NotRead, Unreachable};
use proto::{CallId, Envelope, EventId, Fact};

use crate::store::{OpenCall, Rebuilding, Store, StoreError};
use crate::worker::{is_seen, take_in};

/// Somebody is there to see that nothing comes of it.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// A row that others want all the time is had within some tries.
const TRIES: u32 = 5;

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rebuilt {
    pub facts: u64,
    pub unreadable: u64,
    /// Calls that were made anew.
    pub whole: u64,
    /// Calls whose beginning the stream does not hold any more: they heard what they had missed.
    pub partly: u64,
    /// Calls that were not accepted here, as far as the tables know.
    pub unknown: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum NotRebuilt {
    #[error("somebody else is at it")]
    Busy,
    #[error("NATS can't be reached")]
    Away,
    #[error("NATS can't be used")]
    Bus(#[from] Unreachable),
    #[error("the facts can't be read")]
    Read(#[from] NotRead),
    #[error("the database did not do it")]
    Store(#[from] StoreError),
}

/// Reads the stream to its end, from where it was read before.
struct Reading<'a> {
    bus: &'a Bus,
    gathered: Rebuilding,
    reached: u64,
    done: Rebuilt,
}

pub async fn rebuild(store: &Store, bus: &Bus) -> Result<Rebuilt, NotRebuilt> {
    tokio::time::timeout(CONNECT_WAIT, bus.connected()).await.map_err(|_| NotRebuilt::Away)?;
    let gathered = store.begin_rebuilding().await?.ok_or(NotRebuilt::Busy)?;
    let mut reading = Reading { bus, gathered, reached: 0, done: Rebuilt::default() };
    reading.read_on().await?;
    // Calls of which all is told later are in nobody's way.
    let (end, mut last) = (reading.reached, None);
    while let Some(call) = reading.gathered.call_after(last, end).await? {
        last = Some(call);
        match hold(store, call).await? {
            Some(open) => reading.make_anew(open, call).await?,
            None => reading.done.unknown += 1,
        }
    }
    reading.gathered.end().await?;
    Ok(reading.done)
}

async fn hold(store: &Store, call: CallId) -> Result<Option<OpenCall>, StoreError> {
    let nothing = EventId::from(uuid::Uuid::nil());
    for _ in 1..TRIES {
        match store.open_call(call, nothing).await {
            Err(StoreError::Unavailable(error)) => tracing::warn!(%error, "a call is not to be had; once more"),
            held @ (Ok(_) | Err(StoreError::Refused(_) | StoreError::Corrupt(_))) => return held,
        }
    }
    store.open_call(call, nothing).await
}

impl Reading<'_> {
    async fn read_on(&mut self) -> Result<(), NotRebuilt> {
        loop {
            let page = self.bus.facts_after(self.reached).await?;
            if !page.facts.is_empty() {
                self.gathered.gather(&page.facts).await?;
            }
            self.reached = page.reached;
            self.done.facts += page.facts.len() as u64;
            self.done.unreadable += page.unreadable;
            if page.is_last {
                return Ok(());
            }
        }
    }

    async fn make_anew(&mut self, mut open: OpenCall, call: CallId) -> Result<(), NotRebuilt> {
        self.read_on().await?;
        let facts = self.gathered.facts_of(call).await?;
        let places = open.places().await?;
        let requested = facts.iter().find(|fact| matches!(fact.fact, Fact::CallRequested(_)));
        let mut heard = HashSet::new();
        if let Some(requested) = requested {
            open.forget(requested).await?;
            self.done.whole += 1;
        } else {
            heard.extend(places.keys().copied());
            self.done.partly += 1;
        }
        // Told twice is told once.
        let fresh = |fact: &Envelope| is_seen(&fact.fact) && heard.insert(fact.event_id);
        let facts = facts.into_iter().filter(fresh).collect();
        hear(&mut open, in_order(facts, &places), &places).await?;
        Ok(open.commit().await?)
    }
}

/// In the order in which clients were told, and behind that what they were not told, in the order of the stream.
fn in_order(facts: Vec<Envelope>, places: &HashMap<EventId, u32>) -> Vec<Envelope> {
    let mut behind = 0;
    let mut ordered: Vec<_> = facts
        .into_iter()
        .map(|fact| {
            behind = places.get(&fact.event_id).copied().unwrap_or(behind);
            (behind, fact)
        })
        .collect();
    ordered.sort_by_key(|(place, _)| *place);
    ordered.into_iter().map(|(_, fact)| fact).collect()
}

/// As a gateway hears: a fact that overtook another waits for it, unless clients were told of it before.
async fn hear(open: &mut OpenCall, facts: Vec<Envelope>, places: &HashMap<EventId, u32>) -> Result<(), StoreError> {
    let mut early = Vec::new();
    for fact in facts {
        if !places.contains_key(&fact.event_id) && is_early(open, &fact) {
            early.push(fact);
            continue;
        }
        take_in(open, &fact).await?;
        let ready = early.extract_if(.., |fact| !is_early(open, fact)).collect::<Vec<_>>();
        for fact in ready {
            take_in(open, &fact).await?;
        }
    }
    for fact in early {
        take_in(open, &fact).await?;
    }
    Ok(())
}

fn is_early(open: &OpenCall, fact: &Envelope) -> bool {
    let standing = open.standing();
    !standing.is_ended() && standing.is_early(&fact.fact)
}
