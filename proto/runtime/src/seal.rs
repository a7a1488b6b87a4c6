//! Secrets at rest and in facts: XChaCha20-Poly1305 under keys that only the settings hold.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

use crate::settings::{BadSetting, Env, secret};

const SEAL_KEYS: &str = "SEAL_KEYS";
const KEY_BYTES: usize = 32;
/// So long a nonce can be drawn at random without ever meeting itself.
const NONCE_BYTES: usize = 24;

/// A secret that only a holder of the key `key_id` can open.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    pub key_id: String,
    pub nonce: Vec<u8>,
    pub ciphertext: Vec<u8>,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedSecret(key {})", self.key_id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CannotOpen {
    /// The key was taken out of `SEAL_KEYS` too early: put it back.
    #[error("it was sealed with a key that SEAL_KEYS does not hold")]
    UnknownKey,
    /// It was changed, or belongs to somebody else. Trying again does not help.
    #[error("it was altered, or sealed about something else")]
    Altered,
}

/// Seals with the first key and opens with each of them, so that keys can be rotated.
#[derive(Clone)]
pub struct Sealer {
    sealing_key: Arc<str>,
    keys: Arc<BTreeMap<String, XChaCha20Poly1305>>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys)", self.keys.len())
    }
}

impl Sealer {
    /// `SEAL_KEYS=k2:<base64 of 32 bytes>,k1:<…>`: the newest first.
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let text = secret(env, SEAL_KEYS)?;
        let mut keys = BTreeMap::new();
        let mut first = None;
        for entry in text.expose_secret().split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (key_id, cipher) = key(entry)?;
            first.get_or_insert_with(|| Arc::from(key_id.as_str()));
            if keys.insert(key_id, cipher).is_some() {
                return Err(BadSetting::new(SEAL_KEYS, "names a key twice; each key needs its own name"));
            }
        }
        let sealing_key = first.ok_or_else(|| malformed("holds no key"))?;
        Ok(Self { sealing_key, keys: Arc::new(keys) })
    }

    /// The name of the key that seals.
    pub fn sealing_key(&self) -> &str {
        &self.sealing_key
    }

    /// `about` says whose secret it is; only who names the same can open it.
    pub fn seal(&self, secret: &SecretString, about: &str) -> SealedSecret {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: about.as_bytes() };
        let ciphertext = self.keys[&*self.sealing_key]
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("no secret reaches the 256 GiB limit of the cipher");
        SealedSecret { key_id: self.sealing_key.to_string(), nonce: nonce.to_vec(), ciphertext }
    }

    pub fn open(&self, sealed: &SealedSecret, about: &str) -> Result<SecretString, CannotOpen> {
        let cipher = self.keys.get(&sealed.key_id).ok_or(CannotOpen::UnknownKey)?;
        if sealed.nonce.len() != NONCE_BYTES {
            return Err(CannotOpen::Altered);
        }
        let payload = Payload { msg: &sealed.ciphertext, aad: about.as_bytes() };
        let plain = cipher.decrypt(XNonce::from_slice(&sealed.nonce), payload).map_err(|_| CannotOpen::Altered)?;
        String::from_utf8(plain).map(SecretString::from).map_err(|_| CannotOpen::Altered)
    }
}

fn key(entry: &str) -> Result<(String, XChaCha20Poly1305), BadSetting> {
    let (key_id, key) = entry.split_once(':').ok_or_else(|| malformed("has an entry without a colon"))?;
    if key_id.is_empty() {
        return Err(malformed("has a key without a name"));
    }
    let key = BASE64_STANDARD.decode(key).map_err(|_| malformed("has a key that is not base64"))?;
    if key.len() != KEY_BYTES {
        return Err(malformed("has a key that is not 32 bytes long"));
    }
    let cipher = XChaCha20Poly1305::new_from_slice(&key).expect("the length was checked");
    Ok((key_id.to_owned(), cipher))
}

fn malformed(problem: &str) -> BadSetting {
    BadSetting::new(SEAL_KEYS, format!("{problem}; wanted: name:<base64 of 32 random bytes>, separated by commas"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(keys: &[(&str, u8)]) -> Sealer {
        let entry = |(name, byte): &(&str, u8)| format!("{name}:{}", BASE64_STANDARD.encode([*byte; KEY_BYTES]));
        let text = keys.iter().map(entry).collect::<Vec<_>>().join(",");
        Sealer::read(&BTreeMap::from([(SEAL_KEYS.to_owned(), text)])).unwrap()
    }

    fn open(sealer: &Sealer, hidden: &SealedSecret, about: &str) -> Result<String, CannotOpen> {
        sealer.open(hidden, about).map(|opened| opened.expose_secret().to_owned())
    }

    #[test]
    fn what_was_sealed_is_opened_by_who_names_its_owner() {
        let sealer = sealer(&[("k1", 1)]);
        let hidden = sealer.seal(&SecretString::from("hush"), "org a");
        assert_eq!(open(&sealer, &hidden, "org a").unwrap(), "hush");
        assert_eq!(open(&sealer, &hidden, "org b"), Err(CannotOpen::Altered));
    }

    #[test]
    fn a_rotated_key_still_opens_and_no_longer_seals() {
        let hidden = sealer(&[("k1", 1)]).seal(&SecretString::from("hush"), "org");
        let rotated = sealer(&[("k2", 2), ("k1", 1)]);
        assert_eq!(open(&rotated, &hidden, "org").unwrap(), "hush");
        assert_eq!(rotated.seal(&SecretString::from("hush"), "org").key_id, "k2");
        assert_eq!(open(&sealer(&[("k2", 2)]), &hidden, "org"), Err(CannotOpen::UnknownKey));
    }

    #[test]
    fn an_altered_secret_does_not_open() {
        let sealer = sealer(&[("k1", 1)]);
        let mut hidden = sealer.seal(&SecretString::from("hush"), "org");
        hidden.ciphertext[0] ^= 1;
        assert_eq!(open(&sealer, &hidden, "org"), Err(CannotOpen::Altered));
        hidden.nonce.pop();
        assert_eq!(open(&sealer, &hidden, "org"), Err(CannotOpen::Altered));
    }

    #[test]
    fn the_same_secret_is_sealed_differently_each_time() {
        let sealer = sealer(&[("k1", 1)]);
        let secret = SecretString::from("hush");
        assert_ne!(sealer.seal(&secret, "org").ciphertext, sealer.seal(&secret, "org").ciphertext);
    }

    #[test]
    fn bad_keys_are_refused_without_being_shown() {
        for text in ["", ",", "k1", "k1:short", "k1:c2hvcnQ=", ":AAAA"] {
            let bad = Sealer::read(&BTreeMap::from([(SEAL_KEYS.to_owned(), text.to_owned())])).unwrap_err();
            assert_eq!(bad.name(), SEAL_KEYS);
            assert!(text.len() < 3 || !bad.to_string().contains(text), "{bad}");
        }
    }
}
