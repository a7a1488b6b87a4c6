//! The bodies of the callback and of webhooks. The published members come first and keep their shape; ours follow.

use std::time::Duration;

use chrono::SecondsFormat;
use proto::fact::CallEnded;
use proto::{CallId, Disclosure, Failure, FormFill, Goal, Message, Private, Timestamp, WorkflowId};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::store::Known;

#[derive(Serialize)]
struct Callback<'a> {
    call_id: CallId,
    workflow_id: WorkflowId,
    call_status: &'static str,
    provider_status: &'static str,
    call_summary: &'a Private,
    messages: &'a [Message],
    context: (),
    form_fills: &'a [FormFill],
    created_at: String,
    failure: Option<&'a Failure>,
    metadata: Option<&'a RawValue>,
    duration_seconds: f64,
    disclosure: Option<Disclosure>,
    goal: Option<Goal>,
}

/// The bytes that every attempt sends. `metadata` is the JSON text that the caller wanted back.
pub fn callback(call_id: CallId, created_at: Timestamp, ended: &CallEnded, metadata: Option<&Private>) -> Vec<u8> {
    let callback = Callback {
        call_id,
        workflow_id: ended.route.workflow_id,
        call_status: ended.outcome.call_status(),
        provider_status: ended.outcome.provider_status(),
        call_summary: &ended.summary,
        messages: &ended.messages,
        context: (),
        form_fills: &ended.form_fills,
        created_at: created_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        failure: ended.failure.as_ref(),
        metadata: raw(metadata),
        duration_seconds: seconds(ended.duration),
        disclosure: ended.disclosure,
        goal: ended.goal,
    };
    serde_json::to_vec(&callback).expect("strings as keys, and numbers that JSON knows")
}

#[derive(Serialize)]
struct Webhook<'a> {
    call_id: CallId,
    workflow_id: WorkflowId,
    workflow_name: Option<&'a str>,
    phone_number_from: &'a str,
    phone_number_to: &'a str,
    call_status: &'static str,
    call_summary: &'a Private,
    messages: &'a [Message],
    context: String,
    created_at: String,
    provider_status: &'static str,
    form_fills: &'a [FormFill],
    failure: Option<&'a Failure>,
    metadata: Option<&'a RawValue>,
    duration_seconds: f64,
    disclosure: Option<Disclosure>,
    goal: Option<Goal>,
}

/// The bytes that every attempt sends to a receiver of a workflow's calls. Unlike in the callback, `context` is a text
/// that holds JSON, and `created_at` has no zone.
pub fn webhook(call_id: CallId, known: &Known, ended: &CallEnded) -> Vec<u8> {
    let webhook = Webhook {
        call_id,
        workflow_id: ended.route.workflow_id,
        workflow_name: ended.workflow_name.as_deref(),
        phone_number_from: ended.route.from.as_e164(),
        phone_number_to: ended.route.to.as_e164(),
        call_status: ended.outcome.call_status(),
        call_summary: &ended.summary,
        messages: &ended.messages,
        context: context(known, ended),
        created_at: known.created_at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
        provider_status: ended.outcome.provider_status(),
        form_fills: &ended.form_fills,
        failure: ended.failure.as_ref(),
        metadata: raw(known.metadata.as_ref()),
        duration_seconds: seconds(ended.duration),
        disclosure: ended.disclosure,
        goal: ended.goal,
    };
    serde_json::to_vec(&webhook).expect("strings as keys, and numbers that JSON knows")
}

