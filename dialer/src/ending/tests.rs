use std::time::Duration;

use proto::call::{Blame, Mode, Outcome, Rang};
use proto::fact::Terms;
use proto::workflow::{Act, Draft, Step, StepId, VoicemailPolicy};
use proto::{AttemptId, CallId, Message, OrgId, Private, Role, Route, Timestamp, Workflow, WorkflowId};
use runtime::TraceContext;

use super::{Ending, Obstacle};
use crate::call::{Attempt, AttemptState, Call, Cancel, Epoch, Stage, Told};
use crate::carrier::{AnsweredBy, Cause, Over, Refusal};
use crate::store::Transcript;

fn workflow() -> Workflow {
    let close = Step { id: StepId("close".into()), act: Act::Close { text: Private::new("Goodbye.") } };
    Workflow::new(Draft {
        name: "Ask".into(),
        goal: Private::new("Ask."),
        language: "en-US".into(),
        on_behalf_of: None,
        callee_name: None,
        purpose: Private::new("I have a question."),
        facts: Vec::new(),
        fields: Vec::new(),
        start: close.id.clone(),
        steps: vec![close],
        voicemail: VoicemailPolicy::HangUp,
    })
    .unwrap()
}

fn call(told: Told) -> Call {
    let now = Timestamp::default();
    let number = |text: &str| text.parse().unwrap();
    Call {
        id: CallId::new(now, [1; 10]),
        org: OrgId::new(now, [2; 10]),
        route: Route {
            mode: Mode::Test,
            from: number("+14155550100"),
            to: number("+14155550101"),
            workflow_id: WorkflowId::new(now, [3; 10]),
        },
        workflow: workflow(),
        due_at: now,
        deadline: now,
        max_duration: Duration::from_mins(1),
        trace: TraceContext::default(),
        epoch: Epoch(1),
        stage: Stage::Dialing,
        cancel: None,
        told,
        terms: Terms::default(),
        untaken: None,
        conversation: None,
    }
}

fn attempt() -> Attempt {
    let now = Timestamp::default();
    Attempt {
        id: AttemptId::new(now, [4; 10]),
        call: CallId::new(now, [1; 10]),
        number: 1,
        epoch: Epoch(1),
        unsent: 0,
        rang: true,
        answered_by: None,
        state: AttemptState::Ended,
    }
}

fn said(roles: &[Role]) -> Transcript {
    let message = |role: &Role| Message { role: *role, content: Private::new("Hi."), offset: Duration::ZERO };
    Transcript { messages: roles.iter().map(message).collect(), ..Transcript::default() }
}

fn answered() -> Call {
    call(Told::Answered { at: Timestamp::default() })
}

fn over(cause: Cause) -> Over {
    Over { cause, talked: None }
}

fn code(ending: &Ending) -> Option<(Blame, &str, Rang)> {
    ending.failure.as_ref().map(|failure| (failure.who, failure.code.as_str(), failure.rang))
}

#[test]
fn what_the_carrier_says_of_an_unanswered_call_is_its_outcome() {
    let table = [
        (Cause::NoAnswer, Outcome::NoAnswer, (Blame::Callee, "no_answer", Rang::Yes)),
        (Cause::Busy, Outcome::Busy, (Blame::Callee, "busy", Rang::Yes)),
        (Cause::Declined, Outcome::Busy, (Blame::Callee, "declined", Rang::Yes)),
        (Cause::InvalidNumber, Outcome::Failed, (Blame::Caller, "invalid_number", Rang::No)),
        (Cause::Failed { code: None }, Outcome::Failed, (Blame::Carrier, "carrier_error", Rang::Yes)),
        (Cause::Canceled, Outcome::Canceled, (Blame::Carrier, "canceled", Rang::Yes)),
    ];
    for (cause, outcome, expected) in table {
        let ending = Ending::of(&call(Told::Ringing), &attempt(), &over(cause.clone()), &Transcript::default());
        assert_eq!((ending.outcome, code(&ending)), (outcome, Some(expected)), "{cause:?}");
    }
}

