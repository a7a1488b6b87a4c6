//! A phone rings at most once, whatever is repeated, lost or late. The rows of `DIAL_ONCE.md`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use proto::call::{Outcome, Rang};
use proto::{EventId, Kind};
use runtime::{Clock, SystemClock};

use crate::echo::Echo;
use crate::proxy::{Proxy, Trouble};
use crate::world::{World, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_that_is_told_twice_rings_once() {
    let world = World::start().await;
    let ask = world.ask("restaurant");
    let planned = ask.planned();
    world.tell(&planned).await;
    let again = proto::Envelope { event_id: EventId::new(SystemClock.now(), rand::random()), ..planned };
    world.tell(&again).await;
    assert_eq!(world.ended(&ask).await.outcome, Outcome::Completed);
    world.tell(&proto::Envelope { event_id: EventId::new(SystemClock.now(), rand::random()), ..again }).await;
    world.call(&world.ask("busy")).await;
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(world.ends(&ask).len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_dialers_on_one_database_ring_each_phone_once() {
    let mut world = World::start().await;
    world.start_dialer().await;
    let asks: Vec<_> = (0..20)
        .map(|index| {
            let mut ask = world.ask("busy");
            ask.route.to = format!("+1415555020{}", index % 10).parse().unwrap();
            ask.route.from = format!("+1415555030{}", index / 10).parse().unwrap();
            ask
        })
        .collect();
    for ask in &asks {
        let planned = ask.planned();
        world.tell(&planned).await;
        world.tell(&proto::Envelope { event_id: EventId::new(SystemClock.now(), rand::random()), ..planned }).await;
    }
    for ask in &asks {
        world.ended(ask).await;
        assert_eq!(world.ends(ask).len(), 1);
        // Two calls go to each number.
        until(async || {
            let rings = world.rings(ask);
            if rings == 2 { Ok(()) } else { Err(format!("{rings} rings")) }
        })
        .await;
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_to_the_same_phone_waits_until_the_first_is_over() {
    let world = World::start().await;
    let (first, second) = (world.ask("restaurant"), world.ask("restaurant"));
    world.plan(&first).await;
    world.plan(&second).await;
    assert_eq!(world.ended(&first).await.outcome, Outcome::Completed);
    assert_eq!(world.ended(&second).await.outcome, Outcome::Completed);
    assert_eq!(world.rings(&first), 2);
    let calls = world.network.calls(first.route.to.as_e164());
    let (later, earlier) = (&calls[0], &calls[1]);
    let (began, ended) = (later.history.first().unwrap().at, earlier.history.last().unwrap().at);
    assert!(began >= ended, "the second rang while the first was not over");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_made_good_by_the_first_webhook() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::LoseAnswer).await;
    world.set("SIMULATOR_URL", &proxy.url);
    // No look-up before the story is over.
    world.set("SETTLE", "120s");
    world.start_dialer().await;
    let ask = world.ask("restaurant");
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Completed);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(proxy.created.load(Ordering::SeqCst), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_carrier_would_place_in_an_hour_is_taken_back() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::Queue).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.start_dialer().await;
    let ask = world.ask("restaurant");
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.retryable), ("carrier_queue", true));
    assert_ne!(failure.rang, Rang::Yes);
    until(async || {
        let calls = world.network.calls(ask.route.to.as_e164());
        let last = calls[0].history.last().unwrap().status.as_str();
        if last == "canceled" { Ok(()) } else { Err(last.to_owned()) }
    })
    .await;
    assert_eq!((proxy.created.load(Ordering::SeqCst), world.ends(&ask).len()), (1, 1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_of_a_carrier_that_made_the_call_all_the_same_rings_once() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::CreateAndFail).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.start_dialer().await;
    let ask = world.ask("busy");
    assert_eq!(world.call(&ask).await.outcome, Outcome::Busy);
    assert_eq!((world.rings(&ask), proxy.created.load(Ordering::SeqCst)), (1, 1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_come_before_the_answer_end_the_call_and_the_answer_changes_nothing() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::AnswerLate).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.set("DIAL_TIMEOUT", "20s");
    world.set("LEASE", "60s");
    world.start_dialer().await;
    let ask = world.ask("busy");
    assert_eq!(world.call(&ask).await.outcome, Outcome::Busy);
    // When the second is over, so is the request of the first.
    let again = world.ask("busy");
    world.call(&again).await;
    assert_eq!((world.rings(&ask), proxy.created.load(Ordering::SeqCst)), (2, 2));
    assert_eq!((world.ends(&ask).len(), world.ends(&again).len()), (1, 1));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_come_twice_and_in_another_order_end_the_call_once() {
    let mut world = World::without_dialer().await;
    let echo = Echo::start(&world).await;
    world.set("DIALER_PUBLIC_URL", &echo.url);
    world.start_dialer().await;
    echo.forward_to(world.address());
    let ask = world.ask("no_answer");
    assert_eq!(world.call(&ask).await.outcome, Outcome::NoAnswer);
    until(async || {
        let passed = echo.passed();
        let wanted = ["initiated", "initiated", "no-answer", "no-answer", "ringing", "ringing"];
        if passed == wanted { Ok(()) } else { Err(format!("{passed:?}")) }
    })
    .await;
    world.call(&world.ask("busy")).await;
    assert_eq!((world.rings(&ask), world.ends(&ask).len()), (1, 1));
    assert_eq!(world.kinds(&ask).last(), Some(&Kind::CallEnded));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_with_all_webhooks_is_found_in_the_carriers_list() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::LoseAnswer).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.set("SETTLE", "500ms");
    // Nobody listens there.
    world.set("DIALER_PUBLIC_URL", "http://127.0.0.1:1");
    world.start_dialer().await;
    let ask = world.ask("busy");
    assert_eq!(world.call(&ask).await.outcome, Outcome::Busy);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(proxy.created.load(Ordering::SeqCst), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_the_carrier_swallowed_is_made_again_after_two_look_ups() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::SwallowFirst).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.set("SETTLE", "500ms");
    world.start_dialer().await;
    let ask = world.ask("busy");
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Busy);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(proxy.created.load(Ordering::SeqCst), 2, "the first request never reached the network");
    assert!(proxy.listed.load(Ordering::SeqCst) >= 2);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_asks_for_patience_gets_it_and_the_phone_rings_once() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::ThrottleTwice).await;
    world.set("SIMULATOR_URL", &proxy.url);
    world.start_dialer().await;
    let ask = world.ask("busy");
    assert_eq!(world.call(&ask).await.outcome, Outcome::Busy);
    assert_eq!(world.rings(&ask), 1);
    assert_eq!(proxy.created.load(Ordering::SeqCst), 3);
    let dialing = world.kinds(&ask).iter().filter(|kind| **kind == Kind::CallDialing).count();
    assert_eq!(dialing, 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_carrier_that_can_not_be_reached_is_tried_until_the_deadline() {
    let mut world = World::without_dialer().await;
    let proxy = Proxy::start(&world, Trouble::None).await;
    world.set("SIMULATOR_URL", "http://127.0.0.1:1");
    world.start_dialer().await;
    let mut ask = world.ask("busy");
    ask.deadline = SystemClock.now() + Duration::from_secs(4);
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    let failure = ended.failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.retryable), ("carrier_unreachable", true));
    assert_eq!(proxy.created.load(Ordering::SeqCst), 0);
    assert_eq!(world.rings(&ask), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_webhooks_are_all_lost_is_asked_after() {
    let mut world = World::without_dialer().await;
    // Nobody listens there.
    world.set("DIALER_PUBLIC_URL", "http://127.0.0.1:1");
    world.set("RING_TIMEOUT", "1s");
    world.set("STATUS_MARGIN", "500ms");
    world.start_dialer().await;
    let ask = world.ask("busy");
    assert_eq!(world.call(&ask).await.outcome, Outcome::Busy);
    assert_eq!(world.rings(&ask), 1);
    world.stop().await;
}
