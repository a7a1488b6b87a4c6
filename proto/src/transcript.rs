//! What was said, and what we know because of it. These types serialize as the API and the callback show them.

use std::time::Duration;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::Private;

/// One thing that one side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub role: Role,
    pub content: Private,
    /// Since the call was answered.
    pub offset: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Our voice agent.
    Assistant,
    /// Whoever answered the phone.
    User,
}

/// Where in the transcript the callee was told that an AI assistant is calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disclosure {
    pub message_index: u32,
    /// Since the call was answered.
    pub offset: Duration,
}

/// A wanted piece of information, and what the conversation says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct FormFill {
    pub field: String,
    pub question: Private,
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Answered {
        value: FieldValue,
        evidence: Evidence,
    },
    /// The callee would not or could not say.
    Declined(Evidence),
    /// The question was put and not answered.
    Asked,
    NotAsked,
}

/// Whether a conversation brought what it was for: judged from what is recorded, whatever anybody says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// On the way that her answers chose, all that is required is answered, and nothing was denied. Where nothing is
    /// required, the conversation came to its close.
    Reached,
    /// All that is required is answered, and something that had to be confirmed was denied.
    Denied,
    /// Something that is required is not known.
    Open,
}

impl Goal {
    pub const ALL: [Self; 3] = [Self::Reached, Self::Denied, Self::Open];

    /// The word of the public API, of metrics and of columns.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Denied => "denied",
            Self::Open => "open",
        }
    }
}

/// The words of the callee that prove a verdict: `quote` stands in the message at `message_index`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub quote: Private,
    pub message_index: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum FieldValue {
    Boolean(bool),
    /// Finite.
    Number(serde_json::Number),
    Text(Private),
}

impl Verdict {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Declined(_) => "declined",
            Self::Asked => "asked",
            Self::NotAsked => "not_asked",
        }
    }

    fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Answered { evidence, .. } | Self::Declined(evidence) => Some(evidence),
            Self::Asked | Self::NotAsked => None,
        }
    }

    fn value(&self) -> Option<&FieldValue> {
        match self {
            Self::Answered { value, .. } => Some(value),
            Self::Declined(_) | Self::Asked | Self::NotAsked => None,
        }
    }
}

impl Serialize for FormFill {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let evidence = self.verdict.evidence();
        let mut fill = serializer.serialize_struct("FormFill", 6)?;
        fill.serialize_field("field", &self.field)?;
        fill.serialize_field("question", &self.question)?;
        fill.serialize_field("value", &self.verdict.value())?;
        fill.serialize_field("verdict", self.verdict.word())?;
        fill.serialize_field("quote", &evidence.map(|evidence| &evidence.quote))?;
        fill.serialize_field("message_index", &evidence.map(|evidence| evidence.message_index))?;
        fill.end()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut message = serializer.serialize_struct("Message", 3)?;
        message.serialize_field("role", &self.role)?;
        message.serialize_field("content", &self.content)?;
        message.serialize_field("offset_seconds", &seconds(self.offset))?;
        message.end()
    }
}

impl Serialize for Disclosure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut disclosure = serializer.serialize_struct("Disclosure", 2)?;
        disclosure.serialize_field("message_index", &self.message_index)?;
        disclosure.serialize_field("offset_seconds", &seconds(self.offset))?;
        disclosure.end()
    }
}

/// To a tenth: what a carrier's transcript can know.
fn seconds(offset: Duration) -> f64 {
    (offset.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{Evidence, FieldValue, FormFill, Goal, Message, Role, Verdict};
    use crate::Private;

    #[test]
    fn a_fill_shows_its_evidence_and_only_its_own() {
        let fill = |verdict| FormFill { field: "party_size".into(), question: Private::new("For how many?"), verdict };
        let evidence = Evidence { quote: Private::new("two people"), message_index: 3 };
        let answered = Verdict::Answered { value: FieldValue::Number(2.into()), evidence: evidence.clone() };
        let expect = |value, verdict, quote, message_index| {
            json!({"field": "party_size", "question": "For how many?", "value": value, "verdict": verdict,
                "quote": quote, "message_index": message_index})
        };
        let shown = |verdict| serde_json::to_value(fill(verdict)).unwrap();
        assert_eq!(shown(answered), expect(json!(2), "answered", json!("two people"), json!(3)));
        assert_eq!(shown(Verdict::Declined(evidence)), expect(json!(null), "declined", json!("two people"), json!(3)));
        assert_eq!(shown(Verdict::Asked), expect(json!(null), "asked", json!(null), json!(null)));
        assert_eq!(shown(Verdict::NotAsked), expect(json!(null), "not_asked", json!(null), json!(null)));
    }

    #[test]
    fn a_goal_is_shown_by_its_word() {
        for goal in Goal::ALL {
            assert_eq!(serde_json::to_value(goal).unwrap(), goal.word());
        }
    }

    #[test]
    fn a_message_is_shown_as_the_api_says() {
        let message = Message { role: Role::User, content: Private::new("Hi"), offset: Duration::from_millis(1_249) };
        assert_eq!(
            serde_json::to_value(message).unwrap(),
            json!({"role": "user", "content": "Hi", "offset_seconds": 1.2})
        );
    }
}
