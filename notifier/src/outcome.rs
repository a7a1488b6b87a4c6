//! What came of an attempt, and what that means for the next one.

use std::time::Duration;

use crate::guard::Blocked;
use crate::lanes::Health;

/// The class of a result. Receivers' owners see its word, so it says nothing of what lies behind our network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// 2xx.
    Taken,
    /// 3xx. A redirect is never followed: it could lead anywhere.
    Redirect,
    /// 410: the receiver wants no more.
    Gone,
    /// 408, 425, 429: the receiver wants it later.
    Busy,
    /// Any other 4xx.
    Refused,
    /// 5xx, and numbers that no standard knows.
    Broken,
    /// The deadline passed before a status came.
    Timeout,
    /// No connection.
    Unreachable,
    /// No secure connection.
    Tls,
    /// The name has no address.
    Unresolved,
    /// The connection broke before a status came, or what came was not HTTP.
    Garbled,
    /// The URL may not be called. No later attempt can change that.
    BlockedUrl,
    /// What the name resolved to may not be dialed.
    BlockedAddress,
    /// A secret could not be opened, so that nothing could be sent as it should be.
    Sealed,
}

/// What may come of a further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    Delivered,
    /// The trouble is of the kind that passes.
    Likely,
    /// The trouble is of the kind that stays, unless somebody mends it.
    Unlikely,
    Hopeless,
}

/// All that is kept of an attempt.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    pub class: Class,
    pub status: Option<u16>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
    /// As the receiver asked.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// Nothing came back.
    pub fn none(class: Class) -> Self {
        Self { class, status: None, body: Vec::new(), retry_after: None }
    }
}

impl Answer {
    /// What it says about the receiver.
    pub fn health(&self) -> Health {
        match self.class.health() {
            Health::Trouble { slow, .. } => Health::Trouble { asked: self.retry_after, slow },
            health @ (Health::Well | Health::Unknown) => health,
        }
    }
}

impl From<Blocked> for Class {
    fn from(blocked: Blocked) -> Self {
        match blocked {
            Blocked::Scheme | Blocked::UserInfo | Blocked::Fragment | Blocked::Host | Blocked::Port => Self::BlockedUrl,
            Blocked::Address => Self::BlockedAddress,
        }
    }
}

impl Class {
    pub fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Taken,
            300..=399 => Self::Redirect,
            408 | 425 | 429 => Self::Busy,
            410 => Self::Gone,
            400..=499 => Self::Refused,
            _ => Self::Broken,
        }
    }

    /// The word of facts and metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Taken => "2xx",
            Self::Redirect => "3xx",
            Self::Gone | Self::Busy | Self::Refused => "4xx",
            Self::Broken => "5xx",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Unresolved => "unresolved",
            Self::Garbled => "garbled",
            Self::BlockedUrl | Self::BlockedAddress => "blocked",
            Self::Sealed => "sealed",
        }
    }

    pub fn prospect(self) -> Prospect {
        match self {
            Self::Taken => Prospect::Delivered,
            Self::Gone | Self::BlockedUrl => Prospect::Hopeless,
            Self::Redirect | Self::Refused | Self::BlockedAddress => Prospect::Unlikely,
            Self::Busy
            | Self::Broken
            | Self::Timeout
            | Self::Unreachable
            | Self::Tls
            | Self::Unresolved
            | Self::Garbled
            | Self::Sealed => Prospect::Likely,
        }
    }

    /// Whether other deliveries to the receiver had better wait. An answer that refuses one delivery says nothing about
    /// the next.
    fn health(self) -> Health {
        match self {
            Self::Busy | Self::Timeout | Self::Unreachable | Self::Tls | Self::Unresolved => {
                Health::Trouble { asked: None, slow: true }
            }
            Self::Broken | Self::Garbled => Health::Trouble { asked: None, slow: false },
            Self::Taken | Self::Redirect | Self::Gone | Self::Refused => Health::Well,
            Self::BlockedUrl | Self::BlockedAddress | Self::Sealed => Health::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Prospect};

    #[test]
    fn each_status_has_its_prospect() {
        let cases = [
            (200, Prospect::Delivered),
            (204, Prospect::Delivered),
            (299, Prospect::Delivered),
            (301, Prospect::Unlikely),
            (304, Prospect::Unlikely),
            (400, Prospect::Unlikely),
            (401, Prospect::Unlikely),
            (404, Prospect::Unlikely),
            (408, Prospect::Likely),
            (410, Prospect::Hopeless),
            (425, Prospect::Likely),
            (429, Prospect::Likely),
            (451, Prospect::Unlikely),
            (500, Prospect::Likely),
            (503, Prospect::Likely),
            (599, Prospect::Likely),
            (999, Prospect::Likely),
        ];
        for (status, prospect) in cases {
            assert_eq!(Class::of_status(status).prospect(), prospect, "{status}");
        }
    }

    #[test]
    fn a_blocked_target_looks_the_same_for_whatever_reason() {
        assert_eq!(Class::BlockedUrl.word(), Class::BlockedAddress.word());
    }
}
