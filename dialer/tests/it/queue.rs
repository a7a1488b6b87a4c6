//! Whose call is dialed next when not all can be.

use proto::OrgId;
use proto::call::Outcome;
use runtime::{Clock, SystemClock};
use simulator::Record;

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
