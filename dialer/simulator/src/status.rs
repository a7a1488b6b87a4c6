//! Where a call stands, in the carrier's words.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Queued,
    Ringing,
    InProgress,
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

const WORDS: [(Status, &str); 8] = [
    (Status::Queued, "queued"),
    (Status::Ringing, "ringing"),
    (Status::InProgress, "in-progress"),
    (Status::Completed, "completed"),
    (Status::Busy, "busy"),
    (Status::NoAnswer, "no-answer"),
    (Status::Failed, "failed"),
    (Status::Canceled, "canceled"),
];

impl Status {
    /// Nothing follows.
    pub fn is_over(self) -> bool {
        match self {
            Self::Queued | Self::Ringing | Self::InProgress => false,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => true,
        }
    }

    /// Whether a call that stands here may come to stand at `next`.
    pub(crate) fn allows(self, next: Self) -> bool {
        match self {
            Self::Queued => next != Self::Queued && next != Self::Completed,
            Self::Ringing => !matches!(next, Self::Queued | Self::Ringing | Self::Completed),
            Self::InProgress => matches!(next, Self::Completed | Self::Failed),
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => false,
        }
    }

    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(status, _)| *status == self).map_or("", |(_, word)| word)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Not one of the carrier's words for a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a status")]
pub struct NotAStatus;

impl FromStr for Status {
    type Err = NotAStatus;

    fn from_str(text: &str) -> Result<Self, NotAStatus> {
        WORDS.iter().find(|(_, word)| *word == text).map(|(status, _)| *status).ok_or(NotAStatus)
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, WORDS};

    #[test]
    fn each_status_has_its_word() {
        for (status, word) in WORDS {
            assert_eq!(word.parse(), Ok(status));
            assert_eq!(status.as_str(), word);
        }
    }

    #[test]
    fn what_is_over_stays_so() {
        for (status, _) in WORDS.iter().filter(|(status, _)| status.is_over()) {
            assert!(WORDS.iter().all(|(next, _)| !status.allows(*next)));
        }
    }

    #[test]
    fn only_an_answered_call_completes() {
        assert!(!Status::Queued.allows(Status::Completed));
        assert!(!Status::Ringing.allows(Status::Completed));
        assert!(Status::InProgress.allows(Status::Completed));
        assert!(!Status::InProgress.allows(Status::Canceled));
    }
}
