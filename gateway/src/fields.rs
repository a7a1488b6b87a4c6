//! The fields of a JSON body, read so that a client learns at once of all that are at fault.

use std::ops::RangeInclusive;

use axum::http::HeaderValue;
use proto::{PhoneNumber, Restriction};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::callback_url::CallbackPolicy;
use crate::problem::{Code, FieldProblem, Problem};

/// It becomes a header.
const SECRET_CHARS_MAX: usize = 1_024;

/// A field that is missing, or of the wrong kind.
pub const INVALID: Code = Code::InvalidRequest;
pub const BAD_PHONE_NUMBER: Code = Code::BadPhoneNumber;
pub const BAD_CALLBACK_URL: Code = Code::BadCallbackUrl;

/// Reads fields and remembers all that are at fault.
pub struct Fields<'a> {
    pub body: &'a Map<String, Value>,
    pub wrong: Vec<FieldProblem>,
}

/// The code of the first field tells what kind of a fault it is; the others are beside it.
pub fn problem(errors: Vec<FieldProblem>) -> Problem {
    let code = errors.first().map_or(INVALID, |first| first.code);
    let detail = errors.first().map(|first| format!("{}: {}", first.pointer, first.detail)).unwrap_or_default();
    Problem::new(code, detail).errors(errors)
}

impl<'a> Fields<'a> {
    /// Null is what absent optional fields look like in many languages.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    pub fn fault(&mut self, name: &str, code: Code, detail: impl Into<String>) {
        self.wrong.push(FieldProblem { pointer: format!("#/{name}"), code, detail: detail.into() });
    }

    pub fn required(&mut self, name: &'static str) -> Option<&'a str> {
        if self.value(name).is_none() {
            self.fault(name, INVALID, "This field is required.");
            return None;
        }
        self.any_text(name)
    }

    /// An empty text is none: templates leave that behind.
    pub fn text(&mut self, name: &'static str) -> Option<&'a str> {
        self.any_text(name).filter(|text| !text.is_empty())
    }

    pub fn any_text(&mut self, name: &'static str) -> Option<&'a str> {
        let value = self.value(name)?;
        let text = value.as_str();
        if text.is_none() {
            self.fault(name, INVALID, "This field must be a string.");
        }
        text
    }

    /// A number that may be called.
    pub fn callee(&mut self, name: &'static str, text: &str) -> Option<PhoneNumber> {
        let restriction = match PhoneNumber::of_callee(text) {
            Ok((number, None)) => return Some(number),
            Ok((_, restriction @ Some(_))) => restriction,
            Err(_) => Restriction::of_text(text),
        };
        let Some(restriction) = restriction else {
            return self.phone(name, text);
        };
        let detail = format!("This is {}. We do not call it.", restriction.name());
        self.fault(name, Code::NumberNotAllowed, detail);
        None
    }

    pub fn phone(&mut self, name: &'static str, text: &str) -> Option<PhoneNumber> {
        let number = text.parse().ok();
        if number.is_none() {
            let detail = "Write the number in E.164 form, with + and the country code, such as +14155550100.";
            self.fault(name, BAD_PHONE_NUMBER, detail);
        }
        number
    }

    pub fn url(&mut self, name: &'static str, text: &str, policy: &CallbackPolicy) -> Option<Url> {
        policy.check(text).map_err(|bad| self.fault(name, BAD_CALLBACK_URL, bad.to_string())).ok()
    }

    pub fn secret(&mut self, text: &str) -> Option<SecretString> {
        if text.len() > SECRET_CHARS_MAX || HeaderValue::from_str(text).is_err() || !text.is_ascii() {
            let detail = format!("It is sent in a header: at most {SECRET_CHARS_MAX} visible ASCII characters.");
            self.fault("callback_secret", INVALID, detail);
            return None;
        }
        Some(text.into())
    }

    pub fn whole(&mut self, name: &str, value: &Value, range: RangeInclusive<u64>) -> Option<u64> {
        let number = whole(value).filter(|number| range.contains(number));
        if number.is_none() {
            let detail = format!("This field must be a whole number from {} to {}.", range.start(), range.end());
            self.fault(name, INVALID, detail);
        }
        number
    }
}

/// 600 and 600.0 are the same number to JSON.
fn whole(value: &Value) -> Option<u64> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number))?;
    format!("{number:.0}").parse().ok()
}
