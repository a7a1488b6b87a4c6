//! Logs, traces and metrics, set up the same in every process.

use std::fmt;
use std::sync::OnceLock;

use chrono::SecondsFormat;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::Context;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::clock::{Clock as _, SystemClock};
use crate::settings::{Env, optional};

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

#[derive(Clone, Debug)]
pub struct TelemetrySettings {
    /// Where spans go over OTLP/gRPC; None: nowhere.
    pub otlp_endpoint: Option<String>,
    /// Directives of `tracing_subscriber::EnvFilter`.
    pub log_filter: String,
}

impl TelemetrySettings {
    pub fn read(env: &impl Env) -> Self {
        Self {
            otlp_endpoint: optional(env, "OTEL_EXPORTER_OTLP_ENDPOINT"),
            log_filter: optional(env, "LOG").unwrap_or_else(|| "info".to_owned()),
        }
    }
}

/// Flushes what is left when the process ends.
pub struct Telemetry {
    provider: SdkTracerProvider,
}

#[derive(Debug, thiserror::Error)]
pub enum NoTelemetry {
    #[error("the setting LOG is not a log filter such as info or info,sqlx=warn")]
    BadFilter(#[source] tracing_subscriber::filter::ParseError),
    #[error("the setting OTEL_EXPORTER_OTLP_ENDPOINT can't be used")]
    BadEndpoint(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error("telemetry was started before")]
    Twice,
}

impl Telemetry {
    /// Must be called within the async runtime, once in a process.
    pub fn start(service: &'static str, settings: &TelemetrySettings) -> Result<Self, NoTelemetry> {
        let filter = EnvFilter::try_new(&settings.log_filter).map_err(NoTelemetry::BadFilter)?;
        let mut provider =
            SdkTracerProvider::builder().with_resource(Resource::builder().with_service_name(service).build());
        if let Some(endpoint) = &settings.otlp_endpoint {
            let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint).build();
            provider = provider.with_batch_exporter(exporter.map_err(NoTelemetry::BadEndpoint)?);
        }
        let provider = provider.build();
        let recorder = PrometheusBuilder::new().build_recorder();
        METRICS.set(recorder.handle()).map_err(|_| NoTelemetry::Twice)?;
        metrics::set_global_recorder(recorder).map_err(|_| NoTelemetry::Twice)?;
        let logs = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .event_format(Lines { service })
            .fmt_fields(tracing_subscriber::fmt::format::JsonFields::new());
        tracing_subscriber::registry()
            .with(filter)
            .with(tracing_opentelemetry::layer().with_tracer(provider.tracer(service)))
            .with(logs)
            .try_init()
            .map_err(|_| NoTelemetry::Twice)?;
        Ok(Self { provider })
    }

    /// Sends what is left. Blocks shortly.
    pub fn flush(self) {
        // Nobody is left to tell: an error here means that the collector is gone.
        let _ = self.provider.shutdown();
    }
}

/// The metrics of this process in the Prometheus text format.
pub(crate) fn render_metrics() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}

/// One JSON object a line: time, level, service, target, `trace_id`, and the fields of the event.
struct Lines {
    service: &'static str,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _context: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Map::new();
        line.insert("time".into(), SystemClock.now().to_rfc3339_opts(SecondsFormat::Millis, true).into());
        line.insert("level".into(), event.metadata().level().as_str().into());
        line.insert("service".into(), self.service.into());
        line.insert("target".into(), event.metadata().target().into());
        let context = Context::current();
        let span = context.span().span_context().clone();
        if span.is_valid() {
            line.insert("trace_id".into(), span.trace_id().to_string().into());
        }
        event.record(&mut Fields(&mut line));
        writeln!(out, "{}", Value::Object(line))
    }
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        self.0.insert(field.name().to_owned(), text.into());
    }
}
