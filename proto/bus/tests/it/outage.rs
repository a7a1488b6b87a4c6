use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Consumer, Unreachable, Verdict};
use runtime::{Clock as _, Lifecycle, SystemClock, TraceContext};
use stack::{Durability, Server, Servers};

use crate::world::{Ear, World, eventually, plan_failed};

#[tokio::test]
async fn a_consumer_that_is_deleted_is_made_again() {
    let (world, ear) = (World::start().await, Ear::new(|_| Verdict::Done));
    world.hear(Consumer::Dialer, &ear);
    world.tell(&plan_failed()).await;
    ear.until_heard(1).await;

    let server = world.jetstream().await;
    server.delete_consumer_from_stream("dialer", world.stream()).await.unwrap();
    let fact = plan_failed();
    world.tell(&fact).await;
    // The new consumer begins with the oldest fact: hearing twice is the price of losing nothing.
    ear.until_heard(3).await;
    assert!(ear.calls().contains(&fact.call_id));
    world.stop().await;
}

#[tokio::test]
async fn a_stream_that_is_deleted_is_made_again_by_whoever_needs_it_first() {
    let (world, ear) = (World::start().await, Ear::new(|_| Verdict::Done));
    world.hear(Consumer::Dialer, &ear);
    world.tell(&plan_failed()).await;
    ear.until_heard(1).await;

    world.jetstream().await.delete_stream(world.stream()).await.unwrap();
    let fact = plan_failed();
    world.tell(&fact).await;
    assert_eq!(ear.until_heard(2).await[1].0.envelope, fact);
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_is_killed_and_starts_again_has_lost_nothing() {
    let servers = servers().await;
    let world = World::at(&servers.addresses().nats_url, &[]).await;
    let ear = Ear::shut();
    let mut facts: Vec<_> = (0..50).map(|_| plan_failed()).collect();
    for fact in &facts {
        world.tell(fact).await;
    }
    world.hear(Consumer::Dialer, &ear);
    ear.until_heard(32).await;

    servers.kill(Server::Nats).await;
    let during = plan_failed();
    ear.open();
    let trace = TraceContext::default();
    let (told, started) = tokio::join!(world.bus.publish(&during, &trace), servers.start_again(Server::Nats));
    told.unwrap();
    started.unwrap();
    facts.push(during);

    let expected: BTreeSet<_> = facts.iter().map(|fact| fact.call_id).collect();
    eventually("every fact heard", || async { ear.calls().into_iter().collect::<BTreeSet<_>>() == expected }).await;
    world.stop().await;
}

#[tokio::test]
async fn a_process_that_starts_before_the_server_waits_for_it() {
    let servers = servers().await;
    let world = World::at(&servers.addresses().nats_url, &[]).await;
    servers.kill(Server::Nats).await;
    let (ear, lifecycle) = (Ear::new(|_| Verdict::Done), Lifecycle::new(Duration::from_secs(5)));
    let connecting = Bus::connect(&world.settings, lifecycle.stop(), Arc::new(SystemClock));
    let (bus, started) = tokio::join!(connecting, servers.start_again(Server::Nats));
    started.unwrap();
    let bus = bus.unwrap();
    world.hear(Consumer::Dialer, &ear);
    bus.publish(&plan_failed(), &TraceContext::default()).await.unwrap();
    ear.until_heard(1).await;
    assert!(bus.health()().await.is_ok());
    world.stop().await;
}

#[tokio::test]
async fn a_process_that_is_stopped_while_it_waits_for_the_server_ends() {
    let servers = servers().await;
    let world = World::at(&servers.addresses().nats_url, &[]).await;
    servers.kill(Server::Nats).await;
    let lifecycle = Lifecycle::new(Duration::from_secs(5));
    let connecting = Bus::connect(&world.settings, lifecycle.stop(), Arc::new(SystemClock));
    let stopping = async {
        SystemClock.sleep(Duration::from_millis(100)).await;
        lifecycle.request_stop();
    };
    let (connected, ()) = tokio::join!(connecting, stopping);
    assert!(matches!(connected, Err(Unreachable::Stopped)));
    assert!(!world.bus.is_connected());
}

/// Of one's own, to be killed.
async fn servers() -> Servers {
    Servers::start(Durability::Fast).await.unwrap()
}
