//! One trace joins all that happens to a call.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use serde_json::Value;
use stack::SystemSettings;
use tonic::{Request, Response, Status};

use crate::world::{DINNER, World, spawn, until};

#[derive(Clone, Debug)]
struct Told {
    service: String,
    name: String,
    id: Vec<u8>,
    parent: Vec<u8>,
}

/// Takes spans over OTLP/gRPC as a collector does.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<BTreeMap<String, Vec<Told>>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut traces = self.0.lock().unwrap();
        for resource in request.into_inner().resource_spans {
            let attributes = resource.resource.map(|resource| resource.attributes).unwrap_or_default();
            let service = attributes.into_iter().find(|attribute| attribute.key == "service.name");
            let service = format!("{:?}", service.and_then(|attribute| attribute.value));
            for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                let trace = hex(&span.trace_id);
                let told =
                    Told { service: service.clone(), name: span.name, id: span.span_id, parent: span.parent_span_id };
                traces.entry(trace).or_default().push(told);
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start() -> (Self, SocketAddr) {
        let collector = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = TraceServiceServer::new(collector.clone());
        let incoming = tonic::transport::server::TcpIncoming::from(listener);
        let server = tonic::transport::Server::builder().add_service(service).serve_with_incoming(incoming);
        spawn(async move { server.await.unwrap() });
        (collector, address)
    }

    fn trace(&self, id: &str) -> Vec<Told> {
        self.0.lock().unwrap().get(id).cloned().unwrap_or_default()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The names from a span up to the root.
fn ancestry<'a>(spans: &'a [Told], span: &'a Told) -> Vec<&'a str> {
    let mut names = vec![span.name.as_str()];
    let mut at = span;
    while let Some(parent) = spans.iter().find(|candidate| candidate.id == at.parent) {
        names.push(&parent.name);
        at = parent;
    }
    names
}

#[tokio::test]
async fn one_trace_joins_the_request_the_plan_the_dial_the_turns_and_the_callback() {
    let (collector, address) = Collector::start().await;
    let settings = SystemSettings { otlp_endpoint: Some(format!("http://{address}")), ..SystemSettings::for_tests() };
    let world = World::with(settings).await;
    let answer = world.post_call(&world.callee("restaurant"), DINNER, None).await;
    let trace_id = answer.headers["traceparent"].to_str().unwrap().split('-').nth(1).unwrap().to_owned();
    let call = answer.call_id();
    world.next_callback(&call).await;
    assert_eq!(world.call(&call).await["trace_id"], trace_id.as_str());

    let expected = [
        ("gateway", "POST /api/call-prompt"),
        ("gateway", "publish call.requested"),
        ("planner", "process call.requested"),
        ("dialer", "process call.planned"),
        ("dialer", "dial"),
        ("dialer", "conversation"),
        ("dialer", "turn"),
        ("notifier", "process call.ended"),
        ("notifier", "POST callback"),
    ];
    let spans = until("every span of the trace", || async {
        let spans = collector.trace(&trace_id);
        let seen = |(service, name): &(&str, &str)| {
            spans.iter().any(|span| span.service.contains(service) && span.name == *name)
        };
        let missing: Vec<_> = expected.iter().filter(|wanted| !seen(wanted)).collect();
        if missing.is_empty() { Ok(spans.clone()) } else { Err(Value::String(format!("missing: {missing:?}"))) }
    })
    .await;

    let roots: Vec<_> = spans.iter().filter(|span| !spans.iter().any(|parent| parent.id == span.parent)).collect();
    assert_eq!(roots.len(), 1, "the tree has several roots: {roots:?}");
    assert_eq!(roots[0].name, "POST /api/call-prompt");
    let way_of = |name: &str| ancestry(&spans, spans.iter().find(|span| span.name == name).unwrap());
    assert!(way_of("process call.planned").contains(&"process call.requested"));
    assert!(way_of("turn").contains(&"conversation"));
    assert!(way_of("POST callback").contains(&"process call.ended"));
    assert!(spans.iter().filter(|span| span.name == "turn").count() >= 3);
}
