//! How a call ended, judged from what is known of it.

use std::time::Duration;

use proto::call::{Blame, Failure, Outcome, Rang};
use proto::fact::CallEnded;
use proto::workflow::Field;
use proto::{FormFill, Private, Role, Route, Timestamp, Verdict};

use crate::call::{Attempt, Call, Cancel};
use crate::carrier::{AnsweredBy, Cause, Over, Refusal};
use crate::store::Transcript;

/// An outcome and, where it is not what was asked for, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub outcome: Outcome,
    pub failure: Option<Failure>,
}

impl Ending {
    fn good(outcome: Outcome) -> Self {
        Self { outcome, failure: None }
    }

    pub fn bad(outcome: Outcome, who: Blame, code: &str, detail: &str, (rang, retryable): (Rang, bool)) -> Self {
        let failure = Failure { who, code: code.to_owned(), detail: Private::new(detail), rang, retryable };
        Self { outcome, failure: Some(failure) }
    }

    /// The call was canceled before anything could ring.
    pub fn never_dialed(why: Cancel) -> Self {
        Self::canceled(why, Rang::No)
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

    pub fn do_not_call() -> Self {
        let detail = "This person asked not to be called again.";
        Self::bad(Outcome::Failed, Blame::Policy, "do_not_call", detail, (Rang::No, false))
    }

    pub fn no_carrier() -> Self {
        let detail = "No carrier is configured for calls of this mode.";
        Self::bad(Outcome::Failed, Blame::Policy, "no_carrier", detail, (Rang::No, false))
    }

    /// The carrier could not be reached, however often it was tried.
    pub fn carrier_unreachable() -> Self {
        let detail = "The carrier could not be reached.";
        Self::bad(Outcome::Failed, Blame::Carrier, "carrier_unreachable", detail, (Rang::No, true))
    }

    pub fn refused(class: Refusal, code: Option<&str>) -> Self {
        let (who, word, retryable) = match class {
            Refusal::InvalidNumber => (Blame::Caller, "invalid_number", false),
            Refusal::NotAllowed => (Blame::Carrier, "not_allowed", false),
            Refusal::CallerId => (Blame::Platform, "caller_id", false),
            Refusal::Account => (Blame::Platform, "carrier_account", false),
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
                Self::bad(Outcome::NoAnswer, Blame::Callee, "no_answer", "Nobody answered.", (Rang::Yes, true))
            }
            (Cause::Canceled, None) => {
                Self::bad(Outcome::Canceled, Blame::Carrier, "canceled", "The carrier canceled the call.", (rang, true))
            }
            (Cause::Busy, _) => {
                let rang = if attempt.rang { Rang::Yes } else { Rang::No };
                Self::bad(Outcome::Busy, Blame::Callee, "busy", "The line was busy.", (rang, true))
            }
            (Cause::Declined, _) => {
                Self::bad(Outcome::Busy, Blame::Callee, "declined", "The call was declined.", (Rang::Yes, true))
            }
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
            (None, Some(AnsweredBy::Machine | AnsweredBy::MachineReady)) => true,
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
