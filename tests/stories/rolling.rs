//! Every service is restarted under load, one copy after the other, and nobody who calls, is called or is told notices.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use stack::{Service, SystemSettings};
use tokio::sync::Mutex;

use crate::world::{CALLBACK_SECRET, DINNER, World, until};

const COPIES: usize = 2;
/// Calls come at a steady rate, whatever is restarted.
const CALL_EVERY: Duration = Duration::from_millis(400);
/// A number calls a phone once at a time, so that there are as many conversations as numbers to call from.
const NUMBERS: usize = 20;
/// Slow enough that several conversations are under way at any moment, and last longer than a restart.
const RATE: f64 = 5.0;
/// All the time that a conversation takes, on a machine that does other things too.
const DRAIN: &str = "40s";
const DRAIN_PATIENCE: Duration = Duration::from_secs(45);
/// How many people must be talking when a process is asked to stop.
const TALKING: usize = 3;

/// What clients saw.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    accepted: Mutex<Vec<String>>,
    answers: AtomicUsize,
    later: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

struct Report {
    restarts: usize,
    calls: usize,
    answers: usize,
    later: usize,
    cut: usize,
    talking: Vec<usize>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { restarts, calls, answers, later, cut, talking } = self;
        writeln!(f, "{restarts} processes restarted, conversations at each: {talking:?}")?;
        writeln!(f, "  answers: {answers}, of these 503 with Retry-After: {later}, without an answer or other 5xx: 0")?;
        writeln!(f, "  calls: {calls}, rings, results and callbacks of each: 1")?;
        write!(f, "  conversations that another dialer went on with: {cut}")
    }
}

impl Seen {
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

/// Only of a 503: no other answer may ask to come back.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.parse().ok()?;
    (response.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(Duration::from_secs(seconds))
}

fn number(index: usize) -> String {
    format!("+1415555{:04}", 300 + index)
}

/// Places a call and looks at it, each over a connection of its own, so that every one is balanced anew.
async fn call_once(world: &World, http: &reqwest::Client, seen: &Seen, index: usize) {
    let gateway = world.system.url(Service::Gateway);
    let body = json!({"prompt": DINNER, "recipient_phone": world.callee("restaurant"), "from_number": number(index % NUMBERS),
        "callback_url": world.callback_url(), "callback_secret": CALLBACK_SECRET, "idempotency_key": format!("rolling-{index}")});
    let post = || http.post(format!("{gateway}/api/call-prompt")).bearer_auth(&world.key).json(&body);
    let Some(answer) = seen.ask(post).await else {
        return;
    };
    let call = answer["call_id"].as_str().unwrap().to_owned();
    seen.ask(|| http.get(format!("{gateway}/api/calls/{call}")).bearer_auth(&world.key)).await;
    seen.accepted.lock().await.push(call);
}

async fn keep_calling(world: &World, seen: &Seen) {
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let mut tick = tokio::time::interval(CALL_EVERY);
    let mut asked = futures_util::stream::FuturesUnordered::new();
    let mut index = 0;
    while !seen.stop.load(Ordering::Relaxed) {
        tokio::select! {
            _ = tick.tick() => {
                asked.push(call_once(world, &http, seen, index));
                index += 1;
            }
            Some(()) = futures_util::StreamExt::next(&mut asked) => {}
        }
    }
    while futures_util::StreamExt::next(&mut asked).await.is_some() {}
}

/// How many people are talking.
async fn talking(world: &World) -> usize {
    world.calls("status=in_progress&limit=100").await.len()
}

async fn restart_all(world: &World, seen: &Seen) -> Vec<usize> {
    let mut talked = Vec::new();
    for service in [Service::Gateway, Service::Planner, Service::Dialer, Service::Notifier] {
        for copy in 0..COPIES {
            let now = until("people who talk", || async {
                let now = talking(world).await;
                if now >= TALKING { Ok(now) } else { Err(json!(now)) }
            })
            .await;
            talked.push(now);
            world.system.restart_politely(service, copy, DRAIN_PATIENCE).await.unwrap();
        }
    }
    // The last one has some work too.
    tokio::time::sleep(5 * CALL_EVERY).await;
    seen.stop.store(true, Ordering::Relaxed);
    talked
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_restarted_under_load_and_no_request_call_or_callback_is_lost() {
    let mut settings = SystemSettings { copies: COPIES, rate: RATE, ..SystemSettings::for_tests() };
    for service in [Service::Gateway, Service::Planner, Service::Dialer, Service::Notifier] {
        settings = settings.with(service, "DRAIN", DRAIN);
    }
    let settings = settings.with(Service::Dialer, "CONCURRENT_CALLS_MAX", "100");
    let world = World::with(settings).await;
    let limits = ["org", "limit", "--org", &world.org, "--requests-per-minute", "100000", "--calls-at-once", "100"];
    world.system.admin(&limits).await.unwrap();
    for index in 0..NUMBERS {
        world.system.admin(&["number", "add", "--org", &world.org, "--number", &number(index)]).await.unwrap();
    }

    let seen = Seen::default();
    let ((), talking) = tokio::join!(keep_calling(&world, &seen), restart_all(&world, &seen));

    let wrong = seen.wrong.into_inner();
    assert!(wrong.is_empty(), "{} requests went wrong: {wrong:#?}", wrong.len());
    let calls = seen.accepted.into_inner();
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
    let (answers, later) = (seen.answers.into_inner(), seen.later.into_inner());
    let report = Report { restarts: talking.len(), calls: calls.len(), answers, later, cut, talking };
    println!("{report}");
}

/// Nobody broke off: the agent said goodbye.
fn is_whole(callback: &Value) -> bool {
    let messages = callback["messages"].as_array().cloned().unwrap_or_default();
    let said = messages.iter().rev().find(|message| message["role"] == "assistant");
    callback["failure"].is_null() && said.is_some_and(|said| said["content"].to_string().contains("Goodbye"))
}
