//! Golden bytes: one file for each fact, in `proto/golden`.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use super::{decode, encode};
use crate::fact::{
    CallAnswered, CallCancelRequested, CallDialing, CallEnded, CallPlanFailed, CallPlanned, CallRequested, CallRinging,
    CallTurn, CallbackAttempted, CallbackDelivered, CallbackExhausted, CallbackRedeliveryRequested, CallbackTarget,
    CancelReason, KnownWorkflow, Recipient, Retry, Terms, WebhookCreated, WebhookDeleted, Wishes,
};
use crate::workflow::{Act, Draft, Field, FieldKind, Step, StepId, TellFact, VoicemailPolicy};
use crate::{
    Blame, CallId, Disclosure, Envelope, EventId, Evidence, Fact, Failure, FieldValue, FormFill, Goal, Kind, Message,
    Mode, OrgId, Outcome, Private, PropertySchema, Rang, Role, Route, Sealed, Timestamp, Verdict, Workflow,
};

fn uuid(last: u8) -> Uuid {
    Uuid::from_bytes([1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, last])
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

fn route() -> Route {
    Route {
        mode: Mode::Test,
        from: "+14155550100".parse().unwrap(),
        to: "+442079460958".parse().unwrap(),
        workflow_id: uuid(3).into(),
    }
}

fn sealed() -> Sealed {
    Sealed { key_id: "k1".into(), nonce: vec![1; 24], ciphertext: vec![2; 20] }
}

fn failure() -> Failure {
    Failure {
        who: Blame::Callee,
        code: "busy".into(),
        detail: Private::new("The line was busy."),
        rang: Rang::No,
        retryable: true,
    }
}

fn message(role: Role) -> Message {
    Message { role, content: Private::new("Seven works."), offset: Duration::from_millis(4_200) }
}

fn workflow() -> Workflow {
    let field = |name: &str, kind| Field {
        name: name.into(),
        question: Private::new("Is a table free?"),
        kind,
        required: true,
        schema: None,
    };
    let step = |id: &str, act| Step { id: StepId(id.into()), act };
    let to = |id: &str| StepId(id.into());
    Workflow::new(Draft {
        name: "Book a table".into(),
        goal: Private::new("Book a table for two."),
        language: "en-US".into(),
        on_behalf_of: Some(Private::new("Josh Miller")),
        callee_name: Some(Private::new("Olive Garden")),
        purpose: Private::new("I'd like to book a table."),
        facts: vec![TellFact { label: "party size".into(), value: Private::new("2") }],
        fields: vec![
            field("available", FieldKind::Boolean),
            field("room", FieldKind::Choice(vec!["inside".into(), "outside".into()])),
        ],
        steps: vec![
            step("a", Act::Say { text: Private::new("For two."), next: to("b") }),
            step("b", Act::Confirm { field: "available".into(), yes: to("c"), no: to("d") }),
            step("c", Act::Ask { field: "room".into(), next: to("d") }),
            step("d", Act::Close { text: Private::new("Goodbye.") }),
        ],
        start: to("a"),
        voicemail: VoicemailPolicy::LeaveMessage(Private::new("Please call back.")),
    })
    .unwrap()
}

fn fill(name: &str, verdict: Verdict) -> FormFill {
    FormFill { field: name.into(), question: Private::new("Is a table free?"), verdict }
}

fn ended() -> CallEnded {
    let evidence = Evidence { quote: Private::new("Seven works."), message_index: 1 };
    let answered = |value| Verdict::Answered { value, evidence: evidence.clone() };
    CallEnded {
        route: route(),
        workflow_name: Some("Book a table".into()),
        outcome: Outcome::Completed,
        failure: Some(failure()),
        summary: Private::new("Booked."),
        messages: vec![message(Role::Assistant), message(Role::User)],
        form_fills: vec![
            fill("available", answered(FieldValue::Boolean(true))),
            fill("party_size", answered(FieldValue::Number(2.into()))),
            fill("name", answered(FieldValue::Text(Private::new("Josh")))),
            fill("room", Verdict::Declined(evidence.clone())),
            fill("price", Verdict::Asked),
            fill("parking", Verdict::NotAsked),
        ],
        duration: Duration::from_millis(31_500),
        disclosure: Some(Disclosure { message_index: 0, offset: Duration::from_millis(300) }),
        opted_out: false,
        goal: None,
    }
}

/// One whole example of each fact.
fn example(kind: Kind) -> Fact {
    match kind {
        Kind::CallRequested => Fact::CallRequested(CallRequested {
            route: route(),
            prompt: Private::new("Book a table for two."),
            workflow: None,
            recipient: Recipient::default(),
            wishes: Wishes::default(),
            terms: Terms::default(),
            callback: Some(CallbackTarget { url: "https://example.com/hook".parse().unwrap(), bearer: Some(sealed()) }),
            signing_secrets: vec![sealed()],
            metadata: Some(Private::new("{\"ticket\":7}")),
            deadline: at(3_600),
            max_duration: Duration::from_mins(10),
        }),
        Kind::CallPlanned => Fact::CallPlanned(CallPlanned {
            route: route(),
            deadline: at(3_600),
            max_duration: Duration::from_mins(10),
            workflow: workflow(),
            planner: "builtin/1".into(),
            terms: Terms::default(),
        }),
        Kind::CallPlanFailed => Fact::CallPlanFailed(CallPlanFailed { route: route(), failure: failure() }),
        Kind::CallCancelRequested => {
            Fact::CallCancelRequested(CallCancelRequested { route: route(), reason: CancelReason::Caller })
        }
        Kind::CallDialing => Fact::CallDialing(CallDialing { attempt_id: uuid(4).into(), attempt: 1 }),
        Kind::CallRinging => Fact::CallRinging(CallRinging { attempt_id: uuid(4).into() }),
        Kind::CallAnswered => Fact::CallAnswered(CallAnswered { attempt_id: uuid(4).into() }),
        Kind::CallTurn => Fact::CallTurn(CallTurn { index: 1, message: message(Role::User) }),
        Kind::CallEnded => Fact::CallEnded(ended()),
        Kind::CallbackAttempted => Fact::CallbackAttempted(attempted()),
        Kind::CallbackDelivered => {
            Fact::CallbackDelivered(CallbackDelivered { delivery_id: uuid(5).into(), attempts: 3, last: None })
        }
        Kind::CallbackExhausted => {
            Fact::CallbackExhausted(CallbackExhausted { delivery_id: uuid(5).into(), attempts: 12, last: None })
        }
        Kind::CallbackRedeliveryRequested => {
            Fact::CallbackRedeliveryRequested(CallbackRedeliveryRequested { delivery_id: uuid(5).into() })
        }
        Kind::WebhookCreated => Fact::WebhookCreated(WebhookCreated {
            webhook_id: uuid(6).into(),
            workflow_id: uuid(3).into(),
            url: "https://example.com/hook".parse().unwrap(),
        }),
        Kind::WebhookDeleted => {
            Fact::WebhookDeleted(WebhookDeleted { webhook_id: uuid(6).into(), workflow_id: uuid(3).into() })
        }
    }
}

fn attempted() -> CallbackAttempted {
    CallbackAttempted {
        delivery_id: uuid(5).into(),
        webhook_id: None,
        attempt: 2,
        started_at: None,
        http_status: Some(503),
        result: "5xx".into(),
        took: Duration::from_millis(120),
        answer: Private::default(),
        next_attempt_at: Some(at(30)),
    }
}

fn terms() -> Terms {
    Terms {
        earliest_at: Some(at(60)),
        latest_at: Some(at(120)),
        retry: Some(Retry {
            attempts_max: NonZeroU32::new(3).unwrap(),
            on_no_answer: true,
            on_busy: false,
            wait: Duration::from_mins(5),
        }),
        concurrent_calls_max: NonZeroU32::new(10),
    }
}

/// What facts learned to carry after their first example was frozen. The number follows the frozen ones.
fn later_examples() -> Vec<(u8, Fact)> {
    let known = KnownWorkflow { workflow: workflow(), planner: "builtin/1".into() };
    let recipient = Recipient {
        name: Some(Private::new("Jane Doe")),
        email: Some(Private::new("jane@example.com")),
        context: Some(Private::new("A regular guest.")),
    };
    let wishes = Wishes {
        language: Some("en-GB".into()),
        voicemail: Some(VoicemailPolicy::HangUp),
        result_schema: Some(Private::new("{}")),
    };
    let mut facts = Vec::new();
    if let Fact::CallRequested(fact) = example(Kind::CallRequested) {
        let workflow = Some(Box::new(known));
        facts.push((2, Fact::CallRequested(CallRequested { workflow, recipient, wishes, terms: terms(), ..fact })));
    }
    if let Fact::CallPlanned(fact) = example(Kind::CallPlanned) {
        facts.push((2, Fact::CallPlanned(CallPlanned { terms: terms(), ..fact.clone() })));
        let mut draft = workflow().into_parts();
        draft.fields[1].schema = Some(PropertySchema::new(r#"{"enum":["inside","outside"]}"#).unwrap());
        facts.push((3, Fact::CallPlanned(CallPlanned { workflow: Workflow::new(draft).unwrap(), ..fact })));
    }
    facts.push((2, Fact::CallEnded(CallEnded { opted_out: true, ..ended() })));
    facts.push((3, Fact::CallEnded(CallEnded { goal: Some(Goal::Denied), ..ended() })));
    let attempted = CallbackAttempted {
        webhook_id: Some(uuid(6).into()),
        started_at: Some(at(1)),
        answer: Private::new("down for maintenance"),
        ..attempted()
    };
    let (delivery_id, attempts) = (attempted.delivery_id, attempted.attempt);
    facts.push((2, Fact::CallbackAttempted(attempted.clone())));
    let last = Some(attempted);
    facts.push((2, Fact::CallbackDelivered(CallbackDelivered { delivery_id, attempts, last: last.clone() })));
    facts.push((2, Fact::CallbackExhausted(CallbackExhausted { delivery_id, attempts, last })));
    facts
}

fn envelope(kind: Kind) -> Envelope {
    envelope_of(example(kind))
}

fn envelope_of(fact: Fact) -> Envelope {
    Envelope {
        event_id: EventId::from(uuid(0)),
        org_id: OrgId::from(uuid(1)),
        call_id: CallId::from(uuid(2)),
        at: at(0),
        fact,
    }
}

fn golden(kind: Kind, version: u8) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{}_v{version}.bin", kind.subject()))
}

/// If this fails, mend the code, never the file: yesterday's facts are still in the stream. The file of a new fact is
/// written by the first run, which fails so that somebody looks at it and commits it.
#[test]
fn every_fact_keeps_its_bytes() {
    let first = Kind::ALL.map(|kind| (1, example(kind)));
    for (version, fact) in first.into_iter().chain(later_examples()) {
        let (name, file) = (fact.kind().subject(), golden(fact.kind(), version));
        let envelope = envelope_of(fact);
        let bytes = encode(&envelope);
        let Ok(frozen) = std::fs::read(&file) else {
            std::fs::write(&file, bytes).unwrap();
            panic!("{name} had no golden file; it is written: commit it");
        };
        assert_eq!(bytes, frozen, "{name} changed on the wire");
        assert_eq!(decode(&frozen).unwrap(), envelope, "{name} is read differently");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn a_fact_with_a_flipped_bit_is_refused_or_read_but_never_panics(
        kind in proptest::sample::select(Kind::ALL.to_vec()), place in any::<prop::sample::Index>(), bit in 0..8_u8,
    ) {
        let mut bytes = encode(&envelope(kind));
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let _ = decode(&bytes);
    }
}
