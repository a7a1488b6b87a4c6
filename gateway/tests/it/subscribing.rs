//! Workflows, and the receivers that are told of every call of one.

use proto::{CallId, Fact, WebhookId, WorkflowId};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::world::{Script, World, problem};

const URL: &str = "https://agent.example.com/calls";

async fn register(world: &World, more: Value) -> Response {
    world.post("/api/webhooks").json(&more).send().await.unwrap()
}

async fn registered(world: &World, workflow: WorkflowId, url: &str) -> WebhookId {
    let answer = register(world, json!({"workflow_id": workflow, "webhook_url": url})).await;
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().parse().unwrap()
}

async fn delete(world: &World, id: &str, key: &str) -> Response {
    let url = world.url(&format!("/api/webhooks/{id}"));
    world.client().request(Method::DELETE, url).bearer_auth(key).send().await.unwrap()
}

async fn list(world: &World, path: &str) -> Value {
    let answer = world.get(path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

/// A call whose workflow is made.
async fn planned(world: &World) -> (CallId, WorkflowId) {
    let call = world.accepted(json!({})).await;
    let requested = world.requested(call).await.1;
    world.tell(call, Script::new(&requested).planned).await;
    world.call_when(call, "the plan", |call| call["status"] == "planning").await;
    (call, requested.route.workflow_id)
}

#[tokio::test]
async fn a_webhook_is_told_to_the_notifier_with_the_call_of_its_workflow() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let workflow = world.requested(call).await.1.route.workflow_id;
    let answer = register(&world, json!({"workflow_id": workflow, "webhook_url": URL, "name": "n8n"})).await;
    assert!(answer.headers().contains_key("ratelimit"));
    let body = answer.text().await.unwrap();
    let id: WebhookId = serde_json::from_str::<Value>(&body).unwrap()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(body, format!("{{\"id\":\"{id}\"}}"), "as published");

    let of_webhook = |kind: &'static str| move |fact: &Fact| fact.kind().subject() == kind;
    let created = world.notified_when(call, "the webhook is told", of_webhook("webhook.created")).await;
    let Fact::WebhookCreated(created) = created else { panic!("another fact") };
    assert_eq!((created.webhook_id, created.workflow_id, created.url.as_str()), (id, workflow, URL));

    let listed = list(&world, "/api/webhooks").await;
    let item = &listed["webhooks"][0];
    assert_eq!((&item["id"], &item["name"], &item["webhook_url"]), (&json!(id), &json!("n8n"), &json!(URL)));

    let answer = delete(&world, &id.to_string(), &world.key).await;
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({"success": true}));
    let deleted = world.notified_when(call, "the end is told", of_webhook("webhook.deleted")).await;
    let Fact::WebhookDeleted(deleted) = deleted else { panic!("another fact") };
    assert_eq!((deleted.webhook_id, deleted.workflow_id), (id, workflow));
    problem(delete(&world, &id.to_string(), &world.key).await, 404, "not_found").await;
    assert_eq!(list(&world, "/api/webhooks").await, json!({"webhooks": []}));
    world.stop().await;
}

#[tokio::test]
async fn one_url_is_one_webhook_of_a_workflow_and_ten_are_the_most() {
    let world = World::start().await;
    let (_, workflow) = planned(&world).await;
    let (_, other) = planned(&world).await;
    let first = registered(&world, workflow, URL).await;
    assert_eq!(registered(&world, workflow, URL).await, first);
    assert_ne!(registered(&world, other, URL).await, first);
    for number in 2..=10 {
        registered(&world, workflow, &format!("{URL}/{number}")).await;
    }
    let full = register(&world, json!({"workflow_id": workflow, "webhook_url": format!("{URL}/11")})).await;
    problem(full, 409, "too_many_webhooks").await;
    assert_eq!(registered(&world, workflow, URL).await, first, "there is room for what is there");
    let count = |listed: &Value| listed["webhooks"].as_array().unwrap().len();
    assert_eq!(count(&list(&world, &format!("/api/webhooks?workflow_id={workflow}")).await), 10);
    assert_eq!(count(&list(&world, "/api/webhooks").await), 11);
    assert_eq!(count(&list(&world, "/api/webhooks?workflow_id=mine").await), 0);
    world.stop().await;
}

#[tokio::test]
async fn what_is_unknown_or_somebody_elses_is_not_found_and_what_is_wrong_is_named() {
    let world = World::start().await;
    let (_, workflow) = planned(&world).await;
    let (_, stranger) = world.organization().await;
    let asked = json!({"workflow_id": workflow, "webhook_url": URL});
    let theirs = world.client().post(world.url("/api/webhooks")).bearer_auth(&stranger).json(&asked);
    problem(theirs.send().await.unwrap(), 404, "not_found").await;
    for id in [json!("nothing"), json!("00000000-0000-7000-8000-000000000000")] {
        problem(register(&world, json!({"workflow_id": id, "webhook_url": URL})).await, 404, "not_found").await;
    }
    let wrong = register(&world, json!({"webhook_url": "http://10.0.0.1/", "name": "x".repeat(201)})).await;
    let wrong = problem(wrong, 422, "invalid_request").await;
    let pointers: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["#/workflow_id", "#/webhook_url", "#/name"]);

    let id = registered(&world, workflow, URL).await.to_string();
    problem(delete(&world, &id, &stranger).await, 404, "not_found").await;
    problem(delete(&world, "nothing", &world.key).await, 404, "not_found").await;
    assert_eq!(delete(&world, &id, &world.key).await.status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn workflows_are_listed_newest_first_and_in_pages_for_those_who_ask() {
    let world = World::start().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, planned(&world).await.1.to_string());
    }
    let body = world.get("/api/workflows").send().await.unwrap().text().await.unwrap();
    let name = serde_json::from_str::<Value>(&body).unwrap()["workflows"][0]["name"].clone();
    let items: Vec<_> = made.iter().map(|id| format!("{{\"id\":\"{id}\",\"name\":{name}}}")).collect();
    assert_eq!(body, format!("{{\"workflows\":[{}]}}", items.join(",")), "as published");

    let page = list(&world, "/api/workflows?limit=2").await;
    let ids = |page: &Value| {
        let items = page["workflows"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&page), made[..2]);
    let rest = list(&world, &format!("/api/workflows?cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((ids(&rest), &rest["next_cursor"]), (made[2..].to_vec(), &Value::Null));
    for query in [
        "limit=0",
        "limit=1001",
        "limit=many",
        "cursor=x",
        "limit=1&limit=2",
        "cursor=00000000-0000-7000-8000-000000000000",
    ] {
        let answer = world.get(&format!("/api/workflows?{query}")).send().await.unwrap();
        problem(answer, 422, "invalid_request").await;
    }
    let (_, stranger) = world.organization().await;
    let theirs = world.client().get(world.url("/api/workflows")).bearer_auth(&stranger).send().await.unwrap();
    assert_eq!(theirs.text().await.unwrap(), r#"{"workflows":[]}"#);
    world.stop().await;
}
