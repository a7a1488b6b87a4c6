//! Logs on stderr, traces over OTLP, metrics for Prometheus.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};
use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use thiserror::Error;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::logs::JsonLines;
use crate::settings::{Env, optional};

/// From a cache answer to a call that rings, talks and ends.
const BUCKETS_SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];

/// Samples that nobody scraped are folded into their buckets, so that they do not pile up.
const UPKEEP: Duration = Duration::from_secs(5);

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT`. None: traces are made, because their ids are in answers and logs, but not sent.
    pub otlp_endpoint: Option<String>,
    /// `LOG`, such as `info` or `info,dialer=debug`.
    pub log_filter: String,
    /// `LOG_JSON`; false is for people who watch one process.
    pub json: bool,
}

impl TelemetrySettings {
    /// A wrong filter is refused when telemetry starts.
    pub fn read(env: &impl Env) -> Self {
        Self {
            otlp_endpoint: optional(env, "OTEL_EXPORTER_OTLP_ENDPOINT"),
            log_filter: optional(env, "LOG").unwrap_or_else(|| "info".to_owned()),
            json: optional(env, "LOG_JSON").is_none_or(|text| text != "false"),
        }
    }

    fn filter(&self) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
        EnvFilter::builder().parse(&self.log_filter)
    }
}

/// Why there are no logs, traces or metrics. The process should not start without.
#[derive(Debug, Error)]
pub enum NoTelemetry {
    #[error("LOG is no filter for logs")]
    Filter(#[source] tracing_subscriber::filter::ParseError),
    #[error("OTEL_EXPORTER_OTLP_ENDPOINT can't be used")]
    Exporter(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error("another library of this process already collects logs or metrics")]
    Taken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Keep it until the end of `main`, then [`flush`](Self::flush) it: above all when serving failed.
#[derive(Debug)]
pub struct Telemetry {
    tracer: SdkTracerProvider,
}

impl Telemetry {
    /// Starts all three for the whole process. It must be called inside the Tokio runtime, whose threads send the traces.
    pub fn start(service: &'static str, settings: &TelemetrySettings) -> Result<Self, NoTelemetry> {
        let filter = settings.filter().map_err(NoTelemetry::Filter)?;
        let tracer = tracer_provider(service, settings.otlp_endpoint.as_deref())?;
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        opentelemetry::global::set_tracer_provider(tracer.clone());

        let spans = tracing_opentelemetry::layer().with_tracer(tracer.tracer(service)).with_filter(LevelFilter::INFO);
        tracing_subscriber::registry()
            .with(spans)
            .with(log_layer(service, settings.json).with_filter(filter))
            .try_init()
            .map_err(|error| NoTelemetry::Taken(error.into()))?;
        start_metrics(service)?;
        panic::set_hook(Box::new(log_panic));
        Ok(Self { tracer })
    }

    /// Sends what is still held. It blocks, for five seconds at most.
    pub fn flush(self) {
        if let Err(error) = self.tracer.shutdown_with_timeout(Duration::from_secs(5)) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// The message of a panic may hold what somebody said; where it happened never does. A literal message is our own.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let message =
        panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("not shown, because it may be private");
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(location, panic = message, backtrace, "panicked");
}

fn tracer_provider(service: &'static str, endpoint: Option<&str>) -> Result<SdkTracerProvider, NoTelemetry> {
    let resource = Resource::builder().with_service_name(service).build();
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = endpoint else {
        return Ok(builder.build());
    };
    let exporter =
        SpanExporter::builder().with_tonic().with_endpoint(endpoint).build().map_err(NoTelemetry::Exporter)?;
    Ok(builder.with_batch_exporter(exporter).build())
}

fn log_layer<S>(service: &'static str, json: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    if json {
        return Box::new(JsonLines::new(service, std::io::stderr));
    }
    Box::new(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
}

fn start_metrics(service: &'static str) -> Result<(), NoTelemetry> {
    let handle = PrometheusBuilder::new()
        .add_global_label("service", service)
        .set_buckets(BUCKETS_SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| NoTelemetry::Taken(error.into()))?;
    let upkeep = METRICS.get_or_init(|| handle);
    metrics::gauge!("build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    let fold = move || {
        loop {
            std::thread::sleep(UPKEEP);
            upkeep.run_upkeep();
        }
    };
    // A thread and not a task: it belongs to the process, and nothing waits for it.
    std::thread::Builder::new()
        .name("metrics".to_owned())
        .spawn(fold)
        .map_err(|error| NoTelemetry::Taken(error.into()))?;
    Ok(())
}

/// Shows a counter before anything was counted: an alert sees that it grew only where it was before.
pub fn count_from_zero(name: &'static str, label: &'static str, words: &[&'static str]) {
    for word in words {
        metrics::counter!(name, label => *word).increment(0);
    }
    if words.is_empty() {
        metrics::counter!(name).increment(0);
    }
}

/// The metrics of this process in Prometheus' text format; empty when telemetry was not started, as in most tests.
pub fn render_metrics() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_filter_that_is_none_is_refused_by_its_name() {
        let settings = TelemetrySettings::read(&BTreeMap::from([("LOG", "dialer=loudly")]));
        let refused = Telemetry::start("test", &settings).unwrap_err();
        assert!(refused.to_string().contains("LOG"), "{refused}");
    }

    #[test]
    fn without_settings_lines_are_json_at_info_and_traces_stay_here() {
        let settings = TelemetrySettings::read(&BTreeMap::<String, String>::new());
        assert_eq!(settings, TelemetrySettings { otlp_endpoint: None, log_filter: "info".into(), json: true });
    }
}
