//! A command that somebody typed behind ours.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

use crate::child::Child;
use crate::program;
use crate::trouble::Trouble;

/// How long a command may take to end when we are told to.
const STOP_WAIT: Duration = Duration::from_secs(30);
/// What shells add to the number of a signal that ended a command.
const SIGNAL_BASE: i32 = 128;

/// Runs a command on our terminal, with our environment and more, and gives its exit code. It dies with us. When we are
/// told to stop, so is the command.
pub async fn run_child(command: &[String], more_env: &[(&str, &str)]) -> Result<ExitCode, Trouble> {
    let what = || Trouble::io(format!("{} can't be run", command.first().map_or("nothing", String::as_str)));
    let mut terminate = signal(SignalKind::terminate()).map_err(what())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(what())?;
    let mut process = std::process::Command::new(program::setpriv()?);
    // Not KILL: the command has children of its own, which only it can end.
    process.args(["--pdeathsig", "TERM", "--"]).args(command).envs(more_env.iter().copied());
    process.stdin(Stdio::inherit());
    let mut child = Child::start("command", process).map_err(what())?;
    let status = tokio::select! {
        status = child.wait() => status,
        _ = terminate.recv() => child.stop_with(Signal::TERM, STOP_WAIT).await,
        // The terminal has told the command, too.
        _ = interrupt.recv() => child.stop_with(Signal::INT, STOP_WAIT).await,
    };
    let code = status.code().unwrap_or_else(|| SIGNAL_BASE + status.signal().unwrap_or_default());
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
