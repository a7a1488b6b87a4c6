//! The signature of a delivery: Standard Webhooks 1.0.0, symmetric.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use proto::{DeliveryId, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// The secret is not `whsec_` and base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a signing secret")]
pub struct BadSecret;

/// The value of `webhook-signature`: one signature for each valid secret, so that a receiver may change to a new secret
/// whenever it wants while both are valid. It covers the id, the time of this attempt, and the very bytes of the body.
pub fn signatures(secrets: &[SecretString], id: &str, at: Timestamp, body: &[u8]) -> Result<String, BadSecret> {
    let mut header = String::new();
    for secret in secrets {
        let key = secret.expose_secret().strip_prefix(PREFIX).ok_or(BadSecret)?;
        let key = BASE64_STANDARD.decode(key).map_err(|_| BadSecret)?;
        if key.is_empty() {
            return Err(BadSecret); // Anybody could forge such a signature.
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| BadSecret)?;
        mac.update(format!("{id}.{}.", at.timestamp()).as_bytes());
        mac.update(body);
        let space = if header.is_empty() { "" } else { " " };
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        let _ = write!(header, "{space}v1,{signature}"); // Writing to a string can't fail.
    }
    Ok(header)
}

/// The `webhook-id`: the same on every attempt and redelivery, so that a receiver knows what it has seen.
pub fn webhook_id(id: DeliveryId) -> String {
    id.to_string()
}

#[cfg(test)]
mod tests {
    use proto::Timestamp;
    use secrecy::SecretString;
    use standardwebhooks::Webhook;

    use super::{BadSecret, signatures};

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;

    fn at() -> Timestamp {
        Timestamp::from_timestamp(1_649_367_553, 999_000_000).unwrap()
    }

    fn secrets(texts: &[&str]) -> Vec<SecretString> {
        texts.iter().map(|text| SecretString::from(*text)).collect()
    }

    #[test]
    fn the_published_vector_is_met() {
        let header = signatures(&secrets(&[SECRET]), ID, at(), BODY).unwrap();
        assert_eq!(header, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }

    #[test]
    fn while_a_secret_is_rotated_the_old_and_the_new_both_verify() {
        let new = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let header = signatures(&secrets(&[new, SECRET]), ID, at(), BODY).unwrap();
        let each: Vec<_> = header.split(' ').collect();
        let official = |secret| Webhook::new(secret).unwrap().sign(ID, at().timestamp(), BODY).unwrap();
        assert_eq!(each, [official(new), official(SECRET)]);
    }

    #[test]
    fn what_is_not_a_secret_signs_nothing() {
        for text in ["", "whsec_", "whsec_***", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"] {
            assert_eq!(signatures(&secrets(&[text]), ID, at(), BODY), Err(BadSecret), "{text}");
        }
    }
}
