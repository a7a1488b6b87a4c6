use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bus::{Bus, BusSettings, Consumer, Hear, Heard, Verdict};
use outbox::{Outbox, Pending};
use proto::fact::{CallDialing, CallEnded};
use proto::{AttemptId, CallId, Envelope, EventId, Fact, Mode, OrgId, Outcome, Private, Route, WorkflowId};
use runtime::{Clock as _, Lifecycle, SystemClock, TraceContext};
use sqlx::PgPool;
use stack::Addresses;
use tokio::sync::watch;

/// Far more than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(50);

/// A service's database, and an ear at the other end.
pub(crate) struct World {
    pub(crate) pool: PgPool,
    bus: Bus,
    ear: Arc<Ear>,
    _hearing: Lifecycle,
}

pub(crate) struct Relay {
    pub(crate) outbox: Arc<Outbox>,
    lifecycle: Lifecycle,
}

impl Relay {
    pub(crate) async fn stop(self) {
        self.lifecycle.shut_down().await.unwrap();
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::at(stack::testing::Servers::shared().await.addresses()).await
    }

    pub(crate) async fn at(servers: &Addresses) -> Self {
        let pool = PgPool::connect(&servers.create_database().await.unwrap()).await.unwrap();
        outbox::migrate(&mut pool.acquire().await.unwrap()).await.unwrap();
        let env = BTreeMap::from([
            ("NATS_URL".to_owned(), servers.nats_url.clone()),
            ("NATS_PREFIX".to_owned(), stack::testing::nats_prefix()),
        ]);
        let hearing = Lifecycle::new(PATIENCE);
        let settings = BusSettings::read(&env).unwrap();
        let bus = Bus::connect(&settings, hearing.stop(), Arc::new(SystemClock)).await.unwrap();
        let ear = Arc::new(Ear(watch::Sender::new(Vec::new())));
        let (hearer, heard, stop) = (bus.clone(), Arc::clone(&ear), hearing.stop());
        hearing.spawn("ear", async move { hearer.consume(Consumer::Gateway, heard, stop).await });
        Self { pool, bus, ear, _hearing: hearing }
    }

    pub(crate) fn relay(&self) -> Relay {
        let lifecycle = Lifecycle::new(PATIENCE);
        let outbox = Outbox::new(self.pool.clone(), self.bus.clone(), Arc::new(SystemClock));
        lifecycle.spawn("outbox", Arc::clone(&outbox).run(lifecycle.stop()));
        Relay { outbox, lifecycle }
    }

    pub(crate) async fn commit(&self, facts: &[Envelope]) -> Vec<Pending> {
        let trace = TraceContext::default();
        let facts: Vec<_> = facts.iter().map(|fact| (fact, &trace)).collect();
        let mut tx = self.pool.begin().await.unwrap();
        let pending = Outbox::put_new(&mut tx, &facts).await.unwrap();
        tx.commit().await.unwrap();
        pending
    }

    pub(crate) async fn tell(&self, outbox: &Outbox, told: &Envelope) {
        outbox.after_commit(self.commit(std::slice::from_ref(told)).await);
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.ear.0.borrow().clone()
    }

    pub(crate) async fn until_heard<'a>(&self, facts: impl IntoIterator<Item = &'a Envelope>) -> Vec<Heard> {
        let wanted: BTreeSet<_> = facts.into_iter().map(|fact| fact.event_id).collect();
        let mut heard = self.ear.0.subscribe();
        let missing = |heard: &[Heard]| {
            let known: BTreeSet<_> = heard.iter().map(|heard| heard.envelope.event_id).collect();
            wanted.difference(&known).count()
        };
        let waiting = tokio::time::timeout(PATIENCE, heard.wait_for(|heard| missing(heard) == 0));
        let in_time = waiting.await.map(|heard| heard.unwrap().clone());
        in_time.unwrap_or_else(|_| panic!("{} of {} facts were not heard", missing(&self.heard()), wanted.len()))
    }

    pub(crate) async fn waiting(&self) -> i64 {
        self.count("SELECT count(*) FROM outbox").await
    }

    pub(crate) async fn until_empty(&self) {
        self.until_waiting("SELECT count(*) FROM outbox", 0).await;
    }

    pub(crate) async fn until_waiting(&self, query: &'static str, wanted: i64) {
        let looking = async {
            while self.count(query).await != wanted {
                SystemClock.sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, looking).await.is_ok();
        assert!(in_time, "last seen: {} rows, not {wanted}", self.count(query).await);
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }
}

struct Ear(watch::Sender<Vec<Heard>>);

#[async_trait]
impl Hear for Ear {
    async fn hear(&self, heard: Heard) -> Verdict {
        self.0.send_modify(|all| all.push(heard));
        Verdict::Done
    }
}

pub(crate) fn fact() -> Envelope {
    envelope(Fact::CallDialing(CallDialing { attempt_id: AttemptId::new(now(), rand::random()), attempt: 1 }))
}

/// Larger than the stream takes.
pub(crate) fn big_fact() -> Envelope {
    let route = Route {
        mode: Mode::Test,
        from: "+14155550100".parse().unwrap(),
        to: "+14155550101".parse().unwrap(),
        workflow_id: WorkflowId::new(now(), rand::random()),
    };
    envelope(Fact::CallEnded(CallEnded {
        route,
        workflow_name: None,
        outcome: Outcome::Completed,
        failure: None,
        summary: Private::new("moo ".repeat(500_000)),
        messages: Vec::new(),
        form_fills: Vec::new(),
        duration: Duration::ZERO,
        disclosure: None,
        opted_out: false,
        goal: None,
    }))
}

fn envelope(fact: Fact) -> Envelope {
    Envelope {
        event_id: EventId::new(now(), rand::random()),
        org_id: OrgId::new(now(), rand::random()),
        call_id: CallId::new(now(), rand::random()),
        at: now(),
        fact,
    }
}

fn now() -> proto::Timestamp {
    SystemClock.now()
}
