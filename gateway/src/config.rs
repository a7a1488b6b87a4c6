//! The settings. This is the only place that sees the environment.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bus::BusSettings;
use ipnet::IpNet;
use runtime::serve::{Connections, ListenSettings};
use runtime::settings::{BadSetting, Env, duration, optional, parsed, secret};
use runtime::{Sealer, TelemetrySettings};
use secrecy::SecretString;
use tonic::transport::Endpoint;

use crate::accepting::AcceptSettings;
use crate::api::Rules;
use crate::callback_url::CallbackPolicy;
use crate::edge::EdgeRules;
use crate::limits::Policy;
use crate::sweep::SweepSettings;

const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// What serving needs.
pub struct Config {
    pub listen: ListenSettings,
    pub connections: Connections,
    pub database_url: SecretString,
    /// Connections to Postgres. A few for each core of the database serve thousands of requests.
    pub database_connections: u32,
    pub redis_url: SecretString,
    /// The planner that preflights ask. None: they are planned by the built-in planner.
    pub planner: Option<Endpoint>,
    pub bus: BusSettings,
    pub telemetry: TelemetrySettings,
    pub drain: Duration,
    pub sealer: Sealer,
    pub rules: Rules,
    pub accept: AcceptSettings,
    pub limit: Policy,
    /// Calls of one organization that wait or go on.
    pub open_calls_max: u32,
    /// Streams of events at once. Each holds a connection of the client.
    pub streams_max: usize,
    pub sweep: SweepSettings,
}

/// What bringing the tables up to date needs.
pub struct MigrateConfig {
    pub database_url: SecretString,
}

impl MigrateConfig {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self { database_url: secret(env, "DATABASE_URL")? })
    }
}

/// What the admin's commands need.
pub struct AdminConfig {
    pub database_url: SecretString,
    pub sealer: Sealer,
    /// Only what reads facts needs it.
    pub bus: Option<BusSettings>,
}

impl Config {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self {
            listen: ListenSettings::read(env, LISTEN)?,
            connections: Connections::read(env)?,
            database_url: secret(env, "DATABASE_URL")?,
            database_connections: parsed(env, "DATABASE_CONNECTIONS", 16)?,
            redis_url: secret(env, "REDIS_URL")?,
            planner: planner(env)?,
            bus: BusSettings::read(env)?,
            telemetry: TelemetrySettings::read(env),
            drain: duration(env, "DRAIN", Duration::from_secs(20))?,
            sealer: Sealer::read(env)?,
            rules: Rules {
                callbacks: callbacks(env)?,
                idempotency_window: duration(env, "IDEMPOTENCY_WINDOW", Duration::from_mins(5))?,
                any_language: any_language(env)?,
                call_deadline: duration(env, "CALL_DEADLINE", Duration::from_hours(1))?,
                max_duration: duration(env, "CALL_MAX_DURATION", Duration::from_mins(10))?,
                stream_age_max: duration(env, "EVENT_STREAM_AGE", Duration::from_mins(10))?,
                body_wait: duration(env, "BODY_WAIT", Duration::from_secs(10))?,
                edge: EdgeRules {
                    in_flight_max: parsed(env, "REQUESTS_MAX", 1_024)?,
                    deadline: duration(env, "REQUEST_DEADLINE", Duration::from_secs(20))?,
                },
            },
            accept: AcceptSettings {
                queue_max: parsed(env, "ACCEPT_QUEUE_MAX", 1_000)?,
                wait: duration(env, "ACCEPT_WAIT", Duration::from_secs(2))?,
                batches: parsed(env, "ACCEPT_BATCHES", 1)?,
            },
            limit: Policy {
                requests_max: parsed(env, "RATE_LIMIT", 60)?,
                // Enough to ask how ten calls are going every six seconds.
                reads_per_request: parsed(env, "READS_PER_REQUEST", 10)?,
                window: Duration::from_mins(1),
                replicas: parsed(env, "REPLICAS", 1)?,
                patience: duration(env, "REDIS_PATIENCE", Duration::from_millis(40))?,
            },
            open_calls_max: parsed(env, "OPEN_CALLS_MAX", 1_000)?,
            streams_max: parsed(env, "EVENT_STREAMS_MAX", 2_000)?,
            sweep: sweep(env)?,
        })
    }
}

