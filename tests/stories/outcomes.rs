//! One story for each row of the published table of outcomes.

use serde_json::Value;

use crate::world::{DINNER, World};

fn told(callback: &Value) -> (&str, &str) {
    (callback["call_status"].as_str().unwrap(), callback["provider_status"].as_str().unwrap())
}

#[tokio::test]
async fn a_person_who_answers_is_told_who_calls_and_every_filled_field_has_her_words() {
    let world = World::start().await;
    let call = world.ask_for_call(&world.callee("restaurant"), DINNER).await;
    let callback = world.next_callback(&call).await;
    assert_eq!(told(&callback), ("success", "completed"));
    assert_eq!(world.rings("restaurant").await, 1);

    let messages = callback["messages"].as_array().unwrap();
    let first = messages.iter().find(|message| message["role"] == "assistant").unwrap();
    assert!(first["content"].as_str().unwrap().contains("AI assistant"), "the call does not open with the disclosure");
    let disclosed = usize::try_from(callback["disclosure"]["message_index"].as_u64().unwrap()).unwrap();
    assert_eq!(&messages[disclosed], first);

    let fills = callback["form_fills"].as_array().unwrap();
    let answered: Vec<_> = fills.iter().filter(|fill| fill["verdict"] == "answered").collect();
    assert!(!answered.is_empty(), "nothing was answered: {fills:?}");
    for fill in answered {
        let index = usize::try_from(fill["message_index"].as_u64().unwrap()).unwrap();
        let said = &messages[index];
        assert_eq!(said["role"], "user");
        assert!(said["content"].as_str().unwrap().contains(fill["quote"].as_str().unwrap()), "{fill} is not in {said}");
    }
}

#[tokio::test]
async fn a_busy_line_is_reported_as_busy() {
    let world = World::start().await;
    let callback = world.result_of("busy").await;
    assert_eq!(told(&callback), ("not_picked_up", "busy"));
    assert_eq!(callback["failure"]["who"], "callee");
    assert_eq!(callback["failure"]["retryable"], true);
}

#[tokio::test]
async fn a_phone_that_nobody_picks_up_is_reported_as_no_answer() {
    let world = World::start().await;
    let callback = world.result_of("no_answer").await;
    assert_eq!(told(&callback), ("not_picked_up", "no-answer"));
    assert_eq!(callback["failure"]["rang"], true);
    assert_eq!(world.rings("no_answer").await, 1);
}

#[tokio::test]
async fn a_number_that_does_not_exist_is_reported_as_failed() {
    let world = World::start().await;
    let callback = world.result_of("bad_number").await;
    assert_eq!(told(&callback), ("not_picked_up", "failed"));
    assert_eq!(callback["failure"]["code"], "invalid_number");
    assert_eq!(callback["failure"]["rang"], false);
    assert_eq!(callback["failure"]["retryable"], false);
}

#[tokio::test]
async fn a_call_that_is_canceled_while_it_rings_is_reported_as_canceled() {
    let world = World::start().await;
    let call = world.ask_for_call(&world.callee("no_answer"), DINNER).await;
    world.until_status(&call, "ringing").await;
    assert_eq!(world.cancel(&call).await["canceled"], true);
    let callback = world.next_callback(&call).await;
    assert_eq!(told(&callback), ("not_picked_up", "canceled"));
    assert_eq!(world.cancel(&call).await["canceled"], false);
}

#[tokio::test]
async fn a_machine_that_answers_is_reported_as_voicemail() {
    let world = World::start().await;
    let callback = world.result_of("voicemail").await;
    assert_eq!(told(&callback), ("voicemail", "completed"));
}

#[tokio::test]
async fn a_callee_who_hangs_up_is_reported_with_what_was_heard() {
    let world = World::start().await;
    let callback = world.result_of("hangs_up").await;
    assert_eq!(told(&callback), ("success", "completed"));
    let unanswered = |fill: &Value| fill["verdict"] != "answered" && fill["value"].is_null();
    assert!(callback["form_fills"].as_array().unwrap().iter().any(unanswered));
}

#[tokio::test]
async fn silence_ends_the_call_and_fills_nothing() {
    let world = World::start().await;
    let callback = world.result_of("silent").await;
    let fills = callback["form_fills"].as_array().unwrap();
    assert!(fills.iter().all(|fill| fill["value"].is_null()), "{fills:?}");
    assert!(callback["messages"].as_array().unwrap().iter().all(|message| message["role"] == "assistant"));
}

#[tokio::test]
async fn whoever_asks_not_to_be_called_is_never_called_again() {
    let world = World::start().await;
    let callback = world.result_of("opts_out").await;
    assert_eq!(told(&callback), ("success", "completed"));
    let refused = world.result_of("opts_out").await;
    assert_eq!(told(&refused), ("not_picked_up", "failed"));
    assert_eq!(refused["failure"]["who"], "policy");
    assert_eq!(refused["failure"]["code"], "do_not_call");
    assert_eq!(world.rings("opts_out").await, 1);
}

#[tokio::test]
async fn what_a_call_was_for_is_reached_or_denied_or_open_wherever_it_is_shown() {
    let world = World::start().await;
    let fates = [
        ("restaurant", "reached"),
        ("changes_mind", "denied"),
        ("declines", "open"),
        ("hangs_up", "open"),
        ("voicemail", "open"),
        ("busy", "open"),
    ];
    let mut calls = Vec::new();
    for (callee, _) in fates {
        calls.push(world.ask_for_call(&world.callee(callee), DINNER).await);
    }
    for ((callee, goal), call) in fates.into_iter().zip(&calls) {
        let callback = world.next_callback(call).await;
        assert_eq!(callback["goal"], goal, "{callee}: {}", callback["form_fills"]);
        world.until_status(call, "ended").await;
        assert_eq!(world.call(call).await["goal"], goal, "{callee}");
    }
    for listed in world.calls("status=ended").await {
        let place = calls.iter().position(|call| listed["call_id"] == *call).unwrap();
        assert_eq!(listed["goal"], fates[place].1, "{}", fates[place].0);
    }
}

#[tokio::test]
async fn whatever_goes_wrong_at_the_carrier_the_phone_rings_once_and_the_conversation_comes_to_its_end() {
    let world = World::start().await;
    let faults = ["lost_answer", "server_error", "throttles", "slow_answer", "unruly_webhooks", "drops_socket"];
    let mut calls = Vec::new();
    for fault in faults {
        calls.push(world.ask_for_call(&world.callee(fault), DINNER).await);
    }
    for (fault, call) in faults.iter().zip(&calls) {
        let callback = world.next_callback(call).await;
        assert_eq!(told(&callback), ("success", "completed"), "{fault}: {}", callback["failure"]);
        let fills = callback["form_fills"].as_array().unwrap();
        assert!(fills.iter().any(|fill| fill["verdict"] == "answered"), "{fault}: {fills:?}");
        assert_eq!(world.rings(fault).await, 1, "{fault}");
        let messages = callback["messages"].to_string();
        assert_eq!(messages.contains("we were cut off"), *fault == "drops_socket", "{fault}: {messages}");
    }
}
