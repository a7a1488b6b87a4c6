//! How a call ended, judged from what is known of it.

use std::time::Duration;

use proto::call::{Blame, Failure, Outcome, Rang};
use proto::fact::CallEnded;
use proto::workflow::Field;
use proto::{FormFill, Private, Role, Route, Timestamp, Verdict};

use crate::call::{Attempt, Call, Cancel, NotTaken, Untaken};
use crate::carrier::{AnsweredBy, Cause, Over, Refusal};
use crate::store::Transcript;

/// An outcome and, where it is not what was asked for, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub outcome: Outcome,
    pub failure: Option<Failure>,
}

/// Why a call that waits is not dialed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Its caller does not want it any more.
    Canceled,
    /// It can't be over in time.
    Deadline,
    /// Its caller did not want it to be dialed so late.
    TooLate,
    /// It would ring at an hour at which people are not called, until its time is over.
    OutsideHours,
    DoNotCall,
    NoCarrier,
    /// The carrier could not be reached, however often it was tried.
    Unreachable,
}

impl From<Cancel> for Obstacle {
    fn from(why: Cancel) -> Self {
        match why {
            Cancel::Caller => Self::Canceled,
            Cancel::Deadline => Self::Deadline,
        }
    }
}

impl Ending {
    fn good(outcome: Outcome) -> Self {
        Self { outcome, failure: None }
    }

    pub fn bad(outcome: Outcome, who: Blame, code: &str, detail: &str, (rang, retryable): (Rang, bool)) -> Self {
        let failure = Failure { who, code: code.to_owned(), detail: Private::new(detail), rang, retryable };
        Self { outcome, failure: Some(failure) }
    }

    /// The call was not dialed (again). Where only its time is up, the dial before says how it ended.
    pub fn undialed(obstacle: Obstacle, before: Option<Untaken>) -> Self {
        let policy =
            |code, detail, retryable| Self::bad(Outcome::Failed, Blame::Policy, code, detail, (Rang::No, retryable));
        match (obstacle, before) {
            (Obstacle::Deadline | Obstacle::TooLate | Obstacle::OutsideHours | Obstacle::Unreachable, Some(before)) => {
                Self::not_taken(before)
            }
            (Obstacle::Canceled, _) => Self::canceled(Cancel::Caller, Rang::No),
            (Obstacle::Deadline, None) => Self::canceled(Cancel::Deadline, Rang::No),
            (Obstacle::TooLate, None) => {
                policy("too_late", "The call could not be dialed before the latest time that was asked for.", true)
            }
            (Obstacle::OutsideHours, None) => {
                let detail = "It is not an hour at which this number may be called, and will not be in time.";
                policy("outside_calling_hours", detail, true)
            }
            (Obstacle::DoNotCall, _) => policy("do_not_call", "This person asked not to be called again.", false),
            (Obstacle::NoCarrier, _) => policy("no_carrier", "No carrier is configured for calls of this mode.", false),
            (Obstacle::Unreachable, None) => {
                let detail = "The carrier could not be reached.";
                Self::bad(Outcome::Failed, Blame::Carrier, "carrier_unreachable", detail, (Rang::No, true))
            }
        }
    }

    fn not_taken(Untaken { why, rang }: Untaken) -> Self {
        let rang = if rang { Rang::Yes } else { Rang::No };
        match why {
            NotTaken::NoAnswer => {
                Self::bad(Outcome::NoAnswer, Blame::Callee, "no_answer", "Nobody answered.", (rang, true))
            }
            NotTaken::Busy => Self::bad(Outcome::Busy, Blame::Callee, "busy", "The line was busy.", (rang, true)),
            NotTaken::Declined => {
                Self::bad(Outcome::Busy, Blame::Callee, "declined", "The call was declined.", (rang, true))
            }
        }
    }

    /// What rang in an earlier dial of the call did ring.
    #[must_use]
    pub fn after(mut self, before: Option<Untaken>) -> Self {
        if let (Some(failure), Some(Untaken { rang: true, .. })) = (&mut self.failure, before) {
            failure.rang = Rang::Yes;
        }
        self
    }

    pub fn canceled(why: Cancel, rang: Rang) -> Self {
        match why {
            Cancel::Caller => {
                Self::bad(Outcome::Canceled, Blame::Caller, "canceled", "The call was canceled.", (rang, true))
            }
            Cancel::Deadline => {
                let detail = "The call was not over at its deadline.";
                Self::bad(Outcome::Failed, Blame::Platform, "deadline", detail, (rang, true))
            }
        }
    }

    /// The carrier would have placed it too late, and it was taken back.
    fn queued(rang: Rang) -> Self {
        let detail = "The carrier kept the call in its queue for too long.";
        Self::bad(Outcome::Failed, Blame::Carrier, "carrier_queue", detail, (rang, true))
    }

    pub fn refused(class: Refusal, code: Option<&str>) -> Self {
        let (who, word, retryable) = match class {
            Refusal::InvalidNumber => (Blame::Caller, "invalid_number", false),
            Refusal::NotAllowed => (Blame::Carrier, "not_allowed", false),
            Refusal::CallerId => (Blame::Platform, "caller_id", false),
            Refusal::Account => (Blame::Platform, "carrier_account", false),
            Refusal::Queued => return Self::queued(Rang::No),
            Refusal::Other => (Blame::Carrier, "carrier_refused", false),
        };
        let detail = match code {
            Some(code) => format!("The carrier refused the call with code {code}."),
            None => "The carrier refused the call.".to_owned(),
        };
        Self::bad(Outcome::Failed, who, word, &detail, (Rang::No, retryable))
    }

