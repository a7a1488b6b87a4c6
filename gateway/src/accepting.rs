//! Accepts share commits: while one commit runs, the next batch gathers. A lone request does not wait for company.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use proto::OrgId;
use runtime::{SharedClock, Stop};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::store::{Accepted, NewCall, NotKept, Store};

/// Calls in one commit. More gain nothing: the commit's share of each is small then, and all wait for the last.
const BATCH_MAX: usize = 100;

/// Longer than the session's `statement_timeout`, so that only a database that says nothing at all is given up.
const COMMIT_WAIT: Duration = Duration::from_secs(8);

/// Commits at once where a batch had to be taken apart.
const ALONE_AT_ONCE: usize = 8;

#[derive(Clone, Copy, Debug)]
pub struct AcceptSettings {
    /// Calls that may wait for a commit. Beyond them a request is refused at once: ten batches are more than a second of
    /// what a busy database takes.
    pub queue_max: usize,
    /// How long a call waits for its batch to begin.
    pub wait: Duration,
    /// Batches that are committed at once.
    pub batches: usize,
}

/// Why a call was not accepted, as far as its client may act on it. The reason is logged with its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// The first request with that idempotency key is not finished yet.
    #[error("the first request is still under way")]
    InProgress,
    /// Nothing was kept, and nothing will be.
    #[error("too busy")]
    Busy,
    /// Nothing was kept, and trying again won't help.
    #[error("the database does not take it")]
    Refused,
    #[error("it is not known whether the call was accepted")]
    Unsure,
}

type Outcome = Result<Accepted, NotAccepted>;

/// A call that waits for its batch.
struct Job {
    call: NewCall,
    /// Set by who comes first: the batch that takes the call, or the client that has waited for too long.
    taken: Arc<AtomicBool>,
    reply: oneshot::Sender<Outcome>,
}

/// Where calls wait for their commit.
pub struct Accepting {
    queue: mpsc::Sender<Job>,
    wait: Duration,
    clock: SharedClock,
}

/// What commits them.
#[derive(Clone)]
pub struct Batches {
    queued: Arc<Mutex<mpsc::Receiver<Job>>>,
    store: Store,
    clock: SharedClock,
}

/// Run the batches as many times as the settings say.
pub fn accepting(settings: &AcceptSettings, store: Store, clock: SharedClock) -> (Accepting, Batches) {
    let (queue, queued) = mpsc::channel(settings.queue_max.max(1));
    let accepting = Accepting { queue, wait: settings.wait, clock: Arc::clone(&clock) };
    (accepting, Batches { queued: Arc::new(Mutex::new(queued)), store, clock })
}

impl Accepting {
    /// Returns after the commit.
    pub async fn accept(&self, call: NewCall) -> Outcome {
        let (taken, (reply, mut outcome)) = (Arc::<AtomicBool>::default(), oneshot::channel());
        if self.queue.try_send(Job { call, taken: Arc::clone(&taken), reply }).is_err() {
            metrics::counter!("accepts_shed_total").increment(1);
            return Err(NotAccepted::Busy);
        }
        tokio::select! {
            biased;
            outcome = &mut outcome => return outcome.unwrap_or(Err(NotAccepted::Unsure)),
            () = self.clock.sleep(self.wait) => {}
        }
        if !taken.swap(true, Ordering::SeqCst) {
            metrics::counter!("accepts_shed_total").increment(1);
            return Err(NotAccepted::Busy);
        }
        outcome.await.unwrap_or(Err(NotAccepted::Unsure))
    }
}

impl Batches {
    /// Until nobody can ask any more.
    pub async fn run(self, stop: Stop) {
        tokio::select! {
            () = self.work() => {}
            () = stop.hard() => {}
        }
    }

    async fn work(&self) {
        loop {
            let mut jobs = Vec::with_capacity(BATCH_MAX);
            if self.queued.lock().await.recv_many(&mut jobs, BATCH_MAX).await == 0 {
                return;
            }
            jobs.retain(|job| !job.taken.swap(true, Ordering::SeqCst));
            self.commit(jobs).await;
        }
    }

