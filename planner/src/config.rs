//! The settings. This is the only place that sees the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bus::BusSettings;
use runtime::TelemetrySettings;
use runtime::serve::ListenSettings;
use runtime::settings::{BadSetting, Env, duration};

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);
/// A plan takes milliseconds: this is for a bus that comes back.
const DRAIN: Duration = Duration::from_secs(20);

#[derive(Clone, Debug)]
pub struct Config {
    /// For gRPC, health and metrics alike.
    pub listen: ListenSettings,
    pub bus: BusSettings,
    pub telemetry: TelemetrySettings,
    pub drain: Duration,
}

impl Config {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self {
            listen: ListenSettings::read(env, LISTEN)?,
            bus: BusSettings::read(env)?,
            telemetry: TelemetrySettings::read(env),
            drain: duration(env, "DRAIN", DRAIN)?,
        })
    }
}
