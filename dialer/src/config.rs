//! The settings. This is the only place that sees the environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use bus::BusSettings;
use engine::Limits;
use hours::Hours;
use model::ModelSettings;
use proto::Mode;
use runtime::TelemetrySettings;
use runtime::serve::ListenSettings;
use runtime::settings::{BadSetting, Env, duration, optional, parsed, parsed_required, required, secret};
use secrecy::SecretString;
use url::Url;

use crate::breaker::BreakerSettings;
use crate::carrier::twilio::{Account, Key};
use crate::pace::PaceSettings;

#[derive(Clone, Debug)]
pub struct Config {
    pub listen: ListenSettings,
    /// How carriers reach us. None: at the address that was bound, which only a carrier on this machine can.
    pub public_url: Option<Url>,
    pub database_url: SecretString,
    pub database_connections: u32,
    pub bus: BusSettings,
    pub telemetry: TelemetrySettings,
    pub drain: Duration,
    /// Proves that an address is ours. None: derived from the tokens of the accounts.
    pub link_secret: Option<SecretString>,
    pub live: Option<Account>,
    pub simulator: Option<Account>,
    pub patience: Patience,
    pub rules: Rules,
    pub breaker: BreakerSettings,
    pub pace: PaceSettings,
    pub ceilings: Ceilings,
    pub limits: Limits,
    /// None: the scripted brain holds all conversations.
    pub model: Option<ModelSettings>,
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

/// How long we wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long a phone rings.
    pub ring_timeout: Duration,
    /// How long a claimed call belongs to the process that claimed it.
    pub lease: Duration,
    /// How long the carrier may take to answer a request.
    pub dial_timeout: Duration,
    /// When a carrier that was asked for a call shows it in its lists for certain.
    pub settle: Duration,
    /// How often we look for what nobody told us.
    pub sweep: Duration,
    /// How late a carrier's word may come before we ask for it.
    pub status_margin: Duration,
    /// The first wait after a request that did not reach the carrier, or was too early for it. It doubles.
    pub retry: Duration,
    /// Whether the carrier listens for an answering machine.
    pub detect_machines: bool,
    /// How long calls that are over are kept, from their accept.
    pub keep: Duration,
}

/// What may be dialed when, beside what each call says.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// When people may be called, by their own clocks. None: at any hour.
    pub live_hours: Option<Hours>,
    /// The same for the simulated network, where nobody sleeps.
    pub test_hours: Option<Hours>,
    /// Calls of one organization on the line at a time, where its own terms say nothing.
    pub concurrent_calls_max: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct Ceilings {
    /// Requests to carriers at a time. Each holds a connection, and carriers limit them.
    pub dials: u32,
    /// Conversations of this process. Above, it takes no new calls; those that ring already are still answered.
    pub conversations: u32,
}

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8082);

impl Config {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        Ok(Self {
            listen: ListenSettings::read(env, LISTEN)?,
            public_url: optional(env, "DIALER_PUBLIC_URL")
                .map(|_| parsed_required(env, "DIALER_PUBLIC_URL"))
                .transpose()?,
            database_url: secret(env, "DATABASE_URL")?,
            database_connections: parsed(env, "DATABASE_CONNECTIONS", 16)?,
            bus: BusSettings::read(env)?,
            telemetry: TelemetrySettings::read(env),
            drain: duration(env, "DRAIN", Duration::from_secs(20))?,
            link_secret: optional(env, "DIALER_LINK_SECRET").map(SecretString::from),
            live: live(env)?,
            simulator: simulator(env)?,
            patience: Patience::read(env)?,
            rules: Rules::read(env)?,
            breaker: BreakerSettings {
                failures_max: parsed(env, "CARRIER_FAILURES_MAX", 5)?,
                pause: duration(env, "CARRIER_PAUSE", Duration::from_secs(5))?,
            },
            pace: pace(env)?,
            ceilings: Ceilings {
                dials: parsed(env, "DIALS_MAX", 32)?,
                conversations: parsed(env, "MAX_CONVERSATIONS", 1000)?,
            },
            limits: limits(env)?,
            model: ModelSettings::read(env)?,
        })
    }
}

impl Rules {
    fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let standard = "08:00-21:00".parse().expect("these are hours of a day");
        Ok(Self {
            live_hours: hours(env, "CALLING_HOURS", Some(standard))?,
            test_hours: hours(env, "CALLING_HOURS_TEST", None)?,
            concurrent_calls_max: parsed(env, "CONCURRENT_CALLS_MAX", 10)?,
        })
    }

    pub fn hours_of(&self, mode: Mode) -> Option<Hours> {
        match mode {
            Mode::Live => self.live_hours,
            Mode::Test => self.test_hours,
        }
    }
}

