//! The parts that several facts share.

use std::time::Duration;

use chrono::DateTime;
use uuid::Uuid;

use super::{Undecodable, v1};
use crate::fact::{CallbackTarget, CancelReason};
use crate::{
    Blame, Disclosure, Evidence, Failure, FieldValue, FormFill, Goal, Message, Mode, Outcome, PhoneNumber, Private,
    Rang, Role, Route, Sealed, Timestamp, Verdict,
};

pub(super) fn id_bytes(id: Uuid) -> Vec<u8> {
    id.into_bytes().to_vec()
}

pub(super) fn id<T: From<Uuid>>(bytes: &[u8], what: &'static str) -> Result<T, Undecodable> {
    Uuid::from_slice(bytes).map(T::from).map_err(|_| Undecodable::Invalid(what))
}

pub(super) fn time(micros: i64, what: &'static str) -> Result<Timestamp, Undecodable> {
    DateTime::from_timestamp_micros(micros).ok_or(Undecodable::Invalid(what))
}

/// On the wire, no time is the number 0.
pub(super) fn micros(time: Option<Timestamp>) -> i64 {
    time.map(|time| time.timestamp_micros()).unwrap_or_default()
}

pub(super) fn optional_time(micros: i64, what: &'static str) -> Result<Option<Timestamp>, Undecodable> {
    (micros != 0).then(|| time(micros, what)).transpose()
}

pub(super) fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

pub(super) fn need<T>(value: Option<T>, what: &'static str) -> Result<T, Undecodable> {
    value.ok_or(Undecodable::Missing(what))
}

/// An empty string on the wire is an absent one.
pub(super) fn optional(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn phone(text: &str, what: &'static str) -> Result<PhoneNumber, Undecodable> {
    PhoneNumber::recorded(text).map_err(|_| Undecodable::Invalid(what))
}

impl From<&Route> for v1::Route {
    fn from(route: &Route) -> Self {
        let mode = match route.mode {
            Mode::Live => v1::Mode::Live,
            Mode::Test => v1::Mode::Test,
        };
        Self {
            mode: mode.into(),
            from_e164: route.from.as_e164().to_owned(),
            to_e164: route.to.as_e164().to_owned(),
            workflow_id: id_bytes(route.workflow_id.uuid()),
        }
    }
}

impl TryFrom<v1::Route> for Route {
    type Error = Undecodable;
    fn try_from(wire: v1::Route) -> Result<Self, Undecodable> {
        let mode = match wire.mode() {
            v1::Mode::Live => Mode::Live,
            v1::Mode::Test => Mode::Test,
            v1::Mode::Unspecified => return Err(Undecodable::Missing("mode")),
        };
        Ok(Self {
            mode,
            from: phone(&wire.from_e164, "from_e164")?,
            to: phone(&wire.to_e164, "to_e164")?,
            workflow_id: id(&wire.workflow_id, "workflow_id")?,
        })
    }
}

impl From<&Sealed> for v1::Sealed {
    fn from(sealed: &Sealed) -> Self {
        Self { key_id: sealed.key_id.clone(), nonce: sealed.nonce.clone(), ciphertext: sealed.ciphertext.clone() }
    }
}

impl From<v1::Sealed> for Sealed {
    fn from(wire: v1::Sealed) -> Self {
        Self { key_id: wire.key_id, nonce: wire.nonce, ciphertext: wire.ciphertext }
    }
}

impl From<&CallbackTarget> for v1::CallbackTarget {
    fn from(target: &CallbackTarget) -> Self {
        Self { url: target.url.to_string(), bearer: target.bearer.as_ref().map(Into::into) }
    }
}

impl TryFrom<v1::CallbackTarget> for CallbackTarget {
    type Error = Undecodable;
    fn try_from(wire: v1::CallbackTarget) -> Result<Self, Undecodable> {
        let url = wire.url.parse().map_err(|_| Undecodable::Invalid("callback.url"))?;
        Ok(Self { url, bearer: wire.bearer.map(Into::into) })
    }
}

impl From<CancelReason> for v1::CancelReason {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Caller => Self::Caller,
            CancelReason::Deadline => Self::Deadline,
        }
    }
}

