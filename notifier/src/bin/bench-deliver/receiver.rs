//! A receiver that counts. In a process of its own, so that its CPU time is not ours.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use tokio::net::TcpListener;

/// The word that makes a program be the receiver.
pub(crate) const RECEIVE: &str = "receive";

/// Serves until its standard input ends, and prints its address first, then its count for each line that it reads.
pub(crate) async fn receive() -> anyhow::Result<()> {
    let count = Arc::new(AtomicU64::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let router = Router::new().fallback(take).with_state(Arc::clone(&count));
    let asked = tokio::task::spawn_blocking(move || {
        for _ in std::io::stdin().lines() {
            println!("{}", count.load(Ordering::SeqCst));
        }
    });
    tokio::select! {
        served = axum::serve(listener, router) => Ok(served?),
        asked = asked => Ok(asked?),
    }
}

async fn take(State(count): State<Arc<AtomicU64>>, _body: Bytes) -> StatusCode {
    count.fetch_add(1, Ordering::SeqCst);
    StatusCode::OK
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    child: Child,
    ask: ChildStdin,
    answers: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Receiver {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(RECEIVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the receiver does not start")?;
        let ask = child.stdin.take().context("it was piped")?;
        let mut answers = BufReader::new(child.stdout.take().context("it was piped")?).lines();
        let address = answers.next().context("the receiver ended")??.parse()?;
        Ok(Self { address, child, ask, answers })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How many posts came.
    pub(crate) fn count(&mut self) -> anyhow::Result<u64> {
        self.ask.write_all(b"\n")?;
        Ok(self.answers.next().context("the receiver ended")??.parse()?)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // It ends by itself with its standard input; this is for one that hangs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
