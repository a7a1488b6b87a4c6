//! When a call is dialed, and dialed again.

use std::num::NonZeroU32;
use std::time::Duration;

use chrono::Timelike;
use hours::Place;
use proto::call::{Blame, Outcome, Rang};
use proto::fact::{CallEnded, Retry, Terms};
use proto::{Fact, Kind, OrgId, Timestamp};
use runtime::{Clock, SystemClock};

use crate::world::{Ask, World};

fn in_seconds(seconds: u64) -> Timestamp {
    SystemClock.now() + Duration::from_secs(seconds)
}

fn retry(attempts_max: u32, wait: Duration) -> Retry {
    let attempts_max = NonZeroU32::new(attempts_max).unwrap();
    Retry { attempts_max, on_no_answer: true, on_busy: false, wait }
}

fn failure(ended: &CallEnded) -> (Blame, &str, Rang) {
    let failure = ended.failure.as_ref().unwrap();
    (failure.who, failure.code.as_str(), failure.rang)
}

/// The numbers of the dials that were told.
fn dials(world: &World, ask: &Ask) -> Vec<u32> {
    let mut facts = world.facts(ask);
    facts.sort_by_key(|envelope| envelope.event_id);
    let numbers = facts.iter().filter_map(|envelope| {
        let Fact::CallDialing(dialing) = &envelope.fact else { return None };
        Some(dialing.attempt)
    });
    numbers.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_for_its_time_whichever_dialer_is_there_then() {
    let mut world = World::start().await;
    let mut ask = world.ask("restaurant");
    let earliest = in_seconds(3);
    ask.terms.earliest_at = Some(earliest);
    world.plan(&ask).await;
    // Whatever is planned later is heard later.
    world.call(&world.ask("busy")).await;
    assert_eq!(world.rings(&ask), 0);
    world.stop_dialers().await;
    world.start_dialer().await;
    assert_eq!(world.ended(&ask).await.outcome, Outcome::Completed);
    assert_eq!(world.rings(&ask), 1);
    let dialed = world.network.calls(ask.route.to.as_e164())[0].history[0].at;
    assert!(dialed >= earliest, "dialed at {dialed}, not before {earliest}");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_in_line_beyond_its_latest_time_is_not_dialed() {
    let mut world = World::without_dialer().await;
    world.set("RING_TIMEOUT", "600s");
    world.start_dialer().await;
    let first = world.ask("no_answer");
    world.plan(&first).await;
    world.heard(&first, Kind::CallRinging).await;
    let mut ask = world.ask("restaurant");
    ask.terms = Terms { latest_at: Some(in_seconds(1)), concurrent_calls_max: NonZeroU32::new(1), ..Terms::default() };
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert_eq!(failure(&ended), (Blame::Policy, "too_late", Rang::No));
    assert_eq!(world.rings(&ask), 0);
    world.cancel(&first).await;
    world.ended(&first).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_waits_for_its_time_is_canceled_at_once() {
    let world = World::start().await;
    let mut ask = world.ask("restaurant");
    ask.deadline = in_seconds(7200);
    ask.terms.earliest_at = Some(in_seconds(3600));
    world.plan(&ask).await;
    world.cancel(&ask).await;
    let ended = world.ended(&ask).await;
    assert_eq!(failure(&ended), (Blame::Caller, "canceled", Rang::No));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_called_at_night() {
    let mut world = World::without_dialer().await;
    let mut ask = world.ask("restaurant");
    let local = Place::of(&ask.route.to).local_times(SystemClock.now()).next().unwrap();
    // Hours of the callee's day that are far from now.
    world.set("CALLING_HOURS_TEST", if local.time.hour() < 12 { "13:00-21:00" } else { "03:00-11:00" });
    world.start_dialer().await;
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert_eq!(failure(&ended), (Blame::Policy, "outside_calling_hours", Rang::No));

    // With a day to wait it is not over; it waits.
    ask = world.ask("restaurant");
    ask.deadline = in_seconds(24 * 3600);
    world.plan(&ask).await;
    let mut late = world.ask("busy");
    late.deadline = in_seconds(60);
    world.call(&late).await;
    assert!(world.ends(&ask).is_empty());
    assert_eq!(world.rings(&ask), 0);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_nobody_answers_rings_as_often_as_was_asked_and_the_call_ends_once() {
    let mut world = World::without_dialer().await;
    world.set("RING_TIMEOUT", "5s");
    world.start_dialer().await;
    let mut ask = world.ask("no_answer");
    ask.terms.retry = Some(retry(3, Duration::from_secs(1)));
    let ended = world.call(&ask).await;
    assert_eq!(ended.outcome, Outcome::NoAnswer);
    assert_eq!(failure(&ended), (Blame::Callee, "no_answer", Rang::Yes));
    assert_eq!(world.rings(&ask), 3);
    assert_eq!(dials(&world, &ask), [1, 2, 3]);
    assert_eq!(world.ends(&ask).len(), 1);
    let mut calls = world.network.calls(ask.route.to.as_e164());
    calls.sort_by_key(|call| call.history[0].at);
    for pair in calls.windows(2) {
        let wait = pair[1].history[0].at - pair[0].history.last().unwrap().at;
        assert!(wait >= chrono::TimeDelta::seconds(1), "only {wait} between two dials");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_asked_for_or_has_no_time_is_not_dialed_again() {
    let mut world = World::without_dialer().await;
    world.set("RING_TIMEOUT", "5s");
    world.start_dialer().await;
    let mut busy = world.ask("busy");
    busy.terms.retry = Some(retry(3, Duration::ZERO));
    assert_eq!(world.call(&busy).await.outcome, Outcome::Busy);
    assert_eq!(world.rings(&busy), 1);

    let mut late = world.ask("no_answer");
    late.terms =
        Terms { latest_at: Some(in_seconds(100)), retry: Some(retry(3, Duration::from_secs(200))), ..Terms::default() };
    assert_eq!(world.call(&late).await.outcome, Outcome::NoAnswer);
    assert_eq!(world.rings(&late), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_canceled_between_two_dials() {
    let mut world = World::without_dialer().await;
    world.set("RING_TIMEOUT", "5s");
    world.start_dialer().await;
    let mut ask = world.ask("no_answer");
    ask.deadline = in_seconds(7200);
    ask.terms.retry = Some(retry(2, Duration::from_hours(1)));
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallRinging).await;
    // The line is free for another call only when the first dial is over.
    let other = Ask { org: OrgId::new(SystemClock.now(), rand::random()), ..world.ask("no_answer") };
    assert_eq!(world.call(&other).await.outcome, Outcome::NoAnswer);
    world.cancel(&ask).await;
    let ended = world.ended(&ask).await;
    assert_eq!(ended.outcome, Outcome::Canceled);
    assert_eq!(failure(&ended), (Blame::Caller, "canceled", Rang::Yes));
    assert_eq!(world.rings(&ask), 2, "one ring for each of the two calls");
    world.stop().await;
}
