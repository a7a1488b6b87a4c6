//! Clients who call at a steady rate, whatever is restarted, and what they saw.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use stack::{Service, SystemSettings};
use tokio::sync::Mutex;

use crate::world::{CALLBACK_SECRET, DINNER, World, until};

/// Of each service, so that one can be away.
pub(crate) const COPIES: usize = 2;
/// All the time that a conversation takes, on a machine that does other things too.
pub(crate) const DRAIN_PATIENCE: Duration = Duration::from_secs(45);

const DRAIN: &str = "40s";
/// A number calls a phone once at a time, so that there are as many conversations as numbers to call from.
const NUMBERS: usize = 20;
/// Slow enough that several conversations are under way at any moment, and last longer than a restart.
const RATE: f64 = 5.0;
/// How many people must be talking when something happens to a process.
const TALKING: usize = 3;

/// What clients saw.
pub(crate) struct Load {
    every: Duration,
    stop: AtomicBool,
    accepted: Mutex<Vec<String>>,
    answers: AtomicUsize,
    later: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

/// All that came of the calls, once it is known to be as it should.
pub(crate) struct Outcome {
    pub(crate) calls: Vec<String>,
    pub(crate) answers: usize,
    /// Of the answers: 503 with Retry-After.
    pub(crate) later: usize,
    /// Conversations that another dialer went on with.
    pub(crate) cut: usize,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, answers, later, cut } = self;
        writeln!(f, "  answers: {answers}, of these 503 with Retry-After: {later}, without an answer or other 5xx: 0")?;
        writeln!(f, "  calls: {}, rings, results and callbacks of each: 1", calls.len())?;
        write!(f, "  conversations that another dialer went on with: {cut}")
    }
}

/// A system that can be restarted piece by piece.
pub(crate) fn settings() -> SystemSettings {
    let mut settings = SystemSettings { copies: COPIES, rate: RATE, ..SystemSettings::for_tests() };
    for service in [Service::Gateway, Service::Planner, Service::Dialer, Service::Notifier] {
        settings = settings.with(service, "DRAIN", DRAIN);
    }
    settings.with(Service::Dialer, "CONCURRENT_CALLS_MAX", "100")
}

/// Lets the organization call as often as the load does.
pub(crate) async fn allow(world: &World) {
    let limits = ["org", "limit", "--org", &world.org, "--requests-per-minute", "100000", "--calls-at-once", "100"];
    world.system.admin(&limits).await.unwrap();
    for index in 0..NUMBERS {
        world.system.admin(&["number", "add", "--org", &world.org, "--number", &number(index)]).await.unwrap();
    }
}

impl Load {
    /// A call comes in each of these.
    pub(crate) fn every(every: Duration) -> Self {
        Self {
            every,
            stop: AtomicBool::new(false),
            accepted: Mutex::default(),
            answers: AtomicUsize::new(0),
            later: AtomicUsize::new(0),
            wrong: Mutex::default(),
        }
    }

    /// Calls come until [`stop`](Self::stop), and all of them were answered.
    pub(crate) async fn keep_calling(&self, world: &World) {
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let mut tick = tokio::time::interval(self.every);
        let mut asked = futures_util::stream::FuturesUnordered::new();
        let mut index = 0;
        while !self.stop.load(Ordering::Relaxed) {
            tokio::select! {
                _ = tick.tick() => {
                    asked.push(self.call_once(world, &http, index));
                    index += 1;
                }
                Some(()) = futures_util::StreamExt::next(&mut asked) => {}
            }
        }
        while futures_util::StreamExt::next(&mut asked).await.is_some() {}
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits until so many more calls were accepted, and gives those.
    pub(crate) async fn next_calls(&self, count: usize) -> Vec<String> {
        let before = self.accepted.lock().await.len();
        until("more calls", || async {
            let accepted = self.accepted.lock().await;
            if accepted.len() >= before + count { Ok(accepted[before..].to_vec()) } else { Err(json!(accepted.len())) }
        })
        .await
    }

    /// Nobody was told anything that makes no sense, and each call rang once, was held to its end, and was told once.
    pub(crate) async fn outcome(self, world: &World) -> Outcome {
        let wrong = self.wrong.into_inner();
        assert!(wrong.is_empty(), "{} requests went wrong: {wrong:#?}", wrong.len());
        let calls = self.accepted.into_inner();
        let mut cut = 0;
        for call in &calls {
            let callback = world.next_callback(call).await;
            world.until_callback_is(call, "delivered").await;
            assert_eq!(callback["call_status"], "success", "{callback:#}");
            assert!(is_whole(&callback), "a conversation was lost: {callback:#}");
            assert_eq!(world.distinct_webhook_ids(call), 1);
            cut += usize::from(callback["messages"].to_string().contains("cut off"));
        }
        assert_eq!(world.rings("restaurant").await, calls.len());
        Outcome { calls, answers: self.answers.into_inner(), later: self.later.into_inner(), cut }
    }

    /// Places a call and looks at it, each over a connection of its own, so that every one is balanced anew.
    async fn call_once(&self, world: &World, http: &reqwest::Client, index: usize) {
        let gateway = world.system.url(Service::Gateway);
        let body = json!({"prompt": DINNER, "recipient_phone": world.callee("restaurant"), "from_number": number(index % NUMBERS),
            "callback_url": world.callback_url(), "callback_secret": CALLBACK_SECRET, "idempotency_key": format!("load-{index}")});
        let post = || http.post(format!("{gateway}/api/call-prompt")).bearer_auth(&world.key).json(&body);
        let Some(answer) = self.ask(post).await else {
            return;
        };
        let call = answer["call_id"].as_str().unwrap().to_owned();
        self.ask(|| http.get(format!("{gateway}/api/calls/{call}")).bearer_auth(&world.key)).await;
        self.accepted.lock().await.push(call);
    }

    /// Sends until the answer is not "later". Anything that a client could not make sense of is remembered: an answer that
    /// never came, and a 5xx that does not say when to come back.
    async fn ask(&self, request: impl Fn() -> RequestBuilder) -> Option<Value> {
        loop {
            let response = match request().send().await {
                Ok(response) => response,
                Err(error) => {
                    self.wrong.lock().await.push(format!("no answer: {error:?}"));
                    return None;
                }
            };
            self.answers.fetch_add(1, Ordering::Relaxed);
            if let Some(wait) = retry_after(&response) {
                self.later.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(wait).await;
                continue;
            }
            let status = response.status();
            let body: Value = response.json().await.unwrap_or_default();
            if status != StatusCode::OK {
                self.wrong.lock().await.push(format!("{status}: {body}"));
                return None;
            }
            return Some(body);
        }
    }
}

/// Waits until several people are talking, and says how many.
pub(crate) async fn talking(world: &World) -> usize {
    until("people who talk", || async {
        let now = world.calls("status=in_progress&limit=100").await.len();
        if now >= TALKING { Ok(now) } else { Err(json!(now)) }
    })
    .await
}

/// Only of a 503: no other answer may ask to come back.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    (response.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(Duration::from_secs(seconds))
}

fn number(index: usize) -> String {
    format!("+1415555{:04}", 300 + index)
}

/// Nobody broke off: the agent said goodbye.
fn is_whole(callback: &Value) -> bool {
    let messages = callback["messages"].as_array().cloned().unwrap_or_default();
    let said = messages.iter().rev().find(|message| message["role"] == "assistant");
    callback["failure"].is_null() && said.is_some_and(|said| said["content"].to_string().contains("Goodbye"))
}