/// Whom we called, with the spaces that the published example has.
fn context(known: &Known, ended: &CallEnded) -> String {
    let text = |words: Option<&Private>| serde_json::to_string(&words).expect("a text can be written");
    let (name, email) = (text(known.recipient_name.as_ref()), text(known.recipient_email.as_ref()));
    format!(r#"{{"name": {name}, "email": {email}, "number": "{}"}}"#, ended.route.to.as_e164())
}

/// What the caller wanted back, to the byte.
fn raw(metadata: Option<&Private>) -> Option<&RawValue> {
    metadata.and_then(|text| serde_json::from_str(text.expose()).ok())
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proto::fact::CallEnded;
    use proto::{
        Blame, CallId, Disclosure, Evidence, Failure, FieldValue, FormFill, Goal, Message, Mode, Outcome, Private,
        Rang, Role, Route, Timestamp, Verdict,
    };
    use uuid::Uuid;

    use super::{callback, webhook};
    use crate::store::Known;

    fn call_id() -> CallId {
        Uuid::from_u128(1).into()
    }

    fn created_at() -> Timestamp {
        "2026-03-30T12:00:00.000999Z".parse().unwrap()
    }

    fn ended() -> CallEnded {
        let message = |role, text: &str, millis| Message {
            role,
            content: Private::new(text),
            offset: Duration::from_millis(millis),
        };
        CallEnded {
            route: Route {
                mode: Mode::Test,
                from: "+14155550100".parse().unwrap(),
                to: "+14155550101".parse().unwrap(),
                workflow_id: Uuid::from_u128(2).into(),
            },
            workflow_name: Some("Book a table".into()),
            outcome: Outcome::Completed,
            failure: None,
            summary: Private::new("A table for two."),
            messages: vec![
                message(Role::Assistant, "I am an AI \"assistant\".", 0),
                message(Role::User, "Two, ü.", 4_249),
            ],
            form_fills: vec![FormFill {
                field: "party_size".into(),
                question: Private::new("For how many?"),
                verdict: Verdict::Answered {
                    value: FieldValue::Number(2.into()),
                    evidence: Evidence { quote: Private::new("Two"), message_index: 1 },
                },
            }],
            duration: Duration::from_millis(12_340),
            disclosure: Some(Disclosure { message_index: 0, offset: Duration::ZERO }),
            opted_out: false,
            goal: Some(Goal::Reached),
        }
    }

    /// Clients of the published API read these bytes: if this fails, mend the code.
    #[test]
    fn the_published_members_come_first_and_keep_their_shape() {
        let body = callback(call_id(), created_at(), &ended(), Some(&Private::new(r#"{"z": 1, "a": [1.0]}"#)));
        let expected = concat!(
            r#"{"call_id":"00000000-0000-0000-0000-000000000001","#,
            r#""workflow_id":"00000000-0000-0000-0000-000000000002","#,
            r#""call_status":"success","provider_status":"completed","call_summary":"A table for two.","#,
            r#""messages":[{"role":"assistant","content":"I am an AI \"assistant\".","offset_seconds":0.0},"#,
            r#"{"role":"user","content":"Two, ü.","offset_seconds":4.2}],"context":null,"#,
            r#""form_fills":[{"field":"party_size","question":"For how many?","value":2,"verdict":"answered","#,
            r#""quote":"Two","message_index":1}],"created_at":"2026-03-30T12:00:00.000Z","#,
            r#""failure":null,"metadata":{"z": 1, "a": [1.0]},"duration_seconds":12.3,"#,
            r#""disclosure":{"message_index":0,"offset_seconds":0.0},"goal":"reached"}"#,
        );
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }

    /// Clients of the published API read these bytes: if this fails, mend the code.
    #[test]
    fn a_webhook_has_its_context_in_a_text_and_its_time_without_a_zone() {
        let known = Known {
            created_at: created_at(),
            metadata: None,
            recipient_name: Some(Private::new("Ann \"A\"")),
            recipient_email: None,
            signing_secrets: Vec::new(),
            targets: Vec::new(),
        };
        let ended = CallEnded { form_fills: Vec::new(), messages: ended().messages.split_off(1), ..ended() };
        let expected = concat!(
            r#"{"call_id":"00000000-0000-0000-0000-000000000001","#,
            r#""workflow_id":"00000000-0000-0000-0000-000000000002","workflow_name":"Book a table","#,
            r#""phone_number_from":"+14155550100","phone_number_to":"+14155550101","call_status":"success","#,
            r#""call_summary":"A table for two.","#,
            r#""messages":[{"role":"user","content":"Two, ü.","offset_seconds":4.2}],"#,
            r#""context":"{\"name\": \"Ann \\\"A\\\"\", \"email\": null, \"number\": \"+14155550101\"}","#,
            r#""created_at":"2026-03-30T12:00:00.000999","#,
            r#""provider_status":"completed","form_fills":[],"failure":null,"metadata":null,"duration_seconds":12.3,"#,
            r#""disclosure":{"message_index":0,"offset_seconds":0.0},"goal":"reached"}"#,
        );
        assert_eq!(String::from_utf8(webhook(call_id(), &known, &ended)).unwrap(), expected);
    }

    #[test]
    fn a_call_that_failed_says_whose_fault_it_was() {
        let failure = Failure {
            who: Blame::Callee,
            code: "busy".into(),
            detail: Private::new("The line was busy."),
            rang: Rang::Unknown,
            retryable: true,
        };
        let ended = CallEnded {
            outcome: Outcome::Busy,
            failure: Some(failure),
            messages: Vec::new(),
            form_fills: Vec::new(),
            disclosure: None,
            goal: None,
            ..ended()
        };
        let body: serde_json::Value = serde_json::from_slice(&callback(call_id(), created_at(), &ended, None)).unwrap();
        assert_eq!([&body["call_status"], &body["provider_status"]], ["not_picked_up", "busy"]);
        assert_eq!(
            body["failure"],
            serde_json::json!({"who": "callee", "code": "busy", "detail": "The line was busy.", "rang": null,
                "retryable": true})
        );
        assert!(body["metadata"].is_null() && body["disclosure"].is_null() && body["goal"].is_null());
    }
}
