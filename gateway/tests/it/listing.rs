//! Lists of calls, as clients page through them.

use proto::CallId;
use serde_json::{Value, json};

use crate::world::{CALLEE, Script, World, problem};

async fn page(world: &World, query: &str) -> Value {
    let answer = world.get(&format!("/api/calls?{query}")).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{query}");
    answer.json().await.unwrap()
}

fn ids(page: &Value) -> Vec<CallId> {
    let calls = page["calls"].as_array().unwrap().iter();
    calls.map(|call| call["call_id"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn calls_are_listed_page_by_page_the_newest_first() {
    let world = World::start().await;
    let mut calls = Vec::new();
    for _ in 0..5 {
        calls.push(world.accepted(json!({})).await);
    }
    calls.reverse();
    let first = page(&world, "limit=2").await;
    assert_eq!(ids(&first), calls[..2]);
    // One that is accepted meanwhile moves nothing.
    world.accepted(json!({})).await;
    let second = page(&world, &format!("limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(ids(&second), calls[2..4]);
    let last = page(&world, &format!("limit=2&cursor={}", second["next_cursor"].as_str().unwrap())).await;
    assert_eq!(ids(&last), calls[4..]);
    assert_eq!(last["next_cursor"], Value::Null);
    world.stop().await;
}

#[tokio::test]
async fn a_list_shows_how_calls_ended_and_only_those_that_are_wanted() {
    let world = World::start().await;
    let open = world.accepted(json!({"recipient_phone": "+14155550102"})).await;
    let ended = world.accepted(json!({})).await;
    let script = Script::new(&world.requested(ended).await.1);
    for fact in [script.planned, script.ended] {
        world.tell(ended, fact).await;
    }
    let call = world.call_when(ended, "the end", |call| call["status"] == "ended").await;
    let everything = page(&world, "").await;
    assert_eq!(ids(&everything), [ended, open]);
    let item = &everything["calls"][0];
    assert_eq!(item["goal"], "reached");
    for member in ["call_id", "workflow_id", "status", "outcome", "goal", "duration_seconds", "created_at", "ended_at"]
    {
        assert_eq!(item[member], call[member], "{member}");
    }
    let (phone, workflow) = (CALLEE.replace('+', "%2B"), call["workflow_id"].as_str().unwrap());
    let created = call["created_at"].as_str().unwrap();
    for (query, wanted) in [
        ("status=ended".to_owned(), vec![ended]),
        ("status=queued".to_owned(), vec![open]),
        ("call_status=success".to_owned(), vec![ended]),
        ("call_status=voicemail".to_owned(), vec![]),
        (format!("recipient_phone={phone}"), vec![ended]),
        (format!("workflow_id={workflow}"), vec![ended]),
        (format!("created_after={created}"), vec![ended]),
        (format!("created_before={created}"), vec![open]),
        (format!("status=queued&recipient_phone={phone}"), vec![]),
    ] {
        assert_eq!(ids(&page(&world, &query).await), wanted, "{query}");
    }
    world.stop().await;
}

#[tokio::test]
async fn another_organization_sees_none_of_it() {
    let world = World::start().await;
    for _ in 0..2 {
        world.accepted(json!({})).await;
    }
    let cursor = page(&world, "limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    let (_, theirs) = world.organization().await;
    let ask = |path: String| world.client().get(world.url(&path)).bearer_auth(&theirs).send();
    let list: Value = ask("/api/calls".to_owned()).await.unwrap().json().await.unwrap();
    assert_eq!(ids(&list), []);
    problem(ask(format!("/api/calls?limit=1&cursor={cursor}")).await.unwrap(), 422, "invalid_request").await;
    world.stop().await;
}

#[tokio::test]
async fn a_query_that_means_nothing_is_refused() {
    let world = World::start().await;
    for query in [
        "status=over",
        "call_status=fine",
        "recipient_phone=5550100",
        "workflow_id=7",
        "created_after=yesterday",
        "limit=0",
        "limit=101",
        "cursor=AAAA",
        "limit=1&limit=2",
    ] {
        let answer = world.get(&format!("/api/calls?{query}")).send().await.unwrap();
        problem(answer, 422, "invalid_request").await;
    }
    world.stop().await;
}
