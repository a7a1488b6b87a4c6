//! How many calls a gateway accepts in a second through HTTP, each with an idempotency key of its own, kept with its fact
//! before the answer; and what each costs in CPU of the gateway, Postgres and Redis. Beside it, in the same run, the raw
//! rate of the same two rows in single commits on 16 connections. Clients share the machine, so that only ratios and CPU
//! mean something where there are neighbours.
//!
//! It runs the gateway's own program twice: without NATS, which is the accept alone, and with it, where the fact is
//! relayed, heard again by the read model, and deleted from the outbox.

mod cpu;
mod load;
mod store;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Parser as _;
use gateway::{AdminConfig, Cli};
use runtime::{Clock as _, Env as _, ProcessEnv, SystemClock, install_crypto};
use serde::Deserialize;
use uuid::Uuid;

use cpu::Used;
use load::Load;

const CLIENTS: usize = 64;
const REQUESTS_EACH: usize = 400;
/// Enough for caches, prepared statements and the processor to be warm.
const WARM_UP_EACH: usize = 40;
const NO_NATS: &str = "nats://127.0.0.1:9";
const LOOK: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(30);
/// The kernel keeps 15 characters of a program's name.
const PROGRAM_CHARS_MAX: usize = 15;

/// The servers that `callcow-stack with-servers` started for us.
#[derive(Deserialize)]
struct Servers {
    #[serde(rename = "nats_url")]
    nats: String,
    #[serde(rename = "redis_url")]
    redis: String,
    #[serde(rename = "postgres_url")]
    postgres: String,
}

struct Rate {
    a_second: f64,
    /// Microseconds of CPU for each accept, by program.
    cpu: BTreeMap<String, f64>,
}

fn main() -> anyhow::Result<()> {
    let servers = find_or_start()?;
    install_crypto();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(bench(&servers))
}

async fn bench(servers: &Servers) -> anyhow::Result<()> {
    let mut gateway = Gateway::start(servers, NO_NATS).await?;
    let before = raw(&gateway).await?;
    let accepted = accept("without NATS", &gateway).await?;
    let after = raw(&gateway).await?;
    gateway.stop()?;
    let mut gateway = Gateway::start(servers, &servers.nats).await?;
    let relayed = accept("with NATS", &gateway).await?;
    gateway.stop()?;

    let raw = f64::midpoint(before.a_second, after.a_second);
    for (name, rate) in [("raw", &before), ("without NATS", &accepted), ("with NATS", &relayed), ("raw", &after)] {
        println!("{name:<14} {:>7.0} a second, CPU {}", rate.a_second, rate.split());
    }
    println!("accepts / raw: {:.2} (aim: at least 0.90)", accepted.a_second / raw);
    println!("CPU of an accept: {:.0} µs (aim: at most 120)", accepted.micros());
    println!("with the relay and the read model: {:.2}, {:.0} µs", relayed.a_second / raw, relayed.micros());
    Ok(())
}

async fn raw(gateway: &Gateway) -> anyhow::Result<Rate> {
    let pairs = CLIENTS * REQUESTS_EACH;
    let measure = Measure::start();
    store::put_single(gateway.setting("DATABASE_URL"), gateway.org, pairs).await?;
    Ok(measure.end(pairs))
}

async fn accept(name: &str, gateway: &Gateway) -> anyhow::Result<Rate> {
    gateway.load(WARM_UP_EACH).run().await?;
    let measure = Measure::start();
    let mut took = gateway.load(REQUESTS_EACH).run().await?;
    let rate = measure.end(took.len());
    took.sort_unstable();
    let at = |share: usize| took[took.len() * share / 100].as_secs_f64() * 1e3;
    println!("{name}: p50 {:.1} ms, p99 {:.1} ms with {CLIENTS} clients", at(50), at(99));
    Ok(rate)
}

struct Measure {
    began: std::time::Instant,
    used: Used,
}

impl Measure {
    fn start() -> Self {
        Self { used: cpu::used(), began: SystemClock.instant() }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn end(self, count: usize) -> Rate {
        let took = SystemClock.instant().duration_since(self.began).as_secs_f64();
        let own = program_name();
        let each = |(name, used): (String, u64)| {
            let more = used.saturating_sub(self.used.get(&name).copied().unwrap_or_default());
            (name, more as f64 / count as f64)
        };
        let cpu = cpu::used().into_iter().filter(|(name, _)| *name != own).map(each).collect();
        Rate { a_second: count as f64 / took, cpu }
    }
}

impl Rate {
    fn micros(&self) -> f64 {
        self.cpu.values().sum()
    }

