//! The same calls over gRPC.

use chrono::TimeDelta;
use proto::CallId;
use rpc::v1::calls_client::CallsClient;
use rpc::v1::create_call_request::Schedule;
use rpc::v1::{Call, CancelCallRequest, CreateCallRequest, GetCallRequest, WatchCallRequest};
use runtime::Clock as _;
use serde_json::{Value, json};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_types::StatusExt as _;

use crate::world::{CALLEE, OWN_NUMBER, PROMPT, Script, World, request, until};

async fn channel(world: &World) -> Channel {
    Channel::from_shared(world.url("")).unwrap().connect().await.unwrap()
}

async fn calls(world: &World) -> CallsClient<Channel> {
    CallsClient::new(channel(world).await)
}

fn with_key<T>(world: &World, message: T) -> Request<T> {
    with(&world.key, message)
}

fn with<T>(key: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    request
}

fn asked() -> CreateCallRequest {
    CreateCallRequest { prompt: PROMPT.into(), recipient_phone: CALLEE.into(), ..CreateCallRequest::default() }
}

async fn shown(world: &World, call_id: &str) -> Call {
    let asked = GetCallRequest { call_id: call_id.into() };
    calls(world).await.get_call(with_key(world, asked)).await.unwrap().into_inner()
}

fn refused<T>(answer: Result<T, Status>) -> Status {
    match answer {
        Ok(_) => panic!("it was not refused"),
        Err(status) => status,
    }
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap().reason
}

#[tokio::test]
async fn a_call_is_watched_to_its_end() {
    let world = World::start().await;
    let mut client = calls(&world).await;
    let with_callback = CreateCallRequest { callback_url: Some("https://agent.example.com/calls".into()), ..asked() };
    let created = client.create_call(with_key(&world, with_callback)).await.unwrap();
    assert!(created.metadata().get("ratelimit").unwrap().to_str().unwrap().starts_with("\"default\";r=59"));
    let created = created.into_inner();
    let call: CallId = created.call_id.parse().unwrap();
    assert_eq!(shown(&world, &created.call_id).await.status, "queued");

    let watch = WatchCallRequest { call_id: created.call_id.clone(), after: 0 };
    let mut events = client.watch_call(with_key(&world, watch)).await.unwrap().into_inner();
    let (_, requested) = world.requested(call).await;
    let script = Script::new(&requested);
    let told = [("planned", script.planned), ("dialing", script.dialing), ("ringing", script.ringing)];
    let talk = [("answered", script.answered)].into_iter().chain(script.turns.into_iter().map(|turn| ("turn", turn)));
    let end = [("ended", script.ended), ("callback", script.attempted), ("callback", script.delivered)];
    let mut place = 1;
    assert_eq!(events.message().await.unwrap().unwrap().event, "queued");
    for (name, fact) in told.into_iter().chain(talk).chain(end) {
        world.tell(call, fact).await;
        let event = events.message().await.unwrap().unwrap();
        place += 1;
        let data: Value = serde_json::from_str(&event.data_json).unwrap();
        assert_eq!((event.event.as_str(), event.place), (name, place));
        assert_eq!(data["call_id"], created.call_id.as_str());
    }
    assert!(events.message().await.unwrap().is_none(), "the stream ends with the last callback");

    // Both faces show the same.
    let grpc = shown(&world, &created.call_id).await;
    let http = world.call(call).await;
    assert_eq!((grpc.status.as_str(), http["status"].as_str()), ("ended", Some("ended")));
    assert_eq!((grpc.goal.as_deref(), http["goal"].as_str()), (Some("reached"), Some("reached")));
    assert_eq!(grpc.call_summary.as_deref(), http["call_summary"].as_str());
    assert_eq!(grpc.outcome.unwrap().call_status, http["outcome"]["call_status"].as_str().unwrap());
    assert_eq!(grpc.messages.len(), http["messages"].as_array().unwrap().len());
    assert_eq!(grpc.messages[0].content, http["messages"][0]["content"].as_str().unwrap());
    assert_eq!(grpc.form_fills.len(), http["form_fills"].as_array().unwrap().len());
    assert_eq!(grpc.callback.unwrap().status, http["callback"]["status"].as_str().unwrap());
    assert_eq!(grpc.from_phone, OWN_NUMBER);
    world.stop().await;
}