#[test]
fn a_call_that_is_taken_back_ends_the_same_whoever_is_heard_first() {
    let silent = Attempt { rang: false, ..attempt() };
    let heard = Ending::of(&call(Told::Dialing), &silent, &over(Cause::Canceled), &Transcript::default());
    let told = Ending::refused(Refusal::Queued, None);
    assert_eq!(code(&heard), Some((Blame::Carrier, "carrier_queue", Rang::Unknown)));
    assert_eq!(code(&told), Some((Blame::Carrier, "carrier_queue", Rang::No)));
    assert_eq!(heard.outcome, told.outcome);
}

#[test]
fn a_busy_line_does_not_ring() {
    let silent = Attempt { rang: false, ..attempt() };
    let ending = Ending::of(&call(Told::Dialing), &silent, &over(Cause::Busy), &Transcript::default());
    assert_eq!(code(&ending), Some((Blame::Callee, "busy", Rang::No)));
}

#[test]
fn a_canceled_ring_is_the_callers_wish_or_our_deadline() {
    for (why, outcome, who) in
        [(Cancel::Caller, Outcome::Canceled, Blame::Caller), (Cancel::Deadline, Outcome::Failed, Blame::Platform)]
    {
        let call = Call { cancel: Some(why), ..call(Told::Ringing) };
        let ending = Ending::of(&call, &attempt(), &over(Cause::Canceled), &Transcript::default());
        assert_eq!(ending.outcome, outcome);
        assert_eq!(ending.failure.unwrap().who, who);
    }
}

#[test]
fn who_answered_and_what_was_said_decide_an_answered_call() {
    let both = said(&[Role::Assistant, Role::User]);
    let talked = Ending::of(&answered(), &attempt(), &over(Cause::Completed), &both);
    assert_eq!((talked.outcome, code(&talked)), (Outcome::Completed, None));

    let alone = said(&[Role::Assistant]);
    let silent = Ending::of(&answered(), &attempt(), &over(Cause::Completed), &alone);
    assert_eq!((silent.outcome, code(&silent)), (Outcome::Completed, Some((Blame::Callee, "silent", Rang::Yes))));

    let machine = Attempt { answered_by: Some(AnsweredBy::Machine), ..attempt() };
    let unheard = Ending::of(&answered(), &machine, &over(Cause::Completed), &alone);
    assert_eq!(unheard.outcome, Outcome::Voicemail);
    let person = Call { conversation: Some(engine::Ending::Closed), ..answered() };
    let ending = Ending::of(&person, &machine, &over(Cause::Completed), &both);
    assert_eq!(ending.outcome, Outcome::Completed, "the engine heard a person");

    let evidence = proto::Evidence { quote: Private::new("Yes"), message_index: 1 };
    let verdict = proto::Verdict::Answered { value: proto::FieldValue::Boolean(true), evidence };
    let fill = proto::FormFill { field: "open".into(), question: Private::new("Open?"), verdict };
    let told = Transcript { fills: vec![fill], ..both };
    let ending = Ending::of(&answered(), &machine, &over(Cause::Completed), &told);
    assert_eq!(ending.outcome, Outcome::Completed, "who answered a question is a person");
}

#[test]
fn a_call_that_nobody_could_talk_on_is_our_fault() {
    let ending = Ending::of(&answered(), &attempt(), &over(Cause::Completed), &Transcript::default());
    assert_eq!(
        (ending.outcome, code(&ending)),
        (Outcome::Failed, Some((Blame::Platform, "no_conversation", Rang::Yes)))
    );
}

#[test]
fn a_summary_and_an_entry_for_each_field_come_with_every_end() {
    let ended = Ending::undialed(Obstacle::Canceled, None).of_planned(
        &call(Told::Nothing),
        Transcript::default(),
        Duration::ZERO,
    );
    assert_eq!(ended.outcome, Outcome::Canceled);
    assert!(!ended.summary.is_empty());
    assert_eq!(ended.workflow_name.as_deref(), Some("Ask"));
}