    async fn commit(&self, jobs: Vec<Job>) {
        let (firsts, repeats) = split(jobs);
        if firsts.is_empty() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
        metrics::histogram!("accept_batch_calls").record(firsts.len() as f64);
        let calls: Vec<_> = firsts.iter().map(|job| &job.call).collect();
        let outcomes = self.outcomes(&calls).await;
        for (repeat, first) in repeats {
            // Whoever waits has gone away otherwise.
            let _ = repeat.reply.send(match &outcomes[first] {
                Ok(Accepted::Unwanted) => Ok(Accepted::Unwanted),
                Ok(Accepted::Now(_) | Accepted::Before) => Ok(Accepted::Before),
                Err(error) => Err(*error),
            });
        }
        for (job, outcome) in firsts.into_iter().zip(outcomes) {
            let _ = job.reply.send(outcome);
        }
    }

    async fn outcomes(&self, calls: &[&NewCall]) -> Vec<Outcome> {
        match self.keep(calls).await {
            Ok(accepted) => accepted.into_iter().map(Ok).collect(),
            // One of them is at fault, or waits for somebody outside: the others must not.
            Err(NotKept::Locked | NotKept::Refused(_)) if calls.len() > 1 => self.each_alone(calls).await,
            Err(error) => calls.iter().map(|call| Err(not_accepted(&error, call))).collect(),
        }
    }

    async fn each_alone(&self, calls: &[&NewCall]) -> Vec<Outcome> {
        let (mut under_way, mut outcomes) = (FuturesOrdered::new(), Vec::with_capacity(calls.len()));
        for call in calls {
            if under_way.len() == ALONE_AT_ONCE {
                outcomes.extend(under_way.next().await);
            }
            under_way.push_back(self.alone(call));
        }
        while let Some(outcome) = under_way.next().await {
            outcomes.push(outcome);
        }
        outcomes
    }

    async fn alone(&self, call: &NewCall) -> Outcome {
        let kept = self.keep(&[call]).await.map_err(|error| not_accepted(&error, call))?;
        kept.into_iter().next().ok_or(NotAccepted::Unsure)
    }

    async fn keep(&self, calls: &[&NewCall]) -> Result<Vec<Accepted>, NotKept> {
        let kept = tokio::select! {
            biased;
            kept = self.store.accept(calls) => kept,
            () = self.clock.sleep(COMMIT_WAIT) => Err(NotKept::Unsure(None)),
        };
        if let Err(error) = &kept {
            tracing::error!(error = error as &dyn std::error::Error, calls = calls.len(), "calls were not kept");
        }
        kept
    }
}

fn not_accepted(error: &NotKept, call: &NewCall) -> NotAccepted {
    match error {
        // Without a key, nobody else's request is waited for.
        NotKept::Locked if call.claim.is_some() => NotAccepted::InProgress,
        NotKept::Locked | NotKept::Unavailable(_) => NotAccepted::Busy,
        NotKept::Refused(_) => NotAccepted::Refused,
        NotKept::Unsure(_) => NotAccepted::Unsure,
    }
}

/// The first call with each idempotency key, and those that repeat one of them, with the place of that one.
fn split(jobs: Vec<Job>) -> (Vec<Job>, Vec<(Job, usize)>) {
    let mut places: HashMap<(OrgId, String), usize> = HashMap::new();
    let (mut firsts, mut repeats) = (Vec::with_capacity(jobs.len()), Vec::new());
    for job in jobs {
        let key = job.call.claim.as_ref().map(|claim| (job.call.envelope.org_id, claim.key.clone()));
        if let Some(first) = key.as_ref().and_then(|key| places.get(key)) {
            repeats.push((job, *first));
            continue;
        }
        if let Some(key) = key {
            places.insert(key, firsts.len());
        }
        firsts.push(job);
    }
    (firsts, repeats)
}
