use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, NotPublished};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use proto::{Envelope, EventId};
use runtime::telemetry::count_from_zero;
use runtime::{SharedClock, Stop, TraceContext};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{Mutex, mpsc};

use crate::pending::Pending;
use crate::store;

/// Facts between commit and sending. What does not fit waits for the sweep.
const QUEUE_MAX: usize = 4_096;

/// Publishes under way at once. The server confirms tens of thousands a second, so this many wait only when it is slow.
const IN_FLIGHT_MAX: usize = 256;

/// Published facts are deleted together.
const DELETE_MAX: usize = 100;

/// A published fact is deleted after this at the latest: well within the lease of the fast path.
const DELETE_DELAY: Duration = Duration::from_millis(50);

const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

const DEPTH_INTERVAL: Duration = Duration::from_secs(5);

/// Handlers that finish at the stop commit their last facts. When none came for so long, there are none.
const QUIET: Duration = Duration::from_millis(300);

/// The table of facts that wait, and the relay that sends them.
pub struct Outbox {
    pool: PgPool,
    bus: Bus,
    clock: SharedClock,
    queue: mpsc::Sender<Pending>,
    queued: Mutex<mpsc::Receiver<Pending>>,
}

impl Outbox {
    /// The pool's search path must name the schema that has the table.
    pub fn new(pool: PgPool, bus: Bus, clock: SharedClock) -> Arc<Self> {
        let (queue, queued) = mpsc::channel(QUEUE_MAX);
        Arc::new(Self { pool, bus, clock, queue, queued: Mutex::new(queued) })
    }

    /// Puts a fact into the caller's transaction. A fact whose event id was put before and waits is not put twice.
    pub async fn put(tx: &mut PgConnection, envelope: &Envelope, trace: &TraceContext) -> Result<Pending, sqlx::Error> {
        store::insert(tx, envelope, trace).await
    }

    /// Puts a fact that is sent after a while, by the sweep.
    pub async fn put_later(
        tx: &mut PgConnection,
        envelope: &Envelope,
        trace: &TraceContext,
        wait: Duration,
    ) -> Result<(), sqlx::Error> {
        let _waits = store::insert(tx, envelope, trace).await?;
        store::delay(tx, envelope.event_id, wait).await
    }

    /// Puts several whose event ids were just drawn, in one round trip. One that waits already makes the transaction fail.
    pub async fn put_new(
        tx: &mut PgConnection,
        facts: &[(&Envelope, &TraceContext)],
    ) -> Result<Vec<Pending>, sqlx::Error> {
        store::insert_new(tx, facts).await
    }

    /// Sends facts whose transaction has committed. Never waits: a fact that does not fit in the queue is found by the
    /// sweep.
    pub fn after_commit(&self, pending: impl IntoIterator<Item = Pending>) {
        for fact in pending {
            if self.queue.try_send(fact).is_err() {
                metrics::counter!("outbox_left_to_sweep_total").increment(1);
            }
        }
    }

    /// Sends facts until the soft stop, and then what is still queued. Facts that are committed later wait for the next
    /// relay: a service whose work goes on for long after its soft stop gives the outbox a lifecycle that ends after it.
    pub async fn run(self: Arc<Self>, stop: Stop) {
        count_from_zero("outbox_left_to_sweep_total", "", &[]);
        count_from_zero("outbox_swept_total", "", &[]);
        tokio::select! {
            () = self.relay(&stop) => {}
            () = self.sweep(&stop) => {}
            () = self.watch() => {}
            () = stop.hard() => {}
        }
    }

