//! Headers of messages. Their names are case-sensitive in NATS, and W3C writes its own in small letters.

use async_nats::HeaderMap;
use runtime::TraceContext;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";
pub(crate) const EVENT_ID: &str = "Nats-Msg-Id";
pub(crate) const CALL_ID: &str = "Call-Id";

pub(crate) fn put(headers: &mut HeaderMap, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    // A line break would end the header.
    headers.insert(name, value.replace(['\r', '\n'], " "));
}

pub(crate) fn get<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    headers?.get(name).map(async_nats::HeaderValue::as_str)
}

pub(crate) fn put_trace(headers: &mut HeaderMap, trace: &TraceContext) {
    put(headers, TRACEPARENT, &trace.traceparent);
    put(headers, TRACESTATE, &trace.tracestate);
}

pub(crate) fn trace(headers: Option<&HeaderMap>) -> TraceContext {
    let read = |name| get(headers, name).unwrap_or_default().to_owned();
    TraceContext { traceparent: read(TRACEPARENT), tracestate: read(TRACESTATE) }
}
