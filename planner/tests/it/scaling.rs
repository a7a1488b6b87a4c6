//! Two planners drain a backlog twice as fast as one, for as long as the processor is not the limit.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use bus::{Bus, BusSettings};
use futures_util::{StreamExt as _, TryStreamExt as _};
use runtime::{Clock as _, Lifecycle, SystemClock, TraceContext, install_crypto};
use serde::Deserialize;

use crate::figures::show;
use crate::think::{completion, plan};
use crate::world::{DINNER, requested};

const BACKLOG: usize = 10_000;
/// One planner works on it for three quarters of a minute.
const BACKLOG_FOR_MODEL: usize = 2_000;
const MODEL_TAKES: Duration = Duration::from_millis(200);
const MODEL_SLOTS: usize = 8;
/// Twice, but for a machine with neighbours.
const GAIN_MIN: f64 = 1.6;
const TOLD_AT_ONCE: usize = 64;
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_mins(10);
/// `/proc` counts in hundredths of a second.
const TICKS: f64 = 100.0;

/// Of the corpus.
#[derive(Deserialize)]
struct Entry {
    prompt: String,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes of load; make bench-plan"]
async fn two_planners_drain_a_backlog_twice_as_fast_as_one() {
    install_crypto();
    let corpus: Vec<Entry> = serde_json::from_str(include_str!("../../corpus/seen.json")).unwrap();
    let corpus: Vec<_> = corpus.into_iter().map(|entry| entry.prompt).collect();
    let builtin = [drain(1, BACKLOG, &corpus, &[]).await, drain(2, BACKLOG, &corpus, &[]).await];

    let model = SlowModel::start().await;
    let slots = MODEL_SLOTS.to_string();
    let settings = [
        ("MODEL_API", "openai"),
        ("MODEL_NAME", "slow"),
        ("MODEL_URL", model.url.as_str()),
        ("MODEL_SLOTS", slots.as_str()),
    ];
    let dinner = [DINNER.to_owned()];
    let one = drain(1, BACKLOG_FOR_MODEL, &dinner, &settings).await;
    let asked_by_one = model.most_at_once();
    let two = drain(2, BACKLOG_FOR_MODEL, &dinner, &settings).await;
    let asked_by_two = model.most_at_once();
    let thinking = [one, two];

    let head =
        |what: &str, count: usize, gain: f64| format!("{what}, {count} prompts: two drain {gain:.2} times as fast");
    let processors = std::thread::available_parallelism().unwrap();
    let first = head("built-in planner", BACKLOG, gain(&builtin));
    let what = format!("a model that takes {} ms, {MODEL_SLOTS} at once for each planner", MODEL_TAKES.as_millis());
    let second = head(&what, BACKLOG_FOR_MODEL, gain(&thinking));
    let lines = |drained: &[Drained]| drained.iter().map(|one| format!("  {one}")).collect::<Vec<_>>().join("\n");
    let (first_lines, second_lines) = (lines(&builtin), lines(&thinking));
    show(&format!("on {processors} processors\n{first}\n{first_lines}\n{second}\n{second_lines}"));
    assert_eq!((asked_by_one, asked_by_two), (MODEL_SLOTS, 2 * MODEL_SLOTS));
    assert!(gain(&thinking) >= GAIN_MIN, "{}", gain(&thinking));
}

fn gain([one, two]: &[Drained; 2]) -> f64 {
    two.a_second / one.a_second
}

/// How fast a backlog went, and the processors that each process kept busy.
struct Drained {
    planners: Vec<f64>,
    nats: f64,
    a_second: f64,
}

impl fmt::Display for Drained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.planners.iter().map(|busy| format!("{busy:.2}")).collect();
        let Self { nats, a_second, .. } = self;
        let count = self.planners.len();
        write!(
            f,
            "{count}: {a_second:.0} plans a second; processors: planner {}, nats-server {nats:.2}",
            each.join(" + ")
        )
    }
}

