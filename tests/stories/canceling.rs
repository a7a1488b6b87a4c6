//! Wherever a call stands, its caller can take it back.

use std::time::Duration;

use runtime::{Clock as _, SystemClock};
use serde_json::{Value, json};
use stack::{Service, SystemSettings};

use crate::world::{CALLBACK_SECRET, DINNER, World, until};

/// Takes the call back, and hears how it ended.
async fn taken_back(world: &World, call: &str) -> Value {
    assert_eq!(world.cancel(call).await["canceled"], true);
    let callback = world.next_callback(call).await;
    assert_eq!((&callback["call_status"], &callback["provider_status"]), (&json!("not_picked_up"), &json!("canceled")));
    assert_eq!((&callback["failure"]["who"], &callback["failure"]["code"]), (&json!("caller"), &json!("canceled")));
    assert_eq!(world.cancel(call).await["canceled"], false, "it is over");
    callback
}

#[tokio::test]
async fn a_call_is_taken_back_before_it_is_planned_before_its_time_in_line_and_in_conversation() {
    // People who speak slowly, and an organization that may hold one conversation at a time.
    let settings = SystemSettings { rate: 0.5, ..SystemSettings::for_tests() };
    let world = World::with(settings.with(Service::Dialer, "CONCURRENT_CALLS_MAX", "1")).await;
    let talking = world.ask_for_call(&world.callee("restaurant"), DINNER).await;
    until("somebody to have spoken", || async {
        let call = world.call(&talking).await;
        if call["messages"].as_array().is_some_and(|said| !said.is_empty()) { Ok(()) } else { Err(call) }
    })
    .await;

    let in_line = world.ask_for_call(&world.callee("voicemail"), DINNER).await;
    world.until_status(&in_line, "planning").await;
    assert_eq!(taken_back(&world, &in_line).await["failure"]["rang"], false);

    let scheduled = scheduled(&world, "busy").await;
    world.until_status(&scheduled, "planning").await;
    assert_eq!(taken_back(&world, &scheduled).await["failure"]["rang"], false);

    world.system.stop_one(Service::Planner).await;
    let unplanned = world.ask_for_call(&world.callee("no_answer"), DINNER).await;
    assert_eq!(taken_back(&world, &unplanned).await["failure"]["rang"], false);
    world.system.start_again(Service::Planner).await.unwrap();

    let callback = taken_back(&world, &talking).await;
    assert_eq!(callback["failure"]["rang"], true);
    assert!(!callback["messages"].as_array().unwrap().is_empty(), "what was said is told");
    for nobody in ["voicemail", "busy", "no_answer"] {
        assert_eq!(world.rings(nobody).await, 0, "{nobody}");
    }
}

/// A call for tomorrow.
async fn scheduled(world: &World, name: &str) -> String {
    let tomorrow = SystemClock.now() + Duration::from_hours(24);
    let body = json!({"prompt": DINNER, "recipient_phone": world.callee(name), "callback_url": world.callback_url(),
        "callback_secret": CALLBACK_SECRET, "schedule": {"earliest_at": tomorrow.to_rfc3339()}});
    let (status, answer) = world.say("POST", "/api/call-prompt", Some(&body.to_string())).await;
    assert_eq!(status, 200, "{answer}");
    answer["call_id"].as_str().unwrap().to_owned()
}
