//! A walk over the whole contract: what belongs to one organization is not there for another.

use reqwest::{Method, Response};
use serde_json::{Map, Value, json};

use crate::world::{World, problem};

/// The methods that an address may have in the contract.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

#[tokio::test]
async fn another_organizations_things_are_not_there() {
    let world = World::start().await;
    let (_, theirs) = world.organization().await;
    let contract: Value = world.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    let mut walked = 0;
    for (template, item) in contract["paths"].as_object().unwrap() {
        for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
            let Some(path) = path_to_a_thing(&world, template).await else { continue };
            let answer = ask(&world, method, &path, &item[method], &theirs).await;
            assert_eq!(answer.status(), 404, "{method} {template} with another organization's key");
            problem(answer, 404, "not_found").await;
            let own = ask(&world, method, &path, &item[method], &world.key).await;
            assert_ne!(own.status(), 404, "{method} {template} with the owner's key: nothing was there to find");
            walked += 1;
        }
    }
    assert!(walked >= 5, "only {walked} operations name a thing");
    world.stop().await;
}

async fn ask(world: &World, method: &str, path: &str, operation: &Value, key: &str) -> Response {
    let method: Method = method.to_uppercase().parse().unwrap();
    let request = world.client().request(method, world.url(path)).bearer_auth(key);
    let request = if operation.get("requestBody").is_some() { request.json(&Map::new()) } else { request };
    request.send().await.unwrap()
}

/// The address of a thing that the world's organization has. None: the address names no thing. A new kind of thing is
/// made here.
async fn path_to_a_thing(world: &World, template: &str) -> Option<String> {
    let (_, rest) = template.split_once('{')?;
    let (name, _) = rest.split_once('}').unwrap();
    let id = match name {
        "call_id" => world.accepted(json!({})).await.to_string(),
        "webhook_id" => webhook(world).await,
        "number" => unwanted_number(world).await,
        "key_id" => another_key(world).await,
        other => panic!("the walk does not know how to make a thing that {other} names"),
    };
    Some(template.replace(&format!("{{{name}}}"), &id))
}

async fn unwanted_number(world: &World) -> String {
    let number = "+442079460958";
    let added = world.post("/api/do-not-call").json(&json!({"number": number})).send().await.unwrap();
    assert!(added.status().is_success());
    number.replace('+', "%2B")
}

async fn another_key(world: &World) -> String {
    let made: Value = world.post("/api/keys").json(&json!({})).send().await.unwrap().json().await.unwrap();
    made["id"].as_str().unwrap().to_owned()
}

async fn webhook(world: &World) -> String {
    let call = world.accepted(json!({})).await;
    let workflow = world.call(call).await["workflow_id"].clone();
    let asked = json!({"workflow_id": workflow, "webhook_url": "https://agent.example.com/calls"});
    let answer: Value = world.post("/api/webhooks").json(&asked).send().await.unwrap().json().await.unwrap();
    answer["id"].as_str().unwrap().to_owned()
}
