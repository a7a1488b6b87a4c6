//! Clients that are slow or greedy, and a database that is.

use std::net::SocketAddr;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{World, problem, request, until};

/// Says something to the gateway over TCP, and hears what it answers until it hangs up.
async fn say(world: &World, words: &str) -> String {
    let address: SocketAddr = world.url("").trim_start_matches("http://").parse().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await.unwrap();
    String::from_utf8(heard).unwrap()
}

fn told(answer: &str, status: u16, code: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let lower = head.to_ascii_lowercase();
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(lower.contains("content-type: application/problem+json"), "{answer}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["code"], code);
}

#[tokio::test]
async fn a_body_that_stops_arriving_is_told_so() {
    let world = World::with(&[("BODY_WAIT", "100ms")]).await;
    let head = format!(
        "POST /api/call-prompt HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"prompt\": ",
        world.key
    );
    told(&say(&world, &head).await, 408, "body_too_slow");
    world.stop().await;
}

#[tokio::test]
async fn a_head_that_stops_arriving_is_hung_up_on_and_a_long_one_is_refused() {
    let world = World::with(&[("HEADER_WAIT", "100ms")]).await;
    let cut = say(&world, "GET /api/calls/1 HTTP/1.1\r\nhost: he").await;
    assert!(cut.is_empty() || cut.starts_with("HTTP/1.1 408"), "{cut}");
    let many = "x: 1\r\n".repeat(150);
    let answer = say(&world, &format!("GET /live HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{many}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "the limit is that of the API");
    let request = format!("GET /api/calls/1 HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{many}\r\n");
    told(&say(&world, &request).await, 431, "headers_too_large");
    world.stop().await;
}

#[tokio::test]
async fn http_2_is_spoken_without_an_upgrade() {
    let world = World::start().await;
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let answer = client.get(world.url("/nowhere")).send().await.unwrap();
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    problem(answer, 404, "not_found").await;
    world.stop().await;
}

/// Makes every statement that touches calls wait until it is dropped.
async fn stopped_database(world: &World) -> PgConnection {
    let mut connection = PgConnection::connect(&world.env["DATABASE_URL"]).await.unwrap();
    sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
    sqlx::query("LOCK TABLE gateway.calls IN ACCESS EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
    connection
}

fn call(world: &World) -> RequestBuilder {
    world.post("/api/call-prompt").json(&request(json!({})))
}

#[tokio::test]
async fn a_request_that_hangs_is_told_that_its_outcome_is_not_known() {
    let world = World::with(&[("REQUEST_DEADLINE", "200ms")]).await;
    let stopped = stopped_database(&world).await;
    let answer = call(&world).send().await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "1");
    problem(answer, 503, "outcome_unknown").await;
    drop(stopped);
    world.stop().await;
}

#[tokio::test]
async fn beside_a_slow_database_requests_are_refused_at_once_rather_than_left_to_wait() {
    let world = World::with(&[("REQUESTS_MAX", "2")]).await;
    let stopped = stopped_database(&world).await;
    let waiting = async { tokio::join!(call(&world).send(), call(&world).send()) };
    let refused = async {
        let look = async || {
            let answer = world.get("/nowhere").send().await.unwrap();
            (answer.status() == 503).then_some(answer)
        };
        let answer = until("a request is refused", look).await;
        assert_eq!(answer.headers()["retry-after"], "1");
        problem(answer, 503, "try_again").await;
        stopped.close().await.unwrap();
    };
    let ((first, second), ()) = tokio::join!(waiting, refused);
    for answer in [first, second] {
        assert_eq!(answer.unwrap().status(), 200, "they only had to wait");
    }
    assert_eq!(world.get("/nowhere").send().await.unwrap().status(), 404);
    world.stop().await;
}

#[tokio::test]
async fn a_request_under_way_is_answered_although_the_gateway_stops() {
    let mut world = World::start().await;
    let stopped = stopped_database(&world).await;
    let request = call(&world);
    let (answer, ()) = tokio::join!(request.send(), async {
        let probe = world.url("/live");
        let client = world.client().clone();
        let mut look = PgConnection::connect(&world.env["DATABASE_URL"]).await.unwrap();
        while sqlx::query("SELECT FROM pg_locks WHERE NOT granted").fetch_all(&mut look).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let stopping = world.stop_gateways();
        let gone = async {
            until("nobody listens", async || client.get(&probe).send().await.is_err().then_some(())).await;
            stopped.close().await.unwrap();
        };
        tokio::join!(stopping, gone);
    });
    assert_eq!(answer.unwrap().status(), 200);
    world.stop().await;
}
