//! Servers, a phone network, a dialer, and somebody who hears every fact.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use bus::{Bus, BusSettings, Consumer, Hear, Heard, Verdict};
use dialer::{App, Config};
use proto::Verdict as Answer;
use proto::call::Outcome;
use proto::fact::{CallCancelRequested, CallEnded, CallPlanned, CancelReason, Terms};
use proto::workflow::VoicemailPolicy;
use proto::{CallId, Envelope, EventId, Fact, Kind, Mode, OrgId, Route, Timestamp, WorkflowId};
use runtime::{Clock, Lifecycle, SystemClock, TraceContext};
use secrecy::ExposeSecret;
use simulator::Network;
use stack::{Addresses, testing};
use tokio::net::TcpListener;

use crate::workflow::reservation;

/// What a story waits for takes a second or two; a loaded machine takes its time.
const WAIT_MAX: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

pub(crate) struct World {
    pub(crate) network: Network,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) org: OrgId,
    bus: Bus,
    heard: Arc<Ears>,
    lifecycle: Lifecycle,
    dialers: Vec<App>,
}

#[derive(Default)]
struct Ears(Mutex<Vec<Envelope>>);

#[async_trait]
impl Hear for Ears {
    async fn hear(&self, heard: Heard) -> Verdict {
        self.0.lock().unwrap().push(heard.envelope);
        Verdict::Done
    }
}

/// A call as a story asks for it.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) call: CallId,
    pub(crate) org: OrgId,
    pub(crate) route: Route,
    pub(crate) deadline: Timestamp,
    pub(crate) voicemail: VoicemailPolicy,
    pub(crate) max_duration: Duration,
    pub(crate) terms: Terms,
}

impl Ask {
    /// The fact that asks for this call. Telling it again is what a broker does.
    pub(crate) fn planned(&self) -> Envelope {
        let planned = CallPlanned {
            route: self.route.clone(),
            deadline: self.deadline,
            max_duration: self.max_duration,
            workflow: reservation(self.voicemail.clone()),
            planner: "builtin/1".into(),
            terms: self.terms.clone(),
        };
        fact(self, Fact::CallPlanned(planned))
    }
}

impl World {
    /// With one dialer.
    pub(crate) async fn start() -> Self {
        let mut world = Self::without_dialer().await;
        world.start_dialer().await;
        world
    }

    pub(crate) async fn without_dialer() -> Self {
        let servers = testing::Servers::shared().await;
        Box::pin(Self::on(servers.addresses())).await
    }

    /// On servers that the story may stop.
    pub(crate) async fn on(servers: &Addresses) -> Self {
        Self::with_network(servers, simulator::Settings::default()).await
    }

    /// With people who are as fast as the settings say.
    pub(crate) async fn with_network(servers: &Addresses, network: simulator::Settings) -> Self {
        runtime::install_crypto();
        let network = Network::start(network).await.unwrap();
        let env = settings(&network, servers).await;
        let bus_settings = BusSettings::read(&env).unwrap();
        let lifecycle = Lifecycle::new(Duration::from_secs(5));
        let bus = Bus::connect(&bus_settings, lifecycle.stop(), Arc::new(SystemClock)).await.unwrap();
        let heard = Arc::new(Ears::default());
        let (ears, hearing, stop) = (heard.clone(), bus.clone(), lifecycle.stop());
        lifecycle.spawn("ears", async move { hearing.consume(Consumer::Gateway, ears, stop).await });
        let org = OrgId::new(SystemClock.now(), rand::random());
        Self { network, env, org, bus, heard, lifecycle, dialers: Vec::new() }
    }

    pub(crate) async fn start_dialer(&mut self) {
        let app = Box::pin(App::start(Config::read(&self.env).unwrap())).await.unwrap();
        self.dialers.push(app);
    }

    /// Of the first dialer in this process.
    pub(crate) fn address(&self) -> SocketAddr {
        self.dialers[0].address()
    }

