//! What a caller may add to a request. What was not said takes no bytes.

use std::num::NonZeroU32;
use std::time::Duration;

use super::pieces::{micros, need, optional, optional_time};
use super::workflow::exposed;
use super::{Undecodable, v1};
use crate::Private;
use crate::fact::{KnownWorkflow, Recipient, Retry, Terms, Wishes};
use crate::workflow::VoicemailPolicy;

impl From<&KnownWorkflow> for v1::KnownWorkflow {
    fn from(known: &KnownWorkflow) -> Self {
        Self { workflow: Some((&known.workflow).into()), planner: known.planner.clone() }
    }
}

impl TryFrom<v1::KnownWorkflow> for KnownWorkflow {
    type Error = Undecodable;
    fn try_from(wire: v1::KnownWorkflow) -> Result<Self, Undecodable> {
        Ok(Self { workflow: need(wire.workflow, "workflow")?.try_into()?, planner: wire.planner })
    }
}

impl From<&VoicemailPolicy> for v1::VoicemailPolicy {
    fn from(policy: &VoicemailPolicy) -> Self {
        let message = match policy {
            VoicemailPolicy::HangUp => String::new(),
            VoicemailPolicy::LeaveMessage(message) => message.expose().to_owned(),
        };
        Self { message }
    }
}

impl From<v1::VoicemailPolicy> for VoicemailPolicy {
    fn from(wire: v1::VoicemailPolicy) -> Self {
        optional(wire.message).map_or(Self::HangUp, |message| Self::LeaveMessage(Private::new(message)))
    }
}

pub(super) fn recipient_to_wire(recipient: &Recipient) -> Option<v1::Recipient> {
    (*recipient != Recipient::default()).then(|| v1::Recipient {
        name: exposed(recipient.name.as_ref()),
        email: exposed(recipient.email.as_ref()),
        context: exposed(recipient.context.as_ref()),
    })
}

pub(super) fn recipient(wire: Option<v1::Recipient>) -> Recipient {
    let v1::Recipient { name, email, context } = wire.unwrap_or_default();
    let private = |text| optional(text).map(Private::new);
    Recipient { name: private(name), email: private(email), context: private(context) }
}

pub(super) fn wishes_to_wire(wishes: &Wishes) -> Option<v1::Wishes> {
    (*wishes != Wishes::default()).then(|| v1::Wishes {
        language: wishes.language.clone().unwrap_or_default(),
        voicemail: wishes.voicemail.as_ref().map(Into::into),
        result_schema_json: exposed(wishes.result_schema.as_ref()),
    })
}

pub(super) fn wishes(wire: Option<v1::Wishes>) -> Wishes {
    let v1::Wishes { language, voicemail, result_schema_json } = wire.unwrap_or_default();
    Wishes {
        language: optional(language),
        voicemail: voicemail.map(Into::into),
        result_schema: optional(result_schema_json).map(Private::new),
    }
}

pub(super) fn terms_to_wire(terms: &Terms) -> Option<v1::Terms> {
    (*terms != Terms::default()).then(|| v1::Terms {
        earliest_micros: micros(terms.earliest_at),
        latest_micros: micros(terms.latest_at),
        retry: terms.retry.map(Into::into),
        concurrent_calls_max: terms.concurrent_calls_max.map(NonZeroU32::get).unwrap_or_default(),
    })
}

pub(super) fn terms(wire: Option<v1::Terms>) -> Result<Terms, Undecodable> {
    let v1::Terms { earliest_micros, latest_micros, retry, concurrent_calls_max } = wire.unwrap_or_default();
    Ok(Terms {
        earliest_at: optional_time(earliest_micros, "earliest_micros")?,
        latest_at: optional_time(latest_micros, "latest_micros")?,
        retry: retry.map(TryInto::try_into).transpose()?,
        concurrent_calls_max: NonZeroU32::new(concurrent_calls_max),
    })
}

impl From<Retry> for v1::Retry {
    fn from(retry: Retry) -> Self {
        Self {
            attempts_max: retry.attempts_max.get(),
            on_no_answer: retry.on_no_answer,
            on_busy: retry.on_busy,
            wait_seconds: u32::try_from(retry.wait.as_secs()).unwrap_or(u32::MAX),
        }
    }
}

impl TryFrom<v1::Retry> for Retry {
    type Error = Undecodable;
    fn try_from(wire: v1::Retry) -> Result<Self, Undecodable> {
        Ok(Self {
            attempts_max: NonZeroU32::new(wire.attempts_max).ok_or(Undecodable::Invalid("retry.attempts_max"))?,
            on_no_answer: wire.on_no_answer,
            on_busy: wire.on_busy,
            wait: Duration::from_secs(wire.wait_seconds.into()),
        })
    }
}