#[tokio::test]
async fn one_idempotency_key_is_one_call_whichever_way_it_is_asked_for() {
    let world = World::start().await;
    let by_http = world.accepted(json!({"idempotency_key": "k", "metadata": {"table": 4}})).await;
    let again = CreateCallRequest {
        idempotency_key: Some("k".into()),
        metadata_json: Some(json!({"table": 4}).to_string()),
        ..asked()
    };
    let mut client = calls(&world).await;
    let created = client.create_call(with_key(&world, again.clone())).await.unwrap().into_inner();
    assert_eq!((created.call_id, created.replayed), (by_http.to_string(), true));
    let other = CreateCallRequest { metadata_json: Some(json!({"table": 5}).to_string()), ..again };
    let status = refused(client.create_call(with_key(&world, other)).await);
    assert_eq!((status.code(), reason(&status).as_str()), (Code::AlreadyExists, "idempotency_conflict"));
    world.stop().await;
}

#[tokio::test]
async fn every_field_of_the_http_face_can_be_asked_for() {
    let world = World::start().await;
    let day = |days| (world.clock.now() + TimeDelta::days(days)).to_rfc3339();
    let (earliest, latest) = (day(1), day(2));
    let schedule = Schedule { earliest_at: Some(earliest.clone()), latest_at: Some(latest.clone()) };
    let by_grpc = CreateCallRequest {
        result_schema_json: Some(json!({"type": "object", "properties": {"open": {"type": "boolean"}}}).to_string()),
        language: Some("en-GB".into()),
        schedule: Some(schedule),
        voicemail: Some(rpc::v1::create_call_request::Voicemail { action: "hangup".into(), message: None }),
        retry: Some(rpc::v1::create_call_request::Retry {
            max_attempts: Some(2),
            on: vec!["busy".into()],
            wait_seconds: Some(60),
        }),
        max_duration_seconds: Some(120),
        callback_url: Some("https://agent.example.com/calls".into()),
        callback_secret: Some("s3cret".into()),
        from_number: Some(OWN_NUMBER.into()),
        ..asked()
    };
    let created = calls(&world).await.create_call(with_key(&world, by_grpc)).await.unwrap().into_inner();
    let by_http = world
        .accepted(json!({
            "result_schema": {"type": "object", "properties": {"open": {"type": "boolean"}}},
            "language": "en-GB",
            "schedule": {"earliest_at": earliest, "latest_at": latest},
            "voicemail": {"action": "hangup"},
            "retry": {"max_attempts": 2, "on": ["busy"], "wait_seconds": 60},
            "max_duration_seconds": 120,
            "callback_url": "https://agent.example.com/calls",
            "callback_secret": "s3cret",
            "from_number": OWN_NUMBER,
        }))
        .await;
    let (_, grpc) = world.requested(created.call_id.parse().unwrap()).await;
    let (_, http) = world.requested(by_http).await;
    assert_eq!((grpc.terms, grpc.max_duration, grpc.deadline), (http.terms, http.max_duration, http.deadline));
    assert_eq!((grpc.wishes, grpc.callback.unwrap().url), (http.wishes, http.callback.unwrap().url));
    world.stop().await;
}

