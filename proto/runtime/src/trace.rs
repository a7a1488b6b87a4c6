//! The W3C trace context as text, for headers and for rows that wait.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// Room for every vendor's entry that the standard asks us to pass on.
const TRACESTATE_BYTES_MAX: usize = 512;

/// Where in which trace something happened. Empty texts mean that nothing is traced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceContext {
    pub traceparent: String,
    pub tracestate: String,
}

impl TraceContext {
    /// The context of the current span.
    pub fn current() -> Self {
        Self::of(&Span::current())
    }

    /// The context of a span. Give the span its parent first: this starts it.
    pub fn of(span: &Span) -> Self {
        let mut own = Self::default();
        TraceContextPropagator::new().inject_context(&span.context(), &mut own);
        own
    }

    /// Takes a context from strangers: what is not well-formed is no context.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self::checked(text(TRACEPARENT), text(TRACESTATE))
    }

    pub fn from_traceparent(traceparent: impl Into<String>) -> Self {
        Self::checked(&traceparent.into(), "")
    }

    fn checked(traceparent: &str, tracestate: &str) -> Self {
        if trace_id(traceparent).is_none() {
            return Self::default();
        }
        let tracestate = if tracestate.len() > TRACESTATE_BYTES_MAX { "" } else { tracestate };
        Self { traceparent: traceparent.to_owned(), tracestate: tracestate.to_owned() }
    }

    pub fn inject(&self, headers: &mut HeaderMap) {
        for (name, text) in [(TRACEPARENT, &self.traceparent), (TRACESTATE, &self.tracestate)] {
            if let (false, Ok(value)) = (text.is_empty(), HeaderValue::from_str(text)) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }

    /// Makes this the parent of a span that was just made.
    pub fn parent_of(&self, span: &Span) {
        if self.is_empty() {
            return;
        }
        if let Err(error) = span.set_parent(self.remote()) {
            tracing::debug!(%error, "a span keeps the parent it has");
        }
    }

    /// Links a span to this context: related, but not caused by it alone.
    pub fn link_from(&self, span: &Span) {
        span.add_link(self.remote().span().span_context().clone());
    }

    /// 32 hexadecimal digits.
    pub fn trace_id(&self) -> Option<&str> {
        trace_id(&self.traceparent)
    }

    pub fn is_empty(&self) -> bool {
        self.traceparent.is_empty()
    }

    fn remote(&self) -> opentelemetry::Context {
        // Not below the current context: a context from outside begins anew.
        TraceContextPropagator::new().extract_with_context(&opentelemetry::Context::new(), self)
    }
}

impl Injector for TraceContext {
    fn set(&mut self, name: &str, text: String) {
        match name {
            TRACEPARENT => self.traceparent = text,
            TRACESTATE => self.tracestate = text,
            _ => {}
        }
    }
}

impl Extractor for TraceContext {
    fn get(&self, name: &str) -> Option<&str> {
        let text = match name {
            TRACEPARENT => &self.traceparent,
            TRACESTATE => &self.tracestate,
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT, TRACESTATE]
    }
}

/// A number for an attribute of a span. OpenTelemetry has signed ones only, and an unsigned one would become a text.
pub fn number(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let sound = is_hex(version, 2) && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    let zero = |text: &str| text.bytes().all(|digit| digit == b'0');
    (sound && version != "ff" && !zero(trace) && !zero(parent)).then_some(trace)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn traced(story: impl FnOnce()) {
        let provider = SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), story);
    }

    #[test]
    fn a_trace_goes_on_across_a_border() {
        traced(|| {
            let theirs = TraceContext::from_traceparent(PARENT);
            let span = tracing::info_span!("ours");
            theirs.parent_of(&span);
            let ours = TraceContext::of(&span);
            assert_eq!(ours.trace_id(), Some("0af7651916cd43dd8448eb211c80319c"));
            assert_ne!(ours.traceparent, theirs.traceparent);
            span.in_scope(|| assert_eq!(TraceContext::current(), ours));
        });
    }

    #[test]
    fn headers_carry_what_they_were_given() {
        let mut headers = HeaderMap::new();
        let context = TraceContext { traceparent: PARENT.into(), tracestate: "vendor=1".into() };
        context.inject(&mut headers);
        assert_eq!(TraceContext::from_headers(&headers), context);
    }

    #[test]
    fn a_malformed_context_is_none() {
        for bad in ["", "00-abc-def-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "junk"] {
            assert_eq!(TraceContext::from_traceparent(bad), TraceContext::default(), "{bad}");
        }
    }

    #[test]
    fn where_nothing_is_traced_there_is_no_context() {
        assert_eq!(TraceContext::current(), TraceContext::default());
        let mut headers = HeaderMap::new();
        TraceContext::default().inject(&mut headers);
        assert!(headers.is_empty());
    }
}