impl TryFrom<v1::CancelReason> for CancelReason {
    type Error = Undecodable;
    fn try_from(wire: v1::CancelReason) -> Result<Self, Undecodable> {
        match wire {
            v1::CancelReason::Caller => Ok(Self::Caller),
            v1::CancelReason::Deadline => Ok(Self::Deadline),
            v1::CancelReason::Unspecified => Err(Undecodable::Missing("cancel reason")),
        }
    }
}

impl From<Outcome> for v1::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Completed => Self::Completed,
            Outcome::NoAnswer => Self::NoAnswer,
            Outcome::Busy => Self::Busy,
            Outcome::Failed => Self::Failed,
            Outcome::Canceled => Self::Canceled,
            Outcome::Voicemail => Self::Voicemail,
        }
    }
}

impl TryFrom<v1::Outcome> for Outcome {
    type Error = Undecodable;
    fn try_from(wire: v1::Outcome) -> Result<Self, Undecodable> {
        match wire {
            v1::Outcome::Completed => Ok(Self::Completed),
            v1::Outcome::NoAnswer => Ok(Self::NoAnswer),
            v1::Outcome::Busy => Ok(Self::Busy),
            v1::Outcome::Failed => Ok(Self::Failed),
            v1::Outcome::Canceled => Ok(Self::Canceled),
            v1::Outcome::Voicemail => Ok(Self::Voicemail),
            v1::Outcome::Unspecified => Err(Undecodable::Missing("outcome")),
        }
    }
}

pub(super) fn goal_to_wire(goal: Option<Goal>) -> v1::Goal {
    match goal {
        None => v1::Goal::Unspecified,
        Some(Goal::Reached) => v1::Goal::Reached,
        Some(Goal::Denied) => v1::Goal::Denied,
        Some(Goal::Open) => v1::Goal::Open,
    }
}

/// One that is not known here says no more than none.
pub(super) fn goal(wire: v1::Goal) -> Option<Goal> {
    match wire {
        v1::Goal::Unspecified => None,
        v1::Goal::Reached => Some(Goal::Reached),
        v1::Goal::Denied => Some(Goal::Denied),
        v1::Goal::Open => Some(Goal::Open),
    }
}

impl From<&Failure> for v1::Failure {
    fn from(failure: &Failure) -> Self {
        let who = match failure.who {
            Blame::Callee => v1::Blame::Callee,
            Blame::Carrier => v1::Blame::Carrier,
            Blame::Platform => v1::Blame::Platform,
            Blame::Policy => v1::Blame::Policy,
            Blame::Caller => v1::Blame::Caller,
        };
        let rang = match failure.rang {
            Rang::Yes => v1::Rang::Yes,
            Rang::No => v1::Rang::No,
            Rang::Unknown => v1::Rang::Unknown,
        };
        Self {
            who: who.into(),
            code: failure.code.clone(),
            detail: failure.detail.expose().to_owned(),
            rang: rang.into(),
            retryable: failure.retryable,
        }
    }
}

impl TryFrom<v1::Failure> for Failure {
    type Error = Undecodable;
    fn try_from(wire: v1::Failure) -> Result<Self, Undecodable> {
        let who = match wire.who() {
            v1::Blame::Callee => Blame::Callee,
            v1::Blame::Carrier => Blame::Carrier,
            v1::Blame::Platform => Blame::Platform,
            v1::Blame::Policy => Blame::Policy,
            v1::Blame::Caller => Blame::Caller,
            v1::Blame::Unspecified => return Err(Undecodable::Missing("failure.who")),
        };
        let rang = match wire.rang() {
            v1::Rang::Yes => Rang::Yes,
            v1::Rang::No => Rang::No,
            v1::Rang::Unknown | v1::Rang::Unspecified => Rang::Unknown,
        };
        Ok(Self { who, code: wire.code, detail: Private::new(wire.detail), rang, retryable: wire.retryable })
    }
}

impl From<&Message> for v1::Message {
    fn from(message: &Message) -> Self {
        let role = match message.role {
            Role::Assistant => v1::Role::Assistant,
            Role::User => v1::Role::User,
        };
        Self { role: role.into(), content: message.content.expose().to_owned(), offset_millis: millis(message.offset) }
    }
}

