//! A request for a call, checked.

use std::time::Duration;

use reqwest::Method;
use url::Url;

use crate::rest::Refusal;
use crate::webhook::Target;

/// A document in the request itself may have so many characters.
const DOCUMENT_CHARACTERS_MAX: usize = 4000;
const RING_SECONDS_DEFAULT: u64 = 60;
const RING_SECONDS_MAX: u64 = 600;
const TALK_SECONDS_DEFAULT: u64 = 4 * 60 * 60;
const TALK_SECONDS_MAX: u64 = 24 * 60 * 60;

/// Fields of a form in the order in which they came; a name may come again.
pub(crate) type Fields = Vec<(String, String)>;

#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) answer: Source,
    pub(crate) progress: Option<Progress>,
    pub(crate) ring_max: Duration,
    pub(crate) talk_max: Duration,
    pub(crate) detection: Option<Detection>,
    /// As received.
    pub(crate) fields: Fields,
}

/// Where the next document comes from.
#[derive(Clone)]
pub(crate) enum Source {
    Asked(Target),
    Given(String),
}

/// Whom to tell how the call proceeds, and what.
#[derive(Clone)]
pub(crate) struct Progress {
    pub(crate) target: Target,
    events: Vec<Stage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Initiated,
    Ringing,
    Answered,
    Completed,
}

impl Stage {
    pub(crate) const ALL: [Self; 4] = [Self::Initiated, Self::Ringing, Self::Answered, Self::Completed];
}

impl Source {
    pub(crate) fn url(&self) -> Option<String> {
        match self {
            Self::Asked(target) => Some(target.url.clone()),
            Self::Given(_) => None,
        }
    }
}

/// Whether a person or a machine answered, and whom to tell.
#[derive(Clone)]
pub(crate) struct Detection {
    pub(crate) until: Until,
    /// None: the document waits for the verdict.
    pub(crate) aside: Option<Target>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Verdict,
    /// The machine has begun to record.
    MessageEnd,
}

impl Order {
    pub(crate) fn read(fields: Fields) -> Result<Self, Refusal> {
        let to = field(&fields, "To").ok_or(Refusal::NoTo)?;
        let from = field(&fields, "From").ok_or(Refusal::NoFrom)?;
        if !is_phone_number(to) {
            return Err(Refusal::BadTo);
        }
        if !is_phone_number(from) {
            return Err(Refusal::BadFrom);
        }
        let seconds = |name, default, max| seconds(&fields, name, default, max);
        Ok(Self {
            to: to.to_owned(),
            from: from.to_owned(),
            answer: source(&fields)?.ok_or(Refusal::NoUrl)?,
            progress: progress(&fields)?,
            ring_max: seconds("Timeout", RING_SECONDS_DEFAULT, RING_SECONDS_MAX)?,
            talk_max: seconds("TimeLimit", TALK_SECONDS_DEFAULT, TALK_SECONDS_MAX)?,
            detection: detection(&fields)?,
            fields,
        })
    }
}

impl Progress {
    pub(crate) fn wants(&self, stage: Stage) -> bool {
        self.events.contains(&stage)
    }
}

/// The document that a request names, or holds.
pub(crate) fn source(fields: &Fields) -> Result<Option<Source>, Refusal> {
    if let Some(target) = target(fields, "Url", "Method")? {
        return Ok(Some(Source::Asked(target)));
    }
    let Some(document) = field(fields, "Twiml") else {
        return Ok(None);
    };
    if document.chars().count() > DOCUMENT_CHARACTERS_MAX {
        return Err(Refusal::BadParameter("Twiml"));
    }
    Ok(Some(Source::Given(document.to_owned())))
}

fn target(fields: &Fields, url: &'static str, method: &'static str) -> Result<Option<Target>, Refusal> {
    let Some(text) = field(fields, url) else {
        return Ok(None);
    };
    let known = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !known {
        return Err(Refusal::BadUrl);
    }
    let method = match field(fields, method) {
        None | Some("POST") => Method::POST,
        Some("GET") => Method::GET,
        Some(_) => return Err(Refusal::BadParameter(method)),
    };
    Ok(Some(Target { url: text.to_owned(), method }))
}

fn progress(fields: &Fields) -> Result<Option<Progress>, Refusal> {
    let Some(target) = target(fields, "StatusCallback", "StatusCallbackMethod")? else {
        return Ok(None);
    };
    let wanted = fields.iter().filter(|(name, _)| name == "StatusCallbackEvent").map(|(_, word)| match word.as_str() {
        "initiated" => Ok(Stage::Initiated),
        "ringing" => Ok(Stage::Ringing),
        "answered" => Ok(Stage::Answered),
        "completed" => Ok(Stage::Completed),
        _ => Err(Refusal::BadEvent),
    });
    let mut events = wanted.collect::<Result<Vec<_>, _>>()?;
    if events.is_empty() {
        events.push(Stage::Completed);
    }
    Ok(Some(Progress { target, events }))
}

