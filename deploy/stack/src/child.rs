//! A process that dies with us, however we die.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::probe::Probe;
use crate::program;
use crate::trouble::Trouble;

const LOOK_AGAIN: Duration = Duration::from_millis(15);
/// A cold start on a machine that compiles at the same time.
const ANSWER_WAIT: Duration = Duration::from_mins(1);
const LOG_TAIL_LINES: usize = 12;

/// Compares the parent with the one that it should have, because the parent may have died before the death signal was
/// set, and then becomes the program.
const STILL_OURS: &str = r#"[ "$PPID" = "$0" ] && exec "$@""#;

/// An unprivileged user, for programs that refuse to run as root.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// How to start a program; good for any number of starts.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) name: String,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// All of its environment but the PATH.
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) folder: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) user: Option<User>,
    /// What the kernel sends when we die: one that takes the program's own children along.
    pub(crate) death_signal: &'static str,
    /// What asks it to stop.
    pub(crate) stop_signal: Signal,
}

impl Launch {
    /// A program that stops on SIGTERM, has no children of its own and logs into `folder`.
    pub(crate) fn new(name: &str, program: PathBuf, folder: &Path) -> Self {
        Self {
            name: name.to_owned(),
            program,
            arguments: Vec::new(),
            env: BTreeMap::new(),
            folder: folder.to_owned(),
            log: folder.join(format!("{name}.log")),
            user: None,
            death_signal: "KILL",
            stop_signal: Signal::TERM,
        }
    }

    pub(crate) fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// The command that becomes the program: `setpriv` drops the user first and sets the death signal last, because
    /// changing the user clears it.
    pub(crate) fn command(&self) -> Result<Command, Trouble> {
        let mut command = Command::new(program::setpriv()?);
        if let Some(User { uid, gid }) = self.user {
            command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
        }
        command.args(["--pdeathsig", self.death_signal, "--", "/bin/sh", "-c", STILL_OURS]);
        command.arg(std::process::id().to_string()).arg(&self.program).args(&self.arguments);
        let path = std::env::join_paths(program::search_path()).unwrap_or_default();
        command.env_clear().env("PATH", path).envs(&self.env);
        command.current_dir(&self.folder).stdin(Stdio::null());
        // A group of its own, so that Ctrl-C reaches only us and we stop everything in order.
        command.process_group(0);
        Ok(command)
    }

    pub(crate) fn start(&self) -> Result<Child, Trouble> {
        let trouble = || Trouble::io(format!("{} can't be started", self.name));
        let log = OpenOptions::new().create(true).append(true).open(&self.log).map_err(trouble())?;
        let mut command = self.command()?;
        command.stdout(log.try_clone().map_err(trouble())?).stderr(log);
        let process = spawn(command).map_err(trouble())?;
        Ok(Child { name: self.name.clone(), log: Some(self.log.clone()), stop_signal: self.stop_signal, process })
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn start_and_wait(&self, probe: &Probe) -> Result<Child, Trouble> {
        let mut child = self.start()?;
        child.wait_until(probe).await?;
        Ok(child)
    }
}

/// A running process. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Child {
    name: String,
    log: Option<PathBuf>,
    stop_signal: Signal,
    process: std::process::Child,
}

impl Child {
    /// A command whose output is none of our business.
    pub(crate) fn start(name: &str, command: Command) -> io::Result<Self> {
        Ok(Self { name: name.to_owned(), log: None, stop_signal: Signal::TERM, process: spawn(command)? })
    }

    /// None while it runs.
    pub(crate) fn exit_status(&mut self) -> Option<ExitStatus> {
        // An error means that there is no such child, which is as ended as can be.
        self.process.try_wait().unwrap_or_else(|_| Some(ExitStatus::from_raw(0)))
    }

    /// Waits until it answers.
    pub(crate) async fn wait_until(&mut self, probe: &Probe) -> Result<(), Trouble> {
        let answered = tokio::time::timeout(ANSWER_WAIT, async {
            while self.exit_status().is_none() {
                if probe.is_answered().await {
                    return true;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            false
        });
        match answered.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.ended()),
            Err(_) => Err(self.silent(ANSWER_WAIT)),
        }
    }

    pub(crate) fn ended(&self) -> Trouble {
        Trouble::Ended { name: self.name.clone(), log_tail: self.log_tail() }
    }

    pub(crate) fn silent(&self, waited: Duration) -> Trouble {
        Trouble::Silent { name: self.name.clone(), waited, log_tail: self.log_tail() }
    }

    fn log_tail(&self) -> String {
        let log = self.log.as_ref().and_then(|log| fs::read(log).ok()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    pub(crate) async fn wait(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.exit_status() {
                return status;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Asks it to stop.
    pub(crate) fn signal(&mut self, signal: Signal) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        // Only while it is not reaped, because later the number may be somebody else's.
        if let (None, Some(pid)) = (self.exit_status(), pid) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Asks it to stop, and kills it when it does not.
    pub(crate) async fn stop(mut self, patience: Duration) {
        let signal = self.stop_signal;
        self.stop_with(signal, patience).await;
    }

    pub(crate) async fn stop_with(&mut self, signal: Signal, patience: Duration) -> ExitStatus {
        self.signal(signal);
        if let Ok(status) = tokio::time::timeout(patience, self.wait()).await {
            return status;
        }
        tracing::warn!(process = self.name, "did not stop when asked, and is killed");
        self.kill();
        self.wait().await
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        // Errors mean that it is gone already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

type Order = (Command, mpsc::Sender<io::Result<std::process::Child>>);

/// Starts processes from a thread that lives as long as this process: the kernel sends the death signal when the *thread*
/// ends that started the child, and the threads of tests and of runtimes come and go.
fn spawn(command: Command) -> io::Result<std::process::Child> {
    static PARENT: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    let parent = PARENT.get_or_init(|| {
        let (orders, ordered) = mpsc::channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, reply) in ordered {
                drop(reply.send(command.spawn()));
            }
        });
        orders
    });
    let (reply, started) = mpsc::channel();
    parent.send((command, reply)).map_err(io::Error::other)?;
    started.recv().map_err(io::Error::other)?
}
