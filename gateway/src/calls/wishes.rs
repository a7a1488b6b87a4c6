//! The optional fields of a request for a call that say how the conversation is to be, and when it may begin.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use oxilangtag::LanguageTag;
use proto::fact::{Retry, Terms, Wishes};
use proto::workflow::VoicemailPolicy;
use proto::{Private, Timestamp};
use serde_json::{Map, Value};

use super::schema;
use crate::fields::{Fields, INVALID};
use crate::problem::Code;

/// A plan for next week; the fact that tells it must still be understood then.
const AHEAD_DAYS_MAX: i64 = 7;
/// A minute of speech.
const MESSAGE_BYTES_MAX: usize = 1_200;
/// Whoever did not answer five times does not want to.
const ATTEMPTS: RangeInclusive<u64> = 1..=5;
/// A phone that rings twice in a minute is a nuisance; a day later it is another call.
const WAIT_SECONDS: RangeInclusive<u64> = 60..=86_400;
const WAIT_SECONDS_USUAL: u64 = 600;
/// Longer tags are private agreements.
const LANGUAGE_CHARS_MAX: usize = 35;

impl<'a> Fields<'a> {
    pub(super) fn wishes(&mut self) -> Wishes {
        Wishes { language: self.language(), voicemail: self.voicemail(), result_schema: self.result_schema() }
    }

    pub(super) fn terms(&mut self, now: Timestamp) -> Terms {
        let (earliest_at, latest_at) = self.schedule(now);
        Terms { earliest_at, latest_at, retry: self.retry(), concurrent_calls_max: None }
    }

    fn language(&mut self) -> Option<String> {
        let text = self.text("language")?;
        if text.len() > LANGUAGE_CHARS_MAX || LanguageTag::parse(text).is_err() {
            self.fault("language", INVALID, "This field must be a language tag (BCP 47), such as en-US.");
            return None;
        }
        if !draft::speaks(text) {
            let detail = "The built-in planner and its voice speak English only: en, or a region such as en-GB.";
            self.fault("language", Code::LanguageNotSupported, detail);
            return None;
        }
        Some(text.to_owned())
    }

    fn voicemail(&mut self) -> Option<VoicemailPolicy> {
        let object = self.object("voicemail")?;
        let action = object.get("action").and_then(Value::as_str);
        let message = object.get("message").filter(|message| !message.is_null());
        match (action, message) {
            (Some("hangup"), None) => Some(VoicemailPolicy::HangUp),
            (Some("hangup"), Some(_)) => {
                self.fault("voicemail/message", INVALID, "A message is only for the action leave_message.");
                None
            }
            (Some("leave_message"), message) => {
                let text = message.and_then(Value::as_str).map(str::trim).unwrap_or_default();
                if text.is_empty() || text.len() > MESSAGE_BYTES_MAX {
                    let detail = format!("Give the words to leave, at most {MESSAGE_BYTES_MAX} bytes.");
                    self.fault("voicemail/message", INVALID, detail);
                    return None;
                }
                Some(VoicemailPolicy::LeaveMessage(Private::new(text)))
            }
            _ => {
                self.fault("voicemail/action", INVALID, "The action is hangup or leave_message.");
                None
            }
        }
    }

    fn result_schema(&mut self) -> Option<Private> {
        let value = self.value("result_schema")?;
        match schema::check(value) {
            Ok(text) => Some(Private::new(text)),
            Err(wrong) => {
                for bad in wrong {
                    self.fault(&format!("result_schema{}", bad.pointer), Code::BadResultSchema, bad.detail);
                }
                None
            }
        }
    }

    fn schedule(&mut self, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let Some(object) = self.object("schedule") else {
            return (None, None);
        };
        let earliest = self.time("schedule/earliest_at", object.get("earliest_at"), now);
        let latest = self.time("schedule/latest_at", object.get("latest_at"), now);
        if earliest.zip(latest).is_some_and(|(earliest, latest)| latest <= earliest) {
            self.fault("schedule/latest_at", INVALID, "It must be later than earliest_at.");
        }
        (earliest, latest)
    }

    fn time(&mut self, name: &str, value: Option<&'a Value>, now: Timestamp) -> Option<Timestamp> {
        let value = value.filter(|value| !value.is_null())?;
        let Some(time) = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok()) else {
            self.fault(name, INVALID, "Write the time with its zone (RFC 3339), such as 2026-03-30T09:00:00-07:00.");
            return None;
        };
        let time = time.with_timezone(&Utc);
        if time <= now || time > now + TimeDelta::days(AHEAD_DAYS_MAX) {
            self.fault(name, INVALID, format!("It must lie in the next {AHEAD_DAYS_MAX} days."));
            return None;
        }
        Some(time)
    }

    fn retry(&mut self) -> Option<Retry> {
        let object = self.object("retry")?;
        let absent = Value::Null;
        let attempts = object.get("max_attempts").unwrap_or(&absent);
        let attempts = self.whole("retry/max_attempts", attempts, ATTEMPTS);
        let wait = match object.get("wait_seconds").filter(|wait| !wait.is_null()) {
            Some(wait) => self.whole("retry/wait_seconds", wait, WAIT_SECONDS),
            None => Some(WAIT_SECONDS_USUAL),
        };
        let (on_no_answer, on_busy) = self.retry_on(object)?;
        let attempts_max = attempts.and_then(|attempts| u32::try_from(attempts).ok()).and_then(NonZeroU32::new)?;
        Some(Retry { attempts_max, on_no_answer, on_busy, wait: Duration::from_secs(wait?) })
    }

    fn retry_on(&mut self, object: &Map<String, Value>) -> Option<(bool, bool)> {
        let Some(on) = object.get("on").filter(|on| !on.is_null()) else {
            return Some((true, true));
        };
        let words = on.as_array().filter(|words| !words.is_empty());
        let known = |word: &Value| matches!(word.as_str(), Some("no-answer" | "busy"));
        let Some(words) = words.filter(|words| words.iter().all(known)) else {
            self.fault("retry/on", INVALID, "Name no-answer, busy, or both.");
            return None;
        };
        let names = |name: &str| words.iter().any(|word| word == name);
        Some((names("no-answer"), names("busy")))
    }

    fn object(&mut self, name: &'static str) -> Option<&'a Map<String, Value>> {
        let value = self.value(name)?;
        let object = value.as_object();
        if object.is_none() {
            self.fault(name, INVALID, "This field must be an object.");
        }
        object
    }
}
