//! A notifier with its servers, and somebody who tells it facts and hears its own.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bus::{Bus, BusSettings, Consumer, Hear, Heard, Verdict};
use notifier::admin::Admin;
use notifier::config::AdminConfig;
use notifier::schedule::{NewRound, Schedule};
use notifier::store::Store;
use notifier::{App, Config};
use proto::fact::{
    CallEnded, CallRequested, CallbackAttempted, CallbackTarget, Recipient, Terms, WebhookCreated, Wishes,
};
use proto::{
    CallId, Envelope, EventId, Fact, Message, Mode, OrgId, Outcome, Private, Role, Route, Sealed, Timestamp, WebhookId,
};
use runtime::{Clock as _, Lifecycle, Sealer, SystemClock, TraceContext};
use secrecy::SecretString;
use tokio::process::{Child, Command};
use uuid::Uuid;

pub(crate) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(crate) const BEARER: &str = "only-for-the-receiver";
const SEAL_KEYS: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// Far more than anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(10);

pub(crate) struct World {
    pub(crate) bus: Bus,
    pub(crate) store: Store,
    env: BTreeMap<String, String>,
    apps: Vec<App>,
    told: Arc<Told>,
    hearing: Lifecycle,
    sealer: Sealer,
}

/// A call that somebody asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AskedCall {
    pub(crate) call_id: CallId,
    pub(crate) org_id: OrgId,
    pub(crate) created_at: Timestamp,
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
    /// One notifier with a compressed schedule, which may call this machine.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let mut world = Self::without_notifier(settings).await;
        world.add_notifier().await;
        world
    }

    pub(crate) async fn without_notifier(settings: &[(&str, &str)]) -> Self {
        runtime::install_crypto();
        let nats = stack::testing::Servers::shared().await.nats_url();
        let database = stack::testing::database().await;
        let base = [
            ("NATS_URL", nats.as_str()),
            ("NATS_PREFIX", stack::testing::nats_prefix().as_str()),
            ("DATABASE_URL", database.as_str()),
            ("LISTEN", "127.0.0.1:0"),
            ("SEAL_KEYS", SEAL_KEYS),
            ("CALLBACK_SCHEDULE", "0s,20ms,20ms,20ms,20ms,20ms,20ms"),
            ("CALLBACK_POLL", "20ms"),
            ("CALLBACK_TIMEOUT", "1s"),
            ("CALLBACK_ALLOW_HTTP", "true"),
            ("CALLBACK_ALLOW", "127.0.0.1/32"),
            ("CALLBACK_DNS", "127.0.0.1:9"),
            ("DRAIN", "10s"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut env = BTreeMap::from(base);
        env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));

        let clock = Arc::new(SystemClock);
        let hearing = Lifecycle::new(PATIENCE);
        let bus = Bus::connect(&BusSettings::read(&env).unwrap(), hearing.stop(), clock).await.unwrap();
        let told = Arc::new(Told::default());
        let (hearer, ears, stop) = (bus.clone(), Arc::clone(&told), hearing.stop());
        hearing.spawn("told", async move { hearer.consume(Consumer::Gateway, ears, stop).await });
        let store = Store::open(&env["DATABASE_URL"], 2).await.unwrap();
        let sealer = Sealer::read(&env).unwrap();
        Self { bus, store, env, apps: Vec::new(), told, hearing, sealer }
    }

    /// For the notifiers that are added from now on.
    pub(crate) fn set(&mut self, settings: &[(&str, &str)]) {
        self.env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    }

    pub(crate) async fn add_notifier(&mut self) {
        let config = Config::read(&self.env).unwrap();
        self.apps.push(App::start(config, Arc::new(SystemClock)).await.unwrap());
    }

    /// A notifier as operators run it: a process, with an environment.
    pub(crate) fn notifier_process(&self, environment: &[(&str, &str)]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callcow-notifier"));
        command.envs(&self.env).env("DRAIN", "100ms").envs(environment.iter().copied());
        command.kill_on_drop(true).spawn().unwrap()
    }

    /// The lines that an operator's command prints.
    pub(crate) async fn admin(&self, command: Admin) -> Vec<String> {
        command.run(AdminConfig::read(&self.env).unwrap(), SystemClock.now()).await.unwrap()
    }

    /// Stops everything in order; that nothing ends uncleanly is part of every story.
    pub(crate) async fn stop(self) {
        for app in self.apps {
            app.shut_down().await.unwrap();
        }
        self.hearing.shut_down().await.unwrap();
    }

    pub(crate) async fn stop_notifiers(&mut self) {
        for app in self.apps.drain(..) {
            app.shut_down().await.unwrap();
        }
    }

    pub(crate) fn seal(&self, secret: &str, org_id: OrgId) -> Sealed {
        let sealed = self.sealer.seal(&SecretString::from(secret), &org_id.to_string());
        Sealed { key_id: sealed.key_id, nonce: sealed.nonce, ciphertext: sealed.ciphertext }
    }

    /// A call whose end is to be told to `url`, with the usual secrets.
    pub(crate) async fn requested(&self, url: &str) -> AskedCall {
        let call = new_call();
        let secrets = vec![self.seal(SECRET, call.org_id)];
        self.requested_with(call, url, secrets).await;
        call
    }

    pub(crate) async fn requested_with(&self, call: AskedCall, url: &str, signing_secrets: Vec<Sealed>) {
        let bearer = Some(self.seal(BEARER, call.org_id));
        self.tell(call, requested(Some(CallbackTarget { url: url.parse().unwrap(), bearer }), signing_secrets)).await;
    }

    pub(crate) async fn ended(&self, call: AskedCall) {
        self.tell(call, Fact::CallEnded(ended())).await;
    }

    pub(crate) async fn finished_call(&self, url: &str) -> AskedCall {
        let call = self.requested(url).await;
        self.ended(call).await;
        call
    }

    pub(crate) async fn tell(&self, call: AskedCall, fact: Fact) {
        self.publish(&envelope(call, fact)).await;
    }

    pub(crate) async fn publish(&self, envelope: &Envelope) {
        self.bus.publish(envelope, &TraceContext::default()).await.unwrap();
    }

    /// Registers a receiver for the workflow that all calls here follow.
    pub(crate) async fn webhook(&self, maker: AskedCall, url: &str) -> WebhookId {
        let webhook_id = WebhookId::new(SystemClock.now(), rand::random());
        let workflow_id = route().workflow_id;
        let created = WebhookCreated { webhook_id, workflow_id, url: url.parse().unwrap() };
        self.tell(maker, Fact::WebhookCreated(created)).await;
        webhook_id
    }

    /// Waits until so many attempts were made.
    pub(crate) async fn attempted(&self, call: AskedCall, count: usize) {
        until("attempts", || self.attempts(call).len(), |made| *made == count).await;
    }

    /// Waits until nothing is known of a call.
    pub(crate) async fn forgotten(&self, call: AskedCall) {
        let deadline = SystemClock.instant() + PATIENCE;
        let look = || self.store.known(call.call_id, route().workflow_id, SystemClock.now());
        while look().await.unwrap().is_some() {
            assert!(SystemClock.instant() < deadline, "the call is still known");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until a call would be told to so many.
    pub(crate) async fn targets_known(&self, call: AskedCall, count: usize) {
        let deadline = SystemClock.instant() + PATIENCE;
        let ever = SystemClock.now() + Duration::from_hours(48);
        loop {
            let known = self.store.known(call.call_id, route().workflow_id, ever).await.unwrap();
            let known = known.map(|known| known.targets.len());
            if known == Some(count) {
                return;
            }
            assert!(SystemClock.instant() < deadline, "waited for {count} targets; last seen: {known:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What the notifier told of a call, in the order of the stream.
    pub(crate) fn told(&self, call: AskedCall) -> Vec<Fact> {
        let told = self.told.0.lock().unwrap();
        let of_call = told.iter().filter(|envelope| envelope.call_id == call.call_id);
        of_call
            .map(|envelope| envelope.fact.clone())
            .filter(|fact| fact.kind().subject().starts_with("callback"))
            .collect()
    }

    pub(crate) fn attempts(&self, call: AskedCall) -> Vec<CallbackAttempted> {
        let mut attempts: Vec<_> = self.told(call).into_iter().filter_map(attempt).collect();
        attempts.sort_by_key(|attempted| attempted.attempt);
        attempts
    }

    /// The results of the attempts, once the delivery has reached its receiver.
    pub(crate) async fn delivered(&self, call: AskedCall) -> Vec<String> {
        self.over(
            call,
            "delivered",
            |fact| if let Fact::CallbackDelivered(end) = fact { Some(end.attempts) } else { None },
        )
        .await
    }

    /// The results of the attempts, once the delivery was given up.
    pub(crate) async fn exhausted(&self, call: AskedCall) -> Vec<String> {
        self.over(
            call,
            "exhausted",
            |fact| if let Fact::CallbackExhausted(end) = fact { Some(end.attempts) } else { None },
        )
        .await
    }

    async fn over(&self, call: AskedCall, how: &str, end: fn(&Fact) -> Option<u32>) -> Vec<String> {
        let all = |told: &Vec<Fact>| {
            told.iter().find_map(end).is_some_and(|attempts| self.attempts(call).len() == attempts as usize)
        };
        until(&format!("the delivery to be {how}, and all its attempts told"), || self.told(call), all).await;
        self.attempts(call).into_iter().map(|attempted| attempted.result).collect()
    }
}

/// The attempt that a fact tells of.
fn attempt(fact: Fact) -> Option<CallbackAttempted> {
    match fact {
        Fact::CallbackAttempted(attempted) => Some(attempted),
        Fact::CallbackDelivered(delivered) => delivered.last,
        Fact::CallbackExhausted(exhausted) => exhausted.last,
        Fact::CallRequested(_)
        | Fact::CallPlanned(_)
        | Fact::CallPlanFailed(_)
        | Fact::CallCancelRequested(_)
        | Fact::CallDialing(_)
        | Fact::CallRinging(_)
        | Fact::CallAnswered(_)
        | Fact::CallTurn(_)
        | Fact::CallEnded(_)
        | Fact::CallbackRedeliveryRequested(_)
        | Fact::WebhookCreated(_)
        | Fact::WebhookDeleted(_) => None,
    }
}

pub(crate) fn envelope(call: AskedCall, fact: Fact) -> Envelope {
    let event_id = EventId::new(SystemClock.now(), rand::random());
    let AskedCall { call_id, org_id, created_at } = call;
    Envelope { event_id, org_id, call_id, at: created_at, fact }
}

/// A call of an organization that nobody has heard of.
pub(crate) fn new_call() -> AskedCall {
    let now = SystemClock.now();
    AskedCall { call_id: CallId::new(now, rand::random()), org_id: OrgId::new(now, rand::random()), created_at: now }
}

/// Looks until what is seen is as wanted.
pub(crate) async fn until<T: Debug>(what: &str, see: impl Fn() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let deadline = SystemClock.instant() + PATIENCE;
    loop {
        let seen = see();
        if wanted(&seen) {
            return seen;
        }
        assert!(SystemClock.instant() < deadline, "waited for {what}; last seen: {seen:?}");
        tokio::time::sleep(LOOK).await;
    }
}

/// A redelivery that nobody hurries.
pub(crate) fn round() -> NewRound {
    Schedule::default().new_round()
}

pub(crate) fn route() -> Route {
    Route {
        mode: Mode::Test,
        from: "+14155550100".parse().unwrap(),
        to: "+14155550101".parse().unwrap(),
        workflow_id: Uuid::from_u128(2).into(),
    }
}

pub(crate) fn requested(callback: Option<CallbackTarget>, signing_secrets: Vec<Sealed>) -> Fact {
    Fact::CallRequested(CallRequested {
        route: route(),
        prompt: Private::new("Ask whether they are open."),
        workflow: None,
        recipient: Recipient::default(),
        wishes: Wishes::default(),
        terms: Terms::default(),
        callback,
        signing_secrets,
        metadata: Some(Private::new(r#"{"order":7}"#)),
        deadline: SystemClock.now() + Duration::from_hours(1),
        max_duration: Duration::from_mins(10),
    })
}

pub(crate) fn ended() -> CallEnded {
    CallEnded {
        route: route(),
        workflow_name: Some("Ask".into()),
        outcome: Outcome::Completed,
        failure: None,
        summary: Private::new("They are open."),
        messages: vec![Message { role: Role::User, content: Private::new("Ja, äh, yes."), offset: Duration::ZERO }],
        form_fills: Vec::new(),
        duration: Duration::from_secs(9),
        disclosure: None,
        opted_out: false,
        goal: None,
    }
}
