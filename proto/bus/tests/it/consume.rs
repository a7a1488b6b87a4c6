use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bus::{Consumer, Verdict};
use runtime::{Clock as _, SystemClock, TraceContext};

use crate::world::{Ear, World, eventually, plan_failed};

#[tokio::test]
async fn a_fact_is_heard_by_everyone_who_should_and_by_nobody_else() {
    let world = World::start().await;
    let (dialer, gateway, planner) =
        (Ear::new(|_| Verdict::Done), Ear::new(|_| Verdict::Done), Ear::new(|_| Verdict::Done));
    world.hear(Consumer::Dialer, &dialer);
    world.hear(Consumer::Gateway, &gateway);
    world.hear(Consumer::Planner, &planner);

    let fact = plan_failed();
    let trace = TraceContext::from_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    world.bus.publish(&fact, &trace).await.unwrap();

    let heard = dialer.until_heard(1).await;
    assert_eq!(heard[0].0.envelope, fact);
    assert_eq!(heard[0].0.trace.trace_id(), trace.trace_id());
    assert_eq!(heard[0].0.delivery, 1);
    gateway.until_heard(1).await;
    assert!(planner.heard().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_fact_that_is_told_twice_with_one_id_is_heard_once() {
    let world = World::start().await;
    let ear = Ear::new(|_| Verdict::Done);
    let (fact, last) = (plan_failed(), plan_failed());
    for told in [&fact, &fact, &last] {
        world.tell(told).await;
    }
    world.hear(Consumer::Dialer, &ear);
    ear.until_heard(2).await;
    assert_eq!(ear.calls(), [fact.call_id, last.call_id]);
    world.stop().await;
}

#[tokio::test]
async fn a_fact_to_be_tried_again_comes_after_a_growing_delay() {
    let world = World::start().await;
    let ear = Ear::new(|heard| match heard.delivery {
        1..=3 => Verdict::Retry { reason: "the line is busy".to_owned() },
        _ => Verdict::Done,
    });
    world.hear(Consumer::Dialer, &ear);
    world.tell(&plan_failed()).await;

    let heard = ear.until_heard(4).await;
    let deliveries: Vec<_> = heard.iter().map(|(heard, _)| heard.delivery).collect();
    assert_eq!(deliveries, [1, 2, 3, 4]);
    let waits: Vec<_> = heard.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    // The least that chance allows for half a second, three times that, and three times that again.
    for (wait, least) in waits.iter().zip([250, 750, 2_250]) {
        assert!(*wait >= Duration::from_millis(least), "{waits:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_handler_that_outlasts_the_ack_wait_is_not_given_the_fact_twice() {
    let world = World::with(&[("NATS_ACK_WAIT", "400ms")]).await;
    let slow = Ear::shut();
    world.hear(Consumer::Dialer, &slow);
    world.tell(&plan_failed()).await;
    slow.until_heard(1).await;

    SystemClock.sleep(Duration::from_secs(2)).await;
    slow.open();
    world.tell(&plan_failed()).await;
    let heard = slow.until_heard(2).await;
    assert!(heard.iter().all(|(heard, _)| heard.delivery == 1), "{heard:?}");
    assert_ne!(heard[0].0.envelope.event_id, heard[1].0.envelope.event_id);
    world.stop().await;
}

#[tokio::test]
async fn a_handler_whose_database_is_gone_keeps_the_fact_until_it_is_back() {
    let world = World::with(&[("NATS_ACK_WAIT", "400ms")]).await;
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let ear = Ear::new(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
        0..=1 => Verdict::NotNow { reason: "no database".to_owned() },
        _ => Verdict::Done,
    });
    world.hear(Consumer::Dialer, &ear);
    world.tell(&plan_failed()).await;

    let heard = ear.until_heard(3).await;
    assert!(heard.iter().all(|(heard, _)| heard.delivery == 1), "{heard:?}");
    world.stop().await;
}

#[tokio::test]
async fn no_more_is_held_than_there_are_hands() {
    let world = World::start().await;
    let facts: Vec<_> = (0..80).map(|_| plan_failed()).collect();
    for fact in &facts {
        world.tell(fact).await;
    }
    let ear = Ear::shut();
    world.hear(Consumer::Dialer, &ear);
    ear.until_heard(32).await;

    let server = world.jetstream().await;
    let mut consumer: async_nats::jetstream::consumer::PullConsumer =
        server.get_consumer_from_stream("dialer", world.stream()).await.unwrap();
    let info = consumer.info().await.unwrap();
    assert_eq!((info.num_ack_pending, info.num_pending), (32, 48));
    ear.open();
    ear.until_heard(80).await;
    world.stop().await;
}

#[tokio::test]
async fn two_processes_share_what_there_is_to_hear() {
    let (one, ear_one, ear_two) = (World::start().await, Ear::shut(), Ear::shut());
    let two = one.another().await;
    one.hear(Consumer::Dialer, &ear_one);
    two.hear(Consumer::Dialer, &ear_two);
    // More than one of them can hold: the other must take its part.
    let facts: Vec<_> = (0..60).map(|_| plan_failed()).collect();
    for fact in &facts {
        one.tell(fact).await;
    }
    eventually("sixty facts in two pairs of ears", || async {
        ear_one.heard().len() + ear_two.heard().len() == facts.len()
    })
    .await;
    ear_one.open();
    ear_two.open();
    let calls: BTreeSet<_> = ear_one.calls().into_iter().chain(ear_two.calls()).collect();
    assert_eq!(calls, facts.iter().map(|fact| fact.call_id).collect());
    assert!(ear_one.heard().len() >= 28 && ear_two.heard().len() >= 28);
    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_held_and_leaves_the_rest_to_others_at_once() {
    let (one, ear) = (World::start().await, Ear::shut());
    let facts: Vec<_> = (0..100).map(|_| plan_failed()).collect();
    for fact in &facts {
        one.tell(fact).await;
    }
    one.hear(Consumer::Dialer, &ear);
    ear.until_heard(32).await;

    let (two, next) = (one.another().await, Ear::new(|_| Verdict::Done));
    one.request_stop();
    ear.open();
    one.stop().await;
    let finished = ear.calls();
    two.hear(Consumer::Dialer, &next);
    let started = SystemClock.instant();
    next.until_heard(facts.len() - finished.len()).await;
    // Not after the ack wait of those that the first had asked for and not begun.
    assert!(SystemClock.instant() - started < Duration::from_secs(10));

    let all: Vec<_> = finished.into_iter().chain(next.calls()).collect();
    assert_eq!(all.len(), facts.len());
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), facts.iter().map(|fact| fact.call_id).collect());
    two.stop().await;
}

#[tokio::test]
async fn stops_in_a_rush_strand_nothing() {
    let (teller, ear) = (World::start().await, Ear::new(|_| Verdict::Done));
    let facts: Vec<_> = (0..600).map(|_| plan_failed()).collect();
    for rush in facts.chunks(100) {
        let leaving = teller.another().await;
        leaving.hear(Consumer::Dialer, &ear);
        for (told, fact) in rush.iter().enumerate() {
            teller.tell(fact).await;
            if told == 50 {
                leaving.request_stop();
            }
        }
        leaving.stop().await;
    }
    let (staying, next) = (teller.another().await, Ear::new(|_| Verdict::Done));
    staying.hear(Consumer::Dialer, &next);
    let started = SystemClock.instant();
    eventually("every fact heard", || async {
        let calls: BTreeSet<_> = ear.calls().into_iter().chain(next.calls()).collect();
        calls.len() == facts.len()
    })
    .await;
    assert!(SystemClock.instant() - started < Duration::from_secs(10));
    staying.stop().await;
    teller.stop().await;
}
