//! A planner with its server, and somebody who tells it prompts and hears what it tells.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bus::{Bus, BusSettings, Consumer, Hear, Heard, Verdict};
use chrono::TimeDelta;
use planner::{App, Config};
use proto::fact::{CallRequested, Recipient, Terms, Wishes};
use proto::{CallId, Envelope, EventId, Fact, Mode, OrgId, Private, Route, WorkflowId};
use runtime::{Clock as _, Lifecycle, SystemClock, TraceContext};

/// Far more than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(10);

pub(crate) const DINNER: &str =
    "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller";

pub(crate) struct World {
    pub(crate) bus: Bus,
    pub(crate) app: App,
    told: Arc<Told>,
    /// Kept, because what it spawned ends with it.
    _hearing: Lifecycle,
}

#[derive(Default)]
struct Told(Mutex<Vec<Envelope>>);

#[async_trait]
impl Hear for Told {
    async fn hear(&self, heard: Heard) -> Verdict {
        self.0.lock().unwrap().push(heard.envelope);
        Verdict::Done
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With further settings.
    pub(crate) async fn start_with(settings: &[(&str, &str)]) -> Self {
        let mut env = BTreeMap::from([
            ("NATS_URL".to_owned(), stack::testing::Servers::shared().await.nats_url()),
            ("NATS_PREFIX".to_owned(), stack::testing::nats_prefix()),
            ("LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ]);
        env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let hearing = Lifecycle::new(PATIENCE);
        let settings = BusSettings::read(&env).unwrap();
        let bus = Bus::connect(&settings, hearing.stop(), Arc::new(SystemClock)).await.unwrap();
        let told = Arc::new(Told::default());
        let (ears, all, stop) = (Arc::clone(&told), bus.clone(), hearing.stop());
        hearing.spawn("hear", async move { all.consume(Consumer::Gateway, ears, stop).await });
        let app = App::start(Config::read(&env).unwrap(), Arc::new(SystemClock)).await.unwrap();
        Self { bus, app, told, _hearing: hearing }
    }

    pub(crate) async fn tell(&self, envelope: &Envelope) {
        self.bus.publish(envelope, &TraceContext::default()).await.unwrap();
    }

    /// What the planner has told about a call.
    pub(crate) fn answers(&self, call_id: CallId) -> Vec<Envelope> {
        let told = self.told.0.lock().unwrap();
        let answers = told.iter().filter(|told| told.call_id == call_id);
        answers.filter(|told| !matches!(told.fact, Fact::CallRequested(_))).cloned().collect()
    }

    pub(crate) async fn answer(&self, call_id: CallId) -> Envelope {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(answer) = self.answers(call_id).pop() {
                    return answer;
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        found.await.expect("the planner answers")
    }
}

/// The fact that somebody wants a call.
pub(crate) fn requested(prompt: &str) -> Envelope {
    let now = SystemClock.now();
    let route = Route {
        mode: Mode::Test,
        from: "+14155550199".parse().unwrap(),
        to: "+14155550100".parse().unwrap(),
        workflow_id: WorkflowId::new(now, rand::random()),
    };
    let fact = Fact::CallRequested(CallRequested {
        route,
        prompt: Private::new(prompt),
        workflow: None,
        recipient: Recipient::default(),
        wishes: Wishes::default(),
        terms: Terms::default(),
        callback: None,
        signing_secrets: Vec::new(),
        metadata: None,
        deadline: now + TimeDelta::hours(1),
        max_duration: Duration::from_mins(10),
    });
    Envelope {
        event_id: EventId::new(now, rand::random()),
        org_id: OrgId::new(now, rand::random()),
        call_id: CallId::new(now, rand::random()),
        at: now,
        fact,
    }
}
