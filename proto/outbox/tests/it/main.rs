//! Stories on a real server and a real database.
#![expect(clippy::unwrap_used, reason = "what a story needs and does not get ends the story")]

mod home;
mod world;

use std::collections::BTreeSet;
use std::time::Duration;

use outbox::Outbox;
use runtime::{Clock as _, SystemClock, TraceContext};
use stack::{Durability, Server, Servers};

use crate::world::{World, big_fact, fact};

#[tokio::test]
async fn a_fact_is_sent_after_its_transaction_committed_and_its_row_goes() {
    let world = World::start().await;
    let relay = world.relay();
    let told = fact();
    let trace = TraceContext::from_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    let mut tx = world.pool.begin().await.unwrap();
    let pending = Outbox::put(&mut tx, &told, &trace).await.unwrap();
    assert!(world.heard().is_empty());
    tx.commit().await.unwrap();
    relay.outbox.after_commit([pending]);

    let heard = world.until_heard([&told]).await;
    assert_eq!((&heard[0].envelope, &heard[0].trace), (&told, &trace));
    world.until_empty().await;
    relay.stop().await;
}

#[tokio::test]
async fn a_fact_whose_transaction_rolled_back_is_never_sent() {
    let world = World::start().await;
    let relay = world.relay();
    let mut tx = world.pool.begin().await.unwrap();
    let unspoken = fact();
    let _ = Outbox::put(&mut tx, &unspoken, &TraceContext::default()).await.unwrap();
    tx.rollback().await.unwrap();

    let last = fact();
    world.tell(&relay.outbox, &last).await;
    let heard = world.until_heard([&last]).await;
    assert_eq!(heard.len(), 1);
    world.until_empty().await;
    relay.stop().await;
}

#[tokio::test]
async fn what_a_crash_left_behind_is_found_by_the_next_relay() {
    let world = World::start().await;
    let facts: Vec<_> = (0..250).map(|_| fact()).collect();
    world.commit(&facts).await;
    // The one who committed them dies before it sends any, and the lease that it had goes by.
    let relay = world.relay();
    world.until_heard(&facts).await;
    world.until_empty().await;
    relay.stop().await;
}

#[tokio::test]
async fn while_the_server_is_away_facts_wait_and_then_arrive() {
    let servers = Servers::start(Durability::Fast).await.unwrap();
    let world = World::at(servers.addresses()).await;
    let relay = world.relay();
    servers.kill(Server::Nats).await;

    let facts: Vec<_> = (0..20).map(|_| fact()).collect();
    for told in &facts {
        let started = SystemClock.instant();
        world.tell(&relay.outbox, told).await;
        assert!(SystemClock.instant() - started < Duration::from_secs(5), "a commit waited for the server");
    }
    SystemClock.sleep(Duration::from_secs(3)).await;
    assert_eq!(world.waiting().await, 20);
    servers.start_again(Server::Nats).await.unwrap();
    world.until_heard(&facts).await;
    world.until_empty().await;
    relay.stop().await;
}

#[tokio::test]
async fn while_the_database_is_away_the_relay_lives_on() {
    let servers = Servers::start(Durability::Fast).await.unwrap();
    let world = World::at(servers.addresses()).await;
    let relay = world.relay();
    let (before, after) = (fact(), fact());
    world.commit(std::slice::from_ref(&before)).await;
    servers.kill(Server::Postgres).await;
    SystemClock.sleep(Duration::from_secs(2)).await;
    servers.start_again(Server::Postgres).await.unwrap();

    world.tell(&relay.outbox, &after).await;
    world.until_heard([&before, &after]).await;
    world.until_empty().await;
    relay.stop().await;
}

#[tokio::test]
async fn two_relays_on_one_table_lose_nothing_and_empty_it() {
    let world = World::start().await;
    let (one, two) = (world.relay(), world.relay());
    let left: Vec<_> = (0..150).map(|_| fact()).collect();
    world.commit(&left).await;
    let facts: Vec<_> = (0..100).map(|_| fact()).collect();
    for (number, told) in facts.iter().enumerate() {
        world.tell(if number % 2 == 0 { &one.outbox } else { &two.outbox }, told).await;
    }
    let all: Vec<_> = left.into_iter().chain(facts).collect();
    let heard = world.until_heard(&all).await;
    world.until_empty().await;
    // Sent twice at worst, and stored once.
    let ids: BTreeSet<_> = heard.iter().map(|heard| heard.envelope.event_id).collect();
    assert_eq!(heard.len(), ids.len());
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_stop_sends_what_is_queued() {
    let world = World::start().await;
    let relay = world.relay();
    let facts: Vec<_> = (0..500).map(|_| fact()).collect();
    relay.outbox.after_commit(world.commit(&facts).await);
    relay.stop().await;
    assert_eq!(world.waiting().await, 0);
    world.until_heard(&facts).await;
}

#[tokio::test]
async fn a_fact_that_can_never_be_sent_is_set_aside_and_stops_nobody() {
    let world = World::start().await;
    let relay = world.relay();
    let (huge, small) = (big_fact(), fact());
    world.tell(&relay.outbox, &huge).await;
    world.tell(&relay.outbox, &small).await;
    world.until_heard([&small]).await;
    world.until_waiting("SELECT count(*) FROM outbox WHERE due_at = 'infinity'", 1).await;
    assert_eq!(world.waiting().await, 1);
    relay.stop().await;
}

#[tokio::test]
async fn a_fact_that_is_put_twice_while_it_waits_is_one_row() {
    let world = World::start().await;
    let (told, trace) = (fact(), TraceContext::default());
    let mut tx = world.pool.begin().await.unwrap();
    for _ in 0..2 {
        let _ = Outbox::put(&mut tx, &told, &trace).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut again = world.pool.acquire().await.unwrap();
    let _ = Outbox::put(&mut again, &told, &trace).await.unwrap();
    assert_eq!(world.waiting().await, 1);
}
