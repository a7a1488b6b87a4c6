//! One JSON object a line, each with the trace that it belongs to.

use std::fmt;
use std::sync::{Arc, OnceLock};

use opentelemetry::trace::TraceContextExt as _;
use serde::ser::{SerializeMap as _, Serializer as _};
use tracing::dispatcher::WeakDispatch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::clock::{Clock as _, SystemClock};

/// Writes each event with its own fields, those of the spans around it, and the `trace_id`. A field of an inner span
/// hides one of the same name further out.
pub struct JsonLines<W> {
    service: &'static str,
    writer: W,
    dispatch: Arc<OnceLock<WeakDispatch>>,
}

impl<W> JsonLines<W> {
    pub fn new(service: &'static str, writer: W) -> Self {
        Self { service, writer, dispatch: Arc::default() }
    }

    fn trace_id(&self, span: &Id) -> Option<String> {
        let dispatch = self.dispatch.get()?.upgrade()?;
        let context = tracing_opentelemetry::get_otel_context(span, &dispatch)?;
        let context = context.span().span_context().clone();
        context.is_valid().then(|| context.trace_id().to_string())
    }

    fn write(
        &self,
        line: &mut Vec<u8>,
        event: &Event<'_>,
        fields: &Fields,
        trace_id: Option<&str>,
    ) -> serde_json::Result<()> {
        let metadata = event.metadata();
        let mut serializer = serde_json::Serializer::new(line);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &SystemClock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true))?;
        map.serialize_entry("service", self.service)?;
        map.serialize_entry("level", metadata.level().as_str())?;
        map.serialize_entry("target", metadata.target())?;
        if let Some(trace_id) = trace_id {
            map.serialize_entry("trace_id", trace_id)?;
        }
        for (name, value) in &fields.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}

/// What a span or an event says about itself.
#[derive(Default)]
struct Fields(Vec<(&'static str, serde_json::Value)>);

impl Fields {
    fn put(&mut self, field: &Field, value: serde_json::Value) {
        self.0.retain(|(name, _)| *name != field.name());
        self.0.push((field.name(), value));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let causes = std::iter::successors(Some(value), |error| error.source());
        self.put(field, causes.map(ToString::to_string).collect::<Vec<_>>().join(": ").into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }
}

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + 'static,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        drop(self.dispatch.set(dispatch.downgrade()));
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut trace_id = None;
        if let Some(span) = context.event_span(event) {
            trace_id = self.trace_id(&span.id());
            for span in span.scope() {
                let extensions = span.extensions();
                for (name, value) in extensions.get::<Fields>().into_iter().flat_map(|outer| &outer.0) {
                    if is_for_people(name) && !fields.0.iter().any(|(inner, _)| inner == name) {
                        fields.0.push((name, value.clone()));
                    }
                }
            }
        }
        let mut line = Vec::with_capacity(256);
        if self.write(&mut line, event, &fields, trace_id.as_deref()).is_ok() {
            line.push(b'\n');
            // One write for a line, so that lines of several threads do not mix. Nobody could be told of a failure.
            drop(std::io::Write::write_all(&mut self.writer.make_writer_for(event.metadata()), &line));
        }
    }
}

/// Fields such as `otel.kind` steer the exporter of traces.
fn is_for_people(name: &str) -> bool {
    !name.starts_with("otel.")
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Mutex, PoisonError};

    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use serde_json::Value;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::trace::TraceContext;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(story: impl FnOnce()) -> Vec<Value> {
        let paper = Paper::default();
        let writer = paper.clone();
        let provider = SdkTracerProvider::builder().build();
        let subscriber = tracing_subscriber::registry()
            .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("test")))
            .with(JsonLines::new("test", move || writer.clone()));
        tracing::subscriber::with_default(subscriber, story);
        let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_carries_its_fields_those_of_the_spans_around_it_and_the_trace() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let lines = lines(|| {
            let span = tracing::info_span!("process", otel.kind = "consumer", call.id = "c1", attempt = 1);
            TraceContext::from_traceparent(parent).parent_of(&span);
            let _inside = span.entered();
            let _inner = tracing::info_span!("dial", attempt = 2, late = tracing::field::Empty).entered();
            tracing::Span::current().record("late", true);
            tracing::warn!(tries = 3_u32, "slow");
        });
        let [line] = lines.as_slice() else { panic!("one line was written: {lines:?}") };
        assert_eq!(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "slow");
        assert_eq!(line["call.id"], "c1");
        assert_eq!(line["attempt"], 2);
        assert_eq!(line["late"], true);
        assert_eq!(line["tries"], 3);
        assert_eq!(line["otel.kind"], Value::Null);
    }

    #[test]
    fn a_line_outside_of_every_span_has_no_trace() {
        let lines = lines(|| tracing::info!("alone"));
        assert_eq!(lines[0]["message"], "alone");
        assert_eq!(lines[0]["trace_id"], Value::Null);
    }
}
