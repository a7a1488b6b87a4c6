use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::net::TcpListener;

use crate::world::{World, problem, request};

/// How many of so many simultaneous requests were accepted.
async fn accepted_of(world: &World, count: usize, replicas: usize) -> usize {
    let asked =
        (0..count).map(|number| world.post_to(number % replicas, "/api/call-prompt").json(&request(json!({}))).send());
    let answers = join_all(asked).await.into_iter().map(Result::unwrap);
    let statuses: Vec<_> = answers.map(|answer| answer.status().as_u16()).collect();
    assert!(statuses.iter().all(|status| matches!(status, 200 | 429)), "{statuses:?}");
    statuses.into_iter().filter(|status| *status == 200).count()
}

#[tokio::test]
async fn sixty_requests_pass_and_the_next_is_told_when_to_come_back() {
    let world = World::start().await;
    assert_eq!(accepted_of(&world, 61, 1).await, 60);
    let answer = world.ask(json!({})).await;
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(answer.headers()["ratelimit"].to_str().unwrap().contains("r=0"));
    problem(answer, 429, "rate_limited").await;
    world.stop().await;
}

#[tokio::test]
async fn replicas_share_the_limit_and_organizations_do_not() {
    let mut world = World::with(&[("RATE_LIMIT", "10")]).await;
    world.add_gateway().await;
    assert_eq!(accepted_of(&world, 20, 2).await, 10);
    (world.org, world.key) = world.organization().await;
    assert_eq!(accepted_of(&world, 20, 2).await, 10);
    world.stop().await;
}

#[tokio::test]
async fn a_replay_is_answered_although_the_limit_is_reached() {
    let world = World::with(&[("RATE_LIMIT", "1")]).await;
    let first = world.accepted(json!({"idempotency_key": "k"})).await;
    problem(world.ask(json!({})).await, 429, "rate_limited").await;
    assert_eq!(world.accepted(json!({"idempotency_key": "k"})).await, first);
    world.stop().await;
}

#[tokio::test]
async fn without_redis_each_replica_keeps_its_share_of_the_limit() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redis = format!("redis://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let world = World::with(&[("REDIS_URL", &redis), ("RATE_LIMIT", "10"), ("REPLICAS", "2")]).await;
    assert_eq!(accepted_of(&world, 8, 1).await, 5);
    world.stop().await;
}

#[tokio::test]
async fn a_redis_that_hangs_holds_nobody_up() {
    // Accepted by the kernel, answered by nobody.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redis = format!("redis://{}", silent.local_addr().unwrap());
    let world = World::with(&[("REDIS_URL", &redis), ("REDIS_PATIENCE", "40ms"), ("RATE_LIMIT", "50")]).await;
    let many = async {
        for _ in 0..50 {
            world.accepted(json!({})).await;
        }
    };
    // With the patience that a request usually has with Redis this would take half a minute.
    tokio::time::timeout(Duration::from_secs(15), many).await.unwrap();
    problem(world.ask(json!({})).await, 429, "rate_limited").await;
    world.stop().await;
}
