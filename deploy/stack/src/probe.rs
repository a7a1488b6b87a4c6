//! Whether a server answers: a port that is open is not enough.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use sqlx::Connection as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Answers come from this machine.
const PATIENCE: Duration = Duration::from_secs(2);
const ANSWER_BYTES_MAX: u64 = 16 * 1024;

#[derive(Clone, Debug)]
pub(crate) enum Probe {
    Nats(u16),
    Redis(u16),
    Postgres(String),
    /// 200 at `/ready`.
    Ready(SocketAddr),
}

impl Probe {
    pub(crate) async fn is_answered(&self) -> bool {
        let answered = async {
            match self {
                // With JetStream on, which starts before the port is opened to clients.
                Self::Nats(port) => ask(*port, "PING\r\n").await?.contains("\"jetstream\":true").then_some(()),
                Self::Redis(port) => ask(*port, "PING\r\n").await?.starts_with("+PONG").then_some(()),
                Self::Postgres(url) => {
                    let mut connection = sqlx::PgConnection::connect(url).await.ok()?;
                    sqlx::query("SELECT 1").execute(&mut connection).await.ok()?;
                    connection.close().await.ok()
                }
                Self::Ready(address) => is_ready(*address).await,
            }
        };
        matches!(tokio::time::timeout(PATIENCE, answered).await, Ok(Some(())))
    }
}

/// The first line of the answer.
async fn ask(port: u16, question: &str) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
    stream.write_all(question.as_bytes()).await.ok()?;
    let mut line = String::new();
    BufReader::new(stream.take(ANSWER_BYTES_MAX)).read_line(&mut line).await.ok()?;
    Some(line)
}

async fn is_ready(address: SocketAddr) -> Option<()> {
    let question = format!("GET /ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    ask(address.port(), &question).await?.starts_with("HTTP/1.1 200").then_some(())
}
