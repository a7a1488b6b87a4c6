//! A call and an event as the vendor shows them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::ledger::{Event, Record};
use crate::order::Fields;

const VERSION: &str = "2010-04-01";

pub(super) fn call(account: &str, record: &Record) -> Value {
    let base = format!("/{VERSION}/Accounts/{account}/Calls/{}", record.sid);
    let sub = |name: &str| format!("{base}/{name}.json");
    json!({
        "sid": record.sid,
        "account_sid": account,
        "answered_by": record.answered_by,
        "api_version": VERSION,
        "caller_name": null,
        "date_created": record.created.to_rfc2822(),
        "date_updated": record.updated.to_rfc2822(),
        "direction": "outbound-api",
        "duration": record.ended.map(|_| record.talked.unwrap_or_default().as_secs().to_string()),
        "end_time": time(record.ended),
        "forwarded_from": null,
        "from": record.from,
        "from_formatted": record.from,
        "group_sid": null,
        "parent_call_sid": null,
        "phone_number_sid": null,
        "price": null,
        "price_unit": "USD",
        "queue_time": "0",
        "start_time": time(record.dialed),
        "status": record.status,
        "to": record.to,
        "to_formatted": record.to,
        "trunk_sid": null,
        "uri": format!("{base}.json"),
        "subresource_uris": {
            "events": sub("Events"), "notifications": sub("Notifications"), "payments": sub("Payments"),
            "recordings": sub("Recordings"), "siprec": sub("Siprec"), "streams": sub("Streams"),
            "transcriptions": sub("Transcriptions"),
            "user_defined_messages": sub("UserDefinedMessages"),
            "user_defined_message_subscriptions": sub("UserDefinedMessageSubscriptions"),
        },
    })
}

pub(super) fn event(event: &Event) -> Value {
    json!({
        "request": { "method": event.method, "url": event.url, "parameters": parameters(&event.parameters) },
        "response": {
            "response_code": event.answer, "date_created": event.at.to_rfc2822(),
            "content_type": null, "request_duration": null, "response_body": null,
        },
    })
}

/// The names in small letters with underscores; a name that came again holds a list.
fn parameters(fields: &Fields) -> Map<String, Value> {
    let mut parameters = Map::new();
    for (name, value) in fields {
        let value = Value::from(value.as_str());
        match parameters.get_mut(&snake(name)) {
            None => {
                parameters.insert(snake(name), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::from(vec![first.take(), value]),
        }
    }
    parameters
}

fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn time(time: Option<DateTime<Utc>>) -> Option<String> {
    time.map(|time| time.to_rfc2822())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parameters;

    #[test]
    fn an_event_shows_the_request_as_the_vendor_does() {
        let fields = [("To", "+1"), ("StatusCallbackEvent", "initiated"), ("StatusCallbackEvent", "ringing")];
        let shown = parameters(&fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let expected = json!({ "to": "+1", "status_callback_event": ["initiated", "ringing"] });
        assert_eq!(serde_json::Value::from(shown), expected);
    }
}
