//! One trace joins all that happens to a call. `make check-trace` takes it through a real collector, and `make trace-picture`
//! keeps one and draws it for the documentation.

mod backend;
mod collector;
mod picture;
mod sampling;
mod spans;

use std::path::{Path, PathBuf};

use opentelemetry_proto::tonic::trace::v1::Span;
use runtime::ProcessEnv;
use runtime::settings::optional;
use serde_json::{Value, json};
use stack::{Service, SystemSettings};
use tokio::net::TcpListener;

use self::backend::Backend;
use self::collector::Collector;
use self::spans::{CLIENT, CONSUMER, PRODUCER, SERVER, Told, read};
use crate::privacy::sentences;
use crate::world::{Answer, CALLBACK_SECRET, DINNER, World, until};

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

/// Attributes that the conventions want as numbers.
const NUMBERS: &[&str] = &["http.response.status_code", "messaging.message.body.size"];

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
        for key in NUMBERS {
            assert!(!span.has(key) || span.counts(key), "{key} is no number in {span:?}");
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

/// Where spans end up, and the collector that they go through, where one is given.
struct Traced {
    backend: Backend,
    endpoint: String,
    collector: Option<Collector>,
}

impl Traced {
    async fn start() -> Self {
        let (backend, address) = Backend::start().await;
        let collector = Collector::start_if_given(&backend).await;
        let address = collector.as_ref().map_or(address, Collector::address);
        Self { backend, endpoint: format!("http://{address}"), collector }
    }

    fn settings(&self) -> SystemSettings {
        SystemSettings { otlp_endpoint: Some(self.endpoint.clone()), ..SystemSettings::for_tests() }
    }
}

/// The collector puts its mark on all that it passes on.
fn expect_collected(document: &Value, by_collector: bool) {
    for resource in document["resourceSpans"].as_array().unwrap() {
        assert_eq!(collector::has_mark(&resource["resource"]), by_collector, "{}", resource["resource"]);
    }
}

fn trace_id(answer: &Answer) -> String {
    answer.headers["traceparent"].to_str().unwrap().split('-').nth(1).unwrap().to_owned()
}

/// A call to its end: its id, the id of its trace, and the callback.
async fn called(world: &World) -> (String, String, Value) {
    let answer = world.post_call(&world.callee("restaurant"), DINNER, None).await;
    let trace_id = trace_id(&answer);
    let call = answer.call_id();
    let callback = world.next_callback(&call).await;
    world.until_callback_is(&call, "delivered").await;
    (call, trace_id, callback)
}

#[tokio::test]
async fn one_trace_joins_the_request_the_plan_the_dial_the_turns_and_the_callback() {
    let traced = Traced::start().await;
    let world = World::with(traced.settings()).await;
    let drawing = optional(&ProcessEnv::read().unwrap(), "TRACE_PICTURE").is_some();
    if drawing {
        // Tables of phone numbers are made at their first use, and that is nothing to show.
        called(&world).await;
    }
    let (call, trace_id, callback) = called(&world).await;
    assert_eq!(world.call(&call).await["trace_id"], trace_id.as_str());
    let document = until("every span of the trace", || async {
        let document = traced.backend.trace(&trace_id);
        let missing = missing(&read(&document));
        if missing.is_empty() { Ok(document) } else { Err(Value::from(missing)) }
    })
    .await;

    expect_collected(&document, traced.collector.is_some());
    let spans = read(&document);
    let roots: Vec<_> = spans.iter().filter(|span| !spans.iter().any(|parent| parent.id == span.parent)).collect();
    assert_eq!(roots.len(), 1, "the tree has several roots: {roots:?}");
    assert_eq!((roots[0].name.as_str(), roots[0].parent.as_str()), ("POST /api/call-prompt", ""));
    assert!(spans.iter().filter(|span| span.name == "turn").count() >= 3);
    expect_conventions(&spans);

    assert_eq!(sampling::unknown(&document), Vec::<String>::new(), "the collector asks for numbers that no span has");
    let text = document.to_string();
    let mut private = sentences(&callback);
    private.extend([DINNER, "Josh Miller", CALLBACK_SECRET, &world.key, "4155550199"].map(str::to_owned));
    private.push(world.callee("restaurant")[1..].to_owned());
    for secret in private {
        assert!(!text.contains(&secret), "{secret:?} stands in a span");
    }

    if drawing {
        assert!(traced.collector.is_some(), "`make trace-picture` has a collector");
        std::fs::create_dir_all(kept("")).unwrap();
        std::fs::write(kept(DATA), format!("{document:#}\n")).unwrap();
        std::fs::write(kept(PICTURE), picture::draw(&spans)).unwrap();
    }
}

#[tokio::test]
async fn a_later_attempt_has_a_trace_of_its_own_that_is_linked_to_the_call() {
    let traced = Traced::start().await;
    let world = World::with(traced.settings()).await;
    let (call, trace_id, _) = called(&world).await;
    world.redeliver(&call).await;
    let again = |span: &Span| {
        let linked = |link: &opentelemetry_proto::tonic::trace::v1::span::Link| !link.trace_id.is_empty();
        span.name == "POST callback" && span.links.iter().any(linked)
    };
    let again = until("the later attempt", || async {
        let spans = read(&traced.backend.told(again));
        spans.into_iter().find(|span| span.links.contains(&trace_id)).ok_or(Value::Null)
    })
    .await;
    assert_eq!(again.parent, "", "it has a trace of its own");
    assert!(again.is("callback.attempt", "2") && again.is("call.id", &call), "{again:?}");
    assert!(read(&traced.backend.trace(&trace_id)).iter().all(|span| span.id != again.id));
}

/// The callee waits longer than we promise, because a model does not answer, and the whole trace is kept for it.
#[tokio::test]
async fn a_conversation_in_which_somebody_waited_is_kept() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let model = format!("http://{}/v1", silent.local_addr().unwrap());
    let traced = Traced::start().await;
    // As slow as life: who is in a hurry asks again before we are late.
    let settings = SystemSettings { rate: 1.0, ..traced.settings() };
    let settings =
        [("MODEL_API", "openai"), ("MODEL_NAME", "silent"), ("MODEL_URL", &model), ("TURN_FILLER", "2500ms")]
            .into_iter()
            .fold(settings, |settings, (name, value)| settings.with(Service::Dialer, name, value));
    let world = World::with(settings).await;
    let call = world.post_call(&world.callee("restaurant"), DINNER, None).await;
    let trace_id = trace_id(&call);
    until("a trace that is kept", || async {
        let kept = sampling::kept_by(&traced.backend.trace(&trace_id));
        if kept.contains(&"slow-turn".to_owned()) { Ok(()) } else { Err(json!(kept)) }
    })
    .await;
}