fn detection(fields: &Fields) -> Result<Option<Detection>, Refusal> {
    let until = match field(fields, "MachineDetection") {
        None => return Ok(None),
        Some("Enable") => Until::Verdict,
        Some("DetectMessageEnd") => Until::MessageEnd,
        Some(_) => return Err(Refusal::BadParameter("MachineDetection")),
    };
    let aside = match field(fields, "AsyncAmd") {
        Some("true") => target(fields, "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod")?,
        Some(_) | None => None,
    };
    Ok(Some(Detection { until, aside }))
}

fn seconds(fields: &Fields, name: &'static str, default: u64, max: u64) -> Result<Duration, Refusal> {
    let Some(text) = field(fields, name) else {
        return Ok(Duration::from_secs(default));
    };
    let seconds: u64 = text.parse().map_err(|_| Refusal::BadParameter(name))?;
    if seconds > max {
        return Err(Refusal::BadParameter(name));
    }
    Ok(Duration::from_secs(seconds))
}

/// The first value of a field that has one.
pub(crate) fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(given, value)| given == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

pub(crate) fn is_account_sid(text: &str) -> bool {
    text.strip_prefix("AC").is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// E.164; of the numbers of North America also the shape that the plan prescribes.
fn is_phone_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+').map(str::as_bytes) else {
        return false;
    };
    let plausible = (8..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && digits[0] != b'0';
    let american = digits.first() == Some(&b'1');
    plausible && (!american || digits.len() == 11 && digits[1] >= b'2' && digits[4] >= b'2')
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Fields, Order, Stage, is_phone_number};
    use crate::rest::Refusal;

    fn fields(change: &[(&str, &str)]) -> Fields {
        let usual = [("To", "+14155550100"), ("From", "+14155550199"), ("Url", "https://a.example/answer")];
        let kept = usual.iter().filter(|(name, _)| change.iter().all(|(changed, _)| changed != name));
        kept.chain(change).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_wrong_field_has_its_refusal() {
        let table = [
            (("To", ""), Refusal::NoTo),
            (("From", ""), Refusal::NoFrom),
            (("Url", ""), Refusal::NoUrl),
            (("Url", "ftp://a.example"), Refusal::BadUrl),
            (("To", "911"), Refusal::BadTo),
            (("From", "me"), Refusal::BadFrom),
            (("Timeout", "abc"), Refusal::BadParameter("Timeout")),
            (("Timeout", "601"), Refusal::BadParameter("Timeout")),
            (("Method", "PUT"), Refusal::BadParameter("Method")),
            (("MachineDetection", "yes"), Refusal::BadParameter("MachineDetection")),
        ];
        for (change, expected) in table {
            assert_eq!(Order::read(fields(&[change])).err(), Some(expected), "{change:?}");
        }
    }

    #[test]
    fn every_wanted_event_is_kept_and_without_one_only_the_end_is_told() {
        let told = ("StatusCallback", "https://a.example/status");
        let all = [told, ("StatusCallbackEvent", "initiated"), ("StatusCallbackEvent", "ringing")];
        let progress = Order::read(fields(&all)).ok().and_then(|order| order.progress).unwrap();
        assert!(progress.wants(Stage::Initiated) && progress.wants(Stage::Ringing));
        assert!(!progress.wants(Stage::Answered) && !progress.wants(Stage::Completed));
        let progress = Order::read(fields(&[told])).ok().and_then(|order| order.progress).unwrap();
        assert!(progress.wants(Stage::Completed) && !progress.wants(Stage::Ringing));
    }

    #[test]
    fn limits_are_whole_seconds_with_the_documented_defaults() {
        let order = Order::read(fields(&[("Timeout", "30")])).ok().unwrap();
        assert_eq!(order.ring_max, Duration::from_secs(30));
        assert_eq!(order.talk_max, Duration::from_hours(4));
        assert_eq!(Order::read(fields(&[])).ok().unwrap().ring_max, Duration::from_mins(1));
    }

    #[test]
    fn numbers_are_international() {
        for good in ["+14155550100", "+442071838750", "+4930123456"] {
            assert!(is_phone_number(good), "{good}");
        }
        for bad in ["", "+", "4155550100", "+1415555010", "+10155550100", "+14150550100", "+1415555010x", "+0123456789"]
        {
            assert!(!is_phone_number(bad), "{bad}");
        }
    }
}
