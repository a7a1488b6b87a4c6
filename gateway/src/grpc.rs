//! `callcow.v1.Calls`: the same operations over gRPC, at the same address. Each request becomes what the HTTP face would
//! have got, so that both faces accept and refuse alike.

mod refusal;

use std::pin::Pin;

use axum::Router;
use axum::http::HeaderMap;
use futures_util::{Stream, StreamExt as _};
use proto::CallId;
use rpc::v1::calls_server::{Calls, CallsServer};
use rpc::v1::{
    Call, CallEvent, CancelCallRequest, CancelCallResponse, CreateCallRequest, CreateCallResponse, GetCallRequest,
    WatchCallRequest,
};
use runtime::face;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use tonic::server::NamedService;
use tonic::{Request, Response, Status};

use crate::api::Api;
use crate::auth::Caller;
use crate::body::BODY_BYTES_MAX;
use crate::calls::accept::Answered;
use crate::calls::feed::{Feed, Next};
use crate::calls::{cancel, create, get};
use crate::keys::scope::Scope;
use crate::limits::{Charged, Kind, Meter};
use crate::problem::Problem;

use self::refusal::status;

/// The service, its health, and what clients ask to learn what is spoken here.
pub async fn router(api: Api) -> Router {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<CallsServer<Face>>().await;
    let calls = CallsServer::new(Face(api)).max_decoding_message_size(BODY_BYTES_MAX);
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(rpc::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    let reflection = reflection.build_v1().expect("the descriptors are those that the services were made from");
    face::grpc_from_zero(&path(&calls));
    Router::new()
        .route_service(&path(&calls), calls)
        .route_service(&path(&health), health)
        .route_service(&path(&reflection), reflection)
}

fn path<S: NamedService>(_service: &S) -> String {
    format!("/{}/{{method}}", S::NAME)
}

struct Face(Api);

#[tonic::async_trait]
impl Calls for Face {
    async fn create_call(&self, request: Request<CreateCallRequest>) -> Result<Response<CreateCallResponse>, Status> {
        let Self(api) = self;
        let caller = caller(api, &request, Scope::Calls).await?;
        let body = body(request.into_inner())?;
        let answered = create::accepted(api, &caller, &HeaderMap::new(), &body).await;
        let (answer, replayed) = match answered.map_err(|error| status(&Problem::from(error)))? {
            Answered::Now(answer) => (answer, false),
            Answered::Before(answer) => (answer, true),
        };
        let answer: Accepted =
            serde_json::from_str(&answer).map_err(|_| Status::internal("an answer is not kept as it was"))?;
        let Accepted { call_id, workflow_id, .. } = answer;
        Ok(Response::new(CreateCallResponse { call_id, workflow_id, replayed }))
    }

    async fn get_call(&self, request: Request<GetCallRequest>) -> Result<Response<Call>, Status> {
        let Self(api) = self;
        let caller = reader(api, &request).await?;
        let call = get::shown(api, &caller, id(&request.get_ref().call_id)).await;
        let call = call.map_err(|error| status(&Problem::from(error)))?;
        let call = serde_json::to_value(call).and_then(serde_json::from_value);
        Ok(Response::new(call.map_err(|_| Status::internal("the call can't be written"))?))
    }

    async fn cancel_call(&self, request: Request<CancelCallRequest>) -> Result<Response<CancelCallResponse>, Status> {
        let Self(api) = self;
        let caller = caller(api, &request, Scope::Calls).await?;
        let asked = request.into_inner().call_id;
        let canceled = cancel::canceled(api, &caller, id(&asked)).await;
        let canceled = canceled.map_err(|error| status(&Problem::from(error)))?;
        Ok(Response::new(CancelCallResponse { call_id: asked, canceled }))
    }

    type WatchCallStream = Pin<Box<dyn Stream<Item = Result<CallEvent, Status>> + Send>>;

    async fn watch_call(&self, request: Request<WatchCallRequest>) -> Result<Response<Self::WatchCallStream>, Status> {
        let Self(api) = self;
        let caller = reader(api, &request).await?;
        let WatchCallRequest { call_id, after } = request.into_inner();
        let feed = Feed::open(api, &caller, id(&call_id), after).await;
        let feed = feed.map_err(|error| status(&Problem::from(error)))?;
        Ok(Response::new(events(feed).boxed()))
    }
}

/// Ends with the call. Otherwise the last item says that the client should come back.
fn events(feed: Feed) -> impl Stream<Item = Result<CallEvent, Status>> {
    futures_util::stream::unfold(Some(feed), |feed| async {
        let mut feed = feed?;
        match feed.next().await {
            Next::Event(row) => {
                let event = CallEvent { place: row.place, event: row.name, data_json: row.data };
                Some((Ok(event), Some(feed)))
            }
            Next::Over => None,
            Next::Elsewhere => Some((Err(Status::unavailable("Watch again, after the last place that came.")), None)),
        }
    })
}

#[derive(serde::Deserialize)]
struct Accepted {
    #[serde(rename = "success")]
    _success: IgnoredAny,
    call_id: String,
    workflow_id: String,
}

async fn caller<T>(api: &Api, request: &Request<T>, scope: Scope) -> Result<Caller, Status> {
    let meter = request.extensions().get::<Meter>().cloned().unwrap_or_default();
    let caller = Caller::of(api, request.metadata().as_ref(), scope, meter).await;
    caller.map_err(|error| status(&Problem::from(error)))
}

async fn reader<T>(api: &Api, request: &Request<T>) -> Result<Caller, Status> {
    let caller = caller(api, request, Scope::Read).await?;
    let charge = caller.charge(api, Kind::Reads, Charged(rand::random())).await;
    charge.map(|_| caller).map_err(|limited| status(&Problem::from(limited)))
}

/// What is not an id is the id of no call.
fn id(text: &str) -> Option<CallId> {
    text.parse().ok()
}

/// The body that the same request has over HTTP.
fn body(request: CreateCallRequest) -> Result<Map<String, Value>, Status> {
    let CreateCallRequest {
        prompt,
        recipient_phone,
        callback_url,
        callback_secret,
        idempotency_key,
        result_schema_json,
        metadata_json,
        from_number,
        language,
        schedule,
        voicemail,
        retry,
        max_duration_seconds,
    } = request;
    let fields = [
        ("prompt", Some(json!(prompt))),
        ("recipient_phone", Some(json!(recipient_phone))),
        ("callback_url", callback_url.map(Value::String)),
        ("callback_secret", callback_secret.map(Value::String)),
        ("idempotency_key", idempotency_key.map(Value::String)),
        ("result_schema", read_json("result_schema_json", result_schema_json)?),
        ("metadata", read_json("metadata_json", metadata_json)?),
        ("from_number", from_number.map(Value::String)),
        ("language", language.map(Value::String)),
        (
            "schedule",
            schedule.map(|it| {
                object([
                    ("earliest_at", it.earliest_at.map(Value::String)),
                    ("latest_at", it.latest_at.map(Value::String)),
                ])
            }),
        ),
        (
            "voicemail",
            voicemail
                .map(|it| object([("action", Some(json!(it.action))), ("message", it.message.map(Value::String))])),
        ),
        (
            "retry",
            retry.map(|it| {
                object([
                    ("max_attempts", it.max_attempts.map(Value::from)),
                    ("on", (!it.on.is_empty()).then(|| json!(it.on))),
                    ("wait_seconds", it.wait_seconds.map(Value::from)),
                ])
            }),
        ),
        ("max_duration_seconds", max_duration_seconds.map(Value::from)),
    ];
    let present = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Ok(present.collect())
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect())
}

fn read_json(name: &str, text: Option<String>) -> Result<Option<Value>, Status> {
    let read = text.map(|text| serde_json::from_str(&text)).transpose();
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Status::invalid_argument(format!("{name} is not JSON, at line {line}, column {column}."))
    })
}
