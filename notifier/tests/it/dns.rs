//! A DNS server on loopback that answers as it likes.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::UdpSocket;
use tokio_util::task::AbortOnDropHandle;

use crate::receiver::spawn;

pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    asked: Arc<AtomicUsize>,
    _serving: AbortOnDropHandle<()>,
}

const HEADER_BYTES: usize = 12;
const TYPE_A: u16 = 1;

impl Dns {
    /// Answers each look-up of an IPv4 address with the next of `answers`, then with the last for ever; no answer may be
    /// kept. Every name exists.
    pub(crate) async fn start(answers: &'static [&'static [Ipv4Addr]]) -> Self {
        Self::keeping(0, answers).await
    }

    /// The same, with answers that may be kept for so many seconds.
    pub(crate) async fn keeping(seconds: u32, answers: &'static [&'static [Ipv4Addr]]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let serving = spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                let reply = reply(&query[..length], |number| answers[number.min(answers.len() - 1)], &count, seconds);
                socket.send_to(&reply, from).await.unwrap();
            }
        });
        Self { address, asked, _serving: serving }
    }

    /// How many look-ups of IPv4 addresses came.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn reply(query: &[u8], answer: impl Fn(usize) -> &'static [Ipv4Addr], count: &AtomicUsize, seconds: u32) -> Vec<u8> {
    let name_end = HEADER_BYTES + query[HEADER_BYTES..].iter().position(|byte| *byte == 0).unwrap() + 1;
    let question = &query[HEADER_BYTES..name_end + 4];
    let asks_a = u16::from_be_bytes([query[name_end], query[name_end + 1]]) == TYPE_A;
    let addresses = if asks_a { answer(count.fetch_add(1, Ordering::SeqCst)) } else { &[] };
    let mut reply = query[..2].to_vec();
    reply.extend([0x81, 0x80, 0, 1, 0, u8::try_from(addresses.len()).unwrap(), 0, 0, 0, 0]);
    reply.extend(question);
    for address in addresses {
        reply.extend([0xc0, 12, 0, 1, 0, 1]);
        reply.extend(seconds.to_be_bytes());
        reply.extend([0, 4]);
        reply.extend(address.octets());
    }
    reply
}