impl AdminConfig {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let bus = optional(env, "NATS_URL").map(|_| BusSettings::read(env)).transpose()?;
        Ok(Self { database_url: secret(env, "DATABASE_URL")?, sealer: Sealer::read(env)?, bus })
    }
}

fn callbacks(env: &impl Env) -> Result<CallbackPolicy, BadSetting> {
    let allow = optional(env, "CALLBACK_ALLOW").unwrap_or_default();
    let allow = allow.split(',').map(str::trim).filter(|net| !net.is_empty()).map(str::parse::<IpNet>);
    let allow = allow.collect::<Result<_, _>>().map_err(|_| {
        BadSetting::new("CALLBACK_ALLOW", "must be networks such as 127.0.0.0/8, several separated by commas")
    })?;
    Ok(CallbackPolicy { allow, allow_http: parsed(env, "CALLBACK_ALLOW_HTTP", false)? })
}

fn planner(env: &impl Env) -> Result<Option<Endpoint>, BadSetting> {
    let address = optional(env, "PLANNER_URL").map(Endpoint::from_shared).transpose();
    address.map_err(|_| BadSetting::new("PLANNER_URL", "must be an address such as http://planner:8081"))
}

/// Without the planner's address a preflight would refuse what the planner's model takes.
fn any_language(env: &impl Env) -> Result<bool, BadSetting> {
    let wanted = parsed(env, "PROMPTS_IN_ANY_LANGUAGE", false)?;
    if wanted && optional(env, "PLANNER_URL").is_none() {
        return Err(BadSetting::new("PROMPTS_IN_ANY_LANGUAGE", "needs PLANNER_URL: only the planner has a model"));
    }
    Ok(wanted)
}

fn sweep(env: &impl Env) -> Result<SweepSettings, BadSetting> {
    let usual = SweepSettings::default();
    let keep = duration(env, "CALL_RETENTION", usual.keep)?;
    if keep < bus::FACTS_AGE_MAX + Duration::from_hours(24) {
        return Err(BadSetting::new("CALL_RETENTION", "must be 96h or more: for 72h facts about a call may be heard"));
    }
    Ok(SweepSettings {
        interval: duration(env, "SWEEP_INTERVAL", usual.interval)?,
        silence_max: duration(env, "SWEEP_SILENCE", usual.silence_max)?,
        deadline_grace: duration(env, "SWEEP_DEADLINE_GRACE", usual.deadline_grace)?,
        ask_again: duration(env, "SWEEP_ASK_AGAIN", usual.ask_again)?,
        keep,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Config;

    fn settings(more: &[(&'static str, &'static str)]) -> BTreeMap<&'static str, &'static str> {
        let mut settings = BTreeMap::from([
            ("DATABASE_URL", "postgres://localhost/cow"),
            ("REDIS_URL", "redis://localhost"),
            ("NATS_URL", "nats://localhost"),
            ("SEAL_KEYS", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ]);
        settings.extend(more.iter().copied());
        settings
    }

    #[test]
    fn a_few_settings_are_enough_to_serve() {
        let config = Config::read(&settings(&[])).unwrap();
        assert_eq!(config.listen.address.to_string(), "127.0.0.1:8080");
        assert_eq!(config.limit.requests_max, 60);
        assert_eq!(config.rules.idempotency_window.as_secs(), 300);
        assert!(config.rules.callbacks.allow.is_empty() && !config.rules.callbacks.allow_http);
    }

    #[test]
    fn a_bad_network_is_named_by_its_setting() {
        let bad = Config::read(&settings(&[("CALLBACK_ALLOW", "127.0.0.0/8, here")])).err().unwrap();
        assert_eq!(bad.name(), "CALLBACK_ALLOW");
        let good = Config::read(&settings(&[("CALLBACK_ALLOW", "127.0.0.0/8, ::1/128")])).unwrap();
        assert_eq!(good.rules.callbacks.allow.len(), 2);
    }

    #[test]
    fn any_language_is_for_gateways_that_know_a_planner() {
        let any = ("PROMPTS_IN_ANY_LANGUAGE", "true");
        assert_eq!(Config::read(&settings(&[any])).err().unwrap().name(), "PROMPTS_IN_ANY_LANGUAGE");
        let known = Config::read(&settings(&[any, ("PLANNER_URL", "http://planner:81")])).unwrap();
        assert!(known.rules.any_language);
    }
}
