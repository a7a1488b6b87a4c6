use std::time::Duration;

use proptest::prelude::{Just, Strategy as _, prop_assert, prop_assert_eq, proptest};
use proto::fact::{
    CallAnswered, CallDialing, CallEnded, CallRinging, CallTurn, CallbackAttempted, CallbackDelivered,
    CallbackExhausted,
};
use proto::{
    AttemptId, CallId, CallStatus, DeliveryId, Envelope, EventId, Fact, Message, Mode, OrgId, Outcome, Private, Role,
    Route, Timestamp, WorkflowId,
};
use uuid::Uuid;

use super::{Callback, CallbackState, EventName, Standing, Times};

const ATTEMPT: Uuid = Uuid::from_u128(1);

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap()
}

fn told(second: i64, fact: Fact) -> Envelope {
    let now = at(second);
    Envelope {
        event_id: EventId::new(now, [1; 10]),
        org_id: OrgId::new(now, [2; 10]),
        call_id: CallId::new(now, [3; 10]),
        at: now,
        fact,
    }
}

fn queued() -> Standing {
    Standing { status: CallStatus::Queued, times: Times::default(), dial_attempts: 0, turns: 0 }
}

fn dialing(attempt: u32) -> Fact {
    Fact::CallDialing(CallDialing { attempt_id: ATTEMPT.into(), attempt })
}

fn ringing() -> Fact {
    Fact::CallRinging(CallRinging { attempt_id: AttemptId::from(ATTEMPT) })
}

fn answered() -> Fact {
    Fact::CallAnswered(CallAnswered { attempt_id: ATTEMPT.into() })
}

fn turn(index: u32) -> Fact {
    let message = Message { role: Role::User, content: Private::new("Hi"), offset: Duration::from_secs(2) };
    Fact::CallTurn(CallTurn { index, message })
}

fn ended(outcome: Outcome) -> Fact {
    let number = |text: &str| text.parse().unwrap();
    Fact::CallEnded(CallEnded {
        route: Route {
            mode: Mode::Test,
            from: number("+14155550100"),
            to: number("+14155550101"),
            workflow_id: WorkflowId::from(ATTEMPT),
        },
        workflow_name: None,
        outcome,
        failure: None,
        summary: Private::new("Done."),
        messages: Vec::new(),
        form_fills: Vec::new(),
        duration: Duration::from_millis(31_460),
        disclosure: None,
        opted_out: false,
        goal: None,
    })
}

fn attempted(attempt: u32, result: &str, next: Option<Timestamp>) -> Fact {
    Fact::CallbackAttempted(CallbackAttempted {
        delivery_id: DeliveryId::from(ATTEMPT),
        webhook_id: None,
        attempt,
        started_at: None,
        http_status: Some(500),
        result: result.to_owned(),
        took: Duration::from_millis(3),
        answer: Private::default(),
        next_attempt_at: next,
    })
}

fn delivered(attempts: u32) -> Fact {
    Fact::CallbackDelivered(CallbackDelivered { delivery_id: ATTEMPT.into(), attempts, last: None })
}

fn exhausted(attempts: u32) -> Fact {
    Fact::CallbackExhausted(CallbackExhausted { delivery_id: ATTEMPT.into(), attempts, last: None })
}

fn names(standing: &mut Standing, facts: Vec<Fact>) -> Vec<EventName> {
    let facts = facts.into_iter().zip(0..).map(|(fact, second)| told(second, fact));
    facts.filter_map(|fact| standing.hear(&fact)).map(|told| told.name).collect()
}

fn callback(facts: &[Fact]) -> Callback {
    let known = facts.iter().fold(None, |known, fact| Callback::hear(known.as_ref(), fact).or(known));
    known.unwrap()
}

#[test]
fn a_call_is_watched_from_dialing_to_its_end() {
    let mut call = queued();
    let facts = vec![dialing(1), ringing(), answered(), turn(0), ended(Outcome::Completed)];
    let expected = [EventName::Dialing, EventName::Ringing, EventName::Answered, EventName::Turn, EventName::Ended];
    assert_eq!(names(&mut call, facts), expected);
    assert_eq!(call.status, CallStatus::Ended { at: at(4), outcome: Outcome::Completed });
}

#[test]
fn late_facts_move_nothing_back_but_their_time_is_kept() {
    let mut call = queued();
    assert_eq!(names(&mut call, vec![answered(), ringing()]), [EventName::Answered]);
    assert_eq!(call.status, CallStatus::InProgress { since: at(0) });
    assert_eq!(call.times.ringing_at, Some(at(1)));
}

#[test]
fn nothing_comes_after_the_end() {
    let mut call = queued();
    names(&mut call, vec![ended(Outcome::Busy)]);
    let after = call.status.clone();
    let late = vec![dialing(1), ringing(), answered(), turn(7), ended(Outcome::Completed)];
    assert_eq!(names(&mut call, late), []);
    assert_eq!(call.status, after);
}

#[test]
fn facts_that_are_heard_twice_are_shown_once() {
    let mut call = queued();
    assert_eq!(
        names(&mut call, vec![dialing(1), dialing(1), ringing(), ringing()]),
        [EventName::Dialing, EventName::Ringing]
    );
}