impl TryFrom<v1::Message> for Message {
    type Error = Undecodable;
    fn try_from(wire: v1::Message) -> Result<Self, Undecodable> {
        let role = match wire.role() {
            v1::Role::Assistant => Role::Assistant,
            v1::Role::User => Role::User,
            v1::Role::Unspecified => return Err(Undecodable::Missing("message.role")),
        };
        let offset = Duration::from_millis(wire.offset_millis.into());
        Ok(Self { role, content: Private::new(wire.content), offset })
    }
}

impl From<&Disclosure> for v1::Disclosure {
    fn from(disclosure: &Disclosure) -> Self {
        Self { message_index: disclosure.message_index, offset_millis: millis(disclosure.offset) }
    }
}

impl From<v1::Disclosure> for Disclosure {
    fn from(wire: v1::Disclosure) -> Self {
        Self { message_index: wire.message_index, offset: Duration::from_millis(wire.offset_millis.into()) }
    }
}

impl From<&Evidence> for v1::Evidence {
    fn from(evidence: &Evidence) -> Self {
        Self { quote: evidence.quote.expose().to_owned(), message_index: evidence.message_index }
    }
}

impl From<v1::Evidence> for Evidence {
    fn from(wire: v1::Evidence) -> Self {
        Self { quote: Private::new(wire.quote), message_index: wire.message_index }
    }
}

impl From<&FormFill> for v1::FormFill {
    fn from(fill: &FormFill) -> Self {
        use v1::form_fill::Verdict as Wire;
        let verdict = match &fill.verdict {
            Verdict::Answered { value, evidence } => {
                Wire::Answered(v1::Answered { value: Some(value.into()), evidence: Some(evidence.into()) })
            }
            Verdict::Declined(evidence) => Wire::Declined(evidence.into()),
            Verdict::Asked => Wire::Asked(v1::Asked {}),
            Verdict::NotAsked => Wire::NotAsked(v1::NotAsked {}),
        };
        Self { field: fill.field.clone(), question: fill.question.expose().to_owned(), verdict: Some(verdict) }
    }
}

impl TryFrom<v1::FormFill> for FormFill {
    type Error = Undecodable;
    fn try_from(wire: v1::FormFill) -> Result<Self, Undecodable> {
        use v1::form_fill::Verdict as Wire;
        let verdict = match need(wire.verdict, "form_fill.verdict")? {
            Wire::Answered(answered) => Verdict::Answered {
                value: need(answered.value, "form_fill.value")?.try_into()?,
                evidence: need(answered.evidence, "form_fill.evidence")?.into(),
            },
            Wire::Declined(evidence) => Verdict::Declined(evidence.into()),
            Wire::Asked(v1::Asked {}) => Verdict::Asked,
            Wire::NotAsked(v1::NotAsked {}) => Verdict::NotAsked,
        };
        Ok(Self { field: wire.field, question: Private::new(wire.question), verdict })
    }
}

impl From<&FieldValue> for v1::answered::Value {
    fn from(value: &FieldValue) -> Self {
        match value {
            FieldValue::Boolean(value) => Self::Boolean(*value),
            FieldValue::Number(value) => Self::Number(value.as_f64().unwrap_or(f64::NAN)),
            FieldValue::Text(value) => Self::Text(value.expose().to_owned()),
        }
    }
}

impl TryFrom<v1::answered::Value> for FieldValue {
    type Error = Undecodable;
    fn try_from(wire: v1::answered::Value) -> Result<Self, Undecodable> {
        match wire {
            v1::answered::Value::Boolean(value) => Ok(Self::Boolean(value)),
            v1::answered::Value::Number(value) => Ok(Self::Number(number(value)?)),
            v1::answered::Value::Text(value) => Ok(Self::Text(Private::new(value))),
        }
    }
}

/// Whole numbers come back whole, so that a party of 2 is not told as 2.0.
fn number(value: f64) -> Result<serde_json::Number, Undecodable> {
    /// Above this a double no longer holds every whole number.
    const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= WHOLE_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within 53 bits")]
        return Ok((value as i64).into());
    }
    serde_json::Number::from_f64(value).ok_or(Undecodable::Invalid("form_fill.number"))
}
