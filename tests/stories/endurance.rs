//! What a call survives: impatient clients, killed services, a broker that is gone.

use std::time::Duration;

use futures_util::future::join_all;
use stack::{Server, Service};

use crate::world::{DINNER, World};

#[tokio::test]
async fn fifty_requests_with_one_idempotency_key_ring_once_and_get_one_answer() {
    let world = World::start().await;
    let callee = world.callee("restaurant");
    let requests = (0..50).map(|_| world.post_call(&callee, DINNER, Some("dinner-1")));
    let answers = join_all(requests).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body, answers[0].body);
    }
    let call = answers[0].call_id();
    world.next_callback(&call).await;
    assert_eq!(world.rings("restaurant").await, 1);
    assert_eq!(world.callbacks_of(&call), 1);
}

/// Kills the service while the callee and the agent are talking, and starts it again.
async fn a_call_survives_the_death_of(service: Service) {
    let world = World::start_slowly().await;
    let call = world.ask_for_call(&world.callee("restaurant"), DINNER).await;
    world.until_status(&call, "in_progress").await;
    world.system.kill(service).await;
    world.system.start_again(service).await.unwrap();
    let callback = world.next_callback(&call).await;
    if service == Service::Dialer {
        assert!(callback["call_status"].is_string());
    } else {
        assert_eq!(callback["call_status"], "success", "{callback}");
    }
    world.until_callback_is(&call, "delivered").await;
    assert_eq!(world.rings("restaurant").await, 1);
    assert_eq!(world.distinct_webhook_ids(&call), 1);
}

#[tokio::test]
async fn a_call_survives_the_death_of_the_gateway() {
    a_call_survives_the_death_of(Service::Gateway).await;
}

#[tokio::test]
async fn a_call_survives_the_death_of_the_planner() {
    a_call_survives_the_death_of(Service::Planner).await;
}

#[tokio::test]
async fn a_call_survives_the_death_of_the_dialer() {
    a_call_survives_the_death_of(Service::Dialer).await;
}

#[tokio::test]
async fn a_call_survives_the_death_of_the_notifier() {
    a_call_survives_the_death_of(Service::Notifier).await;
}

#[tokio::test]
async fn accepts_go_on_while_nats_is_gone_and_nothing_is_lost() {
    const CALLS: usize = 10;
    /// As long as the promise says.
    const GONE: Duration = Duration::from_secs(10);
    let world = World::start_with_own_servers().await;
    let callee = world.callee("busy");
    world.system.stop_server(Server::Nats).await;
    let back = tokio::time::sleep(GONE);
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        calls.push(world.ask_for_call(&callee, DINNER).await);
        tokio::time::sleep(GONE / 12).await;
    }
    back.await;
    world.system.start_server(Server::Nats).await.unwrap();
    for call in &calls {
        let callback = world.next_callback(call).await;
        assert_eq!(callback["provider_status"], "busy");
    }
    assert_eq!(world.rings("busy").await, CALLS);
}
