//! A dialer that dies, and one that is asked to leave.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use proto::call::Outcome;
use proto::{Kind, Role};

use crate::world::{World, until};

/// A dialer in a process of its own, which can be killed.
struct Dialer {
    child: Child,
    file: PathBuf,
}

impl Dialer {
    async fn start(world: &World, listen: &str) -> (Self, SocketAddr) {
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
        (Self { child, file }, address)
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Dialer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.file);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialer_that_is_killed_in_a_conversation_rings_once_and_ends_once() {
    let world = World::without_dialer().await;
    let (dialer, address) = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = world.ask("restaurant");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    dialer.kill();
    let (_dialer, _) = Dialer::start(&world, &address.to_string()).await;

    let ended = world.ended(&ask).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    assert!(ended.messages.iter().any(|message| message.role == Role::Assistant));
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(world.ends(&ask).len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialer_that_is_killed_while_it_rings_rings_once_and_ends_once() {
    let world = World::without_dialer().await;
    let (dialer, address) = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = world.ask("no_answer");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallRinging).await;
    dialer.kill();
    let (_dialer, _) = Dialer::start(&world, &address.to_string()).await;

    assert_eq!(world.ended(&ask).await.outcome, Outcome::NoAnswer);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(world.ends(&ask).len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialer_that_is_killed_around_the_request_rings_at_most_once() {
    // Each at another moment between hearing of the call and the first ring.
    for moment in 0..6 {
        let world = World::without_dialer().await;
        let (dialer, address) = Dialer::start(&world, "127.0.0.1:0").await;
        let ask = world.ask("busy");
        world.plan(&ask).await;
        tokio::time::sleep(std::time::Duration::from_millis(moment * 8)).await;
        dialer.kill();
        let (_dialer, _) = Dialer::start(&world, &address.to_string()).await;

        assert_eq!(world.ended(&ask).await.outcome, Outcome::Busy, "at moment {moment}");
        assert_eq!(world.rings(&ask), 1, "at moment {moment}");
        assert_eq!(world.ends(&ask).len(), 1, "at moment {moment}");
        world.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialer_that_is_asked_to_leave_finishes_its_conversation() {
    let mut world = World::without_dialer().await;
    world.set("DRAIN", "30s");
    let (mut dialer, _) = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = world.ask("restaurant");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    let pid = dialer.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());

    let ended = world.ended(&ask).await;
    assert_eq!((ended.outcome, ended.failure), (Outcome::Completed, None));
    let left = tokio::task::spawn_blocking(move || dialer.child.wait().unwrap()).await.unwrap();
    assert!(left.success(), "{left}");
    assert_eq!(world.rings(&ask), 1);
    world.stop().await;
}
