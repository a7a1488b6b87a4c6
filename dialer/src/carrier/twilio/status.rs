//! Twilio's words for where a call stands, as ours.

use std::time::Duration;

use crate::carrier::{AnsweredBy, Cause, Detection, News, Over};

/// What stands beside a status and explains it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) sip: Option<u16>,
    pub(super) error: Option<String>,
    pub(super) talked: Option<Duration>,
}

/// None: a word that did not exist when this was written. It ends nothing.
pub(super) fn news(status: &str, details: Details) -> Option<News> {
    let over = |cause| Some(News::Over(Over { cause, talked: details.talked }));
    match status {
        "queued" | "initiated" => Some(News::Accepted),
        "ringing" => Some(News::Ringing),
        "in-progress" | "answered" => Some(News::Answered),
        "completed" => over(Cause::Completed),
        // 603 and 607: somebody looked at the phone and refused.
        "busy" if matches!(details.sip, Some(603 | 607)) => over(Cause::Declined),
        "busy" => over(Cause::Busy),
        "no-answer" => over(Cause::NoAnswer),
        "canceled" => over(Cause::Canceled),
        "failed" => over(failed(details.sip, details.error)),
        _ => None,
    }
}

fn failed(sip: Option<u16>, error: Option<String>) -> Cause {
    match (sip, error.as_deref()) {
        (Some(404 | 484 | 604), _) | (_, Some("21201" | "21205" | "21211" | "21217" | "13223" | "13224")) => {
            Cause::InvalidNumber
        }
        (Some(603 | 607), _) => Cause::Declined,
        (sip, _) => Cause::Failed { code: error.or_else(|| sip.map(|sip| format!("sip_{sip}"))) },
    }
}

pub(super) fn answered_by(word: &str) -> AnsweredBy {
    match word {
        "human" => AnsweredBy::Human,
        // A fax never says a word, nor hears one.
        "machine_start" | "fax" => AnsweredBy::Machine,
        "machine_end_beep" | "machine_end_silence" | "machine_end_other" => AnsweredBy::MachineReady,
        _ => AnsweredBy::Unclear,
    }
}

pub(super) fn detection(detection: Detection) -> Option<&'static str> {
    match detection {
        Detection::Off => None,
        Detection::Machine => Some("Enable"),
        Detection::Beep => Some("DetectMessageEnd"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Details, answered_by, news};
    use crate::carrier::{AnsweredBy, Cause, News, Over};

    fn cause(status: &str, sip: Option<u16>, error: Option<&str>) -> Cause {
        let details = Details { sip, error: error.map(str::to_owned), talked: None };
        match news(status, details) {
            Some(News::Over(Over { cause, .. })) => cause,
            other => panic!("{status} is {other:?}"),
        }
    }

    #[test]
    fn each_final_word_has_its_cause() {
        assert_eq!(cause("completed", None, None), Cause::Completed);
        assert_eq!(cause("busy", Some(486), None), Cause::Busy);
        assert_eq!(cause("busy", Some(603), None), Cause::Declined);
        assert_eq!(cause("no-answer", Some(480), None), Cause::NoAnswer);
        assert_eq!(cause("canceled", None, None), Cause::Canceled);
        assert_eq!(cause("failed", Some(404), None), Cause::InvalidNumber);
        assert_eq!(cause("failed", None, Some("21211")), Cause::InvalidNumber);
        assert_eq!(cause("failed", Some(503), None), Cause::Failed { code: Some("sip_503".into()) });
        assert_eq!(cause("failed", None, None), Cause::Failed { code: None });
    }

    #[test]
    fn a_word_we_do_not_know_ends_nothing() {
        assert_eq!(news("paused", Details::default()), None);
        assert_eq!(answered_by("robot"), AnsweredBy::Unclear);
    }
}
