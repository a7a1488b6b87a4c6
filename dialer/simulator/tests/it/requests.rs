use reqwest::{StatusCode, header};
use serde_json::Value;

use crate::world::{OWN, World};

async fn refused(world: &World, fields: &[(&str, &str)]) -> (u16, u64) {
    let response = world.post("Calls.json", fields).await;
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status);
    assert!(body["message"].is_string());
    let code = body["code"].as_u64().unwrap();
    assert!(body["more_info"].as_str().unwrap().ends_with(&code.to_string()));
    (status, code)
}

#[tokio::test]
async fn a_request_for_a_call_must_be_complete_and_right() {
    let world = World::start().await;
    let (to, url) = (world.number("generic"), world.application.url("/answer"));
    let refused_number = world.number("refused");
    assert_eq!(refused(&world, &[("From", OWN), ("Url", &url)]).await, (400, 21201));
    assert_eq!(refused(&world, &[("To", &to), ("Url", &url)]).await, (400, 21213));
    assert_eq!(refused(&world, &[("To", &to), ("From", OWN)]).await, (400, 21205));
    assert_eq!(refused(&world, &[("To", "soon"), ("From", OWN), ("Url", &url)]).await, (400, 21211));
    assert_eq!(refused(&world, &[("To", &refused_number), ("From", OWN), ("Url", &url)]).await, (400, 21211));
    let event = ("StatusCallbackEvent", "exploded");
    let fields = [("To", to.as_str()), ("From", OWN), ("Url", &url), ("StatusCallback", &url), event];
    assert_eq!(refused(&world, &fields).await, (400, 21626));
    assert_eq!(world.inspect("rings").await["calls"], 0, "a call was made all the same");
}

#[tokio::test]
async fn only_the_account_itself_is_let_in() {
    let world = World::start().await;
    let url = world.path("Calls.json");
    for request in [world.http.get(&url), world.http.get(&url).basic_auth("AC1", Some("guess"))] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
        assert_eq!(response.json::<Value>().await.unwrap()["code"], 20003);
    }
}

#[tokio::test]
async fn an_accepted_call_can_be_looked_up_listed_and_recognised() {
    let world = World::start().await;
    let sid = world.call("busy", &[]).await;
    let other = world.call("no_answer", &[]).await;
    world.until_status(&sid, "busy").await;

    let call = world.get(&format!("Calls/{sid}.json")).await;
    assert_eq!(call["to"], world.number("busy"));
    assert_eq!(call["from"], OWN);
    assert_eq!(call["direction"], "outbound-api");
    assert_eq!(call["queue_time"], "0");
    assert!(call["date_created"].as_str().unwrap().ends_with("+0000"));

    let listed = world.get(&format!("Calls.json?To={}&From={}", encoded(&world.number("busy")), encoded(OWN))).await;
    assert_eq!(listed["calls"].as_array().unwrap().len(), 1);
    assert_eq!(listed["calls"][0]["sid"], sid.as_str());
    let busy = world.get("Calls.json?Status=busy&StartTime%3E=2020-01-01").await;
    assert_eq!(busy["calls"].as_array().unwrap().len(), 1);
    assert!(world.get("Calls.json?StartTime%3C=2020-01-01").await["calls"].as_array().unwrap().is_empty());

    let first = world.get("Calls.json?PageSize=1").await;
    assert_eq!(first["calls"][0]["sid"], other.as_str(), "the newest comes first");
    let next = first["next_page_uri"].as_str().unwrap();
    let next = world.get(next.rsplit('/').next().unwrap()).await;
    assert_eq!(next["calls"][0]["sid"], sid.as_str());
    assert!(next["next_page_uri"].is_null());

    let events = world.get(&format!("Calls/{sid}/Events.json")).await;
    let made = &events["events"][0]["request"]["parameters"];
    assert_eq!(made["status_callback"], world.application.url("/status"));
    assert_eq!(made["to"], world.number("busy"));
    assert_eq!(made["status_callback_event"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_call_that_does_not_exist_is_not_found() {
    let world = World::start().await;
    let response = world.post("Calls/CA00.json", &[("Status", "completed")]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

fn encoded(number: &str) -> String {
    number.replace('+', "%2B")
}
