//! Takes spans over OTLP/gRPC, as Tempo does, and keeps them as OTLP's JSON.

use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message as _;
use serde_json::{Value, json};
use tonic::{Request, Response, Status};

use crate::world::spawn;

#[derive(Clone, Default)]
pub(super) struct Backend(Arc<Mutex<Vec<ResourceSpans>>>);

#[tonic::async_trait]
impl TraceService for Backend {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.lock().unwrap().extend(request.into_inner().resource_spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Backend {
    pub(super) async fn start() -> (Self, SocketAddr) {
        let backend = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = TraceServiceServer::new(backend.clone());
        let incoming = tonic::transport::server::TcpIncoming::from(listener);
        let server = tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming);
        spawn(async move { server.await.unwrap() });
        (backend, address)
    }

    /// Takes them over HTTP as well, packed, as collectors pass them on.
    pub(super) async fn over_http(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/v1/traces", post(unpack)).with_state(self.clone());
        spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// The spans that were exported and are wanted, as a document of OTLP: grouped by the service that told them.
    pub(super) fn told(&self, wanted: impl Fn(&Span) -> bool) -> Value {
        let told = self.0.lock().unwrap();
        let told = told.iter().filter_map(|resource| {
            let spans = resource.scope_spans.iter().flat_map(|scope| &scope.spans).filter(|span| wanted(span));
            let spans: Vec<_> = spans.map(span).collect();
            let attributes = resource.resource.iter().flat_map(|resource| &resource.attributes);
            let resource = json!({"attributes": attributes.map(attribute).collect::<Vec<_>>()});
            (!spans.is_empty()).then(|| json!({"resource": resource, "scopeSpans": [{"spans": spans}]}))
        });
        json!({"resourceSpans": told.collect::<Vec<_>>()})
    }

    pub(super) fn trace(&self, id: &str) -> Value {
        self.told(|span| hex(&span.trace_id) == id)
    }
}

async fn unpack(State(backend): State<Backend>, packed: Bytes) {
    let mut plain = Vec::new();
    GzDecoder::new(packed.as_ref()).read_to_end(&mut plain).unwrap();
    let request = ExportTraceServiceRequest::decode(plain.as_slice()).unwrap();
    backend.0.lock().unwrap().extend(request.resource_spans);
}

fn span(span: &Span) -> Value {
    json!({"traceId": hex(&span.trace_id), "spanId": hex(&span.span_id), "parentSpanId": hex(&span.parent_span_id),
        "name": span.name, "kind": span.kind,
        "startTimeUnixNano": span.start_time_unix_nano.to_string(), "endTimeUnixNano": span.end_time_unix_nano.to_string(),
        "attributes": span.attributes.iter().map(attribute).collect::<Vec<_>>(),
        "events": span.events.iter().map(event).collect::<Vec<_>>(),
        "links": span.links.iter().map(link).collect::<Vec<_>>(),
        "status": {"code": span.status.as_ref().map_or(0, |status| status.code)}})
}

fn event(event: &Event) -> Value {
    json!({"timeUnixNano": event.time_unix_nano.to_string(), "name": event.name,
        "attributes": event.attributes.iter().map(attribute).collect::<Vec<_>>()})
}

fn link(link: &Link) -> Value {
    json!({"traceId": hex(&link.trace_id), "spanId": hex(&link.span_id)})
}

fn attribute(attribute: &KeyValue) -> Value {
    json!({"key": attribute.key, "value": attribute.value.as_ref().map_or(Value::Null, any)})
}

fn any(value: &AnyValue) -> Value {
    match &value.value {
        Some(Any::StringValue(text)) => json!({"stringValue": text}),
        Some(Any::BoolValue(truth)) => json!({"boolValue": truth}),
        Some(Any::IntValue(number)) => json!({"intValue": number.to_string()}),
        Some(Any::DoubleValue(number)) => json!({"doubleValue": number}),
        other => json!({"stringValue": format!("{other:?}")}),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
