//! The W3C trace context, in headers, in rows that wait, and between spans.

use std::collections::HashMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// Which trace something belongs to (W3C Trace Context). Empty: to none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceContext {
    pub traceparent: String,
    pub tracestate: String,
}

impl TraceContext {
    pub fn current() -> Self {
        Self::of(&Span::current())
    }

    pub fn of(span: &Span) -> Self {
        let mut carrier = HashMap::new();
        TraceContextPropagator::new().inject_context(&span.context(), &mut carrier);
        let mut take = |name: &str| carrier.remove(name).unwrap_or_default();
        Self { traceparent: take(TRACEPARENT), tracestate: take(TRACESTATE) }
    }

    pub fn from_traceparent(traceparent: impl Into<String>) -> Self {
        Self { traceparent: traceparent.into(), tracestate: String::new() }
    }

    pub fn from_headers(headers: &HeaderMap) -> Self {
        let read = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        Self { traceparent: read(TRACEPARENT), tracestate: read(TRACESTATE) }
    }

    pub fn inject(&self, headers: &mut HeaderMap) {
        for (name, value) in [(TRACEPARENT, &self.traceparent), (TRACESTATE, &self.tracestate)] {
            if let Ok(value) = HeaderValue::from_str(value)
                && !value.is_empty()
            {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }

    /// Makes `span` a child of this context.
    pub fn parent_of(&self, span: &Span) {
        // An error means that nobody records spans.
        let _ = span.set_parent(self.context());
    }

    /// Links `span` to this context without being its child.
    pub fn link_from(&self, span: &Span) {
        let context = self.context().span().span_context().clone();
        if context.is_valid() {
            span.add_link(context);
        }
    }

    /// The 32 hexadecimal digits that join all spans of the trace.
    pub fn trace_id(&self) -> Option<&str> {
        self.traceparent.split('-').nth(1).filter(|id| id.len() == 32)
    }

    fn context(&self) -> opentelemetry::Context {
        let carrier = HashMap::from([
            (TRACEPARENT.to_owned(), self.traceparent.clone()),
            (TRACESTATE.to_owned(), self.tracestate.clone()),
        ]);
        TraceContextPropagator::new().extract_with_context(&opentelemetry::Context::new(), &carrier)
    }
}
