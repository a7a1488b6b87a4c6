use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bus::{Consumer, Verdict};
use opentelemetry::trace::{SpanId, SpanKind, TraceId, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use runtime::TraceContext;
use tracing::{Instrument as _, Level};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::world::{Ear, World, eventually, plan_failed};

#[tokio::test]
async fn a_fact_carries_its_trace_and_a_second_hearing_only_links_to_it() {
    let world = World::start().await;
    let ear = Ear::new(|heard| match heard.delivery {
        1 => Verdict::RetryAfter { after: Duration::from_millis(1), reason: "once more".to_owned() },
        _ => Verdict::Done,
    });
    world.hear(Consumer::Dialer, &ear);

    let cause = tracing::info_span!("accept");
    let told = plan_failed();
    let tell = async {
        let trace = TraceContext::current();
        world.bus.publish(&told, &trace).await.unwrap();
        TraceId::from_hex(trace.trace_id().unwrap()).unwrap()
    };
    let trace_id = tell.instrument(cause.clone()).await;
    drop(cause);
    eventually("four spans", || async { spans().about(trace_id).len() == 4 }).await;

    let all = spans().about(trace_id);
    let accept = all.iter().find(|span| span.name == "accept").unwrap();
    let publish = all.iter().find(|span| span.name == "publish call.plan_failed").unwrap();
    let processed: Vec<_> = all.iter().filter(|span| span.name == "process call.plan_failed").collect();
    let first = processed.iter().find(|span| attribute(span, "nats.delivered") == "1").unwrap();
    let second = processed.iter().find(|span| attribute(span, "nats.delivered") == "2").unwrap();

    assert_eq!(publish.span_kind, SpanKind::Producer);
    assert_eq!(publish.parent_span_id, accept.span_context.span_id());
    assert_eq!(first.span_kind, SpanKind::Consumer);
    assert_eq!(first.parent_span_id, publish.span_context.span_id());
    assert_eq!((first.span_context.trace_id(), publish.span_context.trace_id()), (trace_id, trace_id));
    assert_eq!(attribute(first, "call.id"), told.call_id.to_string());
    assert_eq!(attribute(first, "callcow.verdict"), "retry");

    assert_eq!(second.parent_span_id, SpanId::INVALID);
    assert_ne!(second.span_context.trace_id(), trace_id);
    assert_eq!(second.links.iter().map(|link| link.span_context.trace_id()).collect::<Vec<_>>(), [trace_id]);
    world.stop().await;
}

fn attribute(span: &SpanData, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

/// The spans of this process that have ended. Collected from the first test on, because whether a span is of interest
/// is decided when it is first seen.
pub(crate) fn spans() -> &'static Spans {
    static SPANS: OnceLock<Spans> = OnceLock::new();
    SPANS.get_or_init(|| {
        let spans = Spans::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bus"));
        let ours = Targets::new().with_target("bus", Level::INFO).with_target("it", Level::INFO);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(ours).with(layer)).unwrap();
        spans
    })
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Spans(Arc<Mutex<Vec<SpanData>>>);

impl Spans {
    /// Those that belong to the trace or link to it.
    fn about(&self, trace_id: TraceId) -> Vec<SpanData> {
        let all = self.0.lock().unwrap();
        let about = |span: &&SpanData| {
            let links = span.links.iter().map(|link| link.span_context.trace_id());
            links.chain([span.span_context.trace_id()]).any(|id| id == trace_id)
        };
        all.iter().filter(about).cloned().collect()
    }
}

impl SpanExporter for Spans {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}
