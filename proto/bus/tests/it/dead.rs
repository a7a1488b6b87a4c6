use std::time::Duration;

use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::PullConsumer;
use bus::{Consumer, Verdict};
use futures_util::StreamExt as _;
use proto::{Kind, wire};

use crate::world::{Ear, Grave, World, eventually, plan_failed};

#[tokio::test]
async fn poison_becomes_a_dead_letter_at_once() {
    let (world, grave) = (World::start().await, Grave::new());
    let ear = Ear::new(|_| Verdict::Poison { reason: "nonsense\nin two lines".to_owned() });
    world.hear(Consumer::Dialer, &ear);
    world.bury(&grave);
    let fact = plan_failed();
    world.tell(&fact).await;

    let letters = grave.until_buried(1).await;
    let letter = &letters[0];
    assert_eq!((letter.consumer.as_str(), letter.deliveries), ("dialer", 1));
    assert_eq!(letter.reason, "nonsense in two lines");
    assert_eq!(letter.kind, Some(Kind::CallPlanFailed));
    assert_eq!((letter.event_id, letter.call_id), (Some(fact.event_id), Some(fact.call_id)));
    assert_eq!(wire::decode(&letter.payload).unwrap(), fact);
    nothing_waits(&world, "dialer").await;
    assert_eq!(ear.heard().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_message_that_is_not_a_fact_is_a_dead_letter_that_stops_nobody() {
    let (world, grave, ear) = (World::start().await, Grave::new(), Ear::new(|_| Verdict::Done));
    let subject = format!("{}.call.plan_failed", world.prefix());
    world.jetstream().await.publish(subject, "moo".into()).await.unwrap().await.unwrap();
    let fact = plan_failed();
    world.tell(&fact).await;
    world.hear(Consumer::Dialer, &ear);
    world.bury(&grave);

    let letters = grave.until_buried(1).await;
    assert!(letters[0].reason.starts_with("not decodable"), "{letters:?}");
    assert_eq!((&letters[0].payload[..], letters[0].event_id), (&b"moo"[..], None));
    assert_eq!(ear.until_heard(1).await[0].0.envelope, fact);
    world.stop().await;
}

#[tokio::test]
async fn the_fifth_failure_is_the_last() {
    let (world, grave) = (World::start().await, Grave::new());
    let ear = Ear::new(|heard| Verdict::RetryAfter {
        after: Duration::from_millis(10),
        reason: format!("failure {}", heard.delivery),
    });
    world.hear(Consumer::Dialer, &ear);
    world.bury(&grave);
    world.tell(&plan_failed()).await;

    let letters = grave.until_buried(1).await;
    assert_eq!((letters[0].deliveries, letters[0].reason.as_str()), (5, "failure 5"));
    nothing_waits(&world, "dialer").await;
    assert_eq!(ear.heard().len(), 5);
    world.stop().await;
}

#[tokio::test]
async fn a_handler_that_panics_harms_only_its_message() {
    let (world, grave) = (World::start().await, Grave::new());
    let bad = plan_failed();
    let bad_call = bad.call_id;
    let ear = Ear::new(move |heard| {
        assert_ne!(heard.envelope.call_id, bad_call, "a bug");
        Verdict::Done
    });
    world.hear(Consumer::Dialer, &ear);
    world.bury(&grave);
    let good = plan_failed();
    world.tell(&bad).await;
    world.tell(&good).await;
    ear.until_heard(1).await;
    let letters = grave.until_buried(1).await;
    assert_eq!(letters[0].call_id, Some(bad_call));
    assert_eq!(letters[0].reason, "the handler panicked");
    assert_eq!(ear.calls(), [good.call_id]);
    world.stop().await;
}

#[tokio::test]
async fn what_the_server_gives_up_is_a_dead_letter_too() {
    let (world, grave) = (World::start().await, Grave::new());
    let fact = plan_failed();
    world.tell(&fact).await;
    // A process that dies of the message each time, before it can say a word.
    let server = world.jetstream().await;
    let consumer: PullConsumer = server.get_consumer_from_stream("dialer", world.stream()).await.unwrap();
    for _ in 0..10 {
        let mut batch = consumer.batch().max_messages(1).expires(Duration::from_secs(5)).messages().await.unwrap();
        batch.next().await.unwrap().unwrap().ack_with(AckKind::Nak(None)).await.unwrap();
    }
    let ear = Ear::new(|_| Verdict::Done);
    world.hear(Consumer::Dialer, &ear);
    world.bury(&grave);

    let letters = grave.until_buried(1).await;
    assert_eq!((letters[0].consumer.as_str(), letters[0].deliveries), ("dialer", 10));
    assert_eq!(letters[0].reason, "the server gave up delivering it");
    assert_eq!((letters[0].kind, letters[0].call_id), (Some(Kind::CallPlanFailed), Some(fact.call_id)));
    assert_eq!(wire::decode(&letters[0].payload).unwrap(), fact);
    assert!(ear.heard().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_message_that_kills_its_process_is_buried_before_it_kills_the_sixth() {
    let (world, grave) = (World::start().await, Grave::new());
    world.tell(&plan_failed()).await;
    let server = world.jetstream().await;
    let consumer: PullConsumer = server.get_consumer_from_stream("dialer", world.stream()).await.unwrap();
    for _ in 0..5 {
        let mut batch = consumer.batch().max_messages(1).expires(Duration::from_secs(5)).messages().await.unwrap();
        batch.next().await.unwrap().unwrap().ack_with(AckKind::Nak(None)).await.unwrap();
    }
    let ear = Ear::new(|_| Verdict::Done);
    world.hear(Consumer::Dialer, &ear);
    world.bury(&grave);
    assert_eq!(grave.until_buried(1).await[0].reason, "no verdict was ever spoken");
    assert!(ear.heard().is_empty());
    world.stop().await;
}

async fn nothing_waits(world: &World, durable: &str) {
    let server = world.jetstream().await;
    eventually("a consumer with nothing to do", || async {
        let mut consumer: PullConsumer = server.get_consumer_from_stream(durable, world.stream()).await.unwrap();
        let info = consumer.info().await.unwrap();
        info.num_ack_pending == 0 && info.num_pending == 0
    })
    .await;
}
