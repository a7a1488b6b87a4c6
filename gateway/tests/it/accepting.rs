use proto::Mode;
use runtime::{SealedSecret, Sealer};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::world::{CALLEE, OWN_NUMBER, PROMPT, World};

#[tokio::test]
async fn a_request_is_answered_as_published_and_told_whole() {
    let world = World::start().await;
    let answer = world
        .ask(json!({
            "callback_url": "https://agent.example.com/calls", "callback_secret": "s3cret",
            "metadata": {"order": 42}, "max_duration_seconds": 120, "a_field_of_tomorrow": true,
        }))
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.headers().contains_key("x-request-id"));
    assert_eq!(answer.headers()["ratelimit-policy"], "\"default\";q=60;w=60");
    assert!(answer.headers()["ratelimit"].to_str().unwrap().starts_with("\"default\";r=59;t="));
    let answer: Value = answer.json().await.unwrap();
    let mut members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["call_id", "success", "workflow_id"]);
    assert_eq!(answer["success"], true);

    let call = answer["call_id"].as_str().unwrap().parse().unwrap();
    let (envelope, requested) = world.requested(call).await;
    assert_eq!(envelope.org_id, world.org);
    assert_eq!(requested.route.mode, Mode::Test);
    assert_eq!(requested.route.from.as_e164(), OWN_NUMBER);
    assert_eq!(requested.route.to.as_e164(), CALLEE);
    assert_eq!(requested.route.workflow_id.to_string(), answer["workflow_id"]);
    assert_eq!(requested.prompt.expose(), PROMPT);
    assert_eq!(requested.metadata.unwrap().expose(), r#"{"order":42}"#);
    assert_eq!(requested.max_duration.as_secs(), 120);
    assert_eq!((requested.deadline - envelope.at).num_seconds(), 3_600);

    let sealer = Sealer::read(&world.env).unwrap();
    let open = |sealed: proto::Sealed| {
        let secret = SealedSecret { key_id: sealed.key_id, nonce: sealed.nonce, ciphertext: sealed.ciphertext };
        sealer.open(&secret, &world.org.to_string()).unwrap().expose_secret().to_owned()
    };
    let callback = requested.callback.unwrap();
    assert_eq!(callback.url.as_str(), "https://agent.example.com/calls");
    assert_eq!(open(callback.bearer.unwrap()), "s3cret");
    assert!(open(requested.signing_secrets[0].clone()).starts_with("whsec_"));
    world.stop().await;
}

#[tokio::test]
async fn a_call_that_was_accepted_can_be_looked_at() {
    let world = World::start().await;
    let call = world.accepted(json!({"metadata": {"order": 42}})).await;
    let seen = world.call(call).await;
    assert_eq!(seen["call_id"], call.to_string());
    assert_eq!(seen["status"], "queued");
    assert_eq!(seen["mode"], "test");
    assert_eq!(seen["recipient_phone"], CALLEE);
    assert_eq!(seen["metadata"], json!({"order": 42}));
    assert_eq!(seen["callback"]["status"], "none");
    assert_eq!(seen["messages"], json!([]));
    for unknown in ["outcome", "failure", "call_summary", "ended_at", "duration_seconds"] {
        assert!(seen[unknown].is_null(), "{unknown}");
    }
    let wanted = world.accepted(json!({"callback_url": "https://agent.example.com/"})).await;
    assert_eq!(world.call(wanted).await["callback"]["status"], "pending");
    world.stop().await;
}

#[tokio::test]
async fn calls_are_accepted_while_nats_is_away_and_told_when_it_is_back() {
    let servers = stack::Servers::start(stack::Durability::Fast).await.unwrap();
    let nats = servers.addresses().nats_url.clone();
    let world = World::with(&[("NATS_URL", &nats)]).await;
    servers.kill(stack::Server::Nats).await;
    let call = world.accepted(json!({})).await;
    assert!(world.told().is_empty());
    servers.start_again(stack::Server::Nats).await.unwrap();
    world.requested(call).await;
    world.stop().await;
    servers.stop().await;
}