#[test]
fn a_second_attempt_is_shown_although_the_phone_has_rung() {
    let mut call = queued();
    assert_eq!(names(&mut call, vec![dialing(1), ringing(), dialing(2)]).last(), Some(&EventName::Dialing));
    assert_eq!(call.status, CallStatus::Ringing { since: at(1) });
}

#[test]
fn a_turn_is_shown_as_a_message_with_its_place() {
    let told = queued().hear(&told(5, turn(3))).unwrap();
    assert_eq!(told.data["index"], 3);
    assert_eq!(told.data["role"], "user");
    assert_eq!(told.data["content"], "Hi");
    assert_eq!(told.data["at"], "1970-01-01T00:00:05.000Z");
}

#[test]
fn a_callback_is_pending_until_it_is_delivered() {
    let waiting = callback(&[attempted(1, "5xx", Some(at(9)))]);
    assert_eq!((waiting.state, waiting.attempts), (CallbackState::Pending, 1));
    assert_eq!(waiting.latest.as_ref().unwrap().next_attempt_at, Some(at(9)));
    let done = callback(&[attempted(1, "5xx", Some(at(9))), attempted(2, "2xx", None), delivered(2)]);
    assert_eq!((done.state, done.attempts), (CallbackState::Delivered, 2));
    assert_eq!(done.data()["last_result"], "2xx");
}

#[test]
fn what_is_delivered_stays_delivered_in_whatever_order_we_hear_it() {
    for facts in [
        [delivered(2), attempted(1, "5xx", Some(at(9))), exhausted(2)],
        [exhausted(1), delivered(2), attempted(1, "5xx", None)],
        [attempted(2, "2xx", None), delivered(2), exhausted(2)],
    ] {
        let known = callback(&facts);
        assert_eq!((known.state, known.attempts), (CallbackState::Delivered, 2), "{facts:?}");
    }
}

#[test]
fn a_callback_that_was_given_up_can_be_sent_again() {
    let again = callback(&[exhausted(3), attempted(4, "timeout", Some(at(9)))]);
    assert_eq!((again.state, again.attempts), (CallbackState::Pending, 4));
    let late = callback(&[attempted(4, "timeout", Some(at(9))), exhausted(3)]);
    assert_eq!(late.state, CallbackState::Pending);
}

#[test]
fn a_repeated_fact_about_a_callback_is_no_news() {
    let known = callback(&[attempted(1, "5xx", Some(at(9)))]);
    assert_eq!(Callback::hear(Some(&known), &attempted(1, "5xx", Some(at(9)))), None);
}

#[test]
fn a_fact_that_overtook_another_is_early() {
    let mut call = queued();
    assert!(call.is_early(&dialing(1)) && call.is_early(&ringing()) && call.is_early(&turn(0)));
    names(&mut call, vec![dialing(1), answered(), turn(0)]);
    assert!(!call.is_early(&ringing()) && !call.is_early(&turn(1)) && call.is_early(&turn(2)));
    assert!(!queued().is_early(&delivered(1)), "a callback does not wait for the call");
}

/// The facts of one call in the order in which they happened, each with its moment.
fn life() -> Vec<Envelope> {
    let facts = [dialing(1), ringing(), dialing(2), ringing(), answered(), turn(0), turn(1), ended(Outcome::Completed)];
    facts.into_iter().zip(0..).map(|(fact, second)| told(second, fact)).collect()
}

fn rank(status: &CallStatus) -> usize {
    let way = ["queued", "planning", "dialing", "ringing", "in_progress", "ended"];
    way.iter().position(|word| *word == status.word()).unwrap()
}

proptest! {
    /// Whatever order the facts are heard in, and however often: a call never moves back, ends once, and is the same in
    /// the end.
    #[test]
    fn in_any_order_and_with_repeats_a_call_only_moves_forward(
        order in Just([life(), life()].concat()).prop_shuffle(),
        heard in 8..16_usize,
    ) {
        let mut call = queued();
        let mut shown = Vec::new();
        for envelope in &order[..heard] {
            let before = rank(&call.status);
            shown.extend(call.hear(envelope).map(|told| told.name));
            prop_assert!(rank(&call.status) >= before);
        }
        let whole = life();
        for envelope in &whole {
            shown.extend(call.hear(envelope).map(|told| told.name));
        }
        let ends = shown.iter().filter(|name| **name == EventName::Ended).count();
        prop_assert_eq!((ends, shown.last()), (1, Some(&EventName::Ended)));
        prop_assert_eq!(&call.status, &CallStatus::Ended { at: at(7), outcome: Outcome::Completed });
        let Times { dialing_at, ringing_at, answered_at, ended_at, .. } = call.times;
        prop_assert!([Some(at(0)), Some(at(2))].contains(&dialing_at));
        prop_assert!([Some(at(1)), Some(at(3))].contains(&ringing_at));
        prop_assert_eq!((answered_at, ended_at), (Some(at(4)), Some(at(7))));
    }
}
