//! Keys that make and revoke keys, and what each may do.

use chrono::TimeDelta;
use reqwest::{Method, Response, StatusCode};
use runtime::Clock as _;
use serde_json::{Value, json};

use crate::world::{World, problem, request, until};

async fn made(world: &World, key: &str, asked: Value) -> Response {
    world.client().post(world.url("/api/keys")).bearer_auth(key).json(&asked).send().await.unwrap()
}

/// A key and its id.
async fn made_by(world: &World, key: &str, asked: Value) -> (String, String) {
    let answer = made(world, key, asked).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    (answer["key"].as_str().unwrap().to_owned(), answer["id"].as_str().unwrap().to_owned())
}

async fn listed(world: &World) -> Vec<Value> {
    let answer: Value = world.get("/api/keys").send().await.unwrap().json().await.unwrap();
    answer["keys"].as_array().unwrap().clone()
}

async fn tried(world: &World, key: &str, method: Method, path: &str, body: Option<Value>) -> Response {
    let request = world.client().request(method, world.url(path)).bearer_auth(key);
    body.into_iter().fold(request, |request, body| request.json(&body)).send().await.unwrap()
}

#[tokio::test]
async fn a_key_is_replaced_without_a_moment_in_which_none_opens() {
    let world = World::start().await;
    let (new, new_id) = made_by(&world, &world.key, json!({"name": "the next one"})).await;
    for key in [&world.key, &new] {
        assert_eq!(tried(&world, key, Method::GET, "/api/calls", None).await.status(), 200, "both open");
    }
    let keys = listed(&world).await;
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0]["id"], new_id.as_str());
    assert_eq!(keys[0]["name"], "the next one");
    assert_eq!(keys[0]["ending"], new[new.len() - 4..]);
    assert_eq!(keys[0]["mode"], "test");
    assert_eq!(keys[0]["scopes"], json!(["calls", "read", "manage"]));
    assert_eq!((&keys[0]["current"], &keys[1]["current"]), (&json!(false), &json!(true)));
    assert!(!serde_json::to_string(&keys).unwrap().contains(&new[8..40]), "a list shows a key");

    let old_id = keys[1]["id"].as_str().unwrap();
    let revoked = tried(&world, &new, Method::DELETE, &format!("/api/keys/{old_id}"), None).await;
    assert_eq!(revoked.status(), 204);
    until("the old key is refused", async || {
        let answer = tried(&world, &world.key, Method::GET, "/api/calls", None).await;
        (answer.status() == 401).then_some(())
    })
    .await;
    problem(tried(&world, &world.key, Method::GET, "/api/calls", None).await, 401, "revoked_key").await;
    assert_eq!(tried(&world, &new, Method::GET, "/api/calls", None).await.status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_nothing_else() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let cancel = format!("/api/calls/{call}/cancel");
    let unwanted = json!({"number": "+14155550199"});
    let tries = [
        ("calls", Method::POST, "/api/call-prompt", Some(request(json!({})))),
        ("calls", Method::POST, cancel.as_str(), None),
        ("read", Method::GET, "/api/calls", None),
        ("read", Method::GET, "/api/numbers", None),
        ("read", Method::GET, "/api/keys", None),
        ("manage", Method::POST, "/api/do-not-call", Some(unwanted)),
        ("manage", Method::POST, "/api/keys", Some(json!({}))),
    ];
    for own in ["calls", "read", "manage"] {
        let (key, _) = made_by(&world, &world.key, json!({"scopes": [own]})).await;
        for (scope, method, path, body) in &tries {
            let answer = tried(&world, &key, method.clone(), path, body.clone()).await;
            if *scope == own {
                assert!(answer.status().is_success(), "{own}: {method} {path}");
            } else {
                let told = problem(answer, 403, "scope").await;
                assert!(told["detail"].as_str().unwrap().contains(&format!("\"{scope}\"")), "{told}");
            }
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn a_key_makes_no_key_that_may_do_more() {
    let world = World::start().await;
    let (manager, _) = made_by(&world, &world.key, json!({"scopes": ["manage", "read"]})).await;
    for (asked, pointer) in [
        (json!({"scopes": ["calls"]}), "#/scopes"),
        (json!({"scopes": []}), "#/scopes"),
        (json!({"scopes": ["everything"]}), "#/scopes"),
        (json!({"scopes": "read"}), "#/scopes"),
        (json!({"mode": "live"}), "#/mode"),
        (json!({"mode": "real"}), "#/mode"),
        (json!({"mode": ""}), "#/mode"),
        (json!({"expires_at": ""}), "#/expires_at"),
        (json!({"expires_at": "tomorrow"}), "#/expires_at"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "#/expires_at"),
        (json!({"name": "x".repeat(201)}), "#/name"),
    ] {
        let told = problem(made(&world, &manager, asked.clone()).await, 422, "invalid_request").await;
        assert_eq!(told["errors"][0]["pointer"], pointer, "{asked}");
    }
    // Without a word about them it gets those of its maker, not all.
    let (made, _) = made_by(&world, &manager, json!({})).await;
    problem(tried(&world, &made, Method::POST, "/api/call-prompt", Some(request(json!({})))).await, 403, "scope").await;
    assert_eq!(listed(&world).await.len(), 3);
    world.stop().await;
}

#[tokio::test]
async fn a_key_expires() {
    let world = World::start().await;
    let later = (world.clock.now() + TimeDelta::hours(1)).to_rfc3339();
    let (key, _) = made_by(&world, &world.key, json!({"expires_at": later})).await;
    assert_eq!(tried(&world, &key, Method::GET, "/api/calls", None).await.status(), 200);
    world.clock.put_forward(std::time::Duration::from_hours(1));
    problem(tried(&world, &key, Method::GET, "/api/calls", None).await, 401, "revoked_key").await;
    world.stop().await;
}

#[tokio::test]
async fn the_numbers_of_an_organization_are_those_that_the_operator_gave_it() {
    let world = World::start().await;
    let second = "+442079460000";
    world.admin(&["number", "add", "--org", &world.org.to_string(), "--number", second]).await.unwrap();
    let numbers = until("the second number is known", async || {
        let numbers: Value = world.get("/api/numbers").send().await.unwrap().json().await.unwrap();
        (numbers["numbers"].as_array().unwrap().len() == 2).then_some(numbers)
    })
    .await;
    let own = crate::world::OWN_NUMBER;
    let expected = json!({"numbers": [{"number": own, "default": true}, {"number": second, "default": false}]});
    assert_eq!(numbers, expected);
    world.accepted(json!({"from_number": second})).await;
    let refused = world.ask(json!({"from_number": "+442079460001"})).await;
    problem(refused, 422, "bad_from_number").await;
    world.stop().await;
}
