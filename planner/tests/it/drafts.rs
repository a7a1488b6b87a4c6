use proto::Workflow;
use rpc::v1::planner_client::PlannerClient;
use rpc::v1::{DraftRequest, DraftResponse, draft_response};
use tonic::transport::Endpoint;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::world::{DINNER, World};

async fn draft(world: &World, prompt: &str) -> Result<DraftResponse, Status> {
    let mut planner = PlannerClient::connect(format!("http://{}", world.app.address())).await.unwrap();
    let request = DraftRequest { prompt: prompt.to_owned() };
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
