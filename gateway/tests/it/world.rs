//! Gateways with their servers, a client of one organization, and somebody who hears what they tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bus::{Bus, BusSettings, Consumer, Hear, Heard, Verdict};
use chrono::{DateTime, Utc};
use clap::Parser as _;
use gateway::{AdminConfig, App, Cli, Command, Config};
use proto::fact::{
    CallAnswered, CallDialing, CallEnded, CallPlanned, CallRequested, CallRinging, CallTurn, CallbackAttempted,
    CallbackDelivered, CancelReason, Terms,
};
use proto::{
    AttemptId, CallId, DeliveryId, Envelope, EventId, Fact, Message, OrgId, Outcome, Private, Role, Timestamp,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use runtime::{Clock, Lifecycle, SystemClock, TraceContext};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const SEAL_KEYS: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
pub(crate) const PROMPT: &str = "Ask about store hours and if they have size 10 Nike Air Max in stock";
pub(crate) const CALLEE: &str = "+14155550101";
pub(crate) const OWN_NUMBER: &str = "+14155550100";
/// Far more than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(10);

/// The machine's clock, which a story may put forward.
#[derive(Default)]
pub(crate) struct StoryClock(Mutex<Duration>);

impl StoryClock {
    pub(crate) fn put_forward(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

#[async_trait]
impl Clock for StoryClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + *self.0.lock().unwrap()
    }

    fn instant(&self) -> Instant {
        SystemClock.instant()
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration).await;
    }
}

/// What the gateways told those who work on calls.
#[derive(Default)]
pub(crate) struct Told(Mutex<Vec<Envelope>>);

#[async_trait]
impl Hear for Told {
    async fn hear(&self, heard: Heard) -> Verdict {
        self.0.lock().unwrap().push(heard.envelope);
        Verdict::Done
    }
}

pub(crate) struct World {
    pub(crate) clock: Arc<StoryClock>,
    pub(crate) key: String,
    pub(crate) org: OrgId,
    pub(crate) bus: Bus,
    pub(crate) env: BTreeMap<String, String>,
    apps: Vec<App>,
    client: Client,
    told: Arc<Told>,
    /// What those heard who tell receivers.
    notified: Arc<Told>,
    hearing: Lifecycle,
}

