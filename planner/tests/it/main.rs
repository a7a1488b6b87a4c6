//! Stories of plans, on a real NATS.

#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, BusSettings, Consumer, Hear, Heard, Verdict};
use planner::{App, Config};
use proto::fact::CallRequested;
use proto::{CallId, Envelope, EventId, Fact, Mode, OrgId, Private, Route, Timestamp, WorkflowId};
use rpc::v1::DraftRequest;
use rpc::v1::draft_response::Result as Drafted;
use rpc::v1::planner_client::PlannerClient;
use runtime::{Lifecycle, SystemClock, TraceContext};
use stack::testing;
use tokio::sync::mpsc;

const DINNER: &str = "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller";
const PATIENCE: Duration = Duration::from_secs(30);

struct World {
    app: App,
    bus: Bus,
    /// What a dialer would hear.
    told: mpsc::UnboundedReceiver<Envelope>,
    lifecycle: Lifecycle,
}

struct Listener(mpsc::UnboundedSender<Envelope>);

#[tonic::async_trait]
impl Hear for Listener {
    async fn hear(&self, heard: Heard) -> Verdict {
        self.0.send(heard.envelope).unwrap();
        Verdict::Done
    }
}

impl World {
    async fn start() -> Self {
        runtime::install_crypto();
        let env = BTreeMap::from(
            [
                ("LISTEN", "127.0.0.1:0".to_owned()),
                ("NATS_URL", testing::Servers::shared().await.nats_url()),
                ("NATS_PREFIX", testing::nats_prefix()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let lifecycle = Lifecycle::new(Duration::from_secs(5));
        let settings = BusSettings::read(&env).unwrap();
        let bus = Bus::connect(&settings, lifecycle.stop(), Arc::new(SystemClock)).await.unwrap();
        let app = App::start(Config::read(&env).unwrap()).await.unwrap();
        let (tell, told) = mpsc::unbounded_channel();
        let (listening, stop) = (bus.clone(), lifecycle.stop());
        lifecycle
            .spawn("listen", async move { listening.consume(Consumer::Dialer, Arc::new(Listener(tell)), stop).await });
        Self { app, bus, told, lifecycle }
    }

    async fn request(&self, prompt: &str, event: u8) -> Envelope {
        let requested = requested(prompt, event);
        self.bus.publish(&requested, &TraceContext::default()).await.unwrap();
        requested
    }

    async fn next_told(&mut self) -> Envelope {
        tokio::time::timeout(PATIENCE, self.told.recv()).await.expect("nothing was told").unwrap()
    }

    async fn stop(self) {
        self.app.stop().await.unwrap();
        self.lifecycle.shut_down().await.unwrap();
    }
}

fn requested(prompt: &str, event: u8) -> Envelope {
    let now = Timestamp::from_timestamp(1_790_000_000, 0).unwrap();
    Envelope {
        event_id: EventId::new(now, [event; 10]),
        org_id: OrgId::new(now, [2; 10]),
        call_id: CallId::new(now, [3; 10]),
        at: now,
        fact: Fact::CallRequested(CallRequested {
            route: Route {
                mode: Mode::Test,
                from: "+14155550199".parse().unwrap(),
                to: "+14155550100".parse().unwrap(),
                workflow_id: WorkflowId::new(now, [4; 10]),
            },
            prompt: Private::new(prompt),
            callback: None,
            signing_secrets: Vec::new(),
            metadata: None,
            deadline: now + chrono::Duration::hours(1),
            max_duration: Duration::from_mins(10),
        }),
    }
}

#[tokio::test]
async fn what_is_requested_is_planned_for_the_same_call() {
    let mut world = World::start().await;
    let asked = world.request(DINNER, 1).await;
    let told = world.next_told().await;
    assert_eq!((told.call_id, told.org_id), (asked.call_id, asked.org_id));
    let (Fact::CallPlanned(planned), Fact::CallRequested(requested)) = (told.fact, asked.fact) else {
        panic!("the dinner was not planned");
    };
    assert_eq!(planned.route, requested.route);
    assert_eq!(planned.deadline, requested.deadline);
    assert!(!planned.workflow.fields().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_request_that_is_told_twice_is_planned_under_one_id() {
    let mut world = World::start().await;
    let first = world.request(DINNER, 1).await;
    let planned = world.next_told().await;
    assert_eq!(planned.event_id, first.event_id.derive("call.planned"));
    // The stream has forgotten neither request nor plan, so that neither is heard again; the next thing told is new.
    world.request(DINNER, 1).await;
    let second = world.request(DINNER, 9).await;
    assert_eq!(world.next_told().await.event_id, second.event_id.derive("call.planned"));
    world.stop().await;
}

#[tokio::test]
async fn a_prompt_that_says_too_little_ends_with_what_is_missing() {
    let mut world = World::start().await;
    world.request("Make a call", 1).await;
    let Fact::CallPlanFailed(failed) = world.next_told().await.fact else {
        panic!("a vague prompt was planned");
    };
    assert_eq!(failed.failure.code, "vague_prompt");
    assert!(!failed.failure.retryable);
    world.stop().await;
}

#[tokio::test]
async fn a_draft_is_given_to_whoever_asks_over_grpc() {
    let world = World::start().await;
    let mut client = PlannerClient::connect(format!("http://{}", world.app.address())).await.unwrap();
    let mut draft = async |prompt: &str| {
        client.draft(DraftRequest { prompt: prompt.to_owned() }).await.map(|answer| answer.into_inner().result.unwrap())
    };
    assert!(matches!(draft(DINNER).await.unwrap(), Drafted::Workflow(_)));
    let Drafted::Vague(vague) = draft("Call them").await.unwrap() else {
        panic!("a vague prompt was planned");
    };
    assert!(vague.missing.iter().all(|missing| missing.suggested_question.ends_with('?')));
    assert_eq!(draft(&"a".repeat(5_000)).await.unwrap_err().code(), tonic::Code::InvalidArgument);
    world.stop().await;
}
