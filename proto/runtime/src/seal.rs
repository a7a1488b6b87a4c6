//! Secrets at rest and in facts: XChaCha20-Poly1305 under a key that only the processes hold.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};

use crate::settings::{BadSetting, Env, required};

const SETTING: &str = "SEAL_KEYS";
/// XChaCha20 takes 256-bit keys.
const KEY_BYTES: usize = 32;
/// 192 bits: random nonces never meet.
const NONCE_BYTES: usize = 24;

/// Seals with the newest key, opens with every key it has, so that keys can be rotated.
pub struct Sealer {
    keys: Vec<(String, XChaCha20Poly1305)>,
}

/// A sealed secret, and the name of the key that opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    pub key_id: String,
    pub nonce: Vec<u8>,
    pub ciphertext: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotOpen {
    #[error("no key of that name is set in SEAL_KEYS")]
    UnknownKey,
    #[error("the sealed secret was altered, or belongs to somebody else")]
    Altered,
}

impl Sealer {
    /// `SEAL_KEYS` is `name:base64 of 32 bytes`, several separated by commas, the newest first.
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let keys = required(env, SETTING)?.split(',').map(key).collect::<Option<Vec<_>>>();
        let keys = keys.filter(|keys| !keys.is_empty());
        let wrong = "is not a list such as k2:<base64 of 32 bytes>,k1:<base64 of 32 bytes>";
        keys.map(|keys| Self { keys }).ok_or_else(|| BadSetting::new(SETTING, wrong))
    }

    /// Seals `secret` for one owner: what is sealed about one can't be opened about another.
    pub fn seal(&self, secret: &SecretString, about: &str) -> SealedSecret {
        let (key_id, cipher) = self.keys.first().expect("a sealer has at least one key");
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: about.as_bytes() };
        let ciphertext = cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("only plaintexts of more than 256 GiB can't be sealed");
        SealedSecret { key_id: key_id.clone(), nonce: nonce.to_vec(), ciphertext }
    }

    pub fn open(&self, sealed: &SealedSecret, about: &str) -> Result<SecretString, CannotOpen> {
        let (_, cipher) = self.keys.iter().find(|(id, _)| *id == sealed.key_id).ok_or(CannotOpen::UnknownKey)?;
        if sealed.nonce.len() != NONCE_BYTES {
            return Err(CannotOpen::Altered);
        }
        let payload = Payload { msg: &sealed.ciphertext, aad: about.as_bytes() };
        let opened = cipher.decrypt(XNonce::from_slice(&sealed.nonce), payload).map_err(|_| CannotOpen::Altered)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| CannotOpen::Altered)
    }
}

fn key(text: &str) -> Option<(String, XChaCha20Poly1305)> {
    let (id, key) = text.trim().split_once(':')?;
    let key = STANDARD.decode(key).ok().filter(|key| key.len() == KEY_BYTES && !id.is_empty())?;
    Some((id.to_owned(), XChaCha20Poly1305::new_from_slice(&key).ok()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use secrecy::{ExposeSecret as _, SecretString};

    use super::{CannotOpen, Sealer};

    fn sealer(keys: &str) -> Sealer {
        Sealer::read(&BTreeMap::from([("SEAL_KEYS".to_owned(), keys.to_owned())])).unwrap()
    }

    fn named(id: &str, byte: u8) -> String {
        format!("{id}:{}", STANDARD.encode([byte; 32]))
    }

    #[test]
    fn what_is_sealed_is_opened_after_a_rotation_and_only_by_its_owner() {
        let sealed = sealer(&named("k1", 1)).seal(&SecretString::from("s3cret"), "org-1");
        let rotated = sealer(&format!("{},{}", named("k2", 2), named("k1", 1)));
        assert_eq!(rotated.open(&sealed, "org-1").unwrap().expose_secret(), "s3cret");
        assert_eq!(rotated.seal(&SecretString::from("new"), "org-1").key_id, "k2");
        assert_eq!(rotated.open(&sealed, "org-2").unwrap_err(), CannotOpen::Altered);
        assert_eq!(sealer(&named("k2", 2)).open(&sealed, "org-1").unwrap_err(), CannotOpen::UnknownKey);
    }

    #[test]
    fn an_altered_secret_is_refused() {
        let mut sealed = sealer(&named("k1", 1)).seal(&SecretString::from("s3cret"), "org-1");
        sealed.ciphertext[0] ^= 1;
        assert_eq!(sealer(&named("k1", 1)).open(&sealed, "org-1").unwrap_err(), CannotOpen::Altered);
    }

    #[test]
    fn keys_of_the_wrong_size_are_refused_without_showing_them() {
        for keys in ["", "k1", "k1:AAAA", ":AAAA"] {
            let error = Sealer::read(&BTreeMap::from([("SEAL_KEYS".to_owned(), keys.to_owned())])).err().unwrap();
            assert!(error.to_string().contains("SEAL_KEYS") && !error.to_string().contains("AAAA"));
        }
    }
}
