//! Answers to "create call" that are not a call, as decisions.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use crate::carrier::{DialError, Refusal};

#[derive(Debug, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) code: Option<u32>,
}

#[derive(Debug, thiserror::Error)]
#[error("the carrier answered {0}")]
pub(super) struct Answered(pub(super) StatusCode);

/// What an answer other than success to "create call" means. Only an answer that says so proves that nothing was made.
pub(super) fn classify(status: StatusCode, code: Option<u32>, retry_after: Option<Duration>) -> DialError {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return DialError::Throttled { retry_after };
    }
    // 408 comes from whoever stands between us, about a request that may have gone on.
    if !status.is_client_error() || status == StatusCode::REQUEST_TIMEOUT {
        return DialError::Unknown(Box::new(Answered(status)));
    }
    DialError::Refused { class: class(status, code), code: code.map(|code| code.to_string()) }
}

/// Only broad classes: Twilio splits its codes further as it likes.
fn class(status: StatusCode, code: Option<u32>) -> Refusal {
    match code {
        Some(21201 | 21205 | 21211 | 21217 | 21421 | 13223 | 13224) => Refusal::InvalidNumber,
        Some(21210 | 21212 | 21213) => Refusal::CallerId,
        Some(21214 | 21215 | 21216 | 21219 | 13225 | 13226 | 13227) => Refusal::NotAllowed,
        Some(20003 | 20005 | 10001) => Refusal::Account,
        Some(_) | None if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN => Refusal::Account,
        Some(_) | None => Refusal::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::StatusCode;

    use super::classify;
    use crate::carrier::{DialError, Refusal};

    #[test]
    fn only_a_refusal_proves_that_nothing_rings() {
        let unknown = |status: u16| {
            matches!(classify(StatusCode::from_u16(status).unwrap(), Some(20503), None), DialError::Unknown(_))
        };
        for status in [302, 408, 500, 502, 503, 504] {
            assert!(unknown(status), "{status}");
        }
        for status in [400, 401, 403, 404, 422] {
            assert!(!unknown(status), "{status}");
        }
    }

    #[test]
    fn the_carrier_says_when_to_ask_again() {
        let wait = Duration::from_secs(2);
        let throttled = classify(StatusCode::TOO_MANY_REQUESTS, Some(20429), Some(wait));
        assert!(matches!(throttled, DialError::Throttled { retry_after: Some(kept) } if kept == wait));
    }

    #[test]
    fn codes_fall_into_classes() {
        let table = [
            (400, Some(21211), Refusal::InvalidNumber),
            (400, Some(21215), Refusal::NotAllowed),
            (400, Some(21210), Refusal::CallerId),
            (401, Some(20003), Refusal::Account),
            (401, None, Refusal::Account),
            (400, Some(99999), Refusal::Other),
            (404, None, Refusal::Other),
        ];
        for (status, code, expected) in table {
            let DialError::Refused { class, .. } = classify(StatusCode::from_u16(status).unwrap(), code, None) else {
                panic!("{status} {code:?} is no refusal");
            };
            assert_eq!(class, expected, "{status} {code:?}");
        }
    }
}
