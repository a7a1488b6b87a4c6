use gateway::keys::ApiKey;
use proto::Mode;
use serde_json::{Value, json};

use crate::world::{World, problem, request, until};

#[tokio::test]
async fn nobody_gets_in_without_a_key_that_opens() {
    let world = World::start().await;
    let path = world.url("/api/call-prompt");
    let ask = |key: Option<&str>| {
        let request = world.client().post(&path).json(&request(json!({})));
        key.iter().fold(request, reqwest::RequestBuilder::bearer_auth).send()
    };
    let answer = ask(None).await.unwrap();
    assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    problem(answer, 401, "missing_key").await;
    problem(ask(Some("ck_live_typo")).await.unwrap(), 401, "bad_key").await;
    let unknown = ApiKey::generate(Mode::Live, &mut rand::rng());
    problem(ask(Some(unknown.expose())).await.unwrap(), 401, "bad_key").await;

    let made = world.admin(&["key", "create", "--org", &world.org.to_string(), "--mode", "live"]).await.unwrap();
    assert_eq!(ask(Some(&made["key"])).await.unwrap().status(), 200);
    world.admin(&["key", "revoke", "--id", &made["key_id"]]).await.unwrap();
    let refused = until("the revoked key is refused", async || {
        Some(ask(Some(&made["key"])).await.unwrap()).filter(|answer| answer.status() != 200)
    });
    problem(refused.await, 401, "revoked_key").await;
    world.stop().await;
}

#[tokio::test]
async fn a_body_that_can_not_be_read_is_refused_with_what_is_wrong_with_it() {
    let world = World::start().await;
    let post = |body: String, kind: &'static str| {
        world.post("/api/call-prompt").header("content-type", kind).body(body).send()
    };
    let json = "application/json";
    let detail = problem(post("{\"prompt\": ".to_owned(), json).await.unwrap(), 400, "malformed_json").await;
    assert!(detail["detail"].as_str().unwrap().contains("line 1"), "{detail}");
    problem(post("[]".to_owned(), json).await.unwrap(), 400, "malformed_json").await;
    problem(post("prompt=hi".to_owned(), "text/plain").await.unwrap(), 415, "unsupported_media_type").await;
    let large = json!({"prompt": "p".repeat(70_000)}).to_string();
    problem(post(large, json).await.unwrap(), 413, "body_too_large").await;
    let charset = post(request(json!({})).to_string(), "application/json; charset=utf-8").await.unwrap();
    assert_eq!(charset.status(), 200);
    world.stop().await;
}

#[tokio::test]
async fn fields_at_fault_are_named_with_a_pointer() {
    let world = World::start().await;
    let ask = async |more: Value, code: &str| problem(world.ask(more).await, 422, code).await;
    let told = ask(json!({"recipient_phone": "4155550101"}), "bad_phone_number").await;
    assert_eq!(told["errors"][0]["pointer"], "#/recipient_phone");
    ask(json!({"callback_url": "http://agent.example.com/"}), "bad_callback_url").await;
    ask(json!({"callback_url": "https://169.254.169.254/latest"}), "bad_callback_url").await;
    let told = ask(json!({"prompt": null, "metadata": "x"}), "invalid_request").await;
    assert_eq!(told["errors"].as_array().unwrap().len(), 2);
    ask(json!({"prompt": "Call them about it. ".repeat(400)}), "invalid_request").await;
    assert!(world.told().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_vague_prompt_is_refused_with_questions() {
    let world = World::start().await;
    for prompt in ["Make a call", "Book something", "Call them"] {
        let told = problem(world.ask(json!({"prompt": prompt})).await, 422, "vague_prompt").await;
        let missing = told["missing"].as_array().unwrap();
        assert!(!missing.is_empty());
        for question in missing {
            assert!(question["what"].is_string() && question["suggested_question"].is_string(), "{question}");
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn an_organization_without_a_number_can_not_call() {
    let world = World::start().await;
    let org = world.admin(&["org", "create", "--name", "Mute"]).await.unwrap()["org_id"].clone();
    let key = world.admin(&["key", "create", "--org", &org, "--mode", "live"]).await.unwrap()["key"].clone();
    let ask = world.client().post(world.url("/api/call-prompt")).bearer_auth(key).json(&request(json!({})));
    problem(ask.send().await.unwrap(), 403, "no_phone_number").await;
    world.stop().await;
}

#[tokio::test]
async fn what_is_not_there_and_what_is_somebody_elses_look_the_same() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let (_, theirs) = world.organization().await;
    for path in [format!("/api/calls/{call}"), format!("/api/calls/{call}/events")] {
        let answer = world.client().get(world.url(&path)).bearer_auth(&theirs).send().await.unwrap();
        problem(answer, 404, "not_found").await;
    }
    let cancel = world.client().post(world.url(&format!("/api/calls/{call}/cancel"))).bearer_auth(&theirs);
    problem(cancel.send().await.unwrap(), 404, "not_found").await;
    for path in ["/api/calls/not-an-id", "/api/calls/00000000-0000-7000-8000-000000000000", "/nowhere"] {
        problem(world.get(path).send().await.unwrap(), 404, "not_found").await;
    }
    world.stop().await;
}

#[tokio::test]
async fn a_wrong_method_is_told_which_ones_are_right() {
    let world = World::start().await;
    let answer = world.get("/api/call-prompt").send().await.unwrap();
    assert_eq!(answer.headers()["allow"], "POST");
    problem(answer, 405, "method_not_allowed").await;
    world.stop().await;
}

#[tokio::test]
async fn health_needs_no_key() {
    let world = World::start().await;
    for path in ["/live", "/ready", "/metrics"] {
        assert_eq!(world.client().get(world.url(path)).send().await.unwrap().status(), 200, "{path}");
    }
    world.stop().await;
}
