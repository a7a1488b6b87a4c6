//! Requests to the application: signed as Twilio signs them, sent as Twilio sends them.

mod patience;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Method, RequestBuilder, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use url::Url;

use self::patience::Patience;

use crate::pace::Pace;

pub(crate) const SIGNATURE_HEADER: &str = "X-Twilio-Signature";
/// The same on every try of one delivery.
const IDEMPOTENCY_HEADER: &str = "I-Twilio-Idempotency-Token";
/// As Twilio documents.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Twilio reads a document of at most so many bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The wait before the second try, which doubles. Twilio does not say how long it waits.
const PAUSE: Duration = Duration::from_millis(250);

/// Where to send a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) method: Method,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

#[derive(Debug, thiserror::Error)]
#[error("nobody answered")]
pub(crate) struct NobodyAnswered;

/// Sends requests to the application.
#[derive(Clone)]
pub(crate) struct Sender {
    client: Client,
    token: SecretString,
    pace: Pace,
}

impl Sender {
    /// # Errors
    /// When no TLS can be had.
    pub(crate) fn new(token: SecretString, pace: Pace) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent("TwilioProxy/1.1")
            .build()?;
        Ok(Self { client, token, pace })
    }

    pub(crate) fn sign(&self, url: &str, parameters: &[(String, String)]) -> String {
        sign(&self.token, url, parameters)
    }

    /// Delivers one request, and returns whatever the application answers.
    pub(crate) async fn send(
        &self,
        target: &Target,
        parameters: &[(String, String)],
    ) -> Result<Answer, NobodyAnswered> {
        let patience = Patience::of(&target.url);
        let token = format!("{:032x}", rand::random::<u128>());
        let started = self.pace.instant();
        let mut tries = 0_u32;
        loop {
            tries += 1;
            let request = self.request(target, parameters)?.timeout(patience.answer);
            let sent = request.header(IDEMPOTENCY_HEADER, &token).send().await;
            let passed = self.pace.instant().saturating_duration_since(started);
            if tries > patience.retries || passed >= patience.whole || !patience.is_worth_a_try(&sent) {
                let answered = sent.inspect_err(|error| {
                    tracing::warn!(tries, timeout = error.is_timeout(), "a webhook reached nobody");
                });
                return read(answered.map_err(|_| NobodyAnswered)?).await;
            }
            self.pace.wait_outside(PAUSE * 2_u32.pow(tries - 1)).await;
        }
    }

    fn request(&self, target: &Target, parameters: &[(String, String)]) -> Result<RequestBuilder, NobodyAnswered> {
        if target.method == Method::GET {
            let mut url = Url::parse(&target.url).map_err(|_| NobodyAnswered)?;
            url.query_pairs_mut().extend_pairs(parameters);
            let signature = self.sign(url.as_str(), &[]);
            return Ok(self.client.get(url).header(SIGNATURE_HEADER, signature));
        }
        // The part behind the hash is for Twilio itself.
        let address = target.url.split('#').next().unwrap_or_default();
        let signature = self.sign(address, parameters);
        Ok(self.client.post(&target.url).form(parameters).header(SIGNATURE_HEADER, signature))
    }
}

async fn read(mut response: reqwest::Response) -> Result<Answer, NobodyAnswered> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| NobodyAnswered)? {
        let room = ANSWER_BYTES_MAX - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == ANSWER_BYTES_MAX {
            break;
        }
    }
    Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
}

/// The HMAC over the address as it was given to us, and the fields in the order of their names; of a repeated field
/// each value once.
pub(crate) fn sign(token: &SecretString, url: &str, parameters: &[(String, String)]) -> String {
    let mut parameters: Vec<_> = parameters.iter().collect();
    parameters.sort();
    parameters.dedup();
    let mut mac =
        Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for (name, value) in parameters {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::sign;

    /// Computed by the vendor's own library, `twilio` 9.13.0 for Python.
    #[test]
    fn signatures_are_the_vendors() {
        let call = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ];
        let start = [("To", "+14155550100"), ("CallSid", "CA1"), ("CallStatus", "in-progress")];
        let repeated =
            [("Event", "ringing"), ("Ab", "b & c = ü"), ("Event", "answered"), ("A", ""), ("Event", "ringing")];
        let table: [(_, _, &[_], _); 4] = [
            ("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", &call, "GvWf1cFY/Q7PnoempGyD5oXAezc="),
            (
                "simulated-auth-token",
                "http://127.0.0.1:8082/twilio/test/answer",
                &start,
                "OkV0okgUv1b+XrF/keVJ44OI3Xo=",
            ),
            ("simulated-auth-token", "wss://dialer.example/talk?x=1", &[], "zh8FCnB0PvDXo+C26+S6fkJ3+wY="),
            ("simulated-auth-token", "https://dialer.example/status", &repeated, "d0PwgEkxFB4NI4ok6NOL2zlpO5Y="),
        ];
        for (token, url, fields, expected) in table {
            let fields: Vec<_> =
                fields.iter().map(|(name, value): &(&str, &str)| ((*name).into(), (*value).into())).collect();
            assert_eq!(sign(&SecretString::from(token), url, &fields), expected, "{url}");
        }
    }
}
