//! The fields of a request for a call, checked. Fields that we do not know are ignored.

use std::ops::RangeInclusive;
use std::time::Duration;

use proto::fact::{Recipient, Terms, Wishes};
use proto::{PhoneNumber, Private, Timestamp, WorkflowId};
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
/// Names and addresses are shorter.
const NAME_BYTES_MAX: usize = 256;
/// Some minutes of speech: more is never asked for in a call.
const CONTEXT_BYTES_MAX: usize = 8 * 1024;

/// A call with a workflow of its own.
pub struct CallRequest {
    pub prompt: Private,
    pub recipient_phone: PhoneNumber,
    /// None: the organization's usual one.
    pub from_number: Option<PhoneNumber>,
    pub wishes: Wishes,
    pub terms: Terms,
    pub options: Options,
}

/// A call with the workflow of an earlier one.
pub struct AgainRequest {
    /// None: what was given is not an id.
    pub workflow_id: Option<WorkflowId>,
    pub recipient_phone: PhoneNumber,
    pub recipient: Recipient,
    pub options: Options,
}

/// What every call may have.
pub struct Options {
    pub callback: Option<Callback>,
    pub metadata: Option<Private>,
    pub max_duration: Option<Duration>,
}

pub struct Callback {
    pub url: Url,
    pub secret: Option<SecretString>,
}

impl CallRequest {
    pub fn parse(
        body: &Map<String, Value>,
        policy: &CallbackPolicy,
        now: Timestamp,
    ) -> Result<Self, Vec<FieldProblem>> {
        let mut fields = Fields { body, wrong: Vec::new() };
        let prompt = fields.required("prompt");
        let phone = fields.required("recipient_phone").and_then(|text| fields.callee("recipient_phone", text));
        let options = fields.options(policy);
        let from_number = fields.text("from_number").and_then(|text| fields.phone("from_number", text));
        let wishes = fields.wishes();
        let terms = fields.terms(now);
        if fields.value("dry_run").is_some_and(|value| !value.is_boolean()) {
            fields.fault("dry_run", INVALID, "This field must be true or false.");
        }
        match (prompt, phone) {
            (Some(prompt), Some(recipient_phone)) if fields.wrong.is_empty() => {
                Ok(Self { prompt: Private::new(prompt), recipient_phone, from_number, wishes, terms, options })
            }
            _ => Err(fields.wrong),
        }
    }
}

impl AgainRequest {
    pub fn parse(body: &Map<String, Value>, policy: &CallbackPolicy) -> Result<Self, Vec<FieldProblem>> {
        let mut fields = Fields { body, wrong: Vec::new() };
        let workflow_id = fields.required("workflow_id").map(|text| text.parse().ok());
        let phone = fields.required("recipient_phone").and_then(|text| fields.callee("recipient_phone", text));
        let recipient = Recipient {
            name: fields.short("recipient_name"),
            email: fields.short("recipient_email"),
            context: fields.context("recipient_context"),
        };
        let options = fields.options(policy);
        match (workflow_id, phone) {
            (Some(workflow_id), Some(recipient_phone)) if fields.wrong.is_empty() => {
                Ok(Self { workflow_id, recipient_phone, recipient, options })
            }
            _ => Err(fields.wrong),
        }
    }
}

impl Fields<'_> {
    fn options(&mut self, policy: &CallbackPolicy) -> Options {
        let url = self.text("callback_url").and_then(|text| self.url("callback_url", text, policy));
        let secret = self.text("callback_secret").and_then(|text| self.secret(text));
        let (metadata, max_duration) = (self.metadata(), self.max_duration());
        Options { callback: url.map(|url| Callback { url, secret }), metadata, max_duration }
    }

    fn short(&mut self, name: &'static str) -> Option<Private> {
        let text = self.text(name)?.trim();
        if text.len() > NAME_BYTES_MAX || text.contains(char::is_control) {
            self.fault(name, INVALID, format!("It is one line of at most {NAME_BYTES_MAX} bytes."));
            return None;
        }
        (!text.is_empty()).then(|| Private::new(text))
    }

    /// A text, or an object, whose members are facts of their own.
    fn context(&mut self, name: &'static str) -> Option<Private> {
        let value = self.value(name)?;
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Object(_) => value.to_string(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                self.fault(name, INVALID, "This field must be a string or an object.");
                return None;
            }
        };
        if text.len() > CONTEXT_BYTES_MAX {
            self.fault(name, INVALID, "This field may have 8 KiB at most.");
            return None;
        }
        (!text.is_empty()).then(|| Private::new(text))
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
        self.whole("max_duration_seconds", value, MAX_DURATION_SECONDS).map(Duration::from_secs)
    }
}

#[cfg(test)]
mod tests;
