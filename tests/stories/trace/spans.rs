//! Spans as they stand in a document of OTLP.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Numbers of OTLP's `SpanKind`.
pub(super) const SERVER: u64 = 2;
pub(super) const CLIENT: u64 = 3;
pub(super) const PRODUCER: u64 = 4;
pub(super) const CONSUMER: u64 = 5;

#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) service: String,
    pub(super) name: String,
    pub(super) id: String,
    pub(super) parent: String,
    pub(super) kind: u64,
    pub(super) failed: bool,
    /// Nanoseconds.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) attributes: BTreeMap<String, String>,
    /// The attributes that are whole numbers.
    numbers: BTreeSet<String>,
    /// The traces that it is linked to.
    pub(super) links: Vec<String>,
}

impl Told {
    pub(super) fn has(&self, key: &str) -> bool {
        self.attributes.contains_key(key)
    }

    pub(super) fn counts(&self, key: &str) -> bool {
        self.numbers.contains(key)
    }

    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.attributes.get(key).is_some_and(|found| found == value)
    }
}

/// All spans of a document, the earliest first.
pub(super) fn read(document: &Value) -> Vec<Told> {
    let mut spans = Vec::new();
    for resource in list(&document["resourceSpans"]) {
        let service = attributes(&resource["resource"]["attributes"]).remove("service.name").unwrap_or_default();
        for span in list(&resource["scopeSpans"]).iter().flat_map(|scope| list(&scope["spans"])) {
            spans.push(Told {
                service: service.clone(),
                name: text(&span["name"]),
                id: text(&span["spanId"]),
                parent: text(&span["parentSpanId"]),
                kind: span["kind"].as_u64().unwrap(),
                failed: span["status"]["code"] == 2,
                start: text(&span["startTimeUnixNano"]).parse().unwrap(),
                end: text(&span["endTimeUnixNano"]).parse().unwrap(),
                attributes: attributes(&span["attributes"]),
                numbers: numbers(&span["attributes"]),
                links: list(&span["links"]).iter().map(|link| text(&link["traceId"])).collect(),
            });
        }
    }
    spans.sort_by(|one, other| (one.start, &one.id).cmp(&(other.start, &other.id)));
    spans
}

/// All spans of a document as they stand there.
pub(super) fn raw(document: &Value) -> impl Iterator<Item = &Value> {
    let scopes = list(&document["resourceSpans"]).iter().flat_map(|resource| list(&resource["scopeSpans"]));
    scopes.flat_map(|scope| list(&scope["spans"]))
}

fn attributes(listed: &Value) -> BTreeMap<String, String> {
    let value = |attribute: &Value| {
        let value = attribute["value"].as_object().and_then(|value| value.values().next()).cloned().unwrap_or_default();
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    list(listed).iter().map(|attribute| (text(&attribute["key"]), value(attribute))).collect()
}

fn numbers(listed: &Value) -> BTreeSet<String> {
    let whole = list(listed).iter().filter(|attribute| attribute["value"].get("intValue").is_some());
    whole.map(|attribute| text(&attribute["key"])).collect()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
