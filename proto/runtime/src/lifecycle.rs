//! How a process stops: softly (finish what is held), and hard when the grace is over.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use thiserror::Error;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long tasks have, once told to stop hard, to drop what they hold.
const HARD_STOP_WAIT: Duration = Duration::from_secs(2);

/// Tells tasks when to stop. It can be cloned and waited on as often as one likes.
#[derive(Clone, Debug)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Stop {
    /// Returns when no new work may be taken; what is held should be finished.
    pub async fn soft(&self) {
        self.soft.cancelled().await;
    }

    /// Returns when the grace is over; what is held must be dropped.
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

/// Why a process did not end as it should.
#[derive(Debug, Error)]
pub enum Unclean {
    #[error("the task {task} panicked")]
    Panicked { task: &'static str },
    #[error("still running when the grace was over: {}", tasks.join(", "))]
    Unfinished { tasks: Vec<&'static str> },
}

/// Spawns tasks that the shutdown waits for.
#[derive(Clone, Debug)]
pub struct Spawner {
    tracker: TaskTracker,
    stop: Stop,
    book: Arc<Mutex<Book>>,
}

#[derive(Debug, Default)]
struct Book {
    next: u64,
    running: BTreeMap<u64, &'static str>,
    panicked: Option<&'static str>,
}

impl Spawner {
    /// Runs `task`. When it panics the whole process stops, softly and with an error: a service that lost one of its
    /// loops looks alive and does nothing. The task is outside of the current span, which it would keep open.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let number = self.with_book(|book| {
            book.next += 1;
            book.running.insert(book.next, name);
            book.next
        });
        let spawner = self.clone();
        let watched = async move {
            let end = AssertUnwindSafe(task).catch_unwind().await;
            spawner.with_book(|book| book.running.remove(&number));
            if end.is_err() {
                tracing::error!(task = name, "a task panicked, the process stops");
                spawner.with_book(|book| book.panicked = book.panicked.or(Some(name)));
                spawner.stop.soft.cancel();
            }
        };
        self.tracker.spawn(watched);
    }

    fn with_book<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        change(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One per process: who is running, and when all of it stops.
#[derive(Debug)]
pub struct Lifecycle {
    grace: Duration,
    spawner: Spawner,
}

impl Lifecycle {
    /// `grace` is how long a soft stop may take before it becomes a hard one.
    pub fn new(grace: Duration) -> Self {
        let soft = CancellationToken::new();
        let stop = Stop { soft, hard: CancellationToken::new() };
        Self { grace, spawner: Spawner { tracker: TaskTracker::new(), stop, book: Arc::default() } }
    }

    pub fn stop(&self) -> Stop {
        self.spawner.stop.clone()
    }

    /// See [`Spawner::spawn`].
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.spawner.spawn(name, task);
    }

    /// For libraries that spawn.
    pub fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    pub fn request_stop(&self) {
        self.spawner.stop.soft.cancel();
    }

    /// Returns when the process is asked to stop: by SIGTERM, by Ctrl-C, or from inside.
    pub async fn until_signal(&self) {
        tokio::select! {
            () = arrival(SignalKind::terminate()) => tracing::info!(signal = "SIGTERM", "stopping"),
            () = arrival(SignalKind::interrupt()) => tracing::info!(signal = "SIGINT", "stopping"),
            () = self.spawner.stop.soft() => tracing::info!("stopping, asked from inside"),
        }
    }

    /// Stops softly, waits for the tasks as long as the grace allows, then stops hard.
    pub async fn shut_down(self) -> Result<(), Unclean> {
        let Spawner { tracker, stop, book: _ } = &self.spawner;
        stop.soft.cancel();
        tracker.close();
        let finished = tokio::time::timeout(self.grace, tracker.wait()).await.is_ok();
        stop.hard.cancel();
        if !finished {
            let tasks = self.spawner.with_book(|book| book.running.values().copied().collect::<Vec<_>>());
            tracing::warn!(tasks = tasks.join(","), "the grace is over, stopping hard");
            drop(tokio::time::timeout(HARD_STOP_WAIT, tracker.wait()).await);
        }
        self.spawner.with_book(|book| {
            if let Some(task) = book.panicked {
                return Err(Unclean::Panicked { task });
            }
            if !book.running.is_empty() {
                return Err(Unclean::Unfinished { tasks: book.running.values().copied().collect() });
            }
            Ok(())
        })
    }
}

async fn arrival(kind: SignalKind) {
    let mut signals = match signal(kind) {
        Ok(signals) => signals,
        Err(error) => {
            tracing::error!(%error, "can't listen for a signal");
            return std::future::pending().await;
        }
    };
    if signals.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn a_soft_stop_lets_tasks_finish_what_they_hold() {
        let lifecycle = Lifecycle::new(LONG);
        let stop = lifecycle.stop();
        let (done, finished) = tokio::sync::oneshot::channel();
        lifecycle.spawn("worker", async move {
            stop.soft().await;
            tokio::task::yield_now().await;
            done.send(stop.is_hard()).unwrap();
        });

        lifecycle.shut_down().await.unwrap();

        assert!(!finished.await.unwrap(), "the task finished before anything was stopped hard");
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ignores_the_soft_stop_is_stopped_hard_after_the_grace() {
        let lifecycle = Lifecycle::new(LONG);
        let stop = lifecycle.stop();
        lifecycle.spawn("stubborn", async move { stop.hard().await });
        lifecycle.shut_down().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_ignores_every_stop_is_named() {
        let lifecycle = Lifecycle::new(LONG);
        lifecycle.spawn("deaf", std::future::pending());
        let unclean = lifecycle.shut_down().await.unwrap_err();
        assert!(unclean.to_string().contains("deaf"), "{unclean}");
    }

    #[tokio::test]
    async fn a_panic_stops_the_process_with_an_error() {
        let lifecycle = Lifecycle::new(LONG);
        lifecycle.spawn("fragile", async { panic!("on purpose") });
        lifecycle.until_signal().await;
        assert!(matches!(lifecycle.shut_down().await, Err(Unclean::Panicked { task: "fragile" })));
    }

    #[tokio::test]
    async fn a_stop_can_be_asked_for_from_inside() {
        let lifecycle = Lifecycle::new(LONG);
        lifecycle.request_stop();
        lifecycle.until_signal().await;
        assert!(lifecycle.stop().is_soft());
    }
}
