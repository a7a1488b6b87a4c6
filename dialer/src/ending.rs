//! How a call ended, judged from what is known of it.

use std::time::Duration;

use engine::Held;
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
        let goal = engine::goal(&call.workflow, &transcript.fills, ending);
        let summary = summary(call, outcome, ending, &transcript);
        CallEnded {
            route: call.route.clone(),
            workflow_name: Some(parts.name.clone()),
            outcome,
            failure,
            summary,
            messages: transcript.messages,
            form_fills: transcript.fills,
            duration,
            disclosure: transcript.disclosure,
            opted_out: transcript.opted_out,
            goal: Some(goal),
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
            goal: None,
        }
    }
}

/// What the brain wrote, where it is still true at the end; else by rule.
fn summary(call: &Call, outcome: Outcome, ending: Option<engine::Ending>, transcript: &Transcript) -> Private {
    let Transcript { messages, fills, summary, .. } = transcript;
    let held = Held { workflow: &call.workflow, messages, fills, ending };
    let written = summary.as_ref().filter(|_| outcome == Outcome::Completed);
    let by_rule = || engine::summary(outcome, ending, call.workflow.parts().callee_name.as_ref(), fills);
    written.and_then(|written| engine::proved(written, &held).ok()).unwrap_or_else(by_rule)
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
mod tests;
