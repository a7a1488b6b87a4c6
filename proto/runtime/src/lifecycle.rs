//! How a process stops: softly first (finish what is held), then, after the grace, hard.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// After a hard stop, tasks need only reach their next await.
const HARD_STOP_WAIT: Duration = Duration::from_secs(2);

/// The tasks of a process and the two signals that end them.
pub struct Lifecycle {
    grace: Duration,
    stop: Stop,
    spawner: Spawner,
}

/// Tells a task that it is time to stop.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
}

/// Spawns tasks that the end of the process waits for.
#[derive(Clone, Debug)]
pub struct Spawner {
    tasks: TaskTracker,
    stop: Stop,
    panicked: Arc<AtomicBool>,
}

/// The process did not end as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclean {
    #[error("a task panicked")]
    Panicked,
    #[error("tasks were still running when the grace was over")]
    GraceOver,
}

impl Lifecycle {
    pub fn new(grace: Duration) -> Self {
        let stop = Stop::default();
        let spawner = Spawner { tasks: TaskTracker::new(), stop: stop.clone(), panicked: Arc::default() };
        Self { grace, stop, spawner }
    }

    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.spawner.spawn(name, task);
    }

    pub fn request_stop(&self) {
        self.stop.soft.cancel();
    }

    /// Waits for SIGTERM, SIGINT, or a stop that was asked for from inside.
    pub async fn until_signal(&self) {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => signal.recv().await,
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = terminate => {}
            result = tokio::signal::ctrl_c() => if result.is_err() { std::future::pending::<()>().await },
            () = self.stop.soft() => {}
        }
    }

    /// Stops softly, waits for the tasks up to the grace, then stops hard.
    pub async fn shut_down(self) -> Result<(), Unclean> {
        self.stop.soft.cancel();
        self.spawner.tasks.close();
        let in_time = tokio::time::timeout(self.grace, self.spawner.tasks.wait()).await.is_ok();
        self.stop.hard.cancel();
        if !in_time {
            // Whether they end by then or not, the process goes.
            let _ = tokio::time::timeout(HARD_STOP_WAIT, self.spawner.tasks.wait()).await;
        }
        if self.spawner.panicked.load(Ordering::Acquire) {
            return Err(Unclean::Panicked);
        }
        if in_time { Ok(()) } else { Err(Unclean::GraceOver) }
    }
}

impl Spawner {
    /// A task that panics stops the process softly: going on without it would be going on half.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let (stop, panicked) = (self.stop.clone(), Arc::clone(&self.panicked));
        self.tasks.spawn(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tracing::error!(task = name, "a task panicked");
                panicked.store(true, Ordering::Release);
                stop.soft.cancel();
            }
        });
    }
}

impl Stop {
    /// Ends when no new work may be taken on.
    pub async fn soft(&self) {
        self.soft.cancelled().await;
    }

    /// Ends when held work must be dropped.
    pub async fn hard(&self) {
        self.hard.cancelled().await;
    }

    pub fn is_soft(&self) -> bool {
        self.soft.is_cancelled()
    }

    pub fn is_hard(&self) -> bool {
        self.hard.is_cancelled()
    }
}
