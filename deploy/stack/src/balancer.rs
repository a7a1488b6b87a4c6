//! One address for several processes, as a load balancer has it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Each connection goes to the next process that takes it. What becomes of it there the client sees unchanged: nothing is
/// sent twice. Dropping the balancer drops its connections.
#[derive(Debug)]
pub struct Balancer {
    address: SocketAddr,
    there: Arc<Mutex<Vec<SocketAddr>>>,
    _pipes: JoinSet<()>,
}

impl Balancer {
    /// In front of nobody, at first.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let there = Arc::<Mutex<Vec<SocketAddr>>>::default();
        let mut pipes = JoinSet::new();
        pipes.spawn(balance(listener, Arc::clone(&there)));
        Ok(Self { address, there, _pipes: pipes })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who is there from now on. One that refuses to be connected to is passed over.
    pub fn stand_before(&self, processes: Vec<SocketAddr>) {
        *self.there.lock().unwrap_or_else(PoisonError::into_inner) = processes;
    }
}

async fn balance(listener: TcpListener, there: Arc<Mutex<Vec<SocketAddr>>>) {
    let mut pipes = JoinSet::new();
    for turn in 0.. {
        let Ok((mut incoming, _)) = listener.accept().await else {
            return;
        };
        let mut there = there.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let count = there.len().max(1);
        there.rotate_left(turn % count);
        pipes.spawn(async move {
            for process in there {
                if let Ok(mut outgoing) = TcpStream::connect(process).await {
                    drop(copy_bidirectional(&mut incoming, &mut outgoing).await);
                    return;
                }
            }
        });
        while pipes.try_join_next().is_some() {}
    }
}