    /// The carrier said that the attempt is over.
    pub fn of(call: &Call, attempt: &Attempt, over: &Over, transcript: &Transcript) -> Self {
        let answered = call.told.answered_at().is_some() || over.cause == Cause::Completed;
        if answered {
            return Self::of_answered(call, attempt, transcript);
        }
        let rang = if attempt.rang { Rang::Yes } else { Rang::Unknown };
        match (&over.cause, call.cancel) {
            (Cause::NoAnswer | Cause::Canceled | Cause::Completed, Some(why)) => Self::canceled(why, rang),
            (Cause::NoAnswer | Cause::Completed, None) => {
                Self::not_taken(Untaken { why: NotTaken::NoAnswer, rang: true })
            }
            // It was taken back because it did not ring in its time. Whoever did that may be heard later than the carrier.
            (Cause::Canceled, None) if !attempt.rang => Self::queued(rang),
            (Cause::Canceled, None) => {
                Self::bad(Outcome::Canceled, Blame::Carrier, "canceled", "The carrier canceled the call.", (rang, true))
            }
            (Cause::Busy, _) => Self::not_taken(Untaken { why: NotTaken::Busy, rang: attempt.rang }),
            (Cause::Declined, _) => Self::not_taken(Untaken { why: NotTaken::Declined, rang: true }),
            (Cause::InvalidNumber, _) => {
                let detail = "The number does not exist.";
                Self::bad(Outcome::Failed, Blame::Caller, "invalid_number", detail, (Rang::No, false))
            }
            (Cause::Failed { code }, _) => {
                let detail = match code {
                    Some(code) => format!("The carrier failed with {code}."),
                    None => "The carrier failed.".to_owned(),
                };
                let rang = if attempt.rang { Rang::Yes } else { Rang::No };
                Self::bad(Outcome::Failed, Blame::Carrier, "carrier_error", &detail, (rang, true))
            }
        }
    }

    fn of_answered(call: &Call, attempt: &Attempt, transcript: &Transcript) -> Self {
        let machine = match (call.conversation, attempt.answered_by) {
            (Some(ending), _) => ending.outcome() == Outcome::Voicemail,
            // Who answered our questions is a person, and has hung up before we did.
            (None, Some(AnsweredBy::Machine | AnsweredBy::MachineReady)) => {
                !transcript.fills.iter().any(|fill| matches!(fill.verdict, Verdict::Answered { .. }))
            }
            (None, None | Some(AnsweredBy::Human | AnsweredBy::Unclear)) => false,
        };
        if machine {
            return Self::good(Outcome::Voicemail);
        }
        let said = |role| transcript.messages.iter().any(|message| message.role == role);
        match call.cancel {
            Some(Cancel::Caller) => return Self::canceled(Cancel::Caller, Rang::Yes),
            Some(Cancel::Deadline) if !said(Role::User) => return Self::canceled(Cancel::Deadline, Rang::Yes),
            Some(Cancel::Deadline) => {
                let cut = Self::canceled(Cancel::Deadline, Rang::Yes);
                return Self { outcome: Outcome::Completed, ..cut };
            }
            None => {}
        }
        if !said(Role::Assistant) {
            // Every takeover of the conversation raises the fence above that of the attempt.
            return if call.epoch == attempt.epoch {
                let detail = "The call was answered, and the conversation could not begin.";
                Self::bad(Outcome::Failed, Blame::Platform, "no_conversation", detail, (Rang::Yes, true))
            } else {
                let detail = "The callee hung up before a word was said.";
                Self::bad(Outcome::Completed, Blame::Callee, "hung_up", detail, (Rang::Yes, true))
            };
        }
        if !said(Role::User) {
            let detail = "Somebody answered and said nothing.";
            return Self::bad(Outcome::Completed, Blame::Callee, "silent", detail, (Rang::Yes, true));
        }
        Self::good(Outcome::Completed)
    }

    /// The fact of a call that was planned.
    pub fn of_planned(self, call: &Call, mut transcript: Transcript, duration: Duration) -> CallEnded {
        let Self { outcome, failure } = self;
        let parts = call.workflow.parts();
        if transcript.fills.is_empty() {
            transcript.fills = parts.fields.iter().map(not_asked).collect();
        }
        let talked = (!transcript.messages.is_empty()).then_some(engine::Ending::HungUp);
        let ending = call.conversation.or(talked);
        CallEnded {
            route: call.route.clone(),
            workflow_name: Some(parts.name.clone()),
            outcome,
            failure,
            summary: engine::summary(outcome, ending, parts.callee_name.as_ref(), &transcript.fills),
            messages: transcript.messages,
            form_fills: transcript.fills,
            duration,
            disclosure: transcript.disclosure,
            opted_out: transcript.opted_out,
        }
    }

    /// The fact of a call that was never planned.
    pub fn of_unplanned(self, route: &Route) -> CallEnded {
        let Self { outcome, failure } = self;
        CallEnded {
            route: route.clone(),
            workflow_name: None,
            outcome,
            failure,
            summary: engine::summary(outcome, None, None, &[]),
            messages: Vec::new(),
            form_fills: Vec::new(),
            duration: Duration::ZERO,
            disclosure: None,
            opted_out: false,
        }
    }
}

fn not_asked(field: &Field) -> FormFill {
    FormFill { field: field.name.clone(), question: field.question.clone(), verdict: Verdict::NotAsked }
}

/// How long somebody was on the line: the carrier knows best.
pub fn talk_time(call: &Call, over: &Over, now: Timestamp) -> Duration {
    let Some(answered_at) = call.told.answered_at() else {
        return over.talked.unwrap_or_default();
    };
    over.talked.unwrap_or_else(|| (now - answered_at).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
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
}