    /// Serves something of the story's own, until the story ends.
    pub(crate) async fn serve(&self, router: Router) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stop = self.lifecycle.stop();
        self.lifecycle.spawn("served", async move {
            tokio::select! {
                served = axum::serve(listener, router) => served.unwrap(),
                () = stop.soft() => {}
            }
        });
        url
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn stop_dialers(&mut self) {
        for dialer in self.dialers.drain(..) {
            dialer.stop().await.unwrap();
        }
    }

    pub(crate) async fn stop(mut self) {
        self.stop_dialers().await;
        self.lifecycle.shut_down().await.unwrap();
        self.network.stop().await;
    }

    pub(crate) fn number(&self, behaviour: &str) -> String {
        self.network.number(behaviour).unwrap()
    }

    /// A call to whoever behaves so.
    pub(crate) fn ask(&self, behaviour: &str) -> Ask {
        let now = SystemClock.now();
        let route = Route {
            mode: Mode::Test,
            from: "+14155550199".parse().unwrap(),
            to: self.number(behaviour).parse().unwrap(),
            workflow_id: WorkflowId::new(now, rand::random()),
        };
        Ask {
            call: CallId::new(now, rand::random()),
            org: self.org,
            route,
            deadline: now + Duration::from_mins(5),
            voicemail: VoicemailPolicy::HangUp,
            max_duration: Duration::from_mins(1),
            terms: Terms::default(),
        }
    }

    /// A call from a number that no other index has, so that it waits for no other.
    pub(crate) fn ask_from(&self, behaviour: &str, index: usize) -> Ask {
        let mut ask = self.ask(behaviour);
        ask.route.from = format!("+1415556{index:04}").parse().unwrap();
        ask
    }

    pub(crate) async fn plan(&self, ask: &Ask) {
        self.tell(&ask.planned()).await;
    }

    pub(crate) async fn cancel(&self, ask: &Ask) {
        let canceled = CallCancelRequested { route: ask.route.clone(), reason: CancelReason::Caller };
        self.tell(&fact(ask, Fact::CallCancelRequested(canceled))).await;
    }

    pub(crate) async fn tell(&self, envelope: &Envelope) {
        self.bus.publish(envelope, &TraceContext::default()).await.unwrap();
    }

    /// Plans a call and waits for its end.
    pub(crate) async fn call(&self, ask: &Ask) -> CallEnded {
        self.plan(ask).await;
        self.ended(ask).await
    }

    pub(crate) async fn ended(&self, ask: &Ask) -> CallEnded {
        self.heard(ask, Kind::CallEnded).await;
        self.ends(ask).remove(0)
    }

    /// Waits until a fact of this kind is told.
    pub(crate) async fn heard(&self, ask: &Ask, kind: Kind) {
        until(async || {
            let kinds = self.kinds(ask);
            if kinds.contains(&kind) { Ok(()) } else { Err(format!("no {kind:?} among {kinds:?}")) }
        })
        .await;
    }

    pub(crate) fn ends(&self, ask: &Ask) -> Vec<CallEnded> {
        self.facts(ask).iter().filter_map(ended_of).cloned().collect()
    }

    /// What was told of a call, in the order in which it was told, without repetitions.
    pub(crate) fn kinds(&self, ask: &Ask) -> Vec<Kind> {
        let mut facts = self.facts(ask);
        facts.sort_by_key(|envelope| envelope.event_id);
        let mut kinds: Vec<_> = facts.iter().map(|envelope| envelope.fact.kind()).collect();
        kinds.dedup();
        kinds
    }

    pub(crate) fn facts(&self, ask: &Ask) -> Vec<Envelope> {
        let heard = self.heard.0.lock().unwrap();
        heard.iter().filter(|envelope| envelope.call_id == ask.call).cloned().collect()
    }

    /// Of the phone, whoever called it.
    pub(crate) fn rings(&self, ask: &Ask) -> u32 {
        self.network.rings(ask.route.to.as_e164())
    }