impl World {
    /// One gateway, and an organization with a test key and a number.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Box::pin(Self::started(settings)).await
    }

    async fn started(settings: &[(&str, &str)]) -> Self {
        runtime::install_crypto();
        let servers = stack::testing::Servers::shared().await;
        let (database, redis) = (stack::testing::database().await, stack::testing::redis().await);
        let base = [
            ("NATS_URL", servers.nats_url().as_str()),
            ("NATS_PREFIX", stack::testing::nats_prefix().as_str()),
            ("DATABASE_URL", database.as_str()),
            ("DATABASE_CONNECTIONS", "8"),
            ("REDIS_URL", redis.as_str()),
            // A machine that is busy with other tests is not a Redis that is gone.
            ("REDIS_PATIENCE", "10s"),
            // Stories look again and again.
            ("READS_PER_REQUEST", "100000"),
            ("LISTEN", "127.0.0.1:0"),
            ("SEAL_KEYS", SEAL_KEYS),
            ("SWEEP_INTERVAL", "50ms"),
            ("DRAIN", "10s"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut env = BTreeMap::from(base);
        env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));

        let hearing = Lifecycle::new(PATIENCE);
        let system = Arc::new(SystemClock);
        let bus = Bus::connect(&BusSettings::read(&env).unwrap(), hearing.stop(), system).await.unwrap();
        let (told, notified) = (Arc::new(Told::default()), Arc::new(Told::default()));
        let ears = [(Consumer::Planner, &told), (Consumer::Dialer, &told), (Consumer::Notifier, &notified)];
        for (consumer, ears) in ears {
            let (hearer, ears, stop) = (bus.clone(), Arc::clone(ears), hearing.stop());
            hearing.spawn("told", async move { hearer.consume(consumer, ears, stop).await });
        }
        let client = Client::builder().pool_max_idle_per_host(64).build().unwrap();
        let clock = Arc::<StoryClock>::default();
        let nobody = OrgId::from(Uuid::nil());
        let mut world = Self {
            clock,
            key: String::new(),
            org: nobody,
            bus,
            env,
            apps: Vec::new(),
            client,
            told,
            notified,
            hearing,
        };
        (world.org, world.key) = world.organization().await;
        world.add_gateway().await;
        world
    }

    /// Another organization with a test key and a number.
    pub(crate) async fn organization(&self) -> (OrgId, String) {
        let org = self.admin(&["org", "create", "--name", "Acme"]).await.unwrap()["org_id"].clone();
        let key = self.admin(&["key", "create", "--org", &org, "--mode", "test"]).await.unwrap()["key"].clone();
        self.admin(&["number", "add", "--org", &org, "--number", OWN_NUMBER]).await.unwrap();
        (org.parse().unwrap(), key)
    }

    /// What an admin's command prints.
    pub(crate) async fn admin(&self, arguments: &[&str]) -> Result<BTreeMap<&'static str, String>, String> {
        let line = ["callcow-gateway", "admin"].iter().chain(arguments);
        let cli = Cli::try_parse_from(line).map_err(|error| error.to_string())?;
        let Command::Admin { admin } = cli.command() else { unreachable!() };
        let config = AdminConfig::read(&self.env).unwrap();
        let printed =
            admin.run(config, Arc::clone(&self.clock) as Arc<dyn Clock>).await.map_err(|error| error.to_string())?;
        Ok(printed.into_iter().collect())
    }

    /// Another replica.
    pub(crate) async fn add_gateway(&mut self) {
        let config = Config::read(&self.env).unwrap();
        self.apps.push(App::start(config, Arc::clone(&self.clock) as Arc<dyn Clock>).await.unwrap());
    }

    pub(crate) async fn stop_gateways(&mut self) {
        for app in self.apps.drain(..) {
            app.shut_down().await.unwrap();
        }
    }

    /// Stops everything in order; that nothing ends uncleanly is part of every story.
    pub(crate) async fn stop(mut self) {
        self.stop_gateways().await;
        self.hearing.shut_down().await.unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.url_of(0, path)
    }

    pub(crate) fn url_of(&self, replica: usize, path: &str) -> String {
        format!("http://{}{path}", self.apps[replica].address())
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path)).bearer_auth(&self.key)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.post_to(0, path)
    }

    pub(crate) fn post_to(&self, replica: usize, path: &str) -> RequestBuilder {
        self.client.post(self.url_of(replica, path)).bearer_auth(&self.key)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A request for a call as the guide has it, with more fields.
    pub(crate) async fn ask(&self, more: Value) -> Response {
        self.post("/api/call-prompt").json(&request(more)).send().await.unwrap()
    }

    /// A call that was accepted.
    pub(crate) async fn accepted(&self, more: Value) -> CallId {
        let answer = self.ask(more).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json::<Value>().await.unwrap()["call_id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn call(&self, call: CallId) -> Value {
        let answer = self.get(&format!("/api/calls/{call}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    /// The call as soon as it is as the story wants it.
    pub(crate) async fn call_when(&self, call: CallId, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        until(what, async || Some(self.call(call).await).filter(&wanted)).await
    }

    /// The facts of a call that were told, as soon as the story has seen enough.
    pub(crate) async fn told_when(&self, what: &str, wanted: impl Fn(&[Envelope]) -> bool) -> Vec<Envelope> {
        until(what, async || Some(self.told()).filter(|told| wanted(told))).await
    }

    /// A fact about a call that was told to those who tell receivers.
    pub(crate) async fn notified_when(&self, call: CallId, what: &str, wanted: impl Fn(&Fact) -> bool) -> Fact {
        let look = || {
            let told = self.notified.0.lock().unwrap();
            told.iter().find(|told| told.call_id == call && wanted(&told.fact)).map(|told| told.fact.clone())
        };
        until(what, async || look()).await
    }

    pub(crate) fn told(&self) -> Vec<Envelope> {
        self.told.0.lock().unwrap().clone()
    }

    /// The fact that told a request.
    pub(crate) async fn requested(&self, call: CallId) -> (Envelope, CallRequested) {
        let told = self.told_when("the request is told", |told| told.iter().any(|fact| fact.call_id == call)).await;
        let envelope = told.into_iter().find(|fact| fact.call_id == call).unwrap();
        let Fact::CallRequested(requested) = envelope.fact.clone() else { panic!("another fact") };
        (envelope, requested)
    }

    /// Tells a fact about a call, as another service would.
    pub(crate) async fn tell(&self, call: CallId, fact: Fact) -> Envelope {
        let envelope = self.envelope(call, fact);
        self.bus.publish(&envelope, &TraceContext::default()).await.unwrap();
        envelope
    }

    pub(crate) fn envelope(&self, call_id: CallId, fact: Fact) -> Envelope {
        let at: Timestamp = self.clock.now();
        Envelope { event_id: EventId::new(at, rand::random()), org_id: self.org, call_id, at, fact }
    }
}

pub(crate) fn request(more: Value) -> Value {
    let mut request = json!({"prompt": PROMPT, "recipient_phone": CALLEE});
    let Value::Object(more) = more else { panic!("not an object") };
    request.as_object_mut().unwrap().extend(more);
    request
}

/// Waits for something, and says what it waited for when it never comes.
pub(crate) async fn until<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("never came: {what}"))
}

/// Why the fact asks for the end of a call, if it does.
pub(crate) fn cancel_reason(envelope: &Envelope) -> Option<CancelReason> {
    let Fact::CallCancelRequested(canceled) = &envelope.fact else {
        return None;
    };
    Some(canceled.reason)
}

/// A problem as the API promises it: the status, the code, and the members that every problem has.
pub(crate) async fn problem(answer: Response, status: u16, code: &str) -> Value {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let request_id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(answer.status().as_u16(), status);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["success"], false);
    assert_eq!(problem["request_id"], request_id);
    assert_eq!(problem["instance"], format!("urn:uuid:{request_id}"));
    for member in ["type", "title", "detail"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    }
    problem
}

/// The facts of a call that goes well.
pub(crate) struct Script {
    pub(crate) planned: Fact,
    pub(crate) dialing: Fact,
    pub(crate) ringing: Fact,
    pub(crate) answered: Fact,
    pub(crate) turns: Vec<Fact>,
    pub(crate) ended: Fact,
    pub(crate) attempted: Fact,
    pub(crate) delivered: Fact,
}

impl Script {
    pub(crate) fn new(requested: &CallRequested) -> Self {
        let attempt_id = AttemptId::from(Uuid::from_u128(rand::random()));
        let delivery_id = DeliveryId::from(Uuid::from_u128(rand::random()));
        let route = requested.route.clone();
        let messages: Vec<_> =
            [(Role::Assistant, "Hello, this is an AI assistant."), (Role::User, "We close at nine.")]
                .into_iter()
                .zip(0..)
                .map(|((role, text), second)| Message {
                    role,
                    content: Private::new(text),
                    offset: Duration::from_secs(second),
                })
                .collect();
        let turns = messages.iter().cloned().zip(0..);
        Self {
            planned: Fact::CallPlanned(CallPlanned {
                route: route.clone(),
                deadline: requested.deadline,
                max_duration: requested.max_duration,
                workflow: draft::draft(requested.prompt.expose()).unwrap(),
                planner: "builtin/1".to_owned(),
                terms: Terms::default(),
            }),
            dialing: Fact::CallDialing(CallDialing { attempt_id, attempt: 1 }),
            ringing: Fact::CallRinging(CallRinging { attempt_id }),
            answered: Fact::CallAnswered(CallAnswered { attempt_id }),
            turns: turns.map(|(message, index)| Fact::CallTurn(CallTurn { index, message })).collect(),
            ended: Fact::CallEnded(CallEnded {
                route,
                workflow_name: Some("Store hours".to_owned()),
                outcome: Outcome::Completed,
                failure: None,
                summary: Private::new("They close at nine."),
                messages,
                form_fills: Vec::new(),
                duration: Duration::from_millis(31_460),
                disclosure: None,
                opted_out: false,
                goal: Some(proto::Goal::Reached),
            }),
            attempted: Fact::CallbackAttempted(CallbackAttempted {
                delivery_id,
                webhook_id: None,
                attempt: 1,
                started_at: None,
                http_status: Some(200),
                result: "2xx".to_owned(),
                took: Duration::from_millis(12),
                answer: Private::default(),
                next_attempt_at: None,
            }),
            delivered: Fact::CallbackDelivered(CallbackDelivered { delivery_id, attempts: 1, last: None }),
        }
    }
}
