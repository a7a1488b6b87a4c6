//! The proof that a webhook comes from Twilio: an HMAC over the address as we gave it, and the form.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq;

pub(super) const HEADER: &str = "x-twilio-signature";

/// The signature of a request to `url` with the fields of its form, in whatever order they came.
pub(super) fn sign(token: &SecretString, url: &str, form: &[(String, String)]) -> String {
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
pub(super) fn verify(token: &SecretString, url: &str, form: &[(String, String)], claimed: &str) -> bool {
    spellings(url).iter().any(|url| sign(token, url, form).as_bytes().ct_eq(claimed.as_bytes()).into())
}

/// Twilio may sign an address with or without the port that its scheme implies.
fn spellings(url: &str) -> Vec<String> {
    let mut spellings = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else {
        return spellings;
    };
    let port = if matches!(scheme, "https" | "wss") { ":443" } else { ":80" };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    match host.strip_suffix(port) {
        Some(bare) => spellings.push(format!("{scheme}://{bare}{path}")),
        None if !host.trim_start_matches('[').contains(':') => {
            spellings.push(format!("{scheme}://{host}{port}{path}"));
        }
        None => {}
    }
    spellings
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{sign, verify};

    const STATUS: &str = "https://dialer.example/twilio/test/a/1/b/status";

    fn token() -> SecretString {
        "12345".into()
    }

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
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
            assert!(verify(&token(), url, &form, signature));
            assert!(!verify(&"12346".into(), url, &form, signature));
        }
    }

    #[test]
    fn the_port_of_the_scheme_may_be_written_or_not() {
        let fields = form(&[("CallStatus", "ringing"), ("CallSid", "CA1"), ("Empty", "")]);
        let with_port = STATUS.replace("example/", "example:443/");
        let signed = sign(&token(), &with_port, &fields);
        assert!(verify(&token(), STATUS, &fields, &signed));
        assert!(verify(&token(), &with_port, &fields, &sign(&token(), STATUS, &fields)));
        let other_port = STATUS.replace("example/", "example:8443/");
        assert!(!verify(&token(), STATUS, &fields, &sign(&token(), &other_port, &fields)));
    }

    #[test]
    fn another_word_in_the_form_is_noticed() {
        let fields = form(&[("CallSid", "CA1"), ("CallStatus", "ringing")]);
        let signed = sign(&token(), STATUS, &fields);
        assert!(!verify(&token(), STATUS, &form(&[("CallSid", "CA1"), ("CallStatus", "completed")]), &signed));
        assert!(!verify(&token(), STATUS, &fields, ""));
    }
}
