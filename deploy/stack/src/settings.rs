//! What a system of our processes is made of, and the settings that they get.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::program;
use crate::servers::{Addresses, Durability};
use crate::trouble::Trouble;

const DRAIN: &str = "5s";
/// An account that the simulated carrier knows.
const ACCOUNT_SID: &str = "AC5e11fa57c0ffee00c0ffee00c0ffee00";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Gateway,
    Planner,
    Dialer,
    Notifier,
    /// Not a service of ours, but the phone network that they call.
    Simulator,
}

impl Service {
    pub const ALL: [Self; 5] = [Self::Gateway, Self::Planner, Self::Dialer, Self::Notifier, Self::Simulator];

    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Planner => "planner",
            Self::Dialer => "dialer",
            Self::Notifier => "notifier",
            Self::Simulator => "simulator",
        }
    }

    fn program(self) -> String {
        format!("callcow-{}", self.name())
    }

    /// The program that was built with us.
    pub(crate) fn binary(self) -> Result<PathBuf, Trouble> {
        program::own(&self.program())
    }
}

/// Whose nats-server, redis and postgres a system uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseServers {
    /// Those of the whole test run; the system has its own database and subjects there.
    Shared,
    /// Servers that stop with the system, and that a story may kill.
    Own(Durability),
}

#[derive(Clone, Debug)]
pub struct SystemSettings {
    pub servers: UseServers,
    /// Of each of our services. Several of one stand behind a [balancer](crate::Balancer).
    pub copies: usize,
    /// How many times faster than life the simulated phone network is.
    pub rate: f64,
    /// Where spans go over OTLP/gRPC.
    pub otlp_endpoint: Option<String>,
    /// The folder of the programs of another version, which all services but the simulator start from.
    pub programs: Option<PathBuf>,
    /// Further settings of one service, which win over ours.
    pub more: Vec<(Service, &'static str, String)>,
}

impl SystemSettings {
    /// As fast as the people can still be followed.
    pub fn for_demo() -> Self {
        Self {
            servers: UseServers::Own(Durability::Safe),
            copies: 1,
            rate: 4.0,
            otlp_endpoint: None,
            programs: None,
            more: Vec::new(),
        }
    }

    /// Fast, and impatient with what does not answer, so that a story about a crash is over in seconds.
    pub fn for_tests() -> Self {
        let more = [
            ("LEASE", "5s"),
            ("DIAL_TIMEOUT", "1500ms"),
            ("SETTLE", "2s"),
            ("SWEEP", "250ms"),
            ("STATUS_MARGIN", "2s"),
            ("DIAL_RETRY", "200ms"),
        ]
        .map(|(name, value)| (Service::Dialer, name, value.to_owned()));
        let mut more = Vec::from(more);
        more.extend(Service::ALL.map(|service| (service, "NATS_ACK_WAIT", "2s".to_owned())));
        Self { servers: UseServers::Shared, copies: 1, rate: 20.0, otlp_endpoint: None, programs: None, more }
    }

    /// What a service is started from.
    pub(crate) fn program(&self, service: Service) -> Result<PathBuf, Trouble> {
        match &self.programs {
            Some(folder) if service != Service::Simulator => Ok(folder.join(service.program())),
            Some(_) | None => service.binary(),
        }
    }

    #[must_use]
    pub fn with(mut self, service: Service, name: &'static str, value: &str) -> Self {
        self.more.push((service, name, value.to_owned()));
        self
    }
}

/// Settings of all processes. Each takes what it knows.
pub(crate) fn common(settings: &SystemSettings, at: &Addresses, database_url: &str) -> BTreeMap<String, String> {
    let prefix = format!("t{}", uuid::Uuid::from_u128(rand::random()).simple());
    let key: [u8; 32] = rand::random();
    let rate = settings.rate.to_string();
    let redis_url = at.any_redis_database();
    let token = uuid::Uuid::from_u128(rand::random()).simple().to_string();
    let mut env = BTreeMap::from(
        [
            ("NATS_URL", at.nats_url.as_str()),
            ("NATS_PREFIX", &prefix),
            ("DATABASE_URL", database_url),
            ("REDIS_URL", &redis_url),
            ("SEAL_KEYS", &format!("k1:{}", BASE64_STANDARD.encode(key))),
            ("DRAIN", DRAIN),
            ("LOG", "info"),
            ("RUST_BACKTRACE", "1"),
            // The receivers of callbacks are on this machine.
            ("CALLBACK_ALLOW", "127.0.0.0/8"),
            ("CALLBACK_ALLOW_HTTP", "true"),
            // Whoever tries it on their own machine may look as often as they like.
            ("READS_PER_REQUEST", "100000"),
            ("SIMULATOR_ACCOUNT_SID", ACCOUNT_SID),
            ("SIMULATOR_AUTH_TOKEN", &token),
            ("SIMULATOR_RATE", &rate),
            ("PACE", &rate),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    if let Some(endpoint) = &settings.otlp_endpoint {
        env.insert("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), endpoint.clone());
        // A story waits for the spans.
        env.insert("OTEL_BSP_SCHEDULE_DELAY".to_owned(), "200".to_owned());
    }
    env
}
