//! Clients that keep their connections and ask one after another. They speak just enough HTTP to cost little themselves.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use runtime::{Clock as _, SystemClock};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// An answer is far shorter.
const ANSWER_BYTES_MAX: usize = 8 * 1024;

pub(crate) struct Load {
    pub(crate) address: String,
    pub(crate) key: String,
    pub(crate) clients: usize,
    pub(crate) requests_each: usize,
}

impl Load {
    /// How long each request took, in no order. Every answer must be a call.
    pub(crate) async fn run(self) -> anyhow::Result<Vec<Duration>> {
        let mut clients = JoinSet::new();
        for client in 0..self.clients {
            let (address, key, requests) = (self.address.clone(), self.key.clone(), self.requests_each);
            clients.spawn(async move { ask(&address, &key, client, requests).await });
        }
        let mut took = Vec::new();
        while let Some(client) = clients.join_next().await {
            took.extend(client??);
        }
        Ok(took)
    }
}

async fn ask(address: &str, key: &str, client: usize, requests: usize) -> anyhow::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut took = Vec::with_capacity(requests);
    let mut buffer = vec![0; ANSWER_BYTES_MAX];
    let run: u64 = rand::random();
    for request in 0..requests {
        let bytes = post(address, key, &format!("{run:x}-{client}-{request}"));
        let began: Instant = SystemClock.instant();
        stream.write_all(bytes.as_bytes()).await?;
        let length = answer(&mut stream, &mut buffer).await?;
        took.push(SystemClock.instant().duration_since(began));
        let text = String::from_utf8_lossy(&buffer[..length]);
        ensure!(text.starts_with("HTTP/1.1 200 "), "not accepted: {text}");
        ensure!(!text.contains("idempotent-replayed"), "a new key got an old answer");
    }
    Ok(took)
}

/// As an agent asks: with a callback, a secret and an idempotency key.
fn post(address: &str, key: &str, idempotency_key: &str) -> String {
    let body = json!({
        "prompt": "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller",
        "recipient_phone": "+14155550101",
        "callback_url": "https://agent.example.com/calls",
        "callback_secret": "s3cret",
        "idempotency_key": idempotency_key,
    })
    .to_string();
    format!(
        "POST /api/call-prompt HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> anyhow::Result<usize> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        ensure!(read > 0, "hung up, or an answer too long");
        filled += read;
        let text = String::from_utf8_lossy(&buffer[..filled]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.context("an answer without a length")?.parse()?;
        if body.len() >= length {
            return Ok(filled);
        }
    }
}
