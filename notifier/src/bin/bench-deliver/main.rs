//! How many deliveries a second, from the due row to the recorded 2xx, and what each costs; beside it, what an HTTP client
//! reaches that posts the same bodies and remembers nothing. Only the ratio means something on a machine with neighbours.

mod cpu;
mod receiver;
#[path = "../trial/mod.rs"]
mod trial;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _};
use notifier::store::Store;
use notifier::{App, Config};
use runtime::{Clock as _, Sealer, SystemClock, install_crypto};

use receiver::{RECEIVE, Receiver, receive};
use trial::{body, put_many, servers, settings};

/// So many that starting a notifier, which counts too, weighs little.
const DELIVERIES: usize = 40_000;
/// What one host gets at most, so the raw client gets no more.
const AT_ONCE: usize = 64;
/// Adds at most so much to seconds. What waits is only counted when the receiver has all, because that costs much.
const LOOK: Duration = Duration::from_millis(20);

/// Deliveries a second, and CPU for each in milliseconds.
struct Rate {
    a_second: f64,
    cpu_millis: f64,
}

fn main() -> anyhow::Result<()> {
    let is_receiver = std::env::args().nth(1).as_deref() == Some(RECEIVE);
    let servers = if is_receiver { None } else { Some(servers::find_or_start()?) };
    install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match servers {
        Some(servers) => runtime.block_on(bench(&servers)),
        None => runtime.block_on(receive()),
    }
}

async fn bench(servers: &servers::Servers) -> anyhow::Result<()> {
    let raw_before = raw().await?;
    let delivered = deliver(servers).await?;
    let raw_after = raw().await?;
    let raw = f64::midpoint(raw_before.a_second, raw_after.a_second);
    for (name, rate) in [("raw client", &raw_before), ("notifier", &delivered), ("raw client", &raw_after)] {
        println!("{name:<12} {:>8.0} a second {:>8.3} ms of CPU each", rate.a_second, rate.cpu_millis);
    }
    println!("notifier / raw client: {:.2} (aim: at least 0.50)", delivered.a_second / raw);
    Ok(())
}

/// Posts the bodies as fast as the client can.
async fn raw() -> anyhow::Result<Rate> {
    let mut receiver = Receiver::start()?;
    let url = format!("http://{}/hook", receiver.address);
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(AT_ONCE).build()?;
    let bodies: Vec<_> = (0..DELIVERIES).map(|_| body(proto::CallId::new(SystemClock.now(), rand::random()))).collect();
    let measure = Measure::start(&receiver);
    let posts = futures_util::stream::iter(bodies).map(|body| {
        let post = client.post(&url).header("content-type", "application/json").body(body);
        async move { post.send().await?.error_for_status()?.bytes().await }
    });
    posts.buffer_unordered(AT_ONCE).try_for_each(|_| async { Ok(()) }).await?;
    let rate = measure.end(measure.took(), &receiver);
    anyhow::ensure!(receiver.count()? == DELIVERIES as u64, "the raw client lost some");
    Ok(rate)
}

/// Lets a notifier drain a table of due deliveries.
async fn deliver(servers: &servers::Servers) -> anyhow::Result<Rate> {
    let mut receiver = Receiver::start()?;
    let env = settings(servers, &[]);
    let (config, sealer) = (Config::read(&env)?, Sealer::read(&env)?);
    let store = Store::open(&config.database_url, 8).await?;
    let urls = vec![format!("http://{}/hook", receiver.address); DELIVERIES];
    put_many(&store, &sealer, &urls).await?;
    let before = cpu::by_name(cpu::parent());
    let measure = Measure::start(&receiver);
    let app = App::start(config, Arc::new(SystemClock)).await?;
    while receiver.count()? < DELIVERIES as u64 {
        SystemClock.sleep(LOOK).await;
    }
    while store.backlog().await?.waiting > 0 {
        SystemClock.sleep(LOOK).await;
    }
    let took = measure.took();
    // Facts that were not told yet are work too, so they count.
    app.shut_down().await?;
    let rate = measure.end(took, &receiver);
    for (name, millis) in cpu::by_name(cpu::parent()) {
        println!("  {name}: {} ms", millis - before.get(&name).unwrap_or(&0));
    }
    anyhow::ensure!(receiver.count()? == DELIVERIES as u64, "deliveries were lost or made twice");
    Ok(rate)
}

struct Measure {
    began: Instant,
    cpu: u64,
}

impl Measure {
    /// Ours and that of the servers, not the receiver's.
    fn start(receiver: &Receiver) -> Self {
        Self { cpu: cpu::millis_below(cpu::parent(), &[receiver.id()]), began: SystemClock.instant() }
    }

    fn took(&self) -> Duration {
        SystemClock.instant().duration_since(self.began)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn end(&self, took: Duration, receiver: &Receiver) -> Rate {
        let cpu = cpu::millis_below(cpu::parent(), &[receiver.id()]) - self.cpu;
        Rate { a_second: DELIVERIES as f64 / took.as_secs_f64(), cpu_millis: cpu as f64 / DELIVERIES as f64 }
    }
}
