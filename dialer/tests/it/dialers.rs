//! Dialers in processes of their own, which can be killed, and one address in front of them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};

use stack::Balancer;

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

    pub(crate) async fn metrics(&self) -> String {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(format!("http://{}/metrics", self.address)).send().await.unwrap().text().await.unwrap()
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
    front: Balancer,
}

impl Fleet {
    pub(crate) async fn start(world: &mut World, size: usize) -> Self {
        let front = Balancer::start().await.unwrap();
        world.set("DIALER_PUBLIC_URL", &format!("http://{}", front.address()));
        let mut dialers = Vec::new();
        for _ in 0..size {
            dialers.push(Dialer::start(world, "127.0.0.1:0").await);
        }
        let fleet = Self { dialers, front };
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
        self.front.stand_before(self.dialers.iter().map(|dialer| dialer.address).collect());
    }

    pub(crate) async fn stop(self) {
        for dialer in self.dialers {
            dialer.ask_to_leave();
            dialer.left().await;
        }
    }
}