impl Patience {
    fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let patience = Self {
            ring_timeout: duration(env, "RING_TIMEOUT", Duration::from_secs(30))?,
            lease: duration(env, "LEASE", Duration::from_secs(45))?,
            dial_timeout: duration(env, "DIAL_TIMEOUT", Duration::from_secs(15))?,
            settle: duration(env, "SETTLE", Duration::from_mins(2))?,
            sweep: duration(env, "SWEEP", Duration::from_secs(5))?,
            status_margin: duration(env, "STATUS_MARGIN", Duration::from_secs(20))?,
            retry: duration(env, "DIAL_RETRY", Duration::from_secs(1))?,
            detect_machines: parsed(env, "DETECT_MACHINES", true)?,
            keep: duration(env, "CALL_RETENTION", Duration::from_hours(30 * 24))?,
        };
        if patience.keep < bus::FACTS_AGE_MAX + Duration::from_hours(24) {
            return Err(BadSetting::new("CALL_RETENTION", "must be 96h or more: for 72h a plan may be heard again"));
        }
        if patience.lease <= patience.left_to_send() {
            return Err(BadSetting::new("LEASE", "is too short; it has to be twice DIAL_TIMEOUT"));
        }
        Ok(patience)
    }

    /// What has to be left of the lease when the request is sent: its answer should be written down by its owner.
    pub fn left_to_send(&self) -> Duration {
        self.dial_timeout + self.send_within()
    }

    /// How soon after the point of no return the request has to leave. What was frozen for longer gives up, so that it
    /// can't ring after others have given it up.
    pub fn send_within(&self) -> Duration {
        self.dial_timeout / 3
    }
}

fn live(env: &impl Env) -> Result<Option<Account>, BadSetting> {
    let Some(sid) = optional(env, "TWILIO_ACCOUNT_SID") else {
        return Ok(None);
    };
    let api = parsed(env, "TWILIO_API_URL", Url::parse("https://api.twilio.com").expect("this is an address"))?;
    let key = optional(env, "TWILIO_API_KEY_SID");
    let key = key.map(|sid| Ok(Key { sid, secret: secret(env, "TWILIO_API_KEY_SECRET")? })).transpose()?;
    Ok(Some(Account {
        api,
        sid,
        token: secret(env, "TWILIO_AUTH_TOKEN")?,
        token_before: optional(env, "TWILIO_AUTH_TOKEN_BEFORE").map(SecretString::from),
        key,
    }))
}

fn simulator(env: &impl Env) -> Result<Option<Account>, BadSetting> {
    if optional(env, "SIMULATOR_URL").is_none() {
        return Ok(None);
    }
    Ok(Some(Account {
        api: parsed_required(env, "SIMULATOR_URL")?,
        sid: required(env, "SIMULATOR_ACCOUNT_SID")?,
        token: secret(env, "SIMULATOR_AUTH_TOKEN")?,
        token_before: None,
        key: None,
    }))
}

/// Carriers place one call a second from a number, unless they agreed to more.
fn pace(env: &impl Env) -> Result<PaceSettings, BadSetting> {
    Ok(PaceSettings {
        live: rate(env, "CALLS_PER_SECOND", Some(NonZeroU32::MIN))?,
        test: rate(env, "CALLS_PER_SECOND_TEST", None)?,
        redis_url: optional(env, "REDIS_URL").map(SecretString::from),
        patience: duration(env, "REDIS_PATIENCE", Duration::from_millis(40))?,
        replicas: parsed(env, "REPLICAS", NonZeroU32::MIN)?,
    })
}

/// `off`: as fast as can be.
fn rate(env: &impl Env, name: &'static str, default: Option<NonZeroU32>) -> Result<Option<NonZeroU32>, BadSetting> {
    match optional(env, name).as_deref() {
        None => Ok(default),
        Some("off") => Ok(None),
        Some(_) => parsed_required(env, name).map(Some),
    }
}

/// `off`: at any hour.
fn hours(env: &impl Env, name: &'static str, default: Option<Hours>) -> Result<Option<Hours>, BadSetting> {
    match optional(env, name).as_deref() {
        None => Ok(default),
        Some("off") => Ok(None),
        Some(_) => parsed_required(env, name).map(Some),
    }
}

/// `PACE` is how many times faster than people the line is: 1 but for a simulator that was told to hurry.
fn limits(env: &impl Env) -> Result<Limits, BadSetting> {
    let standard = Limits::default();
    let limits = Limits {
        silence: duration(env, "SILENCE", standard.silence)?,
        brain: duration(env, "TURN_TIMEOUT", standard.brain)?,
        filler: duration(env, "TURN_FILLER", standard.filler)?,
        ..standard
    };
    let pace: Pace = parsed(env, "PACE", Pace(1.0))?;
    Ok(limits.at_rate(pace.0))
}

struct Pace(f64);

#[derive(Debug, thiserror::Error)]
#[error("a number above zero")]
struct BadPace;

impl std::str::FromStr for Pace {
    type Err = BadPace;

    fn from_str(text: &str) -> Result<Self, BadPace> {
        let pace: f64 = text.parse().map_err(|_| BadPace)?;
        (pace.is_finite() && pace > 0.0).then_some(Self(pace)).ok_or(BadPace)
    }
}
