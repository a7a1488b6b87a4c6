//! Dialers in processes of their own, which can be killed, and one address in front of them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::world::{World, until};

pub(crate) struct Dialer {
    pub(crate) address: SocketAddr,
    child: Child,
    file: PathBuf,
}

impl Dialer {
    pub(crate) async fn start(world: &World, listen: &str) -> Self {
        let file = std::env::temp_dir().join(format!("dialer-{:x}", rand::random::<u64>()));
        let child = Command::new(env!("CARGO_BIN_EXE_callcow-dialer"))
            .env_clear()
            .envs(&world.env)
            .env("LISTEN", listen)
            .env("LISTEN_FILE", &file)
            .env("LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let address = until(async || {
            let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
            text.trim().parse::<SocketAddr>().map_err(|error| error.to_string())
        })
        .await;
        Self { address, child, file }
    }

    /// As a crash does. Returns where it listened.
    pub(crate) fn kill(mut self) -> SocketAddr {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.address
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn ask_to_leave(&self) {
        let pid = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits until it has left as it should.
    pub(crate) async fn left(mut self) {
        let wait = move || -> ExitStatus { self.child.wait().unwrap() };
        let left = tokio::task::spawn_blocking(wait).await.unwrap();
        assert!(left.success(), "{left}");
    }
}

impl Drop for Dialer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Several dialers behind one address, which whoever is there answers, as behind a load balancer.
pub(crate) struct Fleet {
    pub(crate) dialers: Vec<Dialer>,
    there: Arc<Mutex<Vec<SocketAddr>>>,
    _front: JoinSet<()>,
}

impl Fleet {
    pub(crate) async fn start(world: &mut World, size: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        world.set("DIALER_PUBLIC_URL", &format!("http://{}", listener.local_addr().unwrap()));
        let there = Arc::new(Mutex::new(Vec::new()));
        let mut front = JoinSet::new();
        front.spawn(balance(listener, there.clone()));
        let mut dialers = Vec::new();
        for _ in 0..size {
            dialers.push(Dialer::start(world, "127.0.0.1:0").await);
        }
        let fleet = Self { dialers, there, _front: front };
        fleet.tell();
        fleet
    }

    /// Puts a new one in the place of one, which is then asked to leave, and waits until it has.
    pub(crate) async fn replace(&mut self, world: &World, index: usize) {
        let new = Dialer::start(world, "127.0.0.1:0").await;
        let old = std::mem::replace(&mut self.dialers[index], new);
        self.tell();
        old.ask_to_leave();
        old.left().await;
    }

    /// Kills one; another comes in its place.
    pub(crate) async fn kill(&mut self, world: &World, index: usize) {
        let old = self.dialers.swap_remove(index);
        old.kill();
        self.tell();
        self.dialers.push(Dialer::start(world, "127.0.0.1:0").await);
        self.tell();
    }

    fn tell(&self) {
        *self.there.lock().unwrap() = self.dialers.iter().map(|dialer| dialer.address).collect();
    }

    pub(crate) async fn stop(self) {
        for dialer in self.dialers {
            dialer.ask_to_leave();
            dialer.left().await;
        }
    }
}

/// Each connection goes to the next dialer that is there.
async fn balance(listener: TcpListener, there: Arc<Mutex<Vec<SocketAddr>>>) {
    let mut pipes = JoinSet::new();
    for turn in 0.. {
        let (mut incoming, _) = listener.accept().await.unwrap();
        let mut there = there.lock().unwrap().clone();
        let count = there.len().max(1);
        there.rotate_left(turn % count);
        pipes.spawn(async move {
            for dialer in there {
                if let Ok(mut outgoing) = TcpStream::connect(dialer).await {
                    let _ = copy_bidirectional(&mut incoming, &mut outgoing).await;
                    return;
                }
            }
        });
        while pipes.try_join_next().is_some() {}
    }
}
