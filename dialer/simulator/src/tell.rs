//! What the network tells the application, beside the questions of a conversation.

use crate::exchange::Exchange;
use crate::ledger::{Event, Record};
use crate::order::{Fields, Stage};
use crate::webhook::{Answer, Target};

/// Sends a request to the application and keeps it with the call; None: nobody answered.
pub(crate) async fn post(exchange: &Exchange, sid: &str, target: &Target, parameters: Fields) -> Option<Answer> {
    let at = exchange.pace.now();
    let answer = exchange.sender.send(target, &parameters).await.ok();
    let status = answer.as_ref().map(|answer| answer.status);
    let (method, url) = (target.method.to_string(), target.url.clone());
    exchange.ledger.keep(sid, Event { method, url, parameters, answer: status, at });
    answer
}

/// What every request of the network to the application says.
pub(crate) fn standard(exchange: &Exchange, record: &Record, status: &str) -> Fields {
    let fields = [
        ("CallSid", record.sid.as_str()),
        ("AccountSid", &exchange.settings.account_sid),
        ("From", &record.from),
        ("Caller", &record.from),
        ("To", &record.to),
        ("Called", &record.to),
        ("CallStatus", status),
        ("Direction", "outbound-api"),
        ("ApiVersion", "2010-04-01"),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// What a status webhook says beyond that.
pub(crate) fn news(exchange: &Exchange, record: &Record, stage: Stage, sequence: u32) -> Fields {
    let mut fields = vec![
        ("Timestamp", exchange.pace.now().to_rfc2822()),
        ("SequenceNumber", sequence.to_string()),
        ("CallbackSource", "call-progress-events".to_owned()),
    ];
    if stage == Stage::Completed {
        let talked = record.talked.unwrap_or_default();
        // Carriers bill by the started minute.
        let minutes = talked.as_secs().div_ceil(60);
        fields.extend([("CallDuration", talked.as_secs().to_string()), ("Duration", minutes.to_string())]);
        fields.extend(record.sip.map(|sip| ("SipResponseCode", sip.to_string())));
    }
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
