use std::time::Duration;

use proto::Workflow;
use rpc::v1::planner_client::PlannerClient;
use rpc::v1::{DraftRequest, DraftResponse, draft_response};
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::vendor::Vendor;
use crate::world::{DINNER, World};

/// A model may take far longer than those who ask for a draft wait.
const DEADLINE: Duration = Duration::from_secs(5);

async fn draft(world: &World, prompt: &str) -> Result<DraftResponse, Status> {
    let mut planner = PlannerClient::connect(format!("http://{}", world.app.address())).await.unwrap();
    let mut request = Request::new(DraftRequest { prompt: prompt.to_owned() });
    request.set_timeout(DEADLINE);
    planner.draft(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_draft_is_the_plan_that_a_call_would_get() {
    let world = World::start().await;
    let answer = draft(&world, DINNER).await.unwrap();
    assert_eq!(answer.planner, "builtin/1");
    let Some(draft_response::Result::Workflow(workflow)) = answer.result else { panic!("no workflow") };
    let workflow = Workflow::try_from(workflow).unwrap();
    assert_eq!(workflow, draft::draft(DINNER).unwrap());
    world.app.stop().await.unwrap();
}

#[tokio::test]
async fn a_draft_of_too_little_says_what_to_ask() {
    let world = World::start().await;
    let answer = draft(&world, "Book something").await.unwrap();
    let Some(draft_response::Result::Vague(vague)) = answer.result else { panic!("a workflow of nothing") };
    let what: Vec<_> = vague.missing.iter().map(|missing| missing.what.as_str()).collect();
    assert!(what.contains(&"date and time"), "{what:?}");
    assert!(vague.missing.iter().all(|missing| missing.suggested_question.ends_with('?')));
    let refused = draft(&world, &"please ".repeat(1_000)).await.err().unwrap();
    assert_eq!(refused.code(), Code::InvalidArgument);
    world.app.stop().await.unwrap();
}

#[tokio::test]
async fn who_waits_for_a_draft_has_one_in_time_though_the_model_hangs() {
    let (vendor, url) = Vendor::start(&[(0, "")]).await;
    let settings =
        [("MODEL_API", "openai"), ("MODEL_URL", url.as_str()), ("MODEL_NAME", "test"), ("MODEL_TIMEOUT", "1m")];
    let world = Box::pin(World::start_with(&settings)).await;
    let answer = draft(&world, DINNER).await.expect("an answer before the deadline");
    assert_eq!(answer.planner, "builtin/1, for openai/test (timed_out)");
    assert!(matches!(answer.result, Some(draft_response::Result::Workflow(_))));
    assert_eq!(vendor.asked().len(), 1);
    world.app.stop().await.unwrap();
}

#[tokio::test]
async fn health_is_told_in_both_languages_on_one_port() {
    let world = World::start().await;
    let endpoint = Endpoint::from_shared(format!("http://{}", world.app.address())).unwrap();
    let mut health = HealthClient::new(endpoint.connect().await.unwrap());
    let request = HealthCheckRequest { service: "callcow.v1.Planner".to_owned() };
    let status = health.check(request).await.unwrap().into_inner().status();
    assert_eq!(status, tonic_health::pb::health_check_response::ServingStatus::Serving);
    let client = tokio::net::TcpStream::connect(world.app.address()).await.unwrap();
    let (mut read, mut write) = client.into_split();
    tokio::io::AsyncWriteExt::write_all(&mut write, b"GET /live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut read, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    world.app.stop().await.unwrap();
}
