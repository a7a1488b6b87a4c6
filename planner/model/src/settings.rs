//! Which model is asked, and what it costs.

use std::str::FromStr;
use std::sync::Arc;

use runtime::settings::{optional, parsed, required, secret};
use runtime::{BadSetting, Env};
use secrecy::SecretString;
use url::Url;

use crate::{Anthropic, Model, OpenAi, Tokens};

/// A laptop's model answers one at a time, a vendor's dozens; eight keep both from harm.
const SLOTS: usize = 8;

/// What a vendor's API looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    OpenAi,
    Anthropic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be openai or anthropic")]
pub struct NoSuchApi;

impl FromStr for Api {
    type Err = NoSuchApi;

    fn from_str(text: &str) -> Result<Self, NoSuchApi> {
        match text {
            "openai" => Ok(Self::OpenAi),
            "anthropic" => Ok(Self::Anthropic),
            _ => Err(NoSuchApi),
        }
    }
}

/// US dollars for a million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prices {
    pub read: f64,
    pub written: f64,
}

impl Prices {
    /// Dollars for a million are microdollars for one.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "far below 2^52"
    )]
    pub fn microdollars(self, tokens: Tokens) -> u64 {
        (self.read * tokens.read as f64 + self.written * tokens.written as f64).max(0.0).round() as u64
    }
}

#[derive(Clone, Debug)]
pub struct ModelSettings {
    api: Api,
    url: Url,
    name: String,
    key: Option<SecretString>,
    pub slots: usize,
    pub prices: Prices,
}

impl ModelSettings {
    /// None: `MODEL_API` is not set, and no model is asked.
    pub fn read(env: &impl Env) -> Result<Option<Self>, BadSetting> {
        let Some(api) = optional(env, "MODEL_API") else { return Ok(None) };
        let api = api.parse().map_err(|problem| BadSetting::new("MODEL_API", problem))?;
        let (url, key) = match api {
            Api::OpenAi => {
                // Servers on one's own machine want no key.
                let key = optional(env, "MODEL_KEY").map(SecretString::from);
                (parsed(env, "MODEL_URL", known("https://api.openai.com/v1"))?, key)
            }
            Api::Anthropic => {
                (parsed(env, "MODEL_URL", known("https://api.anthropic.com"))?, Some(secret(env, "MODEL_KEY")?))
            }
        };
        let prices = Prices {
            read: parsed(env, "MODEL_DOLLARS_PER_MILLION_READ", 0.0)?,
            written: parsed(env, "MODEL_DOLLARS_PER_MILLION_WRITTEN", 0.0)?,
        };
        let slots = parsed(env, "MODEL_SLOTS", SLOTS)?;
        if slots == 0 {
            return Err(BadSetting::new("MODEL_SLOTS", "must be 1 or more"));
        }
        Ok(Some(Self { api, url, name: required(env, "MODEL_NAME")?, key, slots, prices }))
    }

    pub fn model(&self) -> Result<Arc<dyn Model>, reqwest::Error> {
        let (url, name) = (self.url.clone(), self.name.clone());
        Ok(match (self.api, &self.key) {
            (Api::Anthropic, Some(key)) => Arc::new(Anthropic::new(url, name, key.clone())?),
            (Api::OpenAi | Api::Anthropic, key) => Arc::new(OpenAi::new(url, name, key.clone())?),
        })
    }
}

fn known(url: &str) -> Url {
    url.parse().expect("a URL of ours")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{ModelSettings, Prices};
    use crate::Tokens;

    #[test]
    fn a_model_is_asked_only_when_it_is_named() {
        let read = |pairs: &[(&str, &str)]| {
            let env: BTreeMap<_, _> =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            ModelSettings::read(&env)
        };
        runtime::install_crypto();
        assert!(read(&[]).unwrap().is_none());
        let local = [("MODEL_API", "openai"), ("MODEL_URL", "http://127.0.0.1:8000/v1"), ("MODEL_NAME", "m")];
        assert_eq!(read(&local).unwrap().unwrap().model().unwrap().name(), "openai/m");
        for (wrong, named) in [
            (vec![("MODEL_API", "other")], "MODEL_API"),
            (vec![("MODEL_API", "openai")], "MODEL_NAME"),
            (vec![("MODEL_API", "anthropic"), ("MODEL_NAME", "m")], "MODEL_KEY"),
            (vec![("MODEL_API", "openai"), ("MODEL_NAME", "m"), ("MODEL_SLOTS", "0")], "MODEL_SLOTS"),
        ] {
            assert_eq!(read(&wrong).err().unwrap().name(), named);
        }
    }

    #[test]
    fn tokens_cost_what_the_price_list_says() {
        let prices = Prices { read: 2.0, written: 8.0 };
        assert_eq!(prices.microdollars(Tokens { read: 1_000, written: 250 }), 4_000);
        assert_eq!(Prices::default().microdollars(Tokens { read: 9, written: 9 }), 0);
    }
}
