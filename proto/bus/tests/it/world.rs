use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bus::{Bury, Bus, BusSettings, Consumer, DeadLetter, Hear, Heard, Verdict};
use proto::fact::CallPlanFailed;
use proto::{Blame, CallId, Envelope, EventId, Fact, Failure, Mode, OrgId, Private, Rang, Route, WorkflowId};
use runtime::{Clock as _, Lifecycle, SystemClock, TraceContext};
use tokio::sync::watch;

use crate::trace::spans;

/// Far more than anything here takes; a test that waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// One process on the bus: its connection, and what it hears.
pub(crate) struct World {
    pub(crate) settings: BusSettings,
    pub(crate) bus: Bus,
    lifecycle: Lifecycle,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let url = stack::testing::Servers::shared().await.nats_url();
        Self::at(&url, settings).await
    }

    /// On a server of its own, with a prefix of its own.
    pub(crate) async fn at(url: &str, settings: &[(&str, &str)]) -> Self {
        let base = [("NATS_URL", url), ("NATS_PREFIX", &stack::testing::nats_prefix())];
        let env: BTreeMap<_, _> =
            base.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::join(BusSettings::read(&env).unwrap()).await
    }

    /// A second process of the same deployment.
    pub(crate) async fn another(&self) -> Self {
        Self::join(self.settings.clone()).await
    }

    async fn join(settings: BusSettings) -> Self {
        spans();
        let lifecycle = Lifecycle::new(PATIENCE);
        let bus = Bus::connect(&settings, lifecycle.stop(), Arc::new(SystemClock)).await.unwrap();
        Self { settings, bus, lifecycle }
    }

    pub(crate) fn hear(&self, consumer: Consumer, ear: &Arc<Ear>) {
        let (bus, ear, stop) = (self.bus.clone(), Arc::clone(ear), self.lifecycle.stop());
        self.lifecycle.spawn("ear", async move { bus.consume(consumer, ear, stop).await });
    }

    pub(crate) fn bury(&self, grave: &Arc<Grave>) {
        let (bus, grave, stop) = (self.bus.clone(), Arc::clone(grave), self.lifecycle.stop());
        self.lifecycle.spawn("grave", async move { bus.bury(grave, stop).await });
    }

    pub(crate) async fn tell(&self, fact: &Envelope) {
        self.bus.publish(fact, &TraceContext::default()).await.unwrap();
    }

    pub(crate) fn request_stop(&self) {
        self.lifecycle.request_stop();
    }

    pub(crate) async fn stop(self) {
        self.lifecycle.shut_down().await.unwrap();
    }

    /// The server's own view, for what a bus never does.
    pub(crate) fn stream(&self) -> String {
        format!("{}-facts", self.prefix())
    }

    pub(crate) fn prefix(&self) -> String {
        self.settings.prefix.to_string()
    }

    pub(crate) async fn jetstream(&self) -> async_nats::jetstream::Context {
        let client = async_nats::connect(self.settings.servers.addresses()).await.unwrap();
        async_nats::jetstream::new(client)
    }
}

pub(crate) fn now() -> proto::Timestamp {
    SystemClock.now()
}

/// A fact that the dialer and the gateway hear.
pub(crate) fn plan_failed() -> Envelope {
    let route = Route {
        mode: Mode::Test,
        from: "+14155550100".parse().unwrap(),
        to: "+14155550101".parse().unwrap(),
        workflow_id: WorkflowId::new(now(), rand::random()),
    };
    let failure = Failure {
        who: Blame::Caller,
        code: "vague_prompt".to_owned(),
        detail: Private::new("who is to be called?"),
        rang: Rang::No,
        retryable: false,
    };
    Envelope {
        event_id: EventId::new(now(), rand::random()),
        org_id: OrgId::new(now(), rand::random()),
        call_id: CallId::new(now(), rand::random()),
        at: now(),
        fact: Fact::CallPlanFailed(CallPlanFailed { route, failure }),
    }
}

type Answer = Box<dyn Fn(&Heard) -> Verdict + Send + Sync>;

/// Remembers what it heard, waits at its gate, and answers.
pub(crate) struct Ear {
    answer: Answer,
    heard: watch::Sender<Vec<(Heard, Instant)>>,
    gate: watch::Sender<bool>,
}

impl Ear {
    pub(crate) fn new(answer: impl Fn(&Heard) -> Verdict + Send + Sync + 'static) -> Arc<Self> {
        let (heard, gate) = (watch::Sender::new(Vec::new()), watch::Sender::new(true));
        Arc::new(Self { answer: Box::new(answer), heard, gate })
    }

    /// One that finishes nothing until its gate is opened.
    pub(crate) fn shut() -> Arc<Self> {
        let ear = Self::new(|_| Verdict::Done);
        ear.gate.send_replace(false);
        ear
    }

    pub(crate) fn open(&self) {
        self.gate.send_replace(true);
    }

    pub(crate) fn heard(&self) -> Vec<(Heard, Instant)> {
        self.heard.borrow().clone()
    }

    pub(crate) fn calls(&self) -> Vec<CallId> {
        self.heard.borrow().iter().map(|(heard, _)| heard.envelope.call_id).collect()
    }

    pub(crate) async fn until_heard(&self, count: usize) -> Vec<(Heard, Instant)> {
        until(&self.heard, |heard| heard.len() >= count).await
    }
}

#[async_trait]
impl Hear for Ear {
    async fn hear(&self, heard: Heard) -> Verdict {
        let verdict = (self.answer)(&heard);
        self.heard.send_modify(|all| all.push((heard, SystemClock.instant())));
        let mut gate = self.gate.subscribe();
        gate.wait_for(|open| *open).await.unwrap();
        verdict
    }
}

/// Keeps dead letters.
pub(crate) struct Grave(watch::Sender<Vec<DeadLetter>>);

impl Grave {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Vec::new())))
    }

    pub(crate) async fn until_buried(&self, count: usize) -> Vec<DeadLetter> {
        until(&self.0, |letters| letters.len() >= count).await
    }
}

#[async_trait]
impl Bury for Grave {
    async fn bury(&self, letter: DeadLetter) -> Verdict {
        self.0.send_modify(|letters| letters.push(letter));
        Verdict::Done
    }
}

async fn until<T: Clone + Debug>(watched: &watch::Sender<T>, done: impl FnMut(&T) -> bool) -> T {
    let mut watching = watched.subscribe();
    let result = tokio::time::timeout(PATIENCE, watching.wait_for(done)).await.map(|value| value.unwrap().clone());
    result.unwrap_or_else(|_| panic!("last seen: {:?}", *watched.borrow()))
}

/// Waits for what no watch can tell.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut look: impl FnMut() -> F) {
    let waiting = async {
        while !look().await {
            SystemClock.sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never seen: {what}"));
}
