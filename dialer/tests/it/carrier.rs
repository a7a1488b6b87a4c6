//! The addresses that a carrier asks believe nobody else.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use proto::Kind;
use proto::call::Outcome;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_or_not_ours_is_refused() {
    let world = World::start().await;
    let ask = world.ask("no_answer");
    world.plan(&ask).await;
    world.heard(&ask, Kind::CallRinging).await;
    let url = format!("http://{}/twilio", world.address());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let attempt = uuid::Uuid::from_u128(7);
    let form = [("CallSid", "CA1"), ("CallStatus", "completed")];
    for path in [format!("test/{attempt}/1/00/status"), format!("live/{attempt}/1/00/answer"), "test/x/1/0/amd".into()]
    {
        let answer = client.post(format!("{url}/{path}")).form(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
    }
    world.cancel(&ask).await;
    assert_eq!(world.ended(&ask).await.outcome, Outcome::Canceled);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_address_is_worth_nothing_without_a_signature() {
    let mut world = World::without_dialer().await;
    // Carriers' requests go by a listener that keeps the addresses and forwards nothing.
    let (url, seen) = listener(&world).await;
    world.set("DIALER_PUBLIC_URL", &url);
    world.set("RING_TIMEOUT", "600s");
    world.start_dialer().await;
    let ask = world.ask("no_answer");
    world.plan(&ask).await;
    let path = crate::world::until(async || seen.lock().unwrap().clone().ok_or("no webhook yet".to_owned())).await;

    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let forged = format!("http://{}{path}", world.address());
    let form = [("CallSid", "CA1"), ("CallStatus", "completed")];
    let answer = client.post(&forged).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let answer = client.post(&forged).header("x-twilio-signature", "AAAA").form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(!world.kinds(&ask).contains(&Kind::CallEnded));
    world.stop().await;
}

type Seen = Arc<Mutex<Option<String>>>;

async fn listener(world: &World) -> (String, Seen) {
    let seen = Seen::default();
    let keep = async |State(seen): State<Seen>, request: Request| {
        seen.lock().unwrap().get_or_insert(request.uri().path().to_owned());
        StatusCode::NO_CONTENT
    };
    let url = world.serve(Router::new().fallback(keep).with_state(seen.clone())).await;
    (url, seen)
}
