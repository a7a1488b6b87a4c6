//! Settings from the environment and an optional file. An error names the setting and what to do, never a secret's value.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use figment::value::Value;
use secrecy::SecretString;

/// Names the optional TOML file of settings. The environment wins over it.
const FILE: &str = "CALLCOW_CONFIG";

/// Where settings come from. Tests pass a map.
pub trait Env {
    fn get(&self, name: &str) -> Option<String>;
}

impl Env for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<String> {
        BTreeMap::get(self, name).cloned()
    }
}

/// The environment of the process over the file that `CALLCOW_CONFIG` names.
pub struct ProcessEnv {
    file: BTreeMap<String, String>,
}

impl ProcessEnv {
    pub fn read() -> Result<Self, BadSetting> {
        let file = match variable(FILE) {
            Some(path) => read_file(&path)?,
            None => BTreeMap::new(),
        };
        Ok(Self { file })
    }
}

impl Env for ProcessEnv {
    fn get(&self, name: &str) -> Option<String> {
        variable(name).or_else(|| self.file.get(name).cloned())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read_file(path: &str) -> Result<BTreeMap<String, String>, BadSetting> {
    let values: BTreeMap<String, Value> = Figment::from(Toml::file_exact(path))
        .extract()
        .map_err(|error| BadSetting::new(FILE, format!("names a file that can't be read as TOML: {error}")))?;
    values.into_iter().map(|(name, value)| plain(&name, &value).map(|text| (name, text))).collect()
}

fn plain(name: &str, value: &Value) -> Result<String, BadSetting> {
    let number = value.to_num().map(|number| match (number.to_i128(), number.to_u128(), number.to_f64()) {
        (Some(whole), _, _) => whole.to_string(),
        (None, Some(whole), _) => whole.to_string(),
        (None, None, fraction) => fraction.unwrap_or_default().to_string(),
    });
    value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.to_bool().map(|flag| flag.to_string()))
        .or(number)
        .ok_or_else(|| BadSetting::new(FILE, format!("holds {name}, which is not a text, number or flag")))
}

/// A setting that is missing or wrong. The text says which, and what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the setting {name} {problem}")]
pub struct BadSetting {
    name: String,
    problem: String,
}

impl BadSetting {
    pub fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { name: name.into(), problem: problem.into() }
    }
}

pub fn required(env: &impl Env, name: &str) -> Result<String, BadSetting> {
    optional(env, name).ok_or_else(|| BadSetting::new(name, "is missing; set it in the environment or in the file"))
}

/// An empty setting is an absent one.
pub fn optional(env: &impl Env, name: &str) -> Option<String> {
    env.get(name).filter(|value| !value.is_empty())
}

pub fn parsed<T>(env: &impl Env, name: &str, default: T) -> Result<T, BadSetting>
where
    T: FromStr<Err: Display>,
{
    match optional(env, name) {
        Some(text) => parse(name, &text),
        None => Ok(default),
    }
}

pub fn parsed_required<T>(env: &impl Env, name: &str) -> Result<T, BadSetting>
where
    T: FromStr<Err: Display>,
{
    parse(name, &required(env, name)?)
}

fn parse<T>(name: &str, text: &str) -> Result<T, BadSetting>
where
    T: FromStr<Err: Display>,
{
    text.parse().map_err(|error| BadSetting::new(name, format!("can't be understood: {error}")))
}

/// Such as `400ms`, `20s`, `5m`.
pub fn duration(env: &impl Env, name: &str, default: Duration) -> Result<Duration, BadSetting> {
    let Some(text) = optional(env, name) else {
        return Ok(default);
    };
    humantime::parse_duration(&text)
        .map_err(|error| BadSetting::new(name, format!("is not a duration such as 400ms, 20s or 5m: {error}")))
}

pub fn secret(env: &impl Env, name: &str) -> Result<SecretString, BadSetting> {
    required(env, name).map(SecretString::from)
}
