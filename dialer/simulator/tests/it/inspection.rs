//! What the network shows of itself.

use reqwest::StatusCode;
use simulator::{Network, Settings};

use crate::application::Application;
use crate::world::World;

#[tokio::test]
async fn everybody_is_listed_with_what_to_expect_of_her() {
    let world = World::start().await;
    let directory = world.inspect("directory").await;
    let people = directory.as_array().unwrap();
    let expected = |name: &str| {
        let entry = people.iter().find(|entry| entry["name"] == name).unwrap_or_else(|| panic!("{name} is missing"));
        assert!(entry["number"].as_str().unwrap().starts_with("+1415555"));
        assert!(entry["description"].is_string() && entry["who"].is_string());
        (entry["call_status"].as_str().unwrap(), entry["provider_status"].as_str().unwrap())
    };
    for name in ["restaurant", "doctor", "shop", "generic", "hangs_up", "silent", "opts_out", "declines", "interrupts"]
    {
        assert_eq!(expected(name), ("success", "completed"));
    }
    assert_eq!(expected("voicemail"), ("voicemail", "completed"));
    assert_eq!(expected("busy"), ("not_picked_up", "busy"));
    assert_eq!(expected("no_answer"), ("not_picked_up", "no-answer"));
    assert_eq!(expected("bad_number"), ("not_picked_up", "failed"));
}

#[tokio::test]
async fn every_call_shows_its_history_and_what_was_said() {
    let world = World::start().await;
    let sid = world.call("generic", &[]).await;
    let mut talk = world.application.next_talk().await;
    let greeting = talk.words().await;
    talk.end().await;
    world.application.until_over().await;
    world.call("busy", &[]).await;

    let number = world.number("generic");
    let calls = world.inspect(&format!("calls?to={number}")).await;
    let [call] = calls["calls"].as_array().unwrap().as_slice() else { panic!("{calls}") };
    assert_eq!(call["sid"], sid.as_str());
    let history: Vec<_> = call["history"].as_array().unwrap().iter().map(|change| &change["status"]).collect();
    assert_eq!(history, ["queued", "ringing", "in-progress", "completed"]);
    assert_eq!(call["transcript"][0]["who"], "callee");
    assert_eq!(call["transcript"][0]["text"], greeting.as_str());
    assert_eq!(world.inspect(&format!("rings?to={}", number.replace('+', "%2B"))).await["rings"], 1);
    assert_eq!(world.inspect("calls").await["calls"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_conversation() {
    let application = Application::start().await;
    let mut said = Vec::new();
    for _ in 0..2 {
        let world = World::with(application.clone()).await;
        world.call("restaurant", &[]).await;
        let mut talk = application.next_talk().await;
        let mut words = vec![talk.words().await];
        for question in ["Is a table available?", "Is it confirmed?", "Thank you. Goodbye."] {
            words.push(talk.ask(question).await);
        }
        said.push(words);
        world.network.stop().await;
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn a_stopped_network_ends_at_once_whatever_is_going_on() {
    let world = World::start().await;
    world.call("generic", &[]).await;
    world.call("no_answer", &[]).await;
    let mut talk = world.application.next_talk().await;
    talk.words().await;
    world.network.stop().await;
    assert_eq!(talk.next().await, None);
}

#[tokio::test]
async fn a_network_says_that_it_lives() {
    let network = Network::start(Settings::default()).await.unwrap();
    for path in ["/live", "/ready"] {
        let response = reqwest::get(format!("{}{path}", network.url())).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
}
