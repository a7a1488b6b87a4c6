//! What would become of a request, without a call.

use proto::Fact;
use reqwest::Response;
use serde_json::{Value, json};

use crate::operating::operator;
use crate::world::{CALLEE, OWN_NUMBER, World, problem, request};

async fn rehearsed(world: &World, more: Value) -> Value {
    let mut body = request(more);
    body["dry_run"] = json!(true);
    let answer = world.post("/api/call-prompt").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

async fn refused(world: &World, more: Value) -> Response {
    let mut body = request(more);
    body["dry_run"] = json!(true);
    world.post("/api/call-prompt").json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_rehearsal_shows_the_plan_and_leaves_nothing_behind() {
    let world = World::start().await;
    let shown = rehearsed(&world, json!({"idempotency_key": "k"})).await;
    assert_eq!((&shown["verdict"], &shown["dry_run"]), (&json!("allowed"), &json!(true)));
    assert_eq!(shown["missing"], json!([]));
    assert_eq!(shown["from_phone"], OWN_NUMBER);
    let fields = shown["workflow"]["fields"].as_array().unwrap();
    assert!(!fields.is_empty() && fields.iter().all(|field| field["question"].is_string()), "{shown}");
    assert!(shown["planner"].as_str().unwrap().starts_with("builtin"), "{shown}");
    let times = shown["callee"]["local_times"].as_array().unwrap();
    assert_eq!(times.len(), 1, "{CALLEE} is in one time zone: {shown}");
    assert_eq!(times[0]["zone"], "America/Los_Angeles");

    let kept = operator(&world)
        .await
        .text("SELECT (SELECT count(*) FROM calls) || ' ' || (SELECT count(*) FROM idempotency)")
        .await;
    assert_eq!(kept, "0 0");
    // The same key is free for the call itself.
    let call = world.accepted(json!({"idempotency_key": "k"})).await;
    let told = world.told_when("the call is told", |told| !told.is_empty()).await;
    assert!(told.iter().all(|fact| fact.call_id == call && matches!(fact.fact, Fact::CallRequested(_))));
    world.stop().await;
}

#[tokio::test]
async fn a_rehearsal_takes_what_the_caller_wishes() {
    let world = World::start().await;
    let schema = json!({"type": "object", "properties": {"open_on_sunday": {"type": "boolean"}}});
    let voicemail = json!({"action": "leave_message", "message": "Please call back."});
    let shown = rehearsed(&world, json!({"result_schema": schema, "voicemail": voicemail})).await;
    let fields = shown["workflow"]["fields"].as_array().unwrap();
    let schema_of = |name: &str| &fields.iter().find(|field| field["name"] == name).unwrap()["schema"];
    assert_eq!(*schema_of("open_on_sunday"), json!({"type": "boolean"}));
    let own = fields.iter().filter(|field| field["name"] != "open_on_sunday");
    assert!(own.into_iter().all(|field| field["schema"].is_null()), "{shown}");
    assert_eq!(shown["workflow"]["voicemail_message"], "Please call back.");
    world.stop().await;
}

#[tokio::test]
async fn a_rehearsal_says_why_the_call_would_be_refused() {
    let world = World::start().await;
    let shown = rehearsed(&world, json!({"prompt": "Call them"})).await;
    assert_eq!((&shown["verdict"], &shown["workflow"]), (&json!("vague_prompt"), &Value::Null));
    assert!(shown["missing"][0]["suggested_question"].as_str().unwrap().ends_with('?'), "{shown}");

    let added = world.post("/api/do-not-call").json(&json!({"number": CALLEE})).send().await.unwrap();
    assert_eq!(added.status(), 200);
    let shown = rehearsed(&world, json!({})).await;
    assert_eq!(shown["verdict"], "do_not_call");
    assert!(shown["detail"].as_str().unwrap().contains("Do not call"), "{shown}");

    problem(refused(&world, json!({"recipient_phone": "911"})).await, 422, "number_not_allowed").await;
    problem(refused(&world, json!({"recipient_phone": "+19005550123"})).await, 422, "number_not_allowed").await;
    problem(refused(&world, json!({"from_number": "+14155550177"})).await, 422, "bad_from_number").await;
    problem(refused(&world, json!({"idempotency_key": "k".repeat(256)})).await, 400, "bad_idempotency_key").await;
    let two = world.post("/api/call-prompt").header("idempotency-key", "a");
    let two = two.json(&request(json!({"dry_run": true, "idempotency_key": "b"}))).send().await.unwrap();
    problem(two, 400, "bad_idempotency_key").await;
    let unsure = world.ask(json!({"dry_run": "yes"})).await;
    assert_eq!(problem(unsure, 422, "invalid_request").await["errors"][0]["pointer"], "#/dry_run");
    world.stop().await;
}

#[tokio::test]
async fn a_rehearsal_without_the_planner_is_told_to_come_back() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let planner = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let world = World::with(&[("PLANNER_URL", &planner)]).await;
    let answer = refused(&world, json!({})).await;
    assert!(answer.headers().contains_key("retry-after"));
    problem(answer, 503, "try_again").await;
    // Calls are accepted meanwhile.
    world.accepted(json!({})).await;
    world.stop().await;
}
