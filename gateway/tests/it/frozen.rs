//! A database that is there and says nothing any more.

use std::time::Duration;

use rpc::v1::calls_client::CallsClient;
use rpc::v1::{CreateCallRequest, GetCallRequest};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tonic::{Code, Request};
use tonic_types::StatusExt as _;

use crate::world::{CALLEE, PROMPT, World, request, until};

/// Less than clients wait, and far more than the gateway does.
const NO_HANG: Duration = Duration::from_secs(15);

/// The way to a database, which can be frozen: connections are made and stay, and nothing comes through.
struct Way {
    url: String,
    frozen: watch::Sender<bool>,
}

impl Way {
    async fn to(database: &str) -> Self {
        let mut url: url::Url = database.parse().unwrap();
        let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (frozen, watched) = watch::channel(false);
        spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                spawn(pass(from_client, to_server, watched.clone()));
                spawn(pass(from_server, to_client, watched.clone()));
            }
        });
        Self { url: url.into(), frozen }
    }
}

#[expect(clippy::disallowed_methods, reason = "the way ends with the story")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut frozen: watch::Receiver<bool>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if frozen.wait_for(|frozen| !frozen).await.is_err() || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
    // What is not told to the other side is not either when it is over: half of a connection is enough to end it.
    let _ = to.shutdown().await;
}

#[tokio::test]
async fn a_frozen_database_makes_nobody_hang_and_nothing_is_lost_when_it_thaws() {
    let way = Way::to(&stack::testing::database().await).await;
    let world = World::with(&[("DATABASE_URL", &way.url)]).await;
    let call = world.accepted(json!({})).await;
    let path = format!("/api/calls/{call}");
    let mut grpc = CallsClient::connect(world.url("")).await.unwrap();
    let create = CreateCallRequest { prompt: PROMPT.into(), recipient_phone: CALLEE.into(), ..Default::default() };

    way.frozen.send_replace(true);
    let asked = [
        world.post("/api/call-prompt").json(&request(json!({"idempotency_key": "k"}))),
        world.post("/api/call-prompt").json(&request(json!({"dry_run": true}))),
        world.get("/api/calls"),
        world.get(&path),
        world.get(&format!("{path}/events")),
        world.post(&format!("{path}/cancel")),
        world.get("/api/workflows"),
        world.get("/api/do-not-call"),
    ];
    let by_http = futures_util::future::join_all(asked.map(reqwest::RequestBuilder::send));
    let by_grpc = async {
        let created = grpc.clone().create_call(with_key(&world, create.clone())).await.map(drop).unwrap_err();
        let seen = GetCallRequest { call_id: call.to_string() };
        (created, grpc.get_call(with_key(&world, seen)).await.map(drop).unwrap_err())
    };
    let (answers, (created, seen)) =
        tokio::time::timeout(NO_HANG, async { tokio::join!(by_http, by_grpc) }).await.expect("somebody hangs");
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 503, "{}", answer.url());
        assert!(answer.headers().contains_key("retry-after"), "{}", answer.url());
    }
    for status in [created, seen] {
        assert_eq!(status.code(), Code::Unavailable, "{status:?}");
        assert!(status.get_details_retry_info().is_some(), "{status:?}");
    }

    way.frozen.send_replace(false);
    let again = async || {
        let answer = world.ask(json!({"idempotency_key": "k"})).await;
        (answer.status() == 200).then_some(())
    };
    until("calls are accepted again", again).await;
    assert_eq!(world.call(call).await["status"], "queued");
    world.stop().await;
}

fn with_key<T>(world: &World, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {}", world.key).parse().unwrap());
    request
}
