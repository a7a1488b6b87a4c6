use std::time::Duration;

use super::pieces::{goal, goal_to_wire, id, id_bytes, micros, millis, need, optional, optional_time, time};
use super::wishes::{recipient, recipient_to_wire, terms, terms_to_wire, wishes, wishes_to_wire};
use super::{Undecodable, v1};
use crate::fact::{
    CallAnswered, CallCancelRequested, CallDialing, CallEnded, CallPlanFailed, CallPlanned, CallRequested, CallRinging,
    CallTurn, CallbackAttempted, CallbackDelivered, CallbackExhausted, CallbackRedeliveryRequested, KnownWorkflow,
    WebhookCreated, WebhookDeleted,
};
use crate::{Envelope, Fact, Private};

impl From<&Envelope> for v1::Envelope {
    fn from(envelope: &Envelope) -> Self {
        Self {
            event_id: id_bytes(envelope.event_id.uuid()),
            org_id: id_bytes(envelope.org_id.uuid()),
            call_id: id_bytes(envelope.call_id.uuid()),
            at_micros: envelope.at.timestamp_micros(),
            fact: Some((&envelope.fact).into()),
        }
    }
}

impl TryFrom<v1::Envelope> for Envelope {
    type Error = Undecodable;
    fn try_from(wire: v1::Envelope) -> Result<Self, Undecodable> {
        Ok(Self {
            event_id: id(&wire.event_id, "event_id")?,
            org_id: id(&wire.org_id, "org_id")?,
            call_id: id(&wire.call_id, "call_id")?,
            at: time(wire.at_micros, "at_micros")?,
            fact: need(wire.fact, "fact")?.try_into()?,
        })
    }
}

impl From<&Fact> for v1::envelope::Fact {
    fn from(fact: &Fact) -> Self {
        match fact {
            Fact::CallRequested(fact) => Self::CallRequested(fact.into()),
            Fact::CallPlanned(fact) => Self::CallPlanned(fact.into()),
            Fact::CallPlanFailed(fact) => Self::CallPlanFailed(v1::CallPlanFailed {
                route: Some((&fact.route).into()),
                failure: Some((&fact.failure).into()),
            }),
            Fact::CallCancelRequested(fact) => Self::CallCancelRequested(v1::CallCancelRequested {
                route: Some((&fact.route).into()),
                reason: v1::CancelReason::from(fact.reason).into(),
            }),
            Fact::CallDialing(fact) => Self::CallDialing(v1::CallDialing {
                attempt_id: id_bytes(fact.attempt_id.uuid()),
                attempt: fact.attempt,
            }),
            Fact::CallRinging(fact) => {
                Self::CallRinging(v1::CallRinging { attempt_id: id_bytes(fact.attempt_id.uuid()) })
            }
            Fact::CallAnswered(fact) => {
                Self::CallAnswered(v1::CallAnswered { attempt_id: id_bytes(fact.attempt_id.uuid()) })
            }
            Fact::CallTurn(fact) => {
                Self::CallTurn(v1::CallTurn { index: fact.index, message: Some((&fact.message).into()) })
            }
            Fact::CallEnded(fact) => Self::CallEnded(fact.into()),
            Fact::CallbackAttempted(fact) => Self::CallbackAttempted(fact.into()),
            Fact::CallbackDelivered(fact) => Self::CallbackDelivered(v1::CallbackDelivered {
                delivery_id: id_bytes(fact.delivery_id.uuid()),
                attempts: fact.attempts,
                last: fact.last.as_ref().map(Into::into),
            }),
            Fact::CallbackExhausted(fact) => Self::CallbackExhausted(v1::CallbackExhausted {
                delivery_id: id_bytes(fact.delivery_id.uuid()),
                attempts: fact.attempts,
                last: fact.last.as_ref().map(Into::into),
            }),
            Fact::CallbackRedeliveryRequested(fact) => {
                Self::CallbackRedeliveryRequested(v1::CallbackRedeliveryRequested {
                    delivery_id: id_bytes(fact.delivery_id.uuid()),
                })
            }
            Fact::WebhookCreated(fact) => Self::WebhookCreated(v1::WebhookCreated {
                webhook_id: id_bytes(fact.webhook_id.uuid()),
                workflow_id: id_bytes(fact.workflow_id.uuid()),
                url: fact.url.to_string(),
            }),
            Fact::WebhookDeleted(fact) => Self::WebhookDeleted(v1::WebhookDeleted {
                webhook_id: id_bytes(fact.webhook_id.uuid()),
                workflow_id: id_bytes(fact.workflow_id.uuid()),
            }),
        }
    }
}

