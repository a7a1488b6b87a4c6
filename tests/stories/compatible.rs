//! What clients that were written for the published API see: the same shapes, member by member, after changing the base URL
//! only. Requests are sent byte for byte, as curl and n8n send them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{CALLBACK_SECRET, DINNER, World, until};

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

fn is_uuid(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Digits where the form has zeros, and the same everywhere else.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, form): (u8, u8)| if form == b'0' { byte.is_ascii_digit() } else { byte == form };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

#[tokio::test]
async fn the_guides_first_request_gets_the_answer_and_the_callback_that_it_shows() {
    let world = World::start().await;
    let body = json!({
        "prompt": DINNER,
        "recipient_phone": world.callee("restaurant"),
        "callback_url": world.callback_url(),
        "callback_secret": CALLBACK_SECRET,
        "idempotency_key": "dinner-42",
    });
    let (status, answer) = world.say("POST", "/api/call-prompt", Some(&body.to_string())).await;
    assert_eq!((status, members(&answer)), (200, BTreeSet::from(["success", "workflow_id", "call_id"])));
    assert_eq!(answer["success"], true);
    assert!(is_uuid(&answer["workflow_id"]) && is_uuid(&answer["call_id"]), "{answer}");
    let (_, again) = world.say("POST", "/api/call-prompt", Some(&body.to_string())).await;
    assert_eq!(again, answer, "the same key within five minutes");

    let callback = world.next_callback(answer["call_id"].as_str().unwrap()).await;
    let published = BTreeSet::from([
        "call_id",
        "workflow_id",
        "call_status",
        "provider_status",
        "call_summary",
        "messages",
        "context",
        "form_fills",
        "created_at",
    ]);
    let ours = BTreeSet::from(["failure", "metadata", "duration_seconds", "disclosure", "goal"]);
    assert_eq!(members(&callback), published.union(&ours).copied().collect());
    for name in ["call_id", "workflow_id"] {
        assert_eq!(callback[name], answer[name]);
    }
    assert_eq!((&callback["call_status"], &callback["provider_status"]), (&json!("success"), &json!("completed")));
    assert!(callback["call_summary"].as_str().is_some_and(|summary| !summary.is_empty()));
    assert_eq!(callback["context"], Value::Null);
    assert!(callback["form_fills"].is_array());
    assert!(has_form(callback["created_at"].as_str().unwrap(), "0000-00-00T00:00:00.000Z"), "{callback}");
    for message in callback["messages"].as_array().unwrap() {
        assert!(["assistant", "user"].contains(&message["role"].as_str().unwrap()));
        assert!(message["content"].is_string());
        assert!(members(message).is_subset(&BTreeSet::from(["role", "content", "offset_seconds"])));
    }
}

#[tokio::test]
async fn the_nodes_of_n8n_list_workflows_hook_one_call_with_it_and_unhook() {
    let world = World::start().await;
    let first = world.ask_for_call(&world.callee("restaurant"), DINNER).await;
    let workflow = world.next_callback(&first).await["workflow_id"].clone();

    // The node's drop-down.
    let (status, listed) = world.say("GET", "/api/workflows", None).await;
    assert_eq!((status, members(&listed)), (200, BTreeSet::from(["workflows"])));
    let listed = listed["workflows"].as_array().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(members(&listed[0]), BTreeSet::from(["id", "name"]));
    assert_eq!(listed[0]["id"], workflow);
    assert!(listed[0]["name"].is_string() || listed[0]["name"].is_null());

    // The trigger is activated.
    let hook = json!({"workflow_id": workflow, "webhook_url": world.webhook_url(), "name": "n8n"}).to_string();
    let (status, hooked) = world.say("POST", "/api/webhooks", Some(&hook)).await;
    assert_eq!((status, members(&hooked)), (200, BTreeSet::from(["id"])));
    assert!(is_uuid(&hooked["id"]));

    // The action runs.
    let callee = world.callee("restaurant");
    let call = json!({
        "workflow_id": workflow,
        "recipient_phone": callee,
        "recipient_name": "Jane Doe",
        "recipient_email": "jane@example.com",
        "recipient_context": "A regular guest",
        "idempotency_key": "n8n-1",
    });
    let (status, made) = world.say("POST", "/api/call", Some(&call.to_string())).await;
    assert_eq!((status, &made["success"]), (200, &json!(true)));
    assert!(made["message"].as_str().is_some_and(|message| !message.is_empty()));
    assert_eq!(members(&made), BTreeSet::from(["success", "message", "call_id", "workflow_id"]));

    // The trigger fires.
    let told = until("the webhook to be told", || async {
        world.webhooks_told().into_iter().next().ok_or_else(|| json!("nothing was told"))
    })
    .await;
    let published = BTreeSet::from([
        "call_id",
        "workflow_id",
        "workflow_name",
        "phone_number_from",
        "phone_number_to",
        "call_status",
        "call_summary",
        "messages",
        "context",
        "created_at",
    ]);
    assert!(members(&told).is_superset(&published), "{told}");
    assert_eq!((&told["call_id"], &told["workflow_id"]), (&made["call_id"], &workflow));
    assert_eq!(told["workflow_name"], listed[0]["name"]);
    assert_eq!((&told["phone_number_from"], &told["phone_number_to"]), (&json!("+14155550199"), &json!(callee)));
    assert_eq!(told["call_status"], "success");
    let context: Value = serde_json::from_str(told["context"].as_str().unwrap()).unwrap();
    assert_eq!(members(&context), BTreeSet::from(["name", "email", "number"]));
    assert_eq!(context, json!({"name": "Jane Doe", "email": "jane@example.com", "number": callee}));
    assert!(has_form(told["created_at"].as_str().unwrap(), "0000-00-00T00:00:00.000000"), "without a zone: {told}");

    // The trigger is deactivated: the next call is told to nobody.
    let path = format!("/api/webhooks/{}", hooked["id"].as_str().unwrap());
    let (status, _) = world.say("DELETE", &path, None).await;
    assert_eq!(status, 200);
    let again = json!({"workflow_id": workflow, "recipient_phone": callee, "callback_url": world.callback_url(),
        "callback_secret": CALLBACK_SECRET});
    let (_, made) = world.say("POST", "/api/call", Some(&again.to_string())).await;
    world.next_callback(made["call_id"].as_str().unwrap()).await;
    assert_eq!(world.webhooks_told().len(), 1);
}

#[tokio::test]
async fn a_client_of_the_published_api_sees_the_statuses_that_it_knows() {
    let mut world = World::start().await;
    let unknown = json!({"workflow_id": "0199d4a2-9b58-7cc3-8f5e-0c4ef3e3a1c5", "webhook_url": world.webhook_url()});
    let (status, problem) = world.say("POST", "/api/webhooks", Some(&unknown.to_string())).await;
    assert_eq!((status, &problem["success"]), (404, &json!(false)));
    let (status, problem) = world.say("POST", "/api/call-prompt", Some("{}")).await;
    assert_eq!((status, &problem["success"]), (422, &json!(false)));
    world.key = "ck_live_typo".to_owned();
    for (method, path, body) in
        [("GET", "/api/workflows", None), ("POST", "/api/call", Some("{}")), ("POST", "/api/webhooks", Some("{}"))]
    {
        assert_eq!(world.say(method, path, body).await.0, 401, "{method} {path}");
    }
}