/// By such a span the collector keeps the traces of calls that failed.
#[tokio::test]
async fn a_call_that_failed_by_our_fault_has_a_span_that_says_so() {
    let traced = Traced::start().await;
    let settings = traced
        .settings()
        .with(Service::Gateway, "CALL_DEADLINE", "2s")
        .with(Service::Gateway, "SWEEP_INTERVAL", "200ms")
        .with(Service::Gateway, "SWEEP_DEADLINE_GRACE", "100ms");
    let world = World::with(settings).await;
    world.system.stop_one(Service::Planner).await;
    let (_, trace_id, callback) = called(&world).await;
    assert_eq!((&callback["failure"]["who"], &callback["failure"]["code"]), (&"platform".into(), &"deadline".into()));
    until("a span that failed", || async {
        let spans = read(&traced.backend.trace(&trace_id));
        let failed = spans.iter().any(|span| span.failed && span.is("error.type", "deadline"));
        if failed { Ok(()) } else { Err(Value::from(format!("{} spans", spans.len()))) }
    })
    .await;
    assert!(sampling::kept_by(&traced.backend.trace(&trace_id)).contains(&"failed".to_owned()));
}

/// The picture can't say anything else than its data.
#[test]
fn the_picture_in_the_documentation_is_made_from_the_trace_beside_it() {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(kept(DATA)).unwrap()).unwrap();
    expect_collected(&document, true);
    let spans = read(&document);
    assert_eq!(missing(&spans), Vec::<String>::new());
    expect_conventions(&spans);
    assert_eq!(sampling::kept_by(&document), Vec::<String>::new(), "a call like any other is kept by chance alone");
    let picture = std::fs::read_to_string(kept(PICTURE)).unwrap();
    assert!(picture == picture::draw(&spans), "`make trace-picture` draws it anew");
    assert_eq!(picture.matches("<rect").count(), spans.len() + 1 + 4, "a bar for each span, beside paper and legend");
}
