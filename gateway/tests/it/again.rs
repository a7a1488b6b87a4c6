//! Calls that follow the workflow of an earlier one, and what a caller may wish for.

use chrono::TimeDelta;
use proto::Fact;
use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{CALLEE, Script, World, problem};

async fn call(world: &World, body: &Value) -> Response {
    world.post("/api/call").json(body).send().await.unwrap()
}

#[tokio::test]
async fn a_workflow_is_followed_again_once_it_is_planned() {
    let world = World::start().await;
    let first = world.accepted(json!({})).await;
    let requested = world.requested(first).await.1;
    let workflow = requested.route.workflow_id;
    let asked = json!({"workflow_id": workflow, "recipient_phone": CALLEE, "recipient_name": "Ann Perry",
        "recipient_context": "a regular guest", "idempotency_key": "again-1", "metadata": {"order": 42},
        "callback_url": "https://agent.example.com/", "callback_secret": "s3cret"});
    let early = call(&world, &asked).await;
    assert_eq!(early.headers()["retry-after"], "1");
    problem(early, 409, "workflow_not_planned").await;

    let script = Script::new(&requested);
    let Fact::CallPlanned(planned) = script.planned.clone() else { panic!("another fact") };
    world.tell(first, script.planned).await;
    world.call_when(first, "the plan", |call| call["status"] == "planning").await;
    let answer = call(&world, &asked).await;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("ratelimit"));
    let body = answer.text().await.unwrap();
    let told: Value = serde_json::from_str(&body).unwrap();
    let id = told["call_id"].as_str().unwrap();
    let expected =
        format!(r#"{{"success":true,"message":"Call initiated.","call_id":"{id}","workflow_id":"{workflow}"}}"#);
    assert_eq!(body, expected, "as published");

    let (_, again) = world.requested(id.parse().unwrap()).await;
    let known = again.workflow.unwrap();
    assert_eq!((&known.workflow, known.planner.as_str()), (&planned.workflow, "builtin/1"));
    assert_eq!((again.route.workflow_id, again.prompt.expose()), (workflow, ""));
    assert_eq!(again.recipient.name.unwrap().expose(), "Ann Perry");
    assert_eq!(again.recipient.context.unwrap().expose(), "a regular guest");
    assert!(again.callback.is_some_and(|callback| callback.bearer.is_some()));

    let repeated = call(&world, &asked).await;
    assert_eq!(repeated.headers()["idempotent-replayed"], "true");
    assert_eq!(repeated.text().await.unwrap(), body);
    let other = world.ask(json!({"idempotency_key": "again-1"})).await;
    problem(other, 422, "idempotency_conflict").await;
    world.stop().await;
}

#[tokio::test]
async fn the_workflow_of_nobody_or_of_somebody_else_is_not_found() {
    let world = World::start().await;
    let first = world.accepted(json!({})).await;
    let requested = world.requested(first).await.1;
    world.tell(first, Script::new(&requested).planned).await;
    world.call_when(first, "the plan", |call| call["status"] == "planning").await;
    let asked = json!({"workflow_id": requested.route.workflow_id, "recipient_phone": CALLEE});
    let (_, stranger) = world.organization().await;
    let theirs = world.client().post(world.url("/api/call")).bearer_auth(stranger).json(&asked).send().await.unwrap();
    problem(theirs, 404, "not_found").await;
    for id in ["nothing", "00000000-0000-7000-8000-000000000000"] {
        problem(call(&world, &json!({"workflow_id": id, "recipient_phone": CALLEE})).await, 404, "not_found").await;
    }
    let wrong = problem(call(&world, &json!({"recipient_phone": "415"})).await, 422, "invalid_request").await;
    let pointers: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["#/workflow_id", "#/recipient_phone"]);
    world.stop().await;
}

#[tokio::test]
async fn what_a_caller_wishes_is_told_with_the_request_and_moves_its_deadline() {
    let world = World::start().await;
    let plain = world.accepted(json!({})).await;
    let (envelope, requested) = world.requested(plain).await;
    let deadline = requested.deadline - envelope.at;

    let more = json!({"from_number": crate::world::OWN_NUMBER, "language": "en-GB",
        "retry": {"max_attempts": 3, "wait_seconds": 600},
        "result_schema": {"type": "object", "properties": {"price": {"type": "number"}}}});
    let (envelope, requested) = world.requested(world.accepted(more).await).await;
    assert_eq!(requested.wishes.language.as_deref(), Some("en-GB"));
    assert!(requested.wishes.result_schema.is_some_and(|schema| schema.expose().contains("price")));
    assert_eq!(requested.deadline - envelope.at, deadline + TimeDelta::minutes(20));

    let latest = envelope.at + TimeDelta::days(1);
    let more = json!({"schedule": {"latest_at": latest.to_rfc3339()}, "retry": {"max_attempts": 5}});
    let (_, requested) = world.requested(world.accepted(more).await).await;
    assert_eq!((requested.terms.latest_at, requested.deadline), (Some(latest), latest + deadline));
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_accepted() {
    let world = World::start().await;
    let wrong = problem(world.ask(json!({"from_number": "+14155550198"})).await, 422, "bad_from_number").await;
    assert_eq!(wrong["errors"][0]["pointer"], "#/from_number");
    problem(world.ask(json!({"language": "fr-FR"})).await, 422, "language_not_supported").await;
    let many: serde_json::Map<_, _> = (0..32).map(|at| (format!("f{at}"), json!({"type": "string"}))).collect();
    let more = json!({"result_schema": {"type": "object", "properties": many}});
    problem(world.ask(more).await, 422, "bad_result_schema").await;
    assert!(world.told().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_prompt_in_another_language_is_accepted_where_a_model_reads_it() {
    let german = json!({"prompt": "Ruf bitte den Zahnarzt an und mach einen Termin für Montag"});
    let world = World::start().await;
    problem(world.ask(german.clone()).await, 422, "language_not_supported").await;
    world.stop().await;

    let world = World::with(&[("PROMPTS_IN_ANY_LANGUAGE", "true"), ("PLANNER_URL", "http://127.0.0.1:9")]).await;
    let (_, requested) = world.requested(world.accepted(german.clone()).await).await;
    assert_eq!(requested.prompt.expose(), german["prompt"]);
    // All else is asked for as before.
    problem(world.ask(json!({"prompt": "Call them"})).await, 422, "vague_prompt").await;
    world.stop().await;
}
