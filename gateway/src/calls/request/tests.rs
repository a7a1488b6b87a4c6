use std::time::Duration;

use proto::Timestamp;
use proto::workflow::VoicemailPolicy;
use serde_json::{Value, json};

use super::{AgainRequest, CallRequest};
use crate::callback_url::CallbackPolicy;

fn now() -> Timestamp {
    "2026-03-30T12:00:00Z".parse().unwrap()
}

fn parse(value: &Value) -> Result<CallRequest, Vec<(String, &'static str)>> {
    CallRequest::parse(value.as_object().unwrap(), &CallbackPolicy::default(), now())
        .map_err(|wrong| wrong.into_iter().map(|field| (field.pointer, field.code.word())).collect())
}

#[test]
fn what_is_unknown_or_empty_is_ignored() {
    let request = parse(&json!({
        "prompt": "Ask about store hours", "recipient_phone": "+14155550100", "callback_url": "",
        "callback_secret": null, "favourite_colour": 7,
    }))
    .unwrap();
    assert!(
        request.options.callback.is_none()
            && request.options.metadata.is_none()
            && request.options.max_duration.is_none()
    );
    assert_eq!(request.prompt.expose(), "Ask about store hours");
}

#[test]
fn every_field_that_is_at_fault_is_named() {
    let wrong = parse(&json!({
        "recipient_phone": "4155550100", "callback_url": "http://10.0.0.1/", "callback_secret": "a\nb",
        "metadata": [1], "max_duration_seconds": 0,
    }));
    let expected = [
        ("#/prompt", "invalid_request"),
        ("#/recipient_phone", "bad_phone_number"),
        ("#/callback_url", "bad_callback_url"),
        ("#/callback_secret", "invalid_request"),
        ("#/metadata", "invalid_request"),
        ("#/max_duration_seconds", "invalid_request"),
    ];
    assert_eq!(wrong.err().unwrap(), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn metadata_has_a_ceiling_and_comes_back_as_it_was() {
    let request =
        |metadata: Value| parse(&json!({"prompt": "p", "recipient_phone": "+14155550100", "metadata": metadata}));
    let kept = request(json!({"order": {"id": 42}})).unwrap().options.metadata.unwrap();
    assert_eq!(kept.expose(), r#"{"order":{"id":42}}"#);
    assert!(request(json!({"order": "x".repeat(4_096)})).is_err());
}

fn with(more: &Value) -> Result<CallRequest, Vec<(String, &'static str)>> {
    let mut request = json!({"prompt": "p", "recipient_phone": "+14155550100"});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    parse(&request)
}

#[test]
fn what_a_caller_wishes_is_read() {
    let request = with(&json!({
        "from_number": "+14155550199", "language": "en-GB", "voicemail": {"action": "leave_message", "message": " Hi. "},
        "schedule": {"earliest_at": "2026-03-30T14:00:00+01:00", "latest_at": "2026-03-31T12:00:00Z"},
        "retry": {"max_attempts": 3.0, "on": ["busy"], "wait_seconds": 60},
        "result_schema": {"type": "object", "properties": {"price": {"type": "number"}}},
    }))
    .unwrap();
    assert_eq!(request.from_number.unwrap().as_e164(), "+14155550199");
    assert_eq!(request.wishes.language.as_deref(), Some("en-GB"));
    let Some(VoicemailPolicy::LeaveMessage(message)) = request.wishes.voicemail else { panic!("no message") };
    assert_eq!(message.expose(), "Hi.");
    assert_eq!(
        request.wishes.result_schema.unwrap().expose(),
        r#"{"properties":{"price":{"type":"number"}},"type":"object"}"#
    );
    assert_eq!(request.terms.earliest_at.unwrap().to_rfc3339(), "2026-03-30T13:00:00+00:00");
    assert_eq!(request.terms.latest_at.unwrap().to_rfc3339(), "2026-03-31T12:00:00+00:00");
    let retry = request.terms.retry.unwrap();
    assert_eq!((retry.attempts_max.get(), retry.on_no_answer, retry.on_busy), (3, false, true));
    assert_eq!(retry.wait, Duration::from_mins(1));
    let usual =
        with(&json!({"retry": {"max_attempts": 2}, "voicemail": {"action": "hangup", "message": null}})).unwrap();
    let retry = usual.terms.retry.unwrap();
    assert!(retry.on_no_answer && retry.on_busy && retry.wait == Duration::from_mins(10));
    assert_eq!(usual.wishes.voicemail, Some(VoicemailPolicy::HangUp));
}

#[test]
fn what_cannot_be_is_named_by_its_pointer() {
    const INVALID: &str = "invalid_request";
    for (more, pointer, code) in [
        (json!({"from_number": "415"}), "#/from_number", "bad_phone_number"),
        (json!({"language": "english please"}), "#/language", INVALID),
        (json!({"language": "de"}), "#/language", "language_not_supported"),
        (json!({"voicemail": "hangup"}), "#/voicemail", INVALID),
        (json!({"voicemail": {"action": "sing"}}), "#/voicemail/action", INVALID),
        (json!({"voicemail": {"action": "leave_message"}}), "#/voicemail/message", INVALID),
        (
            json!({"voicemail": {"action": "leave_message", "message": "x".repeat(1_201)}}),
            "#/voicemail/message",
            INVALID,
        ),
        (json!({"voicemail": {"action": "hangup", "message": "Hi."}}), "#/voicemail/message", INVALID),
        (json!({"schedule": []}), "#/schedule", INVALID),
        (json!({"schedule": {"earliest_at": "2026-03-31T12:00:00"}}), "#/schedule/earliest_at", INVALID),
        (json!({"schedule": {"earliest_at": "2026-03-30T12:00:00Z"}}), "#/schedule/earliest_at", INVALID),
        (json!({"schedule": {"latest_at": "2026-04-06T12:00:01Z"}}), "#/schedule/latest_at", INVALID),
        (
            json!({"schedule": {"earliest_at": "2026-03-31T12:00:00Z", "latest_at": "2026-03-31T12:00:00Z"}}),
            "#/schedule/latest_at",
            INVALID,
        ),
        (json!({"retry": {}}), "#/retry/max_attempts", INVALID),
        (json!({"retry": {"max_attempts": 6}}), "#/retry/max_attempts", INVALID),
        (json!({"retry": {"max_attempts": 2, "on": ["failed"]}}), "#/retry/on", INVALID),
        (json!({"retry": {"max_attempts": 2, "on": []}}), "#/retry/on", INVALID),
        (json!({"retry": {"max_attempts": 2, "wait_seconds": 59}}), "#/retry/wait_seconds", INVALID),
    ] {
        let wrong = with(&more).err().unwrap_or_else(|| panic!("taken: {more}"));
        assert_eq!(wrong, [(pointer.to_owned(), code)], "{more}");
    }
}

#[test]
fn a_result_schema_that_cannot_be_kept_is_named_by_its_pointer() {
    for (schema, pointer) in [
        (json!("object"), "#/result_schema"),
        (json!({"type": "objekt"}), "#/result_schema/type"),
        (json!({"type": "object", "properties": {"a": {"type": "array"}}}), "#/result_schema/properties/a/type"),
        (
            json!({"type": "object", "properties": {"a": {"type": "string", "minLength": -1}}}),
            "#/result_schema/properties/a/minLength",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}},
                "allOf": [{"required": ["a"]}]}),
            "#/result_schema/allOf",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}},
                "additionalProperties": {"$ref": "https://schemas.example.com/a.json"}}),
            "#/result_schema",
        ),
        (
            json!({"type": "object", "properties": {"a": {"$ref": "https://schemas.example.com/a.json"}}}),
            "#/result_schema/properties/a/$ref",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=x)y"}}}),
            "#/result_schema/properties/a/pattern",
        ),
        (
            json!({"type": "object", "properties": {"a": {"enum": ["card", "cash"], "maxLength": 3}}}),
            "#/result_schema/properties/a/enum",
        ),
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}},
                "$comment": "x".repeat(16 * 1024)}),
            "#/result_schema",
        ),
    ] {
        let more = json!({"result_schema": schema});
        let wrong = with(&more).err().unwrap_or_else(|| panic!("taken: {more}"));
        assert_eq!(wrong, [(pointer.to_owned(), "bad_result_schema")], "{more}");
    }
}

#[test]
fn whom_to_call_with_a_workflow_that_is_there() {
    let again = |value: &Value| AgainRequest::parse(value.as_object().unwrap(), &CallbackPolicy::default());
    let request =
        again(&json!({"workflow_id": "0199d4a2-9b58-7cc3-8f5e-0c4ef3e3a1c5", "recipient_phone": "+14155550100",
        "recipient_name": " Ann Perry ", "recipient_email": "", "recipient_context": {"order": 42}}))
        .map_err(|_| "refused")
        .unwrap();
    assert!(request.workflow_id.is_some() && request.recipient.email.is_none());
    assert_eq!(request.recipient.name.unwrap().expose(), "Ann Perry");
    assert_eq!(request.recipient.context.unwrap().expose(), r#"{"order":42}"#);
    let wrong = again(&json!({"recipient_phone": 4, "recipient_name": "a\nb", "recipient_context": [1]}));
    let pointers: Vec<_> = wrong.err().unwrap().into_iter().map(|wrong| wrong.pointer).collect();
    assert_eq!(pointers, ["#/workflow_id", "#/recipient_phone", "#/recipient_name", "#/recipient_context"]);
}
