use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::future::join_all;
use proto::Fact;
use reqwest::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::{Script, World, problem, request, until};

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
    let mut world = World::start().await;
    world.add_gateway().await;
    assert_eq!(accepted_of(&world, 122, 2).await, 60);
    (world.org, world.key) = world.organization().await;
    assert_eq!(accepted_of(&world, 61, 2).await, 60);
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
    let mut world = World::with(&[("REDIS_URL", &redis), ("RATE_LIMIT", "10"), ("REPLICAS", "2")]).await;
    assert_eq!(accepted_of(&world, 8, 1).await, 5);
    world.add_gateway().await;
    assert_eq!(accepted_of(&world, 16, 2).await, 5, "the other one has its share, and together they keep the limit");
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

#[tokio::test]
async fn an_organization_may_have_a_limit_of_its_own_which_every_gateway_hears_of() {
    let world = World::start().await;
    let org = world.org.to_string();
    assert_eq!(limit_told(&world.ask(json!({})).await), "\"default\";q=60;w=60");
    world.admin(&["org", "limit", "--org", &org, "--requests-per-minute", "3", "--calls-at-once", "2"]).await.unwrap();
    until("the new limit holds", async || {
        let answer = world.ask(json!({"idempotency_key": "the same each time"})).await;
        (limit_told(&answer) == "\"default\";q=3;w=60").then_some(())
    })
    .await;
    assert_eq!(accepted_of(&world, 5, 1).await, 1, "two of three were used before");
    let call = world.told_when("a call with its terms", |told| {
        told.iter().any(|told| matches!(&told.fact, Fact::CallRequested(asked) if asked.terms.concurrent_calls_max == NonZeroU32::new(2)))
    });
    call.await;
    world.stop().await;
}

#[tokio::test]
async fn looking_does_not_use_up_what_calls_need_and_has_a_limit_too() {
    let world = World::with(&[("RATE_LIMIT", "2"), ("READS_PER_REQUEST", "3")]).await;
    for left in (0..6).rev() {
        let answer = world.get("/api/calls").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(limit_told(&answer), "\"reads\";q=6;w=60");
        assert!(answer.headers()["ratelimit"].to_str().unwrap().starts_with(&format!("\"reads\";r={left};t=")));
    }
    problem(world.get("/api/calls").send().await.unwrap(), 429, "rate_limited").await;
    assert_eq!(accepted_of(&world, 3, 1).await, 2);
    let changed = world.post("/api/do-not-call").json(&json!({"number": "+14155550199"})).send().await.unwrap();
    problem(changed, 429, "rate_limited").await;
    world.stop().await;
}

#[tokio::test]
async fn a_replay_costs_nothing_even_when_the_first_request_is_long_paid_for() {
    let world = World::with(&[("RATE_LIMIT", "3")]).await;
    let first = world.accepted(json!({"idempotency_key": "k"})).await;
    world.clock.put_forward(Duration::from_secs(61));
    // It has forgotten the first request by then.
    let mut redis =
        redis::Client::open(world.env["REDIS_URL"].as_str()).unwrap().get_multiplexed_async_connection().await.unwrap();
    redis::cmd("DEL").arg(format!("callcow:limit:{}", world.org)).exec_async(&mut redis).await.unwrap();
    for _ in 0..5 {
        let answer = world.ask(json!({"idempotency_key": "k"})).await;
        assert_eq!(answer.headers()["idempotent-replayed"], "true");
        assert!(answer.headers()["ratelimit"].to_str().unwrap().starts_with("\"default\";r=3;"));
        assert_eq!(answer.json::<Value>().await.unwrap()["call_id"], first.to_string());
    }
    assert_eq!(accepted_of(&world, 4, 1).await, 3);
    world.stop().await;
}

#[tokio::test]
async fn an_organization_with_very_many_open_calls_is_asked_to_wait_until_some_have_ended() {
    let world = World::with(&[("OPEN_CALLS_MAX", "3")]).await;
    let first = world.accepted(json!({})).await;
    world.accepted(json!({})).await;
    world.accepted(json!({})).await;
    let refused = world.ask(json!({})).await;
    assert_eq!(refused.headers()["retry-after"], "10");
    problem(refused, 429, "too_many_calls").await;
    let (_, requested) = world.requested(first).await;
    world.tell(first, Script::new(&requested).ended).await;
    until("there is room again", async || (world.ask(json!({})).await.status() == 200).then_some(())).await;
    world.stop().await;
}

fn limit_told(answer: &Response) -> String {
    answer.headers()["ratelimit-policy"].to_str().unwrap().to_owned()
}
