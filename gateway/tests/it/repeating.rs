use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::operating::operator;
use crate::world::{World, problem, request};

#[tokio::test]
async fn two_hundred_simultaneous_requests_with_one_key_make_one_call_and_get_one_answer() {
    let mut world = World::start().await;
    world.add_gateway().await;
    let body = request(json!({"idempotency_key": "dinner-42"}));
    let asked = (0..200).map(|number| world.post_to(number % 2, "/api/call-prompt").json(&body).send());
    let answers: Vec<_> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|answer| answer.status() == 200), "{answers:?}");
    let replayed = answers.iter().filter(|answer| answer.headers().contains_key("idempotent-replayed")).count();
    assert_eq!(replayed, 199);
    let bodies = join_all(answers.into_iter().map(reqwest::Response::text)).await;
    let bodies: BTreeSet<_> = bodies.into_iter().map(Result::unwrap).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");

    let left = world.ask(json!({})).await.headers()["ratelimit"].to_str().unwrap().to_owned();
    assert!(left.contains("r=58"), "the two hundred cost one request: {left}");
    let told = world.told_when("both calls are told", |told| told.len() >= 2).await;
    assert_eq!(told.len(), 2);
    world.stop().await;
}

#[tokio::test]
async fn the_same_request_gets_the_first_answer_for_as_long_as_promised() {
    let mut world = World::start().await;
    let first: Value = world.ask(json!({"idempotency_key": "k"})).await.json().await.unwrap();

    world.stop_gateways().await;
    let redis = redis::Client::open(world.env["REDIS_URL"].as_str()).unwrap();
    let mut redis = redis.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("DEL").arg(format!("callcow:limit:{}", world.org)).exec_async(&mut redis).await.unwrap();
    world.add_gateway().await;
    world.clock.put_forward(Duration::from_mins(4));
    let again = world.post("/api/call-prompt").header("Idempotency-Key", "\"k\"").json(&request(json!({}))).send();
    let again = again.await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert!(again.headers()["ratelimit"].to_str().unwrap().contains("r=60"), "a replay costs nothing");
    assert_eq!(again.json::<Value>().await.unwrap(), first);

    world.clock.put_forward(Duration::from_secs(61));
    let later = world.ask(json!({"idempotency_key": "k"})).await;
    assert!(!later.headers().contains_key("idempotent-replayed"));
    assert_ne!(later.json::<Value>().await.unwrap()["call_id"], first["call_id"]);
    world.stop().await;
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let world = World::start().await;
    world.accepted(json!({"idempotency_key": "k"})).await;
    let other = world.ask(json!({"idempotency_key": "k", "metadata": {"order": 2}})).await;
    problem(other, 422, "idempotency_conflict").await;
    let (_, theirs) = world.organization().await;
    let body = request(json!({"idempotency_key": "k"}));
    let elsewhere = world.client().post(world.url("/api/call-prompt")).bearer_auth(theirs).json(&body).send();
    assert!(!elsewhere.await.unwrap().headers().contains_key("idempotent-replayed"), "keys belong to an organization");
    world.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_against_the_key_of_a_refused_request() {
    let world = World::start().await;
    let vague = world.ask(json!({"idempotency_key": "k", "prompt": "Call them"})).await;
    problem(vague, 422, "vague_prompt").await;
    assert_eq!(world.ask(json!({"idempotency_key": "k"})).await.status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused() {
    let world = World::start().await;
    problem(world.ask(json!({"idempotency_key": 7})).await, 400, "bad_idempotency_key").await;
    let two = world.post("/api/call-prompt").header("Idempotency-Key", "a");
    let two = two.json(&request(json!({"idempotency_key": "b"}))).send().await.unwrap();
    problem(two, 400, "bad_idempotency_key").await;
    world.stop().await;
}

#[tokio::test]
async fn whoever_waits_for_the_first_request_for_too_long_is_told_to_come_back() {
    let world = World::start().await;
    // Somebody who holds the key and does not finish.
    let mut slow = operator(&world).await;
    let org = world.org.uuid();
    slow.execute("BEGIN").await;
    slow.execute(&format!(
        "INSERT INTO idempotency (org_id, idempotency_key, fingerprint, answer, expires_at)
         VALUES ('{org}', 'k', '', '', now() + interval '5 minutes')"
    ))
    .await;
    let answer = world.ask(json!({"idempotency_key": "k"})).await;
    assert_eq!(answer.headers()["retry-after"], "1");
    problem(answer, 409, "idempotency_in_progress").await;
    slow.execute("ROLLBACK").await;
    assert_eq!(world.ask(json!({"idempotency_key": "k"})).await.status(), 200);
    world.stop().await;
}
