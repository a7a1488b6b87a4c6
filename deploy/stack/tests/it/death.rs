//! However the launcher ends, nothing stays behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

const PROGRAM: &str = env!("CARGO_BIN_EXE_callcow-stack");
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A process, told from a later one of the same number by its start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Process {
    pid: u32,
    started: String,
    name: String,
}

/// From /proc: itself, its parent. None when it is gone, or dead and not buried.
fn look(pid: u32) -> Option<(Process, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = stat.rsplit_once(") ")?;
    let fields: Vec<_> = tail.split(' ').collect();
    let alive = !matches!(fields[0], "Z" | "X");
    let name = head.split_once('(')?.1.to_owned();
    alive.then(|| (Process { pid, started: fields[19].to_owned(), name }, fields[1].parse().unwrap()))
}

fn descendants(of: u32) -> BTreeSet<Process> {
    let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let all: Vec<_> = pids.filter_map(look).collect();
    let mut found = BTreeSet::new();
    let mut parents = vec![of];
    while let Some(parent) = parents.pop() {
        for (process, _) in all.iter().filter(|(_, its_parent)| *its_parent == parent) {
            parents.push(process.pid);
            found.insert(process.clone());
        }
    }
    found
}

fn is_alive(process: &Process) -> bool {
    look(process.pid).is_some_and(|(now, _)| now.started == process.started)
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let found = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    });
    found.await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

struct Launcher {
    process: Child,
    folder: PathBuf,
}

impl Launcher {
    /// Starts servers for a command that never ends, and waits until the command runs.
    async fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("launcher-{}", uuid::Uuid::from_u128(rand::random())));
        let ready = folder.join("command-runs");
        let script =
            format!("echo \"$STACK_SERVERS\" > {0}.part && mv {0}.part {0} && exec sleep 1000", ready.display());
        let mut command = Command::new(PROGRAM);
        command.args(["with-servers", "--dir"]).arg(&folder).args(["--", "sh", "-c", &script]);
        let process = command.stdin(Stdio::null()).spawn().unwrap();
        until("the command to run", || ready.exists().then_some(())).await;
        Self { process, folder }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap(), signal).unwrap();
    }

    /// Buries the launcher, and gives the processes that it leaves after a while.
    async fn leaves(&mut self, before: &BTreeSet<Process>) -> Vec<Process> {
        self.process.wait().unwrap();
        let all_gone = || before.iter().all(|process| !is_alive(process)).then_some(());
        drop(tokio::time::timeout(PATIENCE / 2, until("everything to end", all_gone)).await);
        before.iter().filter(|process| is_alive(process)).cloned().collect()
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn names(processes: &BTreeSet<Process>) -> BTreeSet<&str> {
    processes.iter().map(|process| process.name.as_str()).collect()
}

#[tokio::test]
async fn a_launcher_that_is_killed_leaves_no_process_behind() {
    let mut launcher = Launcher::start().await;
    let before = descendants(launcher.process.id());
    assert!(names(&before).is_superset(&["nats-server", "redis-server", "postgres", "sleep"].into()), "{before:?}");
    let of_postgres = before.iter().filter(|process| process.name == "postgres").count();
    assert!(of_postgres > 3, "the children of postgres are among them: {before:?}");

    launcher.signal(Signal::KILL);

    assert_eq!(launcher.leaves(&before).await, []);
}

#[tokio::test]
async fn a_launcher_that_is_stopped_stops_its_command_and_its_servers() {
    let mut launcher = Launcher::start().await;
    let before = descendants(launcher.process.id());
    launcher.signal(Signal::TERM);
    assert_eq!(launcher.leaves(&before).await, []);
    assert!(!lock_is_held(&launcher.folder));
}

fn lock_is_held(folder: &Path) -> bool {
    fs::File::open(folder.join("lock")).unwrap().try_lock().is_err()
}

#[test]
fn the_exit_code_of_the_command_is_given_back() {
    let run = |script: &str| {
        let status = Command::new(PROGRAM).args(["with-servers", "--", "sh", "-c", script]).status().unwrap();
        status.code().unwrap()
    };
    assert_eq!(run("test -n \"$STACK_SERVERS\" && exit 7"), 7);
    assert_eq!(run("true"), 0);
}