    fn split(&self) -> String {
        let parts = self.cpu.iter().filter(|(_, micros)| **micros >= 0.5);
        parts.map(|(name, micros)| format!("{name} {micros:.0} µs")).collect::<Vec<_>>().join(", ")
    }
}

struct Gateway {
    child: Child,
    env: BTreeMap<String, String>,
    key: String,
    org: Uuid,
}

impl Gateway {
    /// A gateway with a database of its own, and an organization with a key and a number.
    async fn start(servers: &Servers, nats_url: &str) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let database = format!("bench_{}", Uuid::from_u128(rand::random()).simple());
        let made = Command::new("psql")
            .args([&servers.postgres, "-qc", &format!("CREATE DATABASE {database}")])
            .status()
            .context("psql is needed")?;
        ensure!(made.success(), "no database");
        let (server, _) = servers.postgres.rsplit_once('/').context("an address of a database")?;
        let env = [
            ("DATABASE_URL", format!("{server}/{database}")),
            ("REDIS_URL", servers.redis.clone()),
            ("NATS_URL", nats_url.to_owned()),
            ("NATS_PREFIX", database.clone()),
            ("LISTEN", format!("127.0.0.1:{port}")),
            ("SEAL_KEYS", "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".to_owned()),
            ("RATE_LIMIT", "1000000000".to_owned()),
            ("OPEN_CALLS_MAX", "1000000000".to_owned()),
        ];
        let env: BTreeMap<_, _> = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut program = Command::new(beside("callcow-gateway")?);
        let child = program.envs(&env).stdout(Stdio::null()).stderr(Stdio::null());
        let child = child.spawn().context("the gateway does not start")?;
        let mut gateway = Self { child, env, key: String::new(), org: Uuid::nil() };
        gateway.until_listening().await?;
        let org = gateway.admin(&["org", "create", "--name", "Bench"]).await?["org_id"].clone();
        gateway.key = gateway.admin(&["key", "create", "--org", &org, "--mode", "test"]).await?["key"].clone();
        gateway.admin(&["number", "add", "--org", &org, "--number", "+14155550100"]).await?;
        gateway.org = org.parse()?;
        Ok(gateway)
    }

    async fn admin(&self, arguments: &[&str]) -> anyhow::Result<BTreeMap<&'static str, String>> {
        let cli = Cli::try_parse_from(["callcow-gateway", "admin"].iter().chain(arguments))?;
        let gateway::Command::Admin { admin } = cli.command() else {
            anyhow::bail!("not a command of an admin");
        };
        Ok(admin.run(AdminConfig::read(&self.env)?, Arc::new(SystemClock)).await?.into_iter().collect())
    }

    async fn until_listening(&mut self) -> anyhow::Result<()> {
        let began = SystemClock.instant();
        while tokio::net::TcpStream::connect(self.setting("LISTEN")).await.is_err() {
            ensure!(self.child.try_wait()?.is_none(), "the gateway ended");
            ensure!(SystemClock.instant().duration_since(began) < PATIENCE, "the gateway does not listen");
            SystemClock.sleep(LOOK).await;
        }
        Ok(())
    }

    fn setting(&self, name: &str) -> &str {
        &self.env[name]
    }

    fn load(&self, requests_each: usize) -> Load {
        Load { address: self.setting("LISTEN").to_owned(), key: self.key.clone(), clients: CLIENTS, requests_each }
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Nothing is left to stop where the bench stopped it.
        let _ = self.stop();
    }
}

/// Without servers, begins anew with some.
fn find_or_start() -> anyhow::Result<Servers> {
    if let Some(given) = ProcessEnv::read()?.get("STACK_SERVERS") {
        return serde_json::from_str(&given).context("STACK_SERVERS is set by callcow-stack");
    }
    let error = Command::new(beside("callcow-stack")?)
        .args(["with-servers", "--safe", "--"])
        .arg(std::env::current_exe()?)
        .exec();
    Err(error).context("callcow-stack does not run")
}

/// A program of ours: beside this one, or where debug builds lie.
fn beside(program: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("a program lies in a folder")?;
    let places = [folder.join(program), folder.with_file_name("debug").join(program)];
    let found = places.into_iter().find(|path: &PathBuf| Path::exists(path));
    found.with_context(|| format!("{program} is not built"))
}

fn program_name() -> String {
    let own = std::env::current_exe().unwrap_or_default();
    let name = own.file_name().unwrap_or_default().to_string_lossy();
    name.chars().take(PROGRAM_CHARS_MAX).collect()
}
