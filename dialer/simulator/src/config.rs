//! The settings, read once.

use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use runtime::health::ListenSettings;
use runtime::settings::{duration, parsed, required, secret};
use runtime::{BadSetting, Env, TelemetrySettings};
use secrecy::SecretString;

use crate::order::is_account_sid;

const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8090);
const DRAIN_DEFAULT: Duration = Duration::from_secs(5);
/// Faster than this, a wait is shorter than the timers of the machine can tell.
const RATE_MAX: f64 = 1000.0;
const RATE_MIN: f64 = 0.1;

/// The settings of the process.
pub struct Config {
    pub listen: ListenSettings,
    pub drain: Duration,
    pub telemetry: TelemetrySettings,
    pub network: Settings,
}

/// The settings of a network, wherever it runs.
#[derive(Clone)]
pub struct Settings {
    /// The name of its only account, such as `AC0123456789abcdef0123456789abcdef`.
    pub account_sid: String,
    /// The password of the account, which signs its webhooks, too.
    pub auth_token: SecretString,
    /// How many times faster than the clock on the wall the network and its people are.
    pub rate: f64,
    /// What people's moods and phrases follow from; the same seed gives the same words.
    pub seed: u64,
}

impl Default for Settings {
    /// An account for tests, at twenty times the speed of life.
    fn default() -> Self {
        Self {
            account_sid: "AC00000000000000000000000000000000".to_owned(),
            auth_token: SecretString::from("simulated-auth-token"),
            rate: 20.0,
            seed: 1,
        }
    }
}

impl Config {
    /// # Errors
    /// Names the setting that is missing or wrong.
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let listen = parsed(env, "SIMULATOR_LISTEN", LISTEN_DEFAULT)?;
        Ok(Self {
            listen: ListenSettings::read(env, listen)?,
            drain: duration(env, "DRAIN", DRAIN_DEFAULT)?,
            telemetry: TelemetrySettings::read(env),
            network: Settings::read(env)?,
        })
    }
}

impl Settings {
    fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let account_sid = required(env, "SIMULATOR_ACCOUNT_SID")?;
        checked("SIMULATOR_ACCOUNT_SID", is_account_sid(&account_sid), "must be AC and 32 hexadecimal digits")?;
        let rate: f64 = parsed(env, "SIMULATOR_RATE", 1.0)?;
        let limits = format!("must be a number from {RATE_MIN} to {RATE_MAX}");
        checked("SIMULATOR_RATE", (RATE_MIN..=RATE_MAX).contains(&rate), limits)?;
        Ok(Self {
            account_sid,
            auth_token: secret(env, "SIMULATOR_AUTH_TOKEN")?,
            rate,
            seed: parsed(env, "SIMULATOR_SEED", 1)?,
        })
    }
}

fn checked(name: &str, good: bool, problem: impl Display) -> Result<(), BadSetting> {
    if good { Ok(()) } else { Err(BadSetting::new(name, problem)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Config;

    fn read(change: (&'static str, &'static str)) -> Result<Config, String> {
        let mut env = BTreeMap::from([
            ("SIMULATOR_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
            ("SIMULATOR_AUTH_TOKEN", "hush"),
            ("SIMULATOR_RATE", "20"),
        ]);
        env.insert(change.0, change.1);
        Config::read(&env).map_err(|bad| bad.to_string())
    }

    #[test]
    fn the_address_has_a_default_a_setting_of_its_own_and_the_common_one() {
        let address = |change| read(change).unwrap_or_else(|bad| panic!("{bad}")).listen.address.to_string();
        assert_eq!(address(("SIMULATOR_RATE", "1")), "127.0.0.1:8090");
        assert_eq!(address(("SIMULATOR_LISTEN", "127.0.0.1:1234")), "127.0.0.1:1234");
        assert_eq!(address(("LISTEN", "127.0.0.1:4321")), "127.0.0.1:4321");
    }

    #[test]
    fn a_bad_setting_is_named() {
        for (name, value) in [
            ("SIMULATOR_ACCOUNT_SID", "AC12"),
            ("SIMULATOR_AUTH_TOKEN", ""),
            ("SIMULATOR_RATE", "0"),
            ("SIMULATOR_RATE", "NaN"),
            ("SIMULATOR_SEED", "apple"),
        ] {
            let bad = read((name, value)).err().expect(name);
            assert!(bad.contains(name), "{bad}");
        }
    }
}
