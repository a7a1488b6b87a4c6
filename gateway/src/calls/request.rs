//! The fields of a request for a call, checked. Fields that we do not know are ignored.

use std::ops::RangeInclusive;
use std::time::Duration;

use proto::{PhoneNumber, Private};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::callback_url::CallbackPolicy;
use crate::fields::{Fields, INVALID};
use crate::problem::FieldProblem;

/// It is kept, and comes back with the callback.
const METADATA_BYTES_MAX: usize = 4 * 1024;
/// An hour on the phone is the most that a carrier's media session is asked for.
const MAX_DURATION_SECONDS: RangeInclusive<u64> = 10..=3_600;

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

impl CallRequest {
    pub fn parse(body: &Map<String, Value>, policy: &CallbackPolicy) -> Result<Self, Vec<FieldProblem>> {
        let mut fields = Fields { body, wrong: Vec::new() };
        let prompt = fields.required("prompt");
        let phone = fields.required("recipient_phone").and_then(|text| fields.phone("recipient_phone", text));
        let url = fields.text("callback_url").and_then(|text| fields.url("callback_url", text, policy));
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

impl Fields<'_> {
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
