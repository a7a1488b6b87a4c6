//! What every address carries that a carrier calls back: which attempt, made under which fence, and proof that the
//! address is ours.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use proto::{AttemptId, Mode};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use url::Url;

use crate::call::Epoch;

/// The line of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineLink {
    pub mode: Mode,
    pub attempt: AttemptId,
    pub epoch: Epoch,
}

/// Makes and checks the addresses below our public address.
#[derive(Clone)]
pub struct Links {
    public: Url,
    secret: SecretString,
}

/// Sixteen bytes of the HMAC: nobody guesses 128 bits, and an address stays short enough to read.
const PROOF_BYTES: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of our addresses")]
pub struct BadLink;

impl Links {
    pub fn new(public: Url, secret: SecretString) -> Self {
        Self { public, secret }
    }

    /// The path that stands between our public address and the name of the purpose.
    pub fn path(&self, link: LineLink) -> String {
        format!("{}/{}/{}/{}", mode_word(link.mode), link.attempt, link.epoch.0, hex(&self.proof(link)))
    }

    /// Reads back what [`Links::path`] wrote, part by part.
    pub fn check(&self, mode: &str, attempt: &str, epoch: &str, proof: &str) -> Result<LineLink, BadLink> {
        let mode = match mode {
            "live" => Mode::Live,
            "test" => Mode::Test,
            _ => return Err(BadLink),
        };
        let attempt = attempt.parse().map_err(|_| BadLink)?;
        let epoch = Epoch(epoch.parse().map_err(|_| BadLink)?);
        let link = LineLink { mode, attempt, epoch };
        let expected = hex(&self.proof(link));
        bool::from(expected.as_bytes().ct_eq(proof.as_bytes())).then_some(link).ok_or(BadLink)
    }

    /// The address for a purpose, below `carrier`'s own part of our addresses.
    pub fn url(&self, carrier: &str, link: LineLink, purpose: &str) -> String {
        let base = self.public.as_str().trim_end_matches('/');
        format!("{base}/{carrier}/{}/{purpose}", self.path(link))
    }

    /// The same for a WebSocket.
    pub fn socket_url(&self, carrier: &str, link: LineLink, purpose: &str) -> String {
        let url = self.url(carrier, link, purpose);
        // `http` becomes `ws`, and with it `https` becomes `wss`.
        format!("ws{}", url.trim_start_matches("http"))
    }

    fn proof(&self, link: LineLink) -> [u8; PROOF_BYTES] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(format!("{}/{}/{}", mode_word(link.mode), link.attempt, link.epoch.0).as_bytes());
        let whole = mac.finalize().into_bytes();
        let mut proof = [0; PROOF_BYTES];
        proof.copy_from_slice(&whole[..PROOF_BYTES]);
        proof
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Links({})", self.public)
    }
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).expect("half a byte is one digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use proto::{AttemptId, Mode, Timestamp};

    use super::{BadLink, LineLink, Links};
    use crate::call::Epoch;

    fn links(secret: &str) -> Links {
        Links::new("https://dialer.example/voice/".parse().unwrap(), secret.into())
    }

    fn link() -> LineLink {
        LineLink { mode: Mode::Test, attempt: AttemptId::new(Timestamp::default(), [7; 10]), epoch: Epoch(3) }
    }

    #[test]
    fn an_address_of_ours_is_read_back() {
        let links = links("a");
        let path = links.path(link());
        let parts: Vec<_> = path.split('/').collect();
        assert_eq!(links.check(parts[0], parts[1], parts[2], parts[3]), Ok(link()));
        assert_eq!(links.url("twilio", link(), "status"), format!("https://dialer.example/voice/twilio/{path}/status"));
        assert!(links.socket_url("twilio", link(), "talk").starts_with("wss://dialer.example/voice/twilio/test/"));
    }

    #[test]
    fn a_changed_part_or_another_secret_is_refused() {
        let path = links("a").path(link());
        let parts: Vec<_> = path.split('/').collect();
        let other = AttemptId::new(Timestamp::default(), [8; 10]).to_string();
        assert_eq!(links("b").check(parts[0], parts[1], parts[2], parts[3]), Err(BadLink));
        assert_eq!(links("a").check("live", parts[1], parts[2], parts[3]), Err(BadLink));
        assert_eq!(links("a").check(parts[0], &other, parts[2], parts[3]), Err(BadLink));
        assert_eq!(links("a").check(parts[0], parts[1], "4", parts[3]), Err(BadLink));
        assert_eq!(links("a").check(parts[0], parts[1], parts[2], ""), Err(BadLink));
    }
}
