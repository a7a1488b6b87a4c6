//! `callcow-stack`: servers for a command, such as a test run, that stop with it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use stack::testing::STACK_SERVERS;
use stack::{Durability, Servers, run_child};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start nats-server, redis and postgres, run a command that finds them in `STACK_SERVERS`, stop them.
    WithServers {
        /// A new folder for the files of the servers, which is kept. Without it: one that is removed in the end.
        #[arg(long)]
        dir: Option<PathBuf>,
        /// Make postgres wait for the disk.
        #[arg(long)]
        safe: bool,
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Command::WithServers { dir, safe, command } = Arguments::parse().command;
    let durability = if safe { Durability::Safe } else { Durability::Fast };
    let servers = match &dir {
        Some(folder) => Servers::start_at(folder, durability).await,
        None => Servers::start(durability).await,
    };
    let servers = servers.context("the servers did not start")?;
    let addresses = serde_json::to_string(servers.addresses())?;
    let code = run_child(&command, &[(STACK_SERVERS, &addresses)]).await;
    servers.stop().await;
    Ok(code?)
}
