//! All settings of the planner. Nobody else sees the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bus::BusSettings;
use model::ModelSettings;
use runtime::settings::duration;
use runtime::{BadSetting, Env, ListenSettings, TelemetrySettings};

pub struct Config {
    pub listen: ListenSettings,
    pub telemetry: TelemetrySettings,
    pub drain: Duration,
    pub bus: BusSettings,
    pub plan: PlanSettings,
}

/// Who makes plans.
pub struct PlanSettings {
    /// None: only the built-in planner.
    pub model: Option<ModelSettings>,
    /// How long a plan of the model may take, with all its repetitions.
    pub within: Duration,
}

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);
/// A plan takes milliseconds; the rest is for a bus that is slow to confirm it.
const DRAIN: Duration = Duration::from_secs(20);

/// The caller has been answered already, but expects a phone to ring soon.
const MODEL_WITHIN: Duration = Duration::from_secs(20);

impl Config {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self {
            listen: ListenSettings::read(env, LISTEN)?,
            telemetry: TelemetrySettings::read(env),
            drain: duration(env, "DRAIN", DRAIN)?,
            bus: BusSettings::read(env)?,
            plan: PlanSettings::read(env)?,
        })
    }
}

impl PlanSettings {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self { model: ModelSettings::read(env)?, within: duration(env, "MODEL_TIMEOUT", MODEL_WITHIN)? })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Config;

    #[test]
    fn the_address_of_the_bus_is_enough() {
        let env = |name: &str| BTreeMap::from([(name.to_owned(), "nats://127.0.0.1".to_owned())]);
        assert_eq!(Config::read(&env("NATS_URL")).ok().unwrap().listen.address.port(), 8081);
        assert!(Config::read(&env("OTHER")).err().unwrap().to_string().contains("NATS_URL"));
    }
}
