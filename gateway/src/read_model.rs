//! What a fact changes in what clients see. Pure, and forward only: a fact that comes twice, or late, moves nothing back.

use std::time::Duration;

use chrono::SecondsFormat;
use proto::fact::{CallEnded, CallbackAttempted};
use proto::{CallStatus, Envelope, Fact, IllegalMove, Timestamp};
use serde_json::{Value, json};

/// When a call came to each status for the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub planned_at: Option<Timestamp>,
    pub dialing_at: Option<Timestamp>,
    pub ringing_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

/// Where a call stands, as far as we were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: CallStatus,
    pub times: Times,
    pub dial_attempts: u32,
    /// How long the conversation is, as far as we were told.
    pub turns: u32,
}

/// The names of what a client may watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventName {
    Queued,
    Planned,
    Dialing,
    Ringing,
    Answered,
    Turn,
    Ended,
    Callback,
}

/// Something new for those who watch the call.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub name: EventName,
    pub data: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackState {
    Pending,
    Delivered,
    Exhausted,
}

/// How far a result has come on its way to a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    pub state: CallbackState,
    pub attempts: u32,
    pub latest: Option<Latest>,
}

/// The latest attempt that we were told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest {
    pub result: String,
    pub http_status: Option<u16>,
    pub took: Duration,
    pub next_attempt_at: Option<Timestamp>,
}

impl EventName {
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Planned => "planned",
            Self::Dialing => "dialing",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Turn => "turn",
            Self::Ended => "ended",
            Self::Callback => "callback",
        }
    }
}

impl CallbackState {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Exhausted];

    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Exhausted => "exhausted",
        }
    }
}

impl Standing {
    pub fn is_ended(&self) -> bool {
        matches!(self.status, CallStatus::Ended { .. })
    }

    /// Whether a fact overtook another that comes before it. A client should see them in order, so that it is worth
    /// waiting for the other a moment.
    pub fn is_early(&self, fact: &Fact) -> bool {
        let times = &self.times;
        match fact {
            Fact::CallDialing(_) => times.planned_at.is_none(),
            Fact::CallRinging(_) | Fact::CallAnswered(_) => times.dialing_at.is_none(),
            Fact::CallTurn(turn) => times.answered_at.is_none() || turn.index > self.turns,
            Fact::CallEnded(ended) => {
                let talked = !ended.duration.is_zero() && times.answered_at.is_none();
                talked || ended.messages.len() > usize::try_from(self.turns).unwrap_or(usize::MAX)
            }
            Fact::CallRequested(_)
            | Fact::CallPlanned(_)
            | Fact::CallPlanFailed(_)
            | Fact::CallCancelRequested(_)
            | Fact::CallbackAttempted(_)
            | Fact::CallbackDelivered(_)
            | Fact::CallbackExhausted(_)
            | Fact::CallbackRedeliveryRequested(_)
            | Fact::WebhookCreated(_)
            | Fact::WebhookDeleted(_) => false,
        }
    }

    /// Takes in a fact about the call. None: clients see nothing new.
    pub fn hear(&mut self, envelope: &Envelope) -> Option<Told> {
        let at = envelope.at;
        if self.is_ended() {
            self.remember(&envelope.fact, at);
            return None; // A client has seen the end, and nothing comes after it.
        }
        let told = match &envelope.fact {
            Fact::CallPlanned(planned) => {
                let data = json!({"workflow_name": planned.workflow.parts().name, "planner": planned.planner});
                self.forward(CallStatus::plan, at).then(|| Told::new(EventName::Planned, envelope, data))
            }
            Fact::CallDialing(dialing) => {
                self.forward(CallStatus::dial, at);
                let news = dialing.attempt > self.dial_attempts;
                self.dial_attempts = self.dial_attempts.max(dialing.attempt);
                news.then(|| Told::new(EventName::Dialing, envelope, json!({"attempt": dialing.attempt})))
            }
            Fact::CallRinging(_) => {
                self.forward(CallStatus::ring, at).then(|| Told::new(EventName::Ringing, envelope, json!({})))
            }
            Fact::CallAnswered(_) => {
                self.forward(CallStatus::answer, at).then(|| Told::new(EventName::Answered, envelope, json!({})))
            }
            Fact::CallTurn(turn) => {
                self.turns = self.turns.max(turn.index + 1);
                let message = serde_json::to_value(&turn.message).unwrap_or_default();
                Some(Told::new(EventName::Turn, envelope, with(json!({"index": turn.index}), message)))
            }
            Fact::CallEnded(ended) => self
                .forward(|status, now| status.end(now, ended.outcome), at)
                .then(|| Told::new(EventName::Ended, envelope, ended_data(ended))),
            Fact::CallRequested(_)
            | Fact::CallPlanFailed(_)
            | Fact::CallCancelRequested(_)
            | Fact::CallbackAttempted(_)
            | Fact::CallbackDelivered(_)
            | Fact::CallbackExhausted(_)
            | Fact::CallbackRedeliveryRequested(_)
            | Fact::WebhookCreated(_)
            | Fact::WebhookDeleted(_) => None,
        };
        self.remember(&envelope.fact, at);
        told
    }

    fn forward(
        &mut self,
        step: impl FnOnce(CallStatus, Timestamp) -> Result<CallStatus, IllegalMove>,
        at: Timestamp,
    ) -> bool {
        let Ok(next) = step(self.status.clone(), at) else {
            return false;
        };
        self.status = next;
        true
    }