    async fn relay(&self, stop: &Stop) {
        let mut queued = self.queued.lock().await;
        let (mut facts, mut sending, mut sent) = (Vec::new(), FuturesUnordered::new(), Sent::default());
        loop {
            let room = IN_FLIGHT_MAX - sending.len();
            tokio::select! {
                1.. = queued.recv_many(&mut facts, room), if room > 0 => {
                    sending.extend(facts.drain(..).map(|fact| fact.send(&self.bus)));
                }
                Some(done) = sending.next() => {
                    sent.note(done);
                    while let Some(Some(done)) = sending.next().now_or_never() {
                        sent.note(done);
                    }
                    if sent.published.len() >= DELETE_MAX {
                        sent.flush(&self.pool).await;
                    }
                }
                () = self.clock.sleep(DELETE_DELAY), if sent.has_news() => sent.flush(&self.pool).await,
                () = async { stop.soft().await; self.clock.sleep(QUIET).await }, if sending.is_empty() => break,
            }
        }
        sent.flush(&self.pool).await;
    }

    /// Never ends: the relay does, when it is asked to stop.
    async fn sweep(&self, stop: &Stop) {
        loop {
            self.clock.sleep(SWEEP_INTERVAL).await;
            // Taken without a server, facts would only lose their turn.
            self.bus.connected().await;
            while !stop.is_soft() {
                match self.sweep_once().await {
                    Ok(swept) if swept == usize::from(store::SWEEP_MAX) => {}
                    Ok(_) => break,
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "outbox not swept");
                        break;
                    }
                }
            }
        }
    }

    async fn sweep_once(&self) -> Result<usize, sqlx::Error> {
        let due = store::take_due(&self.pool).await?;
        let taken = due.len();
        if taken == 0 {
            return Ok(0);
        }
        tracing::info!(facts = taken, "sending what was left behind");
        metrics::counter!("outbox_swept_total").increment(u64::try_from(taken).unwrap_or(u64::MAX));
        let (mut sending, mut sent) = (FuturesUnordered::new(), Sent::default());
        sending.extend(due.into_iter().map(|fact| fact.send(&self.bus)));
        while let Some(done) = sending.next().await {
            sent.note(done);
        }
        let reached = sent.unconfirmed.is_empty();
        sent.flush(&self.pool).await;
        Ok(if reached { taken } else { 0 })
    }

    async fn watch(&self) {
        loop {
            let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
            metrics::gauge!("database_connections").set(self.pool.size());
            metrics::gauge!("database_connections_idle").set(idle);
            metrics::gauge!("database_connections_max").set(self.pool.options().get_max_connections());
            if let Ok((depth, age)) = store::depth(&self.pool).await {
                #[expect(clippy::cast_precision_loss, reason = "a gauge")]
                metrics::gauge!("outbox_depth").set(depth as f64);
                metrics::gauge!("outbox_oldest_seconds").set(age);
            }
            self.clock.sleep(DEPTH_INTERVAL).await;
        }
    }
}

/// What came of publishes.
#[derive(Default)]
struct Sent {
    published: Vec<EventId>,
    unconfirmed: Vec<EventId>,
    refused: Vec<EventId>,
}

impl Sent {
    fn note(&mut self, (event_id, result): (EventId, Result<(), NotPublished>)) {
        match result {
            Ok(()) => self.published.push(event_id),
            Err(NotPublished::Unconfirmed) => self.unconfirmed.push(event_id),
            Err(error @ NotPublished::Refused(_)) => {
                tracing::error!(error = &error as &dyn std::error::Error, event.id = %event_id, "fact set aside");
                self.refused.push(event_id);
            }
        }
    }

    fn has_news(&self) -> bool {
        !(self.published.is_empty() && self.unconfirmed.is_empty() && self.refused.is_empty())
    }

    /// What fails here is only found again by the sweep, and sent twice.
    async fn flush(&mut self, pool: &PgPool) {
        let (published, unconfirmed) = (std::mem::take(&mut self.published), std::mem::take(&mut self.unconfirmed));
        let mut results = Vec::new();
        if !published.is_empty() {
            results.push(store::delete(pool, &published).await);
        }
        if !unconfirmed.is_empty() {
            results.push(store::release(pool, &unconfirmed).await);
        }
        for refused in self.refused.drain(..) {
            results.push(store::set_aside(pool, refused).await);
        }
        for error in results.into_iter().filter_map(Result::err) {
            tracing::warn!(error = &error as &dyn std::error::Error, "outbox not tidied");
        }
    }
}
