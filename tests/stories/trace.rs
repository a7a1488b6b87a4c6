//! One trace joins all that happens to a call. `make trace-picture` keeps one and draws it for the documentation.

mod collector;
mod picture;
mod spans;

use std::path::{Path, PathBuf};

use opentelemetry_proto::tonic::trace::v1::Span;
use runtime::ProcessEnv;
use runtime::settings::optional;
use serde_json::Value;
use stack::{Service, SystemSettings};

use self::collector::Collector;
use self::spans::{CLIENT, CONSUMER, PRODUCER, SERVER, Told, read};
use crate::privacy::sentences;
use crate::world::{CALLBACK_SECRET, DINNER, World, until};

/// Where the documentation has a trace and its picture.
const KEPT: &str = "deploy/traces";
const DATA: &str = "one-call.json";
const PICTURE: &str = "one-call.svg";

/// What a trace of a call holds at least: who told it, its name, what kind of span it is, and the name of its parent.
const TREE: &[(&str, &str, u64, &str)] = &[
    ("gateway", "POST /api/call-prompt", SERVER, ""),
    ("gateway", "publish call.requested", PRODUCER, "POST /api/call-prompt"),
    ("gateway", "process call.requested", CONSUMER, "publish call.requested"),
    ("planner", "process call.requested", CONSUMER, "publish call.requested"),
    ("notifier", "process call.requested", CONSUMER, "publish call.requested"),
    ("planner", "publish call.planned", PRODUCER, "process call.requested"),
    ("dialer", "process call.planned", CONSUMER, "publish call.planned"),
    ("dialer", "publish call.ended", PRODUCER, ""),
    ("notifier", "process call.ended", CONSUMER, "publish call.ended"),
    ("notifier", "POST callback", CLIENT, "process call.ended"),
    ("notifier", "publish callback.delivered", PRODUCER, "POST callback"),
];

