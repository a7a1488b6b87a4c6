//! The proof that a webhook comes from Twilio: an HMAC over the address as we gave it, and the form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::{Url, form_urlencoded};

use crate::link::hex;

pub(super) const HEADER: &str = "x-twilio-signature";
/// In the address of a request whose body is no form: what its body hashes to.
const BODY_HASH: &str = "bodySHA256";

/// The signature of a request to `url` with the fields of its form, in whatever order they came.
fn sign(token: &SecretString, url: &str, form: &[(String, String)]) -> String {
    let mut fields: Vec<_> = form.iter().collect();
    fields.sort();
    // Twilio signs the set of the values of a repeated key.
    fields.dedup();
    let mut mac =
        Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for (key, value) in fields {
        mac.update(key.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Whether `claimed` is the signature of this request.
pub(super) fn verify(token: &SecretString, url: &str, body: &[u8], claimed: &str) -> bool {
    let form = match body_hash(url) {
        Some(hash) if bool::from(hex(&Sha256::digest(body)).as_bytes().ct_eq(hash.as_bytes())) => Vec::new(),
        Some(_) => return false,
        None => form_urlencoded::parse(body).into_owned().collect(),
    };
    spellings(url).iter().any(|url| sign(token, url, &form).as_bytes().ct_eq(claimed.as_bytes()).into())
}

fn body_hash(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let hash = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == BODY_HASH);
    hash.map(|(_, hash)| hash.into_owned())
}

/// What Twilio's own check takes for the same address: with or without a port, and as the standard for addresses writes
/// it.
fn spellings(url: &str) -> Vec<String> {
    let standard = Url::parse(url).map(String::from).ok();
    [Some(url.to_owned()), standard].into_iter().flatten().flat_map(|url| ports(&url)).collect()
}

fn ports(url: &str) -> [String; 2] {
    let Some((scheme, rest)) = url.split_once("://") else {
        return [url.to_owned(), url.to_owned()];
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // The colons of an address of IPv6 are in brackets.
    let bracket = authority.rfind(']').map_or(0, |end| end + 1);
    let host = authority[bracket..].find(':').map_or(authority, |colon| &authority[..bracket + colon]);
    let port = if scheme == "https" { ":443" } else { ":80" };
    let with_port = if host == authority { format!("{scheme}://{host}{port}{path}") } else { url.to_owned() };
    [format!("{scheme}://{host}{path}"), with_port]
}

#[cfg(test)]
mod tests {
    use runtime::ProcessEnv;
    use runtime::settings::required;
    use secrecy::SecretString;
    use serde::Deserialize;
    use url::form_urlencoded;

    use super::{sign, verify};

    const STATUS: &str = "https://dialer.example/twilio/test/a/1/b/status";

    fn token() -> SecretString {
        "12345".into()
    }

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn body(form: &[(String, String)]) -> Vec<u8> {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish().into_bytes()
    }

    /// What the vendor's own package (`twilio` 9 for Python) computes.
    #[test]
    fn signatures_are_the_vendors() {
        let caller = form(&[
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
        ]);
        let table = [
            ("https://mycompany.com/myapp.php?foo=1&bar=2", caller, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            (
                STATUS,
                form(&[("CallStatus", "ringing"), ("CallSid", "CA1"), ("Empty", "")]),
                "VadiCMPA5MxVD982Y2BsDIh9xpE=",
            ),
            (
                "https://dialer.example:8443/x?a=%20b",
                form(&[("a", "z"), ("A", "2"), ("A", "1"), ("A", "2")]),
                "QydV2XZqH9MqnuAHGvcIRpzhT4s=",
            ),
            ("wss://dialer.example/twilio/test/a/1/b/talk", Vec::new(), "cwNopWz0W8rC6jhk3x5csL56XEw="),
            ("http://127.0.0.1:8082/voice", form(&[("Wörter", "höre ☃")]), "n9zDZhKYg5DR0fpEk4ftNa/QJOU="),
        ];
        for (url, form, signature) in table {
            assert_eq!(sign(&token(), url, &form), signature, "{url}");
            assert!(verify(&token(), url, &body(&form), signature));
            assert!(!verify(&"12346".into(), url, &body(&form), signature));
        }
    }

    #[test]
    fn the_port_of_the_scheme_may_be_written_or_not() {
        let fields = form(&[("CallStatus", "ringing"), ("CallSid", "CA1"), ("Empty", "")]);
        let with_port = STATUS.replace("example/", "example:443/");
        assert!(verify(&token(), STATUS, &body(&fields), &sign(&token(), &with_port, &fields)));
        assert!(verify(&token(), &with_port, &body(&fields), &sign(&token(), STATUS, &fields)));
        let other_port = STATUS.replace("example/", "example:8443/");
        assert!(!verify(&token(), STATUS, &body(&fields), &sign(&token(), &other_port, &fields)));
    }

    #[test]
    fn another_word_in_the_form_is_noticed() {
        let fields = form(&[("CallSid", "CA1"), ("CallStatus", "ringing")]);
        let signed = sign(&token(), STATUS, &fields);
        let other = form(&[("CallSid", "CA1"), ("CallStatus", "completed")]);
        assert!(!verify(&token(), STATUS, &body(&other), &signed));
        assert!(!verify(&token(), STATUS, &body(&fields), ""));
    }

    #[test]
    fn a_body_that_is_no_form_is_held_to_its_hash() {
        let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        let url = format!("{STATUS}?bodySHA256={hash}");
        let signed = sign(&token(), &url, &[]);
        assert!(verify(&token(), &url, b"{}", &signed));
        assert!(!verify(&token(), &url, b"{ }", &signed));
        assert!(!verify(&token(), STATUS, b"{}", &sign(&token(), STATUS, &[])));
    }

    #[derive(Deserialize)]
    struct Judged {
        kind: String,
        token: String,
        url: String,
        form: Vec<(String, String)>,
        body: Option<String>,
        signature: String,
        valid: bool,
    }

    /// The requests are made and judged by `dialer/verify/signatures.mjs`.
    #[test]
    #[ignore = "needs the vendor's package; make verify-twilio"]
    fn the_vendors_package_judges_every_request_as_we_do() {
        let file = required(&ProcessEnv::read().unwrap(), "SIGNATURES").unwrap();
        let judged = std::fs::read_to_string(file).unwrap();
        let judged: Vec<Judged> = judged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut accepted = 0;
        for Judged { kind, token, url, form, body: text, signature, valid } in &judged {
            let body = text.as_ref().map_or_else(|| body(form), |text| text.clone().into_bytes());
            assert_eq!(verify(&token.as_str().into(), url, &body, signature), *valid, "{kind}: {url} {form:?}");
            accepted += usize::from(*valid);
        }
        println!("{} requests judged as the vendor's package does, {accepted} of them good", judged.len());
        assert!(accepted >= 50 && judged.len() - accepted >= 50);
    }
}
