//! `make demo`: the whole system on this machine, calls to every number of the simulated network, and their callbacks.

mod agent;
mod plan;
mod receiver;
mod show;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Parser;
use futures_util::future::join_all;
use runtime::{Clock, Lifecycle, SystemClock};
use stack::{Service, System, SystemSettings};
use tokio::sync::Notify;

use crate::agent::Agent;
use crate::plan::Planned;
use crate::receiver::Receiver;
use crate::show::Ended;

/// The longest call of the simulated network takes a quarter of this.
const PATIENCE: Duration = Duration::from_mins(1);
const CALLBACK_SECRET: &str = "demo-callback-secret";
/// The number that the demo's organization calls from. It belongs to nobody (NANP numbers 555-01XX are for fiction).
const OWN_NUMBER: &str = "+14155550199";

#[derive(Parser)]
struct Arguments {
    /// Stop when the calls are over; fail unless each ended as it should.
    #[arg(long)]
    once: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    runtime::install_crypto();
    let lifecycle = Lifecycle::new(Duration::from_secs(5));
    let result = run(&arguments, &lifecycle).await;
    lifecycle.shut_down().await?;
    result
}

async fn run(arguments: &Arguments, lifecycle: &Lifecycle) -> anyhow::Result<ExitCode> {
    println!("Starting nats-server, redis, postgres, the services and a simulated phone network …");
    let system = tokio::select! {
        system = System::start(SystemSettings::for_demo()) => system.context("the system did not start")?,
        () = lifecycle.until_signal() => return Ok(ExitCode::FAILURE),
    };
    let placed = tokio::select! {
        placed = place_calls(&system, lifecycle) => placed,
        () = lifecycle.until_signal() => Err(anyhow!("stopped before all calls were over")),
    };
    if let (Ok(placed), false) = (&placed, arguments.once) {
        println!("\nTry one yourself:\n\n{}\n\nThe system stays up; Ctrl-C stops it.", placed.try_it);
        lifecycle.until_signal().await;
    }
    system.stop().await;
    Ok(if placed?.well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Placed {
    /// Whether every call ended as it should.
    well: bool,
    /// A command that places another.
    try_it: String,
}

async fn place_calls(system: &System, lifecycle: &Lifecycle) -> anyhow::Result<Placed> {
    let organization = system.admin(&["org", "create", "--name", "Demo"]).await?;
    let org = &organization["org_id"];
    let key = system.admin(&["key", "create", "--org", org, "--mode", "test"]).await?["key"].clone();
    system.admin(&["number", "add", "--org", org, "--number", OWN_NUMBER]).await?;
    let (receiver, callback_url) = Receiver::start(lifecycle, &organization["signing_secret"], CALLBACK_SECRET).await?;
    let http = reqwest::Client::new();
    let directory = format!("{}/_sim/directory", system.url(Service::Simulator));
    let directory: Vec<serde_json::Value> = http.get(directory).send().await?.json().await?;
    let gateway = system.url(Service::Gateway);
    let agent = Agent { http, gateway, key, callback_url, callback_secret: CALLBACK_SECRET.to_owned() };
    let agent = Arc::new(agent);

    let calls = plan::plan(&directory);
    println!("Placing {} calls at once. What is said, as it is said:\n", calls.len());
    let clock = SystemClock;
    let began = clock.instant();
    let ended = join_all(calls.iter().map(|call| follow(&agent, &receiver, call))).await;
    let ended = ended.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    println!("\n{}", show::table(&calls, &ended));
    let right = calls.iter().zip(&ended).filter(|(call, ended)| ended.is_as_planned(call)).count();
    let took = clock.instant().duration_since(began);
    println!("{right} of {} calls ended as they should, in {:.1} s.", calls.len(), took.as_secs_f64());
    Ok(Placed { well: right == calls.len(), try_it: show::curl(&agent, &calls) })
}

async fn follow(agent: &Agent, receiver: &Receiver, call: &Planned) -> anyhow::Result<Ended> {
    let clock = SystemClock;
    let began = clock.instant();
    let call_id = agent.call(&call.prompt, &call.callee).await?;
    let rings = Notify::new();
    let watch = agent.listen(&call_id, |event, data| {
        if event == "ringing" {
            rings.notify_one();
        }
        show::event(&call.name, event, data);
    });
    let cancel = async {
        if !call.cancel {
            return Ok(());
        }
        rings.notified().await;
        agent.cancel(&call_id).await
    };
    let callback = tokio::time::timeout(PATIENCE, async {
        let (callback, watched, canceled) = tokio::join!(receiver.callback_of(&call_id), watch, cancel);
        watched.and(canceled).map(|()| callback)
    });
    let callback = match callback.await {
        Ok(callback) => Some(callback?),
        Err(_) => None,
    };
    Ok(Ended { callback, took: clock.instant().duration_since(began) })
}
