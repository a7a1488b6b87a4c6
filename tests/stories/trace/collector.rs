//! A collector that is not ours, between the services and the backend: Rotel, which deploy/traces/collector.sh installs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;

use runtime::ProcessEnv;
use runtime::settings::optional;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::backend::Backend;
use crate::world::until;

/// Where its program is.
const PROGRAM: &str = "TRACE_COLLECTOR";
/// What it adds to every resource that it passes on.
const MARK: (&str, &str) = ("collector.name", "rotel");

pub(super) struct Collector {
    address: SocketAddr,
    _process: Child,
}

impl Collector {
    /// Passes on to that backend. None: no collector is given, and spans go there without one.
    pub(super) async fn start_if_given(backend: &Backend) -> Option<Self> {
        let program = optional(&ProcessEnv::read().unwrap(), PROGRAM)?;
        let (address, http) = (free_address(), free_address());
        let files = std::env::temp_dir().join(format!("callcow-collector-{}", address.port()));
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "--", &program, "start"])
            .args(["--otlp-grpc-endpoint", &address.to_string(), "--otlp-http-endpoint", &http.to_string()])
            .args(["--exporter", "otlp", "--otlp-exporter-endpoint", &format!("http://{}", backend.over_http().await)])
            .args(["--otlp-exporter-protocol", "http", "--otel-resource-attributes", &format!("{}={}", MARK.0, MARK.1)])
            .args([
                "--pid-file",
                &format!("{}.pid", files.display()),
                "--log-file",
                &format!("{}.log", files.display()),
            ])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        until("the collector to listen", || async {
            TcpStream::connect(address).await.map(drop).map_err(|error| json!(error.to_string()))
        })
        .await;
        Some(Self { address, _process: process })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

pub(super) fn has_mark(resource: &Value) -> bool {
    let mark = json!({"key": MARK.0, "value": {"stringValue": MARK.1}});
    resource["attributes"].as_array().is_some_and(|attributes| attributes.contains(&mark))
}

/// It can't tell which one it took, so it is told. Nobody else takes it in between, or the story fails.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}
