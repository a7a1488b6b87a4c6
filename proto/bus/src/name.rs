//! The names of streams and subjects below the deployment's prefix.

use std::fmt;
use std::str::FromStr;

use proto::Kind;

const PREFIX_CHARS_MAX: usize = 64;

/// The server tells by this subject that it gave up on a message.
const GIVEN_UP: &str = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES";

/// Small letters, digits, `-` and `_`: valid in the name of a stream and as one token of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 64 small letters, digits, '-' and '_'")]
pub struct NotAPrefix;

impl FromStr for Prefix {
    type Err = NotAPrefix;
    fn from_str(text: &str) -> Result<Self, NotAPrefix> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        let fits = (1..=PREFIX_CHARS_MAX).contains(&text.len()) && text.chars().all(allowed);
        fits.then(|| Self(text.to_owned())).ok_or(NotAPrefix)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("callcow".to_owned())
    }
}

impl Prefix {
    pub(crate) fn facts_stream(&self) -> String {
        format!("{}-facts", self.0)
    }

    pub(crate) fn dead_stream(&self) -> String {
        format!("{}-dead", self.0)
    }

    pub(crate) fn subject(&self, kind: Kind) -> String {
        format!("{}.{}", self.0, kind.subject())
    }

    /// None: a kind of fact that this version does not know, or not a fact.
    pub(crate) fn kind(&self, subject: &str) -> Option<Kind> {
        let name = subject.strip_prefix(&self.0)?.strip_prefix('.')?;
        Kind::ALL.into_iter().find(|kind| kind.subject() == name)
    }

    pub(crate) fn all_calls(&self) -> String {
        format!("{}.call.>", self.0)
    }

    pub(crate) fn all_callbacks(&self) -> String {
        format!("{}.callback.>", self.0)
    }

    pub(crate) fn all_webhooks(&self) -> String {
        format!("{}.webhook.>", self.0)
    }

    pub(crate) fn dead_subject(&self, consumer: &str) -> String {
        format!("{}.dead.{consumer}", self.0)
    }

    pub(crate) fn given_up_subject(&self) -> String {
        format!("{GIVEN_UP}.{}.*", self.facts_stream())
    }

    pub(crate) fn is_given_up(subject: &str) -> bool {
        subject.starts_with(GIVEN_UP)
    }
}

#[cfg(test)]
mod tests {
    use proto::Kind;

    use super::Prefix;

    #[test]
    fn every_kind_is_found_again_by_its_subject() {
        let prefix = Prefix::default();
        for kind in Kind::ALL {
            assert_eq!(prefix.kind(&prefix.subject(kind)), Some(kind));
        }
        assert_eq!(prefix.kind("callcow.call.sung"), None);
        assert_eq!(prefix.kind("other.call.requested"), None);
        assert_eq!(prefix.kind("callcowcall.requested"), None);
    }
}