impl TryFrom<v1::envelope::Fact> for Fact {
    type Error = Undecodable;
    fn try_from(wire: v1::envelope::Fact) -> Result<Self, Undecodable> {
        use v1::envelope::Fact as Wire;
        Ok(match wire {
            Wire::CallRequested(wire) => Self::CallRequested(wire.try_into()?),
            Wire::CallPlanned(wire) => Self::CallPlanned(wire.try_into()?),
            Wire::CallPlanFailed(wire) => Self::CallPlanFailed(CallPlanFailed {
                route: need(wire.route, "route")?.try_into()?,
                failure: need(wire.failure, "failure")?.try_into()?,
            }),
            Wire::CallCancelRequested(wire) => Self::CallCancelRequested(CallCancelRequested {
                reason: wire.reason().try_into()?,
                route: need(wire.route, "route")?.try_into()?,
            }),
            Wire::CallDialing(wire) => Self::CallDialing(CallDialing {
                attempt_id: id(&wire.attempt_id, "attempt_id")?,
                attempt: wire.attempt,
            }),
            Wire::CallRinging(wire) => {
                Self::CallRinging(CallRinging { attempt_id: id(&wire.attempt_id, "attempt_id")? })
            }
            Wire::CallAnswered(wire) => {
                Self::CallAnswered(CallAnswered { attempt_id: id(&wire.attempt_id, "attempt_id")? })
            }
            Wire::CallTurn(wire) => {
                Self::CallTurn(CallTurn { index: wire.index, message: need(wire.message, "message")?.try_into()? })
            }
            Wire::CallEnded(wire) => Self::CallEnded(wire.try_into()?),
            Wire::CallbackAttempted(wire) => Self::CallbackAttempted(wire.try_into()?),
            Wire::CallbackDelivered(wire) => Self::CallbackDelivered(CallbackDelivered {
                delivery_id: id(&wire.delivery_id, "delivery_id")?,
                attempts: wire.attempts,
                last: wire.last.map(TryInto::try_into).transpose()?,
            }),
            Wire::CallbackExhausted(wire) => Self::CallbackExhausted(CallbackExhausted {
                delivery_id: id(&wire.delivery_id, "delivery_id")?,
                attempts: wire.attempts,
                last: wire.last.map(TryInto::try_into).transpose()?,
            }),
            Wire::CallbackRedeliveryRequested(wire) => Self::CallbackRedeliveryRequested(CallbackRedeliveryRequested {
                delivery_id: id(&wire.delivery_id, "delivery_id")?,
            }),
            Wire::WebhookCreated(wire) => Self::WebhookCreated(WebhookCreated {
                webhook_id: id(&wire.webhook_id, "webhook_id")?,
                workflow_id: id(&wire.workflow_id, "workflow_id")?,
                url: wire.url.parse().map_err(|_| Undecodable::Invalid("url"))?,
            }),
            Wire::WebhookDeleted(wire) => Self::WebhookDeleted(WebhookDeleted {
                webhook_id: id(&wire.webhook_id, "webhook_id")?,
                workflow_id: id(&wire.workflow_id, "workflow_id")?,
            }),
        })
    }
}

fn whole_seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}

impl From<&CallRequested> for v1::CallRequested {
    fn from(fact: &CallRequested) -> Self {
        Self {
            route: Some((&fact.route).into()),
            prompt: fact.prompt.expose().to_owned(),
            callback: fact.callback.as_ref().map(Into::into),
            signing_secrets: fact.signing_secrets.iter().map(Into::into).collect(),
            metadata_json: fact.metadata.as_ref().map(Private::expose).unwrap_or_default().to_owned(),
            deadline_micros: fact.deadline.timestamp_micros(),
            max_duration_seconds: whole_seconds(fact.max_duration),
            workflow: fact.workflow.as_deref().map(|known| Box::new(known.into())),
            recipient: recipient_to_wire(&fact.recipient),
            wishes: wishes_to_wire(&fact.wishes),
            terms: terms_to_wire(&fact.terms),
        }
    }
}

impl TryFrom<v1::CallRequested> for CallRequested {
    type Error = Undecodable;
    fn try_from(wire: v1::CallRequested) -> Result<Self, Undecodable> {
        Ok(Self {
            route: need(wire.route, "route")?.try_into()?,
            prompt: Private::new(wire.prompt),
            workflow: wire.workflow.map(|known| KnownWorkflow::try_from(*known).map(Box::new)).transpose()?,
            recipient: recipient(wire.recipient),
            wishes: wishes(wire.wishes),
            terms: terms(wire.terms)?,
            callback: wire.callback.map(TryInto::try_into).transpose()?,
            signing_secrets: wire.signing_secrets.into_iter().map(Into::into).collect(),
            metadata: optional(wire.metadata_json).map(Private::new),
            deadline: time(wire.deadline_micros, "deadline_micros")?,
            max_duration: Duration::from_secs(wire.max_duration_seconds.into()),
        })
    }
}

