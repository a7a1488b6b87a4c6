//! Servers that are gone for a while, in the middle of a call.

use std::time::Duration;

use proto::call::Outcome;
use proto::{Kind, Role};
use runtime::{Clock, SystemClock};
use stack::{Durability, Server, Servers};

use crate::world::{World, until};

struct Outage {
    servers: Servers,
    world: World,
}

impl Outage {
    async fn start() -> Self {
        let servers = Servers::start(Durability::Fast).await.unwrap();
        let mut world = Box::pin(World::on(servers.addresses())).await;
        // Long enough for a server to come back on a busy machine.
        world.set("SETTLE", "10s");
        world.start_dialer().await;
        Self { servers, world }
    }

    async fn stop(self) {
        self.world.stop().await;
        self.servers.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_while_the_broker_is_gone_and_its_facts_come_later() {
    let Outage { servers, world } = Box::pin(Outage::start()).await;
    let ask = world.ask("restaurant");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    servers.kill(Server::Nats).await;
    until(async || {
        let calls = world.network.calls(ask.route.to.as_e164());
        let over = calls.iter().any(|call| call.history.last().is_some_and(|last| last.status.is_over()));
        if over { Ok(()) } else { Err("the call goes on".to_owned()) }
    })
    .await;
    servers.start_again(Server::Nats).await.unwrap();

    let ended = world.ended(&ask).await;
    assert_eq!((ended.outcome, ended.failure), (Outcome::Completed, None));
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(world.ends(&ask).len(), 1);
    Box::pin(Outage { servers, world }.stop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_while_the_database_is_gone_and_nothing_that_was_said_is_lost() {
    let Outage { servers, world } = Box::pin(Outage::start()).await;
    let ask = world.ask("restaurant");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    servers.kill(Server::Postgres).await;
    let said = spoken(&world, ask.route.to.as_e164());
    until(async || {
        let now = spoken(&world, ask.route.to.as_e164());
        if now > said { Ok(()) } else { Err(format!("{now} lines")) }
    })
    .await;
    servers.start_again(Server::Postgres).await.unwrap();

    let ended = world.ended(&ask).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(world.ends(&ask).len(), 1);
    let ours = |role| ended.messages.iter().filter(|message| message.role == role).count();
    assert!(ours(Role::Assistant) >= 2 && ours(Role::User) >= 2, "{} messages", ended.messages.len());
    Box::pin(Outage { servers, world }.stop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_rings_while_the_database_goes_rings_once() {
    let Outage { servers, world } = Box::pin(Outage::start()).await;
    let ask = world.ask("no_answer");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallRinging).await;
    servers.kill(Server::Postgres).await;
    servers.start_again(Server::Postgres).await.unwrap();

    assert_eq!(world.ended(&ask).await.outcome, Outcome::NoAnswer);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(world.ends(&ask).len(), 1);
    Box::pin(Outage { servers, world }.stop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_is_dialed_while_the_broker_is_gone() {
    let Outage { servers, world } = Box::pin(Outage::start()).await;
    let mut ask = world.ask("no_answer");
    ask.terms.earliest_at = Some(SystemClock.now() + Duration::from_secs(3));
    world.plan(&ask).await;
    // Whatever is planned later is heard later.
    world.call(&world.ask("busy")).await;
    assert_eq!(world.rings(&ask), 0);
    servers.kill(Server::Nats).await;
    until(async || {
        let rings = world.rings(&ask);
        if rings == 1 { Ok(()) } else { Err(format!("{rings} rings")) }
    })
    .await;
    servers.start_again(Server::Nats).await.unwrap();

    assert_eq!(world.ended(&ask).await.outcome, Outcome::NoAnswer);
    assert_eq!((world.rings(&ask), world.ends(&ask).len()), (1, 1));
    Box::pin(Outage { servers, world }.stop()).await;
}

/// How many lines both sides have spoken.
fn spoken(world: &World, to: &str) -> usize {
    world.network.calls(to).iter().map(|call| call.transcript.len()).sum()
}
