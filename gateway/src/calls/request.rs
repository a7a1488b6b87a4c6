//! The fields of a request for a call, checked. Fields that we do not know are ignored.

use std::ops::RangeInclusive;
use std::time::Duration;

use axum::http::HeaderValue;
use proto::{PhoneNumber, Private};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::callback_url::CallbackPolicy;
use crate::problem::{Code, FieldProblem};

/// It is kept, and comes back with the callback.
const METADATA_BYTES_MAX: usize = 4 * 1024;
/// It becomes a header.
const SECRET_CHARS_MAX: usize = 1_024;
/// An hour on the phone is the most that a carrier's media session is asked for.
const MAX_DURATION_SECONDS: RangeInclusive<u64> = 10..=3_600;

/// A field that is missing, or of the wrong kind.
pub const INVALID: Code = Code::InvalidRequest;
pub const BAD_PHONE_NUMBER: Code = Code::BadPhoneNumber;
pub const BAD_CALLBACK_URL: Code = Code::BadCallbackUrl;

pub struct CallRequest {
    pub prompt: Private,
    pub recipient_phone: PhoneNumber,
    pub callback: Option<Callback>,
    pub metadata: Option<Private>,
    pub max_duration: Option<Duration>,
}

pub struct Callback {
    pub url: Url,
    pub secret: Option<SecretString>,
}

/// Reads fields and remembers all that are at fault, so that a client learns of them at once.
struct Fields<'a> {
    body: &'a Map<String, Value>,
    wrong: Vec<FieldProblem>,
}

impl CallRequest {
    pub fn parse(body: &Map<String, Value>, policy: &CallbackPolicy) -> Result<Self, Vec<FieldProblem>> {
        let mut fields = Fields { body, wrong: Vec::new() };
        let prompt = fields.required("prompt");
        let phone = fields.required("recipient_phone").and_then(|text| fields.phone("recipient_phone", text));
        let url = fields.text("callback_url").and_then(|text| fields.callback_url(text, policy));
        let secret = fields.text("callback_secret").and_then(|text| fields.secret(text));
        let metadata = fields.metadata();
        let max_duration = fields.max_duration();
        match (prompt, phone) {
            (Some(prompt), Some(recipient_phone)) if fields.wrong.is_empty() => Ok(Self {
                prompt: Private::new(prompt),
                recipient_phone,
                callback: url.map(|url| Callback { url, secret }),
                metadata,
                max_duration,
            }),
            _ => Err(fields.wrong),
        }
    }
}

impl<'a> Fields<'a> {
    /// Null is what absent optional fields look like in many languages.
    fn value(&self, name: &str) -> Option<&'a Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    fn fault(&mut self, name: &str, code: Code, detail: impl Into<String>) {
        self.wrong.push(FieldProblem { pointer: format!("#/{name}"), code, detail: detail.into() });
    }

    fn required(&mut self, name: &'static str) -> Option<&'a str> {
        if self.value(name).is_none() {
            self.fault(name, INVALID, "This field is required.");
            return None;
        }
        self.any_text(name)
    }

    /// An empty text is none: templates leave that behind.
    fn text(&mut self, name: &'static str) -> Option<&'a str> {
        self.any_text(name).filter(|text| !text.is_empty())
    }

    fn any_text(&mut self, name: &'static str) -> Option<&'a str> {
        let value = self.value(name)?;
        let text = value.as_str();
        if text.is_none() {
            self.fault(name, INVALID, "This field must be a string.");
        }
        text
    }

    fn phone(&mut self, name: &'static str, text: &str) -> Option<PhoneNumber> {
        let number = text.parse().ok();
        if number.is_none() {
            let detail = "Write the number in E.164 form, with + and the country code, such as +14155550100.";
            self.fault(name, BAD_PHONE_NUMBER, detail);
        }
        number
    }

    fn callback_url(&mut self, text: &str, policy: &CallbackPolicy) -> Option<Url> {
        policy.check(text).map_err(|bad| self.fault("callback_url", BAD_CALLBACK_URL, bad.to_string())).ok()
    }

    fn secret(&mut self, text: &str) -> Option<SecretString> {
        if text.len() > SECRET_CHARS_MAX || HeaderValue::from_str(text).is_err() || !text.is_ascii() {
            let detail = format!("It is sent in a header: at most {SECRET_CHARS_MAX} visible ASCII characters.");
            self.fault("callback_secret", INVALID, detail);
            return None;
        }
        Some(text.into())
    }

    fn metadata(&mut self) -> Option<Private> {
        let value = self.value("metadata")?;
        let text = value.to_string();
        if !value.is_object() || text.len() > METADATA_BYTES_MAX {
            self.fault("metadata", INVALID, "This field must be an object of at most 4 KiB.");
            return None;
        }
        Some(Private::new(text))
    }

    fn max_duration(&mut self) -> Option<Duration> {
        let value = self.value("max_duration_seconds")?;
        let seconds = whole(value).filter(|seconds| MAX_DURATION_SECONDS.contains(seconds));
        if seconds.is_none() {
            let (min, max) = (MAX_DURATION_SECONDS.start(), MAX_DURATION_SECONDS.end());
            let detail = format!("This field must be a whole number from {min} to {max}.");
            self.fault("max_duration_seconds", INVALID, detail);
        }
        seconds.map(Duration::from_secs)
    }
}

/// 600 and 600.0 are the same number to JSON.
fn whole(value: &Value) -> Option<u64> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number))?;
    format!("{number:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::CallRequest;
    use crate::callback_url::CallbackPolicy;

    fn parse(value: &Value) -> Result<CallRequest, Vec<(String, &'static str)>> {
        CallRequest::parse(value.as_object().unwrap(), &CallbackPolicy::default())
            .map_err(|wrong| wrong.into_iter().map(|field| (field.pointer, field.code.word())).collect())
    }

    #[test]
    fn what_is_unknown_or_empty_is_ignored() {
        let request = parse(&json!({
            "prompt": "Ask about store hours", "recipient_phone": "+14155550100", "callback_url": "",
            "callback_secret": null, "favourite_colour": 7,
        }))
        .unwrap();
        assert!(request.callback.is_none() && request.metadata.is_none() && request.max_duration.is_none());
        assert_eq!(request.prompt.expose(), "Ask about store hours");
    }

    #[test]
    fn every_field_that_is_at_fault_is_named() {
        let wrong = parse(&json!({
            "recipient_phone": "4155550100", "callback_url": "http://10.0.0.1/", "callback_secret": "a\nb",
            "metadata": [1], "max_duration_seconds": 0,
        }));
        let expected = [
            ("#/prompt", "invalid_request"),
            ("#/recipient_phone", "bad_phone_number"),
            ("#/callback_url", "bad_callback_url"),
            ("#/callback_secret", "invalid_request"),
            ("#/metadata", "invalid_request"),
            ("#/max_duration_seconds", "invalid_request"),
        ];
        assert_eq!(wrong.err().unwrap(), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn metadata_has_a_ceiling_and_comes_back_as_it_was() {
        let request =
            |metadata: Value| parse(&json!({"prompt": "p", "recipient_phone": "+14155550100", "metadata": metadata}));
        let kept = request(json!({"order": {"id": 42}})).unwrap().metadata.unwrap();
        assert_eq!(kept.expose(), r#"{"order":{"id":42}}"#);
        assert!(request(json!({"order": "x".repeat(4_096)})).is_err());
    }
}
