//! How often Twilio tries a request, and what for: the part of an address behind its hash, as Twilio documents it for
//! webhooks.

use std::time::Duration;

use reqwest::{Error, Response};
use url::form_urlencoded;

/// Twilio tries no more often, and all tries together take no longer.
const RETRIES_MAX: u32 = 5;
const WHOLE_MAX: Duration = Duration::from_secs(15);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    pub(super) retries: u32,
    /// How long one answer may take.
    pub(super) answer: Duration,
    /// How long all tries may take.
    pub(super) whole: Duration,
    /// What is tried again.
    on: On,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that an address may hold")]
struct On {
    unreached: bool,
    unanswered: bool,
    refusals: bool,
    errors: bool,
}

impl Patience {
    /// What the address says: Twilio tries once more when nobody is there, unless it is told otherwise.
    pub(super) fn of(url: &str) -> Self {
        let (_, said) = url.split_once('#').unwrap_or_default();
        let said: Vec<_> = form_urlencoded::parse(said.as_bytes()).collect();
        let word = |wanted: &str| said.iter().find(|(name, _)| name == wanted).map(|(_, word)| word.as_ref());
        let millis = |name| word(name).and_then(|text| text.parse().ok()).map(Duration::from_millis);
        let on = word("rp").unwrap_or("ct");
        let on = |wanted: &str| on.split(',').any(|word| word == wanted || word == "all");
        Self {
            retries: word("rc").and_then(|text| text.parse().ok()).unwrap_or(1).min(RETRIES_MAX),
            answer: millis("rt").unwrap_or(WHOLE_MAX).min(WHOLE_MAX),
            whole: millis("tt").unwrap_or(WHOLE_MAX).min(WHOLE_MAX),
            on: On { unreached: on("ct"), unanswered: on("rt"), refusals: on("4xx"), errors: on("5xx") },
        }
    }

    pub(super) fn is_worth_a_try(&self, sent: &Result<Response, Error>) -> bool {
        match sent {
            Ok(response) if response.status().is_client_error() => self.on.refusals,
            Ok(response) if response.status().is_server_error() => self.on.errors,
            Ok(_) => false,
            Err(error) if error.is_connect() => self.on.unreached,
            // It was cut off, or too slow: somebody may have got it.
            Err(_) => self.on.unanswered,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{On, Patience};

    const NOBODY: On = On { unreached: true, unanswered: false, refusals: false, errors: false };

    #[test]
    fn an_address_says_how_often_it_is_tried() {
        let whole = Duration::from_secs(15);
        let standard = Patience { retries: 1, answer: whole, whole, on: NOBODY };
        let table = [
            ("https://a.example/status?x=1", standard),
            ("https://a.example/status#rc=0", Patience { retries: 0, ..standard }),
            ("https://a.example/#rc=9&rt=2000", Patience { retries: 5, answer: Duration::from_secs(2), ..standard }),
            (
                "https://a.example/#rc=2&rp=5xx,ct,rt&tt=60000",
                Patience { retries: 2, on: On { unanswered: true, errors: true, ..NOBODY }, ..standard },
            ),
            (
                "https://a.example/#rp=all",
                Patience { on: On { unreached: true, unanswered: true, refusals: true, errors: true }, ..standard },
            ),
        ];
        for (url, expected) in table {
            assert_eq!(Patience::of(url), expected, "{url}");
        }
    }
}
