//! Whose call is dialed next when not all can be.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use proto::OrgId;
use proto::call::Outcome;
use runtime::{Clock, SystemClock};
use simulator::Record;

use stack::testing;

use crate::proxy::{Proxy, Trouble};
use crate::world::{Ask, World};

/// Calls to people who talk, each at a number of her own.
fn crowd(world: &World, size: u32) -> Vec<Ask> {
    let call = |index| {
        let mut ask = world.ask("restaurant");
        ask.route.to = format!("+141555502{index:02}").parse().unwrap();
        ask
    };
    (0..size).map(call).collect()
}

fn records(world: &World, asks: &[Ask]) -> Vec<Record> {
    asks.iter().flat_map(|ask| world.network.calls(ask.route.to.as_e164())).collect()
}

/// How many of the calls were on the line at the same time, at most.
fn overlap(calls: &[Record]) -> usize {
    let began = |call: &Record| call.history[0].at;
    let over = |call: &Record| call.history.last().unwrap().at;
    let beside = |call: &Record| calls.iter().filter(|o| began(o) <= began(call) && began(call) < over(o)).count();
    calls.iter().map(beside).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_has_its_share_of_the_line_and_keeps_nobody_else_waiting() {
    let mut world = World::start().await;
    world.start_dialer().await;
    let many = crowd(&world, 50);
    for ask in &many {
        world.plan(ask).await;
    }
    let one = Ask { org: OrgId::new(SystemClock.now(), rand::random()), ..world.ask("restaurant") };
    assert_eq!(world.call(&one).await.outcome, Outcome::Completed);
    for ask in &many {
        assert_eq!(world.ended(ask).await.outcome, Outcome::Completed);
    }
    let calls = records(&world, &many);
    assert_eq!(calls.len(), 50, "each phone is dialed once");
    let most = overlap(&calls);
    assert_eq!(most, 10, "so many were on the line at a time");
    let dialed = records(&world, std::slice::from_ref(&one))[0].history[0].at;
    let later = calls.iter().filter(|call| call.history[0].at > dialed).count();
    assert!(later >= 20, "only {later} of the crowd were dialed after the one who came last");
    world.stop().await;
}

/// From the first dial to the last of twelve calls from one number, over two dialers, at five a second.
async fn time_of_twelve(redis_url: &str, replicas: &str) -> TimeDelta {
    let mut world = World::without_dialer().await;
    world.set("CALLS_PER_SECOND_TEST", "5");
    world.set("REDIS_URL", redis_url);
    world.set("REPLICAS", replicas);
    // A loaded machine takes its time for a round trip.
    world.set("REDIS_PATIENCE", "1s");
    world.start_dialer().await;
    world.start_dialer().await;
    let many = crowd(&world, 12);
    for ask in &many {
        world.plan(ask).await;
    }
    for ask in &many {
        assert_eq!(world.ended(ask).await.outcome, Outcome::Completed);
    }
    let calls = records(&world, &many);
    assert_eq!(calls.len(), 12, "each phone is dialed once");
    world.stop().await;
    let dialed = || calls.iter().map(|call| call.history[0].at);
    dialed().max().unwrap() - dialed().min().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_from_one_number_leave_at_the_pace_of_the_number_over_all_dialers() {
    let took = time_of_twelve(&testing::redis().await, "1").await;
    // Eleven gaps of 200 ms; the first call may have been late, and the last on time.
    assert!(took >= TimeDelta::milliseconds(2000), "{took}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_each_dialer_keeps_its_share_of_the_pace() {
    // Nobody listens there.
    let took = time_of_twelve("redis://127.0.0.1:1", "2").await;
    // At least six of them left from one dialer, 400 ms after each other.
    assert!(took >= TimeDelta::milliseconds(1800), "{took}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_a_carrier_that_is_down_and_none_fails_with_it() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::Fail(7)).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.set("SETTLE", "500ms");
    world.set("CARRIER_FAILURES_MAX", "3");
    world.set("CARRIER_PAUSE", "100ms");
    world.set("CONCURRENT_CALLS_MAX", "3");
    world.start_dialer().await;
    let many = crowd(&world, 12);
    for ask in &many {
        world.plan(ask).await;
    }
    for ask in &many {
        assert_eq!(world.ended(ask).await.outcome, Outcome::Completed);
        assert_eq!(world.rings(ask), 1);
    }
    assert_eq!(proxy.created.load(Ordering::SeqCst), 12 + 7, "what met an error is asked for once more");
    world.stop().await;
}