/// Tells of all prompts first, then lets so many planners at them.
async fn drain(planners: usize, count: usize, prompts: &[String], settings: &[(&str, &str)]) -> Drained {
    let nats_url = stack::testing::Servers::shared().await.nats_url();
    let mut env = BTreeMap::from([
        ("NATS_URL".to_owned(), nats_url.clone()),
        ("NATS_PREFIX".to_owned(), stack::testing::nats_prefix()),
    ]);
    env.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let hearing = Lifecycle::new(PATIENCE);
    let bus = Bus::connect(&BusSettings::read(&env).unwrap(), hearing.stop(), Arc::new(SystemClock)).await.unwrap();
    let told = futures_util::stream::iter(prompts.iter().cycle().take(count).map(|prompt| {
        let (bus, fact) = (bus.clone(), requested(prompt));
        async move { bus.publish(&fact, &TraceContext::default()).await }
    }));
    told.buffer_unordered(TOLD_AT_ONCE).try_for_each(|()| async { Ok(()) }).await.unwrap();

    let mut running = Vec::new();
    for _ in 0..planners {
        running.push(Process::start(&env).await);
    }
    let nats = nats_server(&nats_url);
    let busy = || (running.iter().map(|one| cpu(one.child.id())).collect::<Vec<_>>(), cpu(nats));
    let (began, (planners_before, nats_before), planned_before) =
        (SystemClock.instant(), busy(), planned(&running).await);
    let all = tokio::time::timeout(PATIENCE, async {
        while planned(&running).await < count {
            SystemClock.sleep(LOOK_AGAIN).await;
        }
    });
    all.await.expect("the backlog is drained");
    let seconds = SystemClock.instant().duration_since(began).as_secs_f64();
    let (planners, nats) = busy();
    Drained {
        planners: planners.iter().zip(planners_before).map(|(after, before)| (after - before) / seconds).collect(),
        nats: (nats - nats_before) / seconds,
        a_second: float(count - planned_before) / seconds,
    }
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// A planner as it is run.
struct Process {
    child: Child,
    address: SocketAddr,
    file: PathBuf,
    client: reqwest::Client,
}

impl Process {
    async fn start(env: &BTreeMap<String, String>) -> Self {
        let file = std::env::temp_dir().join(format!("planner-{:x}", rand::random::<u64>()));
        let child = Command::new(env!("CARGO_BIN_EXE_callcow-planner"))
            .env_clear()
            .envs(env)
            .env("LISTEN", "127.0.0.1:0")
            .env("LISTEN_FILE", &file)
            .env("LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let address = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(address) = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()) {
                    return address;
                }
                SystemClock.sleep(LOOK_AGAIN).await;
            }
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, address: address.await.expect("the planner listens"), file, client }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.file);
    }
}

/// How many prompts were planned, by the planners' own count.
async fn planned(running: &[Process]) -> usize {
    let mut planned = 0;
    for one in running {
        let metrics = one.client.get(format!("http://{}/metrics", one.address)).send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let counts = metrics.lines().filter(|line| line.starts_with("plans_total{"));
        planned += counts.map(|line| line.rsplit_once(' ').unwrap().1.parse::<usize>().unwrap()).sum::<usize>();
    }
    planned
}

/// Seconds of CPU.
fn cpu(id: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    // The name of the program, in brackets, may hold anything.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11..13].iter().map(|field| field.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

/// The process that listens there.
fn nats_server(url: &str) -> u32 {
    let (_, port) = url.rsplit_once(':').unwrap();
    let ours = |id: &u32| {
        let line = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let words: Vec<_> = line.split('\0').collect();
        words[0].ends_with("nats-server") && words.windows(2).any(|two| two == ["--port", port])
    };
    let ids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.into_iter().find(ours).expect("nats-server runs on this machine")
}

/// A model that always needs the same time and counts who asks it.
struct SlowModel {
    url: String,
    asked: Arc<Asked>,
}

struct Asked {
    answer: String,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl SlowModel {
    async fn start() -> Self {
        let asked =
            Arc::new(Asked { answer: completion(&plan()), open: AtomicUsize::new(0), most: AtomicUsize::new(0) });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&asked));
        #[expect(clippy::disallowed_methods, reason = "ends with the test")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, asked }
    }

    /// How many questions were open at once since somebody last looked.
    fn most_at_once(&self) -> usize {
        self.asked.most.swap(0, Ordering::SeqCst)
    }
}

async fn answer(State(asked): State<Arc<Asked>>) -> String {
    let open = asked.open.fetch_add(1, Ordering::SeqCst) + 1;
    asked.most.fetch_max(open, Ordering::SeqCst);
    SystemClock.sleep(MODEL_TAKES).await;
    asked.open.fetch_sub(1, Ordering::SeqCst);
    asked.answer.clone()
}
