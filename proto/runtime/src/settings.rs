//! Settings are read once, when a process starts, by the `config.rs` of each service.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use figment::value::{Num, Value};
use secrecy::SecretString;
use thiserror::Error;

/// Where settings come from. An empty text counts as not set, because that is what templates leave behind.
pub trait Env {
    fn get(&self, name: &str) -> Option<String>;
}

impl Env for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<String> {
        Self::get(self, name).filter(|value| !value.is_empty()).cloned()
    }
}

impl Env for BTreeMap<&str, &str> {
    fn get(&self, name: &str) -> Option<String> {
        Self::get(self, name).filter(|value| !value.is_empty()).map(ToString::to_string)
    }
}

impl<E: Env> Env for &E {
    fn get(&self, name: &str) -> Option<String> {
        (**self).get(name)
    }
}

/// What is wrong with which setting, and what to do. It never shows the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("setting {name}: {problem}")]
pub struct BadSetting {
    name: String,
    problem: String,
}

impl BadSetting {
    /// `problem` is a sentence that says what is wrong and what to do. It must not hold the value of a secret.
    pub fn new(name: impl Into<String>, problem: impl Display) -> Self {
        Self { name: name.into(), problem: problem.to_string() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The environment of this process; what it lacks is looked up in the TOML file that `CALLCOW_CONFIG` names. The file
/// has the names of the settings as keys, in capitals or not.
#[derive(Debug)]
pub struct ProcessEnv {
    file: BTreeMap<String, String>,
}

impl ProcessEnv {
    pub fn read() -> Result<Self, BadSetting> {
        let Some(path) = variable("CALLCOW_CONFIG") else {
            return Ok(Self { file: BTreeMap::new() });
        };
        let file: BTreeMap<String, Value> = Figment::from(Toml::file_exact(path))
            .extract()
            // The error itself would show lines of the file, and they hold secrets.
            .map_err(|_| BadSetting::new("CALLCOW_CONFIG", "must name a file that can be read and is valid TOML"))?;
        let file = file.into_iter().map(|(key, value)| Ok((key.to_uppercase(), plain(&key, &value)?)));
        Ok(Self { file: file.collect::<Result<_, BadSetting>>()? })
    }
}

impl Env for ProcessEnv {
    fn get(&self, name: &str) -> Option<String> {
        variable(name).or_else(|| Env::get(&self.file, name))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enums are figment's, and only these kinds of values are settings"
)]
fn plain(key: &str, value: &Value) -> Result<String, BadSetting> {
    match value {
        Value::String(_, text) => Ok(text.clone()),
        Value::Bool(_, truth) => Ok(truth.to_string()),
        Value::Num(_, Num::F64(number)) => Ok(number.to_string()),
        Value::Num(_, number) => {
            let number = number.to_i128().map(|number| number.to_string());
            number.or_else(|| value.to_u128().map(|number| number.to_string())).ok_or_else(|| not_plain(key))
        }
        _ => Err(not_plain(key)),
    }
}

fn not_plain(key: &str) -> BadSetting {
    BadSetting::new(key.to_uppercase(), "must be a text, a number or a boolean in the file that CALLCOW_CONFIG names")
}

/// A text without which the process can't start.
pub fn required(env: &impl Env, name: &'static str) -> Result<String, BadSetting> {
    optional(env, name).ok_or_else(|| missing(name))
}

pub fn optional(env: &impl Env, name: &'static str) -> Option<String> {
    env.get(name).filter(|value| !value.is_empty())
}

/// A value of any type that is read from text.
pub fn parsed<T>(env: &impl Env, name: &'static str, default: T) -> Result<T, BadSetting>
where
    T: FromStr,
    T::Err: Display,
{
    optional(env, name).map_or(Ok(default), |text| parse(name, &text))
}

pub fn parsed_required<T>(env: &impl Env, name: &'static str) -> Result<T, BadSetting>
where
    T: FromStr,
    T::Err: Display,
{
    parse(name, &required(env, name)?)
}

/// A time with its unit: `400ms`, `20s`, `5m`, `1h`.
pub fn duration(env: &impl Env, name: &'static str, default: Duration) -> Result<Duration, BadSetting> {
    let Some(text) = optional(env, name) else {
        return Ok(default);
    };
    humantime::parse_duration(&text)
        .map_err(|_| BadSetting::new(name, "must be a time with its unit, such as 400ms, 20s, 5m or 1h"))
}

/// A text that no log line, error or debugger may show.
pub fn secret(env: &impl Env, name: &'static str) -> Result<SecretString, BadSetting> {
    required(env, name).map(SecretString::from)
}

fn parse<T>(name: &'static str, text: &str) -> Result<T, BadSetting>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| {
        let wanted = std::any::type_name::<T>().rsplit("::").next().unwrap_or("value");
        BadSetting::new(name, format!("can't be read as {wanted} ({error}); correct it, or unset it for the default"))
    })
}

fn missing(name: &'static str) -> BadSetting {
    BadSetting::new(name, "is not set; set it in the environment or in the file that CALLCOW_CONFIG names")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_missing_setting_is_named() {
        let bad = required(&env(&[]), "NATS_URL").unwrap_err();
        assert_eq!(bad.name(), "NATS_URL");
        assert!(bad.to_string().contains("NATS_URL"), "{bad}");
    }

    #[test]
    fn an_empty_setting_is_a_missing_one() {
        assert!(required(&env(&[("NATS_URL", "")]), "NATS_URL").is_err());
        assert_eq!(parsed(&env(&[("COUNT", "")]), "COUNT", 7).unwrap(), 7);
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_and_its_setting_named() {
        let bad = parsed::<u32>(&env(&[("COUNT", "many")]), "COUNT", 1).unwrap_err();
        assert!(bad.to_string().contains("COUNT") && bad.to_string().contains("u32"), "{bad}");
    }

    #[test]
    fn times_need_a_unit() {
        let env = env(&[("SHORT", "400ms"), ("LONG", "5m"), ("BARE", "20")]);
        assert_eq!(duration(&env, "SHORT", Duration::ZERO).unwrap(), Duration::from_millis(400));
        assert_eq!(duration(&env, "LONG", Duration::ZERO).unwrap(), Duration::from_mins(5));
        assert!(duration(&env, "BARE", Duration::ZERO).is_err());
        assert_eq!(duration(&env, "UNSET", Duration::from_secs(3)).unwrap(), Duration::from_secs(3));
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let token = secret(&env(&[("TOKEN", "hush")]), "TOKEN").unwrap();
        assert!(!format!("{token:?}").contains("hush"));
    }

    #[test]
    fn the_file_gives_texts_numbers_and_truths_and_nothing_else() {
        let values: BTreeMap<String, Value> = Figment::from(Toml::string(
            "listen = \"127.0.0.1:1\"\ncount = 12\nratio = 0.5\nnegative = -3\nopen = true\nlist = [1]",
        ))
        .extract()
        .unwrap();
        let read = |key: &str| plain(key, &values[key]);
        assert_eq!(read("listen").unwrap(), "127.0.0.1:1");
        assert_eq!(read("count").unwrap(), "12");
        assert_eq!(read("ratio").unwrap(), "0.5");
        assert_eq!(read("negative").unwrap(), "-3");
        assert_eq!(read("open").unwrap(), "true");
        assert_eq!(read("list").unwrap_err().name(), "LIST");
    }
}