#[tokio::test]
async fn refusals_say_what_to_do_in_the_words_of_grpc() {
    let world = World::start().await;
    let mut client = calls(&world).await;
    let status = refused(client.create_call(Request::new(asked())).await);
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "missing_key"));

    let wrong =
        CreateCallRequest { recipient_phone: "12345".into(), callback_url: Some("http://10.0.0.1/".into()), ..asked() };
    let status = refused(client.create_call(with_key(&world, wrong)).await);
    assert_eq!(status.code(), Code::InvalidArgument);
    let fields = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<_> = fields.into_iter().map(|violation| violation.field).collect();
    assert_eq!(fields, ["recipient_phone", "callback_url"]);

    let vague = CreateCallRequest { prompt: "Call them".into(), ..asked() };
    let status = refused(client.create_call(with_key(&world, vague)).await);
    assert_eq!(reason(&status), "vague_prompt");
    let missing = &status.get_details_error_info().unwrap().metadata["missing"];
    assert!(missing.contains("suggested_question"), "{missing}");

    let bad = CreateCallRequest { metadata_json: Some("{".into()), ..asked() };
    let status = refused(client.create_call(with_key(&world, bad)).await);
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(status.message().contains("metadata_json"), "{}", status.message());

    let call_id = world.accepted(json!({})).await.to_string();
    let (_, stranger) = world.organization().await;
    for key in [&stranger, &world.key] {
        let id = if key == &world.key { "no id".to_owned() } else { call_id.clone() };
        let get = client.get_call(with(key, GetCallRequest { call_id: id.clone() })).await;
        let cancel = client.cancel_call(with(key, CancelCallRequest { call_id: id.clone() })).await;
        let watch = client.watch_call(with(key, WatchCallRequest { call_id: id, after: 0 })).await;
        let codes = [refused(get), refused(cancel), refused(watch)].map(|status| (status.code(), reason(&status)));
        assert!(codes.iter().all(|told| *told == (Code::NotFound, "not_found".to_owned())), "{codes:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn the_limit_is_one_for_both_ways_and_says_when_to_come_back() {
    let world = World::with(&[("RATE_LIMIT", "2")]).await;
    world.accepted(json!({})).await;
    let mut client = calls(&world).await;
    client.create_call(with_key(&world, asked())).await.unwrap();
    let status = refused(client.create_call(with_key(&world, asked())).await);
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "rate_limited"));
    let wait = status.get_details_retry_info().unwrap().retry_delay.unwrap().as_secs();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(world.ask(json!({})).await.status(), 429);
    world.stop().await;
}

#[tokio::test]
async fn a_call_is_canceled_once() {
    let world = World::start().await;
    let call = world.accepted(json!({})).await;
    let (_, requested) = world.requested(call).await;
    let mut client = calls(&world).await;
    let asked = CancelCallRequest { call_id: call.to_string() };
    for _ in 0..2 {
        let answer = client.cancel_call(with_key(&world, asked.clone())).await.unwrap().into_inner();
        assert!(answer.canceled);
    }
    world.tell(call, Script::new(&requested).ended).await;
    until("the call is over", async || (shown(&world, &asked.call_id).await.status == "ended").then_some(())).await;
    let answer = client.cancel_call(with_key(&world, asked)).await.unwrap().into_inner();
    assert!(!answer.canceled);
    world.stop().await;
}

#[tokio::test]
async fn clients_learn_by_asking_what_is_spoken_here() {
    let world = World::start().await;
    let mut reflection = ServerReflectionClient::new(channel(&world).await);
    let asked =
        |message: MessageRequest| ServerReflectionRequest { host: String::new(), message_request: Some(message) };
    let questions = vec![
        asked(MessageRequest::ListServices(String::new())),
        asked(MessageRequest::FileContainingSymbol("callcow.v1.Calls".into())),
    ];
    let answers = reflection.server_reflection_info(futures_util::stream::iter(questions)).await.unwrap();
    let mut answers = answers.into_inner();
    let mut next = async || answers.message().await.unwrap().unwrap().message_response.unwrap();
    let MessageResponse::ListServicesResponse(services) = next().await else { panic!("another answer") };
    let services: Vec<_> = services.service.into_iter().map(|service| service.name).collect();
    for service in ["callcow.v1.Calls", "grpc.health.v1.Health"] {
        assert!(services.iter().any(|name| name == service), "{services:?}");
    }
    let MessageResponse::FileDescriptorResponse(files) = next().await else { panic!("another answer") };
    let text = String::from_utf8_lossy(&files.file_descriptor_proto[0]).into_owned();
    assert!(text.contains("WatchCall") && text.contains("CreateCallRequest"));

    let mut health = HealthClient::new(channel(&world).await);
    let asked = HealthCheckRequest { service: "callcow.v1.Calls".into() };
    let answer = health.check(asked).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
    assert_eq!(world.client().get(world.url("/api/calls")).bearer_auth(&world.key).send().await.unwrap().status(), 200);
    assert!(world.ask(request(json!({}))).await.status().is_success());
    world.stop().await;
}