impl From<&CallPlanned> for v1::CallPlanned {
    fn from(fact: &CallPlanned) -> Self {
        Self {
            route: Some((&fact.route).into()),
            deadline_micros: fact.deadline.timestamp_micros(),
            max_duration_seconds: whole_seconds(fact.max_duration),
            workflow: Some((&fact.workflow).into()),
            planner: fact.planner.clone(),
            terms: terms_to_wire(&fact.terms),
        }
    }
}

impl TryFrom<v1::CallPlanned> for CallPlanned {
    type Error = Undecodable;
    fn try_from(wire: v1::CallPlanned) -> Result<Self, Undecodable> {
        Ok(Self {
            route: need(wire.route, "route")?.try_into()?,
            deadline: time(wire.deadline_micros, "deadline_micros")?,
            max_duration: Duration::from_secs(wire.max_duration_seconds.into()),
            workflow: need(wire.workflow, "workflow")?.try_into()?,
            planner: wire.planner,
            terms: terms(wire.terms)?,
        })
    }
}

impl From<&CallEnded> for v1::CallEnded {
    fn from(fact: &CallEnded) -> Self {
        Self {
            route: Some((&fact.route).into()),
            workflow_name: fact.workflow_name.clone().unwrap_or_default(),
            outcome: v1::Outcome::from(fact.outcome).into(),
            failure: fact.failure.as_ref().map(Into::into),
            summary: fact.summary.expose().to_owned(),
            messages: fact.messages.iter().map(Into::into).collect(),
            form_fills: fact.form_fills.iter().map(Into::into).collect(),
            duration_millis: millis(fact.duration),
            disclosure: fact.disclosure.as_ref().map(Into::into),
            opted_out: fact.opted_out,
            goal: goal_to_wire(fact.goal).into(),
        }
    }
}

impl TryFrom<v1::CallEnded> for CallEnded {
    type Error = Undecodable;
    fn try_from(wire: v1::CallEnded) -> Result<Self, Undecodable> {
        Ok(Self {
            goal: goal(wire.goal()),
            outcome: wire.outcome().try_into()?,
            route: need(wire.route, "route")?.try_into()?,
            workflow_name: optional(wire.workflow_name),
            failure: wire.failure.map(TryInto::try_into).transpose()?,
            summary: Private::new(wire.summary),
            messages: wire.messages.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            form_fills: wire.form_fills.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            duration: Duration::from_millis(wire.duration_millis.into()),
            disclosure: wire.disclosure.map(Into::into),
            opted_out: wire.opted_out,
        })
    }
}

impl From<&CallbackAttempted> for v1::CallbackAttempted {
    fn from(fact: &CallbackAttempted) -> Self {
        Self {
            delivery_id: id_bytes(fact.delivery_id.uuid()),
            attempt: fact.attempt,
            http_status: fact.http_status.unwrap_or_default().into(),
            result: fact.result.clone(),
            took_millis: millis(fact.took),
            next_attempt_micros: micros(fact.next_attempt_at),
            webhook_id: fact.webhook_id.map(|webhook| id_bytes(webhook.uuid())).unwrap_or_default(),
            started_micros: micros(fact.started_at),
            answer: fact.answer.expose().to_owned(),
        }
    }
}

impl TryFrom<v1::CallbackAttempted> for CallbackAttempted {
    type Error = Undecodable;
    fn try_from(wire: v1::CallbackAttempted) -> Result<Self, Undecodable> {
        let status = u16::try_from(wire.http_status).map_err(|_| Undecodable::Invalid("http_status"))?;
        let webhook = (!wire.webhook_id.is_empty()).then(|| id(&wire.webhook_id, "webhook_id"));
        Ok(Self {
            delivery_id: id(&wire.delivery_id, "delivery_id")?,
            webhook_id: webhook.transpose()?,
            attempt: wire.attempt,
            started_at: optional_time(wire.started_micros, "started_micros")?,
            http_status: (status != 0).then_some(status),
            result: wire.result,
            took: Duration::from_millis(wire.took_millis.into()),
            answer: Private::new(wire.answer),
            next_attempt_at: optional_time(wire.next_attempt_micros, "next_attempt_micros")?,
        })
    }
}
