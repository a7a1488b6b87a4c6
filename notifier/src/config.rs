//! All settings of the notifier. Nobody else sees the environment.

use std::net::{AddrParseError, IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use bus::BusSettings;
use runtime::settings::{duration, parsed, required};
use runtime::{BadSetting, Env, ListenSettings, Sealer, TelemetrySettings};

use crate::guard::{AllowList, DnsCache, Policy, Ports};
use crate::lanes::LaneLimits;
use crate::poster::Timeouts;
use crate::retention::Retention;
use crate::schedule::Schedule;
use crate::sender::SenderSettings;

pub struct Config {
    pub listen: ListenSettings,
    pub telemetry: TelemetrySettings,
    pub drain: Duration,
    pub bus: BusSettings,
    pub database_url: String,
    pub database_connections: u32,
    pub sealer: Sealer,
    pub schedule: Schedule,
    pub policy: Policy,
    /// Empty: those of the system.
    pub dns: Servers,
    pub dns_cache: DnsCache,
    pub timeouts: Timeouts,
    pub lanes: LaneLimits,
    pub sender: SenderSettings,
    pub retention: Retention,
}

/// What bringing the tables up to date needs.
pub struct MigrateConfig {
    pub database_url: String,
}

impl MigrateConfig {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self { database_url: required(env, "DATABASE_URL")? })
    }
}

/// What admin commands need.
pub struct AdminConfig {
    pub database_url: String,
    pub schedule: Schedule,
    /// Few commands need it.
    pub sealer: Result<Sealer, BadSetting>,
}

impl AdminConfig {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self {
            database_url: required(env, "DATABASE_URL")?,
            schedule: parsed(env, "CALLBACK_SCHEDULE", Schedule::default())?,
            sealer: Sealer::read(env),
        })
    }
}

/// Addresses of DNS servers, separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Servers(pub Vec<SocketAddr>);

impl FromStr for Servers {
    type Err = AddrParseError;
    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        text.split(',').map(|server| server.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// Long enough to find out why a receiver was told nothing.
const RETENTION: Duration = Duration::from_hours(30 * 24);
const RETENTION_INTERVAL: Duration = Duration::from_mins(1);
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8083);
/// Longer than an attempt may take, so that attempts which are being made can end.
const DRAIN: Duration = Duration::from_secs(20);
/// One for the recorder, one for claims, the rest for the outbox and for facts that are heard.
const DATABASE_CONNECTIONS: u32 = 8;
/// A receiver that needs longer to take a TCP connection is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What Standard Webhooks advises at least.
const TIMEOUT: Duration = Duration::from_secs(15);
/// What an attempt needs beside its timeout: to be begun, and to be recorded by a slow database.
const LEASE_SLACK: Duration = Duration::from_secs(5);
const LEASE: Duration = Duration::from_secs(45);
const POLL: Duration = Duration::from_millis(500);
/// Some ten megabytes of bodies and buffers, and as many sockets as any system allows.
const IN_FLIGHT: usize = 512;
/// As many connections as a browser farm would open; a receiver earns them by answering.
const PER_HOST: u32 = 64;
/// Fewer could be bad luck with a receiver that fails now and then.
const TROUBLES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(30);
const PAUSE_MAX: Duration = Duration::from_mins(5);

impl Config {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let timeouts = Timeouts {
            connect: duration(env, "CALLBACK_CONNECT_TIMEOUT", CONNECT_TIMEOUT)?,
            total: duration(env, "CALLBACK_TIMEOUT", TIMEOUT)?,
        };
        let lease = duration(env, "CALLBACK_LEASE", LEASE)?;
        if lease < timeouts.total + LEASE_SLACK {
            let wrong = "must be five seconds longer than CALLBACK_TIMEOUT, or two would make one attempt";
            return Err(BadSetting::new("CALLBACK_LEASE", wrong));
        }
        Ok(Self {
            listen: ListenSettings::read(env, LISTEN)?,
            telemetry: TelemetrySettings::read(env),
            drain: duration(env, "DRAIN", DRAIN)?,
            bus: BusSettings::read(env)?,
            database_url: required(env, "DATABASE_URL")?,
            database_connections: parsed(env, "DATABASE_CONNECTIONS", DATABASE_CONNECTIONS)?,
            sealer: Sealer::read(env)?,
            schedule: parsed(env, "CALLBACK_SCHEDULE", Schedule::default())?,
            policy: Policy {
                allow_http: parsed(env, "CALLBACK_ALLOW_HTTP", false)?,
                allow: parsed(env, "CALLBACK_ALLOW", AllowList::default())?,
                ports: parsed(env, "CALLBACK_PORTS", Ports::default())?,
            },
            dns: parsed(env, "CALLBACK_DNS", Servers::default())?,
            dns_cache: DnsCache {
                keep_max: duration(env, "CALLBACK_DNS_KEEP", DnsCache::default().keep_max)?,
                ..DnsCache::default()
            },
            timeouts,
            lanes: lanes(env)?,
            retention: Retention {
                keep: duration(env, "CALLBACK_RETENTION", RETENTION)?,
                interval: duration(env, "CALLBACK_RETENTION_INTERVAL", RETENTION_INTERVAL)?,
            },
            sender: SenderSettings {
                in_flight_max: parsed(env, "CALLBACK_IN_FLIGHT", IN_FLIGHT)?.max(1),
                poll: duration(env, "CALLBACK_POLL", POLL)?,
                lease,
            },
        })
    }
}

fn lanes(env: &impl Env) -> Result<LaneLimits, BadSetting> {
    Ok(LaneLimits {
        per_host_max: parsed(env, "CALLBACK_PER_HOST", PER_HOST)?.max(1),
        troubles_max: parsed(env, "CALLBACK_TROUBLES", TROUBLES)?.max(1),
        pause: duration(env, "CALLBACK_PAUSE", PAUSE)?,
        pause_max: duration(env, "CALLBACK_PAUSE_MAX", PAUSE_MAX)?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Config;

    fn env(more: &[(&str, &str)]) -> BTreeMap<String, String> {
        let base = [
            ("NATS_URL", "nats://127.0.0.1"),
            ("DATABASE_URL", "postgres://localhost/callcow"),
            ("SEAL_KEYS", "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
        ];
        base.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn three_settings_are_enough() {
        let config = Config::read(&env(&[])).unwrap();
        assert!(!config.policy.allow_http);
        assert!(config.dns.0.is_empty());
    }

    #[test]
    fn a_bad_setting_is_named() {
        let cases = [
            ("CALLBACK_SCHEDULE", "soon"),
            ("CALLBACK_ALLOW", "localhost"),
            ("CALLBACK_ALLOW_HTTP", "perhaps"),
            ("CALLBACK_PORTS", "web"),
            ("CALLBACK_DNS", "9.9.9.9"),
            ("CALLBACK_LEASE", "10s"),
            ("SEAL_KEYS", ""),
        ];
        for (name, value) in cases {
            let error = Config::read(&env(&[(name, value)])).err().unwrap();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
