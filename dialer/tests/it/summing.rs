//! A language model sums the call up, in words that the call proves or not.

use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use stack::testing;

use crate::brain::{Call, asks_model, completion, counts, good, wants_summary};
use crate::dialers::Dialer;
use crate::world::{Ask, World, is_complete};

/// What the callee reads of a call that a model sums up so. `by_model`: what has to be counted of it. None: it never does.
async fn summed_up(summary: Option<&'static str>, by_model: &str) -> String {
    let servers = testing::Servers::shared().await;
    // Slow enough that a goodbye takes longer than a model on the same machine.
    let network = simulator::Settings { rate: 5.0, ..simulator::Settings::default() };
    let mut world = Box::pin(World::with_network(servers.addresses(), network)).await;
    let answer = async move |Json(body): Json<Value>| match summary {
        Some(summary) if wants_summary(&body) => completion(&json!({"summary": summary}).to_string()),
        None if wants_summary(&body) => std::future::pending().await,
        Some(_) | None => completion(&good(&Call::of(&body))),
    };
    let url = world.serve(Router::new().route("/v1/chat/completions", post(answer))).await;
    asks_model(&mut world, &url);
    let dialer = Dialer::start(&world, "127.0.0.1:0").await;
    let ask = Ask { max_duration: Duration::from_mins(10), ..world.ask("restaurant") };
    let ended = world.call(&ask).await;
    assert!(is_complete(&ended), "{:#?} {:?}", ended.messages, ended.form_fills);
    if !by_model.is_empty() {
        counts(&dialer, "summaries_total", by_model, 1.0).await;
    }
    dialer.ask_to_leave();
    dialer.left().await;
    world.stop().await;
    ended.summary.expose().to_owned()
}

const BY_RULE: &str = "The call to Olive Garden was answered.";

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_the_call_proves_is_told() {
    let summary = "Olive Garden has a table for two on Friday at 7pm for Josh Miller. The confirmation number is 4827.";
    assert_eq!(Box::pin(summed_up(Some(summary), "taken")).await, summary);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_invents_something_is_not_told() {
    let told = Box::pin(summed_up(Some("Mario booked a table on Saturday, with a free dessert."), "figure")).await;
    assert!(told.starts_with(BY_RULE), "{told}");
    assert!(!told.contains("Mario") && !told.contains("Saturday"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_does_not_come_is_not_waited_for() {
    let told = Box::pin(summed_up(None, "")).await;
    assert!(told.starts_with(BY_RULE), "{told}");
}
