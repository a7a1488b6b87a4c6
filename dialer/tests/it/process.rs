//! A dialer that dies, and one that is asked to leave.

use proto::call::Outcome;
use proto::{Kind, Role};
use simulator::Settings;
use stack::testing;

use crate::dialers::{Dialer, Fleet};
use crate::world::{World, is_complete};

const CALLS_FOR_EACH: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_dialer_that_is_killed_in_a_conversation_rings_once_and_ends_once() {
    let world = World::without_dialer().await;
    let dialer = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = world.ask("restaurant");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    let address = dialer.kill();
    let _dialer = Dialer::start(&world, &address.to_string()).await;

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
    let dialer = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = world.ask("no_answer");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallRinging).await;
    let address = dialer.kill();
    let _dialer = Dialer::start(&world, &address.to_string()).await;

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
        let dialer = Dialer::start(&world, "127.0.0.1:0").await;
        let ask = world.ask("busy");
        world.plan(&ask).await;
        tokio::time::sleep(std::time::Duration::from_millis(moment * 8)).await;
        let address = dialer.kill();
        let _dialer = Dialer::start(&world, &address.to_string()).await;

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
    let dialer = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = world.ask("restaurant");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallTurn).await;
    dialer.ask_to_leave();

    let ended = world.ended(&ask).await;
    assert_eq!((ended.outcome, ended.failure), (Outcome::Completed, None));
    dialer.left().await;
    assert_eq!(world.rings(&ask), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_restart_of_three_dialers_under_load_drops_no_call() {
    let servers = testing::Servers::shared().await;
    // Slow enough that a busy machine is not taken for silence.
    let network = Settings { rate: 4.0, ..Settings::default() };
    let mut world = Box::pin(World::with_network(servers.addresses(), network)).await;
    world.set("DRAIN", "60s");
    world.set("CONCURRENT_CALLS_MAX", "100");
    let mut fleet = Fleet::start(&mut world, 3).await;
    let mut asks = Vec::new();
    for index in 0..fleet.dialers.len() {
        // Some ring, some talk and some wait when the first is asked to leave.
        for _ in 0..CALLS_FOR_EACH {
            let ask = world.ask_from("restaurant", asks.len());
            world.plan(&ask).await;
            asks.push(ask);
        }
        world.heard(&asks[asks.len() - 1], Kind::CallTurn).await;
        fleet.replace(&world, index).await;
    }
    for ask in &asks {
        let ended = world.ended(ask).await;
        assert!(is_complete(&ended), "{:?} {:?} {:?}", ended.outcome, ended.failure, ended.form_fills);
        assert_eq!((world.rings_from(ask), world.ends(ask).len()), (1, 1));
    }
    fleet.stop().await;
    world.stop().await;
}