    /// When something happened is worth knowing, however late it is told.
    fn remember(&mut self, fact: &Fact, at: Timestamp) {
        let time = match fact {
            Fact::CallPlanned(_) => &mut self.times.planned_at,
            Fact::CallDialing(_) => &mut self.times.dialing_at,
            Fact::CallRinging(_) => &mut self.times.ringing_at,
            Fact::CallAnswered(_) => &mut self.times.answered_at,
            Fact::CallEnded(_) => &mut self.times.ended_at,
            Fact::CallRequested(_)
            | Fact::CallPlanFailed(_)
            | Fact::CallCancelRequested(_)
            | Fact::CallTurn(_)
            | Fact::CallbackAttempted(_)
            | Fact::CallbackDelivered(_)
            | Fact::CallbackExhausted(_)
            | Fact::CallbackRedeliveryRequested(_)
            | Fact::WebhookCreated(_)
            | Fact::WebhookDeleted(_) => return,
        };
        time.get_or_insert(at);
    }
}

impl Callback {
    /// What a fact makes of what was known. None: nothing new.
    pub fn hear(before: Option<&Self>, fact: &Fact) -> Option<Self> {
        let known = before.cloned().unwrap_or(Self { state: CallbackState::Pending, attempts: 0, latest: None });
        let after = match fact {
            Fact::CallbackAttempted(attempted) => known.attempted(attempted),
            Fact::CallbackDelivered(delivered) => {
                let known = known.told_with_end(delivered.last.as_ref());
                Self {
                    state: CallbackState::Delivered,
                    attempts: known.attempts.max(delivered.attempts),
                    latest: known.latest.map(Latest::last),
                }
            }
            // One that was delivered stays so, and an older round that was given up says nothing about a newer one.
            Fact::CallbackExhausted(exhausted) => {
                let attempts = exhausted.attempts;
                let news = match &exhausted.last {
                    Some(last) => last.attempt > known.attempts,
                    None => attempts >= known.attempts,
                };
                let known = known.told_with_end(exhausted.last.as_ref());
                match known.state {
                    CallbackState::Pending if news => {
                        Self { state: CallbackState::Exhausted, attempts, latest: known.latest.map(Latest::last) }
                    }
                    CallbackState::Pending | CallbackState::Delivered | CallbackState::Exhausted => known,
                }
            }
            Fact::CallbackRedeliveryRequested(_) => match known.state {
                CallbackState::Exhausted => Self { state: CallbackState::Pending, ..known },
                CallbackState::Pending | CallbackState::Delivered => known,
            },
            Fact::CallRequested(_)
            | Fact::CallPlanned(_)
            | Fact::CallPlanFailed(_)
            | Fact::CallCancelRequested(_)
            | Fact::CallDialing(_)
            | Fact::CallRinging(_)
            | Fact::CallAnswered(_)
            | Fact::CallTurn(_)
            | Fact::CallEnded(_)
            | Fact::WebhookCreated(_)
            | Fact::WebhookDeleted(_) => return None,
        };
        (before != Some(&after)).then_some(after)
    }

    /// The last attempt is told with the end.
    fn told_with_end(self, last: Option<&CallbackAttempted>) -> Self {
        match last {
            Some(last) => self.attempted(last),
            None => self,
        }
    }

    fn attempted(self, told: &CallbackAttempted) -> Self {
        if told.attempt < self.attempts {
            return self;
        }
        let state = match self.state {
            // Somebody asked for it to be sent again.
            CallbackState::Exhausted if told.attempt > self.attempts => CallbackState::Pending,
            CallbackState::Pending | CallbackState::Delivered | CallbackState::Exhausted => self.state,
        };
        let pending = state == CallbackState::Pending;
        let latest = Latest {
            result: told.result.clone(),
            http_status: told.http_status,
            took: told.took,
            next_attempt_at: told.next_attempt_at.filter(|_| pending),
        };
        Self { state, attempts: told.attempt, latest: Some(latest) }
    }

    /// What clients see of it, beside the call's id and the time.
    pub fn data(&self) -> Value {
        let latest = self.latest.as_ref();
        json!({
            "status": self.state.word(),
            "attempts": self.attempts,
            "last_result": latest.map(|latest| &latest.result),
            "last_http_status": latest.and_then(|latest| latest.http_status),
            "next_attempt_at": latest.and_then(|latest| latest.next_attempt_at).map(time),
        })
    }
}

impl Latest {
    /// No further attempt follows.
    fn last(self) -> Self {
        Self { next_attempt_at: None, ..self }
    }
}

impl Told {
    /// The first event of a call: its request.
    pub fn queued(requested: &Envelope) -> Self {
        Self::new(EventName::Queued, requested, json!({}))
    }

    pub fn new(name: EventName, envelope: &Envelope, data: Value) -> Self {
        let head = json!({"call_id": envelope.call_id, "at": time(envelope.at)});
        Self { name, data: with(head, data) }
    }
}

/// A time as the API shows it.
pub fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A duration as the API shows it, to a tenth of a second.
pub fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

fn ended_data(ended: &CallEnded) -> Value {
    json!({
        "call_status": ended.outcome.call_status(),
        "provider_status": ended.outcome.provider_status(),
        "failure": ended.failure,
        "call_summary": ended.summary,
        "form_fills": ended.form_fills,
        "duration_seconds": seconds(ended.duration),
        "disclosure": ended.disclosure,
        "goal": ended.goal,
    })
}

fn with(mut head: Value, more: Value) -> Value {
    if let (Value::Object(head), Value::Object(more)) = (&mut head, more) {
        head.extend(more);
    }
    head
}

#[cfg(test)]
mod tests;