fn kept(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(KEPT).join(file)
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

/// What holds of the trace of every call.
fn missing(spans: &[Told]) -> Vec<String> {
    let parent = |span: &Told| spans.iter().find(|parent| parent.id == span.parent).map(|parent| parent.name.clone());
    let there = |(service, name, kind, above): &(&str, &str, u64, &str)| {
        spans.iter().any(|span| {
            (span.service.ends_with(service), span.name.as_str(), span.kind) == (true, name, *kind)
                && (above.is_empty() || parent(span).as_deref() == Some(above))
        })
    };
    let mut missing: Vec<_> = TREE.iter().filter(|wanted| !there(wanted)).map(|wanted| format!("{wanted:?}")).collect();
    // What a row has waited for goes on from the fact that made the row.
    for (name, under) in
        [("dial", "publish call.planned"), ("conversation", "publish call.planned"), ("turn", "conversation")]
    {
        match spans.iter().find(|span| span.name == name) {
            None => missing.push(name.to_owned()),
            Some(told) if ancestry(spans, told).contains(&under) => {}
            Some(told) => missing.push(format!("{name} under {under}, not {:?}", ancestry(spans, told))),
        }
    }
    missing
}

/// Names and attributes as OpenTelemetry's conventions for HTTP and for messages have them.
fn expect_conventions(spans: &[Told]) {
    for span in spans {
        assert!(!span.failed, "nothing failed in this call: {span:?}");
        assert!(span.end >= span.start, "{span:?}");
        let wanted: &[&str] = match (span.kind, span.name.split_once(' ')) {
            (SERVER, _) => &["http.request.method", "http.route", "http.response.status_code"],
            (CLIENT, Some(("POST", _))) => &["http.request.method", "http.response.status_code"],
            (PRODUCER, _) => &["messaging.destination.name", "messaging.message.id", "messaging.message.body.size"],
            (CONSUMER, _) => &["messaging.destination.name", "messaging.message.id", "messaging.consumer.group.name"],
            (_, _) => &[],
        };
        for key in wanted {
            assert!(span.has(key), "no {key} in {span:?}");
        }
        let messaging = match span.kind {
            PRODUCER => Some(("publish", "send")),
            CONSUMER => Some(("process", "process")),
            _ => None,
        };
        if let Some((operation, kind)) = messaging {
            assert!(span.is("messaging.system", "nats"), "{span:?}");
            assert!(span.is("messaging.operation.name", operation), "{span:?}");
            assert!(span.is("messaging.operation.type", kind), "{span:?}");
            // The low-cardinality part of the destination: a kind of fact, and no id.
            assert!(span.name.starts_with(&format!("{operation} call")), "{span:?}");
        }
    }
}

async fn traced() -> (World, Collector) {
    let (collector, address) = Collector::start().await;
    let settings = SystemSettings { otlp_endpoint: Some(format!("http://{address}")), ..SystemSettings::for_tests() };
    (World::with(settings).await, collector)
}

/// A call to its end: its id, the id of its trace, and the callback.
async fn called(world: &World) -> (String, String, Value) {
    let answer = world.post_call(&world.callee("restaurant"), DINNER, None).await;
    let trace_id = answer.headers["traceparent"].to_str().unwrap().split('-').nth(1).unwrap().to_owned();
    let call = answer.call_id();
    let callback = world.next_callback(&call).await;
    world.until_callback_is(&call, "delivered").await;
    (call, trace_id, callback)
}

#[tokio::test]
async fn one_trace_joins_the_request_the_plan_the_dial_the_turns_and_the_callback() {
    let (world, collector) = traced().await;
    let drawing = optional(&ProcessEnv::read().unwrap(), "TRACE_PICTURE").is_some();
    if drawing {
        // Tables of phone numbers are made at their first use, and that is nothing to show.
        called(&world).await;
    }
    let (call, trace_id, callback) = called(&world).await;
    assert_eq!(world.call(&call).await["trace_id"], trace_id.as_str());
    let document = until("every span of the trace", || async {
        let document = collector.trace(&trace_id);
        let missing = missing(&read(&document));
        if missing.is_empty() { Ok(document) } else { Err(Value::from(missing)) }
    })
    .await;

    let spans = read(&document);
    let roots: Vec<_> = spans.iter().filter(|span| !spans.iter().any(|parent| parent.id == span.parent)).collect();
    assert_eq!(roots.len(), 1, "the tree has several roots: {roots:?}");
    assert_eq!((roots[0].name.as_str(), roots[0].parent.as_str()), ("POST /api/call-prompt", ""));
    assert!(spans.iter().filter(|span| span.name == "turn").count() >= 3);
    expect_conventions(&spans);

    let text = document.to_string();
    let mut private = sentences(&callback);
    private.extend([DINNER, "Josh Miller", CALLBACK_SECRET, &world.key, "4155550199"].map(str::to_owned));
    private.push(world.callee("restaurant")[1..].to_owned());
    for secret in private {
        assert!(!text.contains(&secret), "{secret:?} stands in a span");
    }

    if drawing {
        std::fs::create_dir_all(kept("")).unwrap();
        std::fs::write(kept(DATA), format!("{document:#}\n")).unwrap();
        std::fs::write(kept(PICTURE), picture::draw(&spans)).unwrap();
    }
}

#[tokio::test]
async fn a_later_attempt_has_a_trace_of_its_own_that_is_linked_to_the_call() {
    let (world, collector) = traced().await;
    let (call, trace_id, _) = called(&world).await;
    world.redeliver(&call).await;
    let again = |span: &Span| {
        let linked = |link: &opentelemetry_proto::tonic::trace::v1::span::Link| !link.trace_id.is_empty();
        span.name == "POST callback" && span.links.iter().any(linked)
    };
    let again = until("the later attempt", || async {
        let spans = read(&collector.told(again));
        spans.into_iter().find(|span| span.links.contains(&trace_id)).ok_or(Value::Null)
    })
    .await;
    assert_eq!(again.parent, "", "it has a trace of its own");
    assert!(again.is("callback.attempt", "2") && again.is("call.id", &call), "{again:?}");
    assert!(read(&collector.trace(&trace_id)).iter().all(|span| span.id != again.id));
}

/// By such a span the collector keeps the traces of calls that failed.
#[tokio::test]
async fn a_call_that_failed_by_our_fault_has_a_span_that_says_so() {
    let (collector, address) = Collector::start().await;
    let settings = SystemSettings { otlp_endpoint: Some(format!("http://{address}")), ..SystemSettings::for_tests() }
        .with(Service::Gateway, "CALL_DEADLINE", "2s")
        .with(Service::Gateway, "SWEEP_INTERVAL", "200ms")
        .with(Service::Gateway, "SWEEP_DEADLINE_GRACE", "100ms");
    let world = World::with(settings).await;
    world.system.stop_one(Service::Planner).await;
    let (_, trace_id, callback) = called(&world).await;
    assert_eq!((&callback["failure"]["who"], &callback["failure"]["code"]), (&"platform".into(), &"deadline".into()));
    until("a span that failed", || async {
        let spans = read(&collector.trace(&trace_id));
        let failed = spans.iter().any(|span| span.failed && span.is("error.type", "deadline"));
        if failed { Ok(()) } else { Err(Value::from(format!("{} spans", spans.len()))) }
    })
    .await;
}

/// The picture can't say anything else than its data.
#[test]
fn the_picture_in_the_documentation_is_made_from_the_trace_beside_it() {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(kept(DATA)).unwrap()).unwrap();
    let spans = read(&document);
    assert_eq!(missing(&spans), Vec::<String>::new());
    expect_conventions(&spans);
    let picture = std::fs::read_to_string(kept(PICTURE)).unwrap();
    assert!(picture == picture::draw(&spans), "`make trace-picture` draws it anew");
    assert_eq!(picture.matches("<rect").count(), spans.len() + 1 + 4, "a bar for each span, beside paper and legend");
}
