//! API keys: `ck_live_` or `ck_test_`, 32 random base62 characters, and 6 of a CRC32 over all that stands before them, so
//! that a typo is refused without asking the database.

pub mod cache;
pub mod create;
pub mod list;
pub mod revoke;
pub mod scope;

use proto::Mode;
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

const LIVE: &str = "ck_live_";
const TEST: &str = "ck_test_";
/// 190 bits: nobody guesses one, and a plain digest is safe at rest.
const RANDOM_CHARS: usize = 32;
/// 62^6 is more than 2^32.
const CHECKSUM_CHARS: usize = 6;
const ENDING_CHARS: usize = 4;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key whose checksum is right. It shows itself only when asked.
#[derive(Clone, Debug)]
pub struct ApiKey {
    text: SecretString,
    mode: Mode,
}

/// The text is not a key that was ever given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an API key")]
pub struct NotAKey;

impl ApiKey {
    pub fn generate(mode: Mode, rng: &mut impl rand::Rng) -> Self {
        let mut text = prefix(mode).to_owned();
        text.extend((0..RANDOM_CHARS).map(|_| char::from(BASE62[rng.random_range(0..BASE62.len())])));
        text.push_str(&checksum(&text));
        Self { text: text.into(), mode }
    }

    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let mode = [Mode::Live, Mode::Test].into_iter().find(|mode| text.starts_with(prefix(*mode))).ok_or(NotAKey)?;
        let sized = text.len() == LIVE.len() + RANDOM_CHARS + CHECKSUM_CHARS;
        if !sized || !text.bytes().skip(LIVE.len()).all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(NotAKey);
        }
        let (body, told) = text.split_at(text.len() - CHECKSUM_CHARS);
        if checksum(body) != told {
            return Err(NotAKey);
        }
        Ok(Self { text: text.into(), mode })
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What the database keeps, and finds a key by. Nobody learns of a key by how long that takes: whoever guesses can't
    /// choose how a digest begins.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.text.expose_secret().as_bytes()).into()
    }

    /// Enough to tell two keys of one organization apart.
    pub fn ending(&self) -> &str {
        let text = self.text.expose_secret();
        &text[text.len() - ENDING_CHARS..] // A checked key is ASCII.
    }

    /// The key itself, for the one time that it is shown.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

fn prefix(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => LIVE,
        Mode::Test => TEST,
    }
}

fn checksum(body: &str) -> String {
    let mut rest = u64::from(crc32fast::hash(body.as_bytes()));
    let mut digits = [BASE62[0]; CHECKSUM_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[usize::try_from(rest % 62).unwrap_or_default()];
        rest /= 62;
    }
    digits.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use proto::Mode;

    use super::{ApiKey, NotAKey};

    #[test]
    fn a_key_that_was_made_is_a_key() {
        for mode in [Mode::Live, Mode::Test] {
            let made = ApiKey::generate(mode, &mut rand::rng());
            let read = ApiKey::parse(made.expose()).unwrap();
            assert_eq!((read.mode(), read.sha256()), (mode, made.sha256()));
            assert_eq!(made.expose().len(), 46);
        }
    }

    #[test]
    fn a_key_keeps_its_checksum_for_ever() {
        let key = "ck_test_00000000000000000000000000000000";
        let with_checksum = format!("{key}{}", super::checksum(key));
        assert!(ApiKey::parse(&with_checksum).is_ok());
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926, "the checksum is the CRC32 of zip and PNG");
    }

    #[test]
    fn every_typo_of_one_character_is_refused() {
        let key = ApiKey::generate(Mode::Test, &mut rand::rng());
        for place in 0..key.expose().len() {
            let mut typo = key.expose().to_owned().into_bytes();
            typo[place] = if typo[place] == b'x' { b'y' } else { b'x' };
            let typo = String::from_utf8(typo).unwrap();
            assert_eq!(ApiKey::parse(&typo).unwrap_err(), NotAKey, "a typo at {place}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "ck_live_", "sk_live_00000000000000000000000000000000000000", "ck_test_ä"] {
            assert!(ApiKey::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_key_does_not_show_itself() {
        let key = ApiKey::generate(Mode::Live, &mut rand::rng());
        assert!(!format!("{key:?}").contains(key.ending()));
    }
}