    /// Of the phone, by calls from this number.
    pub(crate) fn rings_from(&self, ask: &Ask) -> u32 {
        let calls = self.network.calls(ask.route.to.as_e164());
        calls.iter().filter(|call| call.from == ask.route.from.as_e164()).map(|call| call.rings).sum()
    }

    /// How each call ended that did, in one look over all facts.
    pub(crate) fn all_ends(&self) -> BTreeMap<CallId, Vec<CallEnded>> {
        let mut ends = BTreeMap::<_, Vec<_>>::new();
        for envelope in self.heard.0.lock().unwrap().iter() {
            if let Some(ended) = ended_of(envelope) {
                ends.entry(envelope.call_id).or_default().push(ended.clone());
            }
        }
        ends
    }

    /// The calls of which a fact of this kind was told.
    pub(crate) fn told(&self, kind: Kind) -> BTreeSet<CallId> {
        let heard = self.heard.0.lock().unwrap();
        heard.iter().filter(|envelope| envelope.fact.kind() == kind).map(|envelope| envelope.call_id).collect()
    }
}

/// Whether a call ended as its caller wished, with every field.
pub(crate) fn is_complete(ended: &CallEnded) -> bool {
    let answered = ended.form_fills.iter().all(|fill| matches!(fill.verdict, Answer::Answered { .. }));
    ended.outcome == Outcome::Completed && ended.failure.is_none() && answered
}

fn ended_of(envelope: &Envelope) -> Option<&CallEnded> {
    match &envelope.fact {
        Fact::CallEnded(ended) => Some(ended),
        Fact::CallRequested(_)
        | Fact::CallPlanned(_)
        | Fact::CallPlanFailed(_)
        | Fact::CallCancelRequested(_)
        | Fact::CallDialing(_)
        | Fact::CallRinging(_)
        | Fact::CallAnswered(_)
        | Fact::CallTurn(_)
        | Fact::CallbackAttempted(_)
        | Fact::CallbackDelivered(_)
        | Fact::CallbackExhausted(_)
        | Fact::CallbackRedeliveryRequested(_)
        | Fact::WebhookCreated(_)
        | Fact::WebhookDeleted(_) => None,
    }
}

pub(crate) fn fact(ask: &Ask, fact: Fact) -> Envelope {
    let at = SystemClock.now();
    Envelope { event_id: EventId::new(at, rand::random()), org_id: ask.org, call_id: ask.call, at, fact }
}

async fn settings(network: &Network, servers: &Addresses) -> BTreeMap<String, String> {
    let account = network.settings();
    BTreeMap::from(
        [
            ("LISTEN", "127.0.0.1:0"),
            ("DATABASE_URL", &servers.create_database().await.unwrap()),
            ("DATABASE_CONNECTIONS", "8"),
            ("NATS_URL", &servers.nats_url),
            ("NATS_PREFIX", &testing::nats_prefix()),
            ("SIMULATOR_URL", &network.url()),
            ("SIMULATOR_ACCOUNT_SID", &account.account_sid),
            ("SIMULATOR_AUTH_TOKEN", account.auth_token.expose_secret()),
            ("PACE", &account.rate.to_string()),
            ("DIAL_TIMEOUT", "1500ms"),
            ("LEASE", "5s"),
            ("SETTLE", "2s"),
            ("SWEEP", "200ms"),
            ("STATUS_MARGIN", "3s"),
            ("DIAL_RETRY", "100ms"),
            ("DRAIN", "2s"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    )
}

/// Waits until something is so, and says at the end what was seen last.
pub(crate) async fn until<T>(mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let clock = SystemClock;
    let began = clock.instant();
    loop {
        match look().await {
            Ok(seen) => return seen,
            Err(seen) if clock.instant().duration_since(began) > WAIT_MAX => panic!("waited in vain: {seen}"),
            Err(_) => clock.sleep(LOOK_AGAIN).await,
        }
    }
}
