//! What the planner does with each prompt. The same prompt heard twice is told once, because its answer carries the same
//! event id.

use std::sync::Arc;

use async_trait::async_trait;
use bus::{Bus, Hear, Heard, NotPublished, Verdict};
use draft::Refusal;
use proto::fact::{CallPlanFailed, CallPlanned, CallRequested};
use proto::{Blame, Envelope, Fact, Failure, Private, Rang, Workflow};
use runtime::{SharedClock, TraceContext};

use crate::think::Planner;

pub struct Worker {
    pub bus: Bus,
    pub clock: SharedClock,
    pub planner: Arc<Planner>,
}

#[async_trait]
impl Hear for Worker {
    async fn hear(&self, heard: Heard) -> Verdict {
        let envelope = &heard.envelope;
        match &envelope.fact {
            Fact::CallRequested(requested) => self.requested(envelope, requested).await,
            Fact::CallPlanned(_)
            | Fact::CallPlanFailed(_)
            | Fact::CallCancelRequested(_)
            | Fact::CallDialing(_)
            | Fact::CallRinging(_)
            | Fact::CallAnswered(_)
            | Fact::CallTurn(_)
            | Fact::CallEnded(_)
            | Fact::CallbackAttempted(_)
            | Fact::CallbackDelivered(_)
            | Fact::CallbackExhausted(_)
            | Fact::CallbackRedeliveryRequested(_)
            | Fact::WebhookCreated(_)
            | Fact::WebhookDeleted(_) => Verdict::Done,
        }
    }
}

impl Worker {
    async fn requested(&self, heard: &Envelope, requested: &CallRequested) -> Verdict {
        let started = self.clock.instant();
        let (made, planner) = self.plan(requested).await;
        let fact = told(requested, made, &planner);
        let took = self.clock.instant().duration_since(started);
        metrics::histogram!("plan_seconds", "planner" => planner.clone()).record(took.as_secs_f64());
        metrics::counter!("plans_total", "planner" => planner, "fact" => fact.kind().subject()).increment(1);
        let told = Envelope {
            event_id: heard.event_id.derive(fact.kind().subject()),
            org_id: heard.org_id,
            call_id: heard.call_id,
            at: self.clock.now(),
            fact,
        };
        match self.bus.publish(&told, &TraceContext::current()).await {
            Ok(()) => Verdict::Done,
            Err(error @ NotPublished::Unconfirmed) => Verdict::NotNow { reason: error.to_string() },
            Err(error @ NotPublished::Refused(_)) => Verdict::Poison { reason: error.to_string() },
        }
    }

    /// The answer to a prompt, or to a workflow that is followed again.
    async fn plan(&self, requested: &CallRequested) -> (Result<Workflow, Refusal>, String) {
        let CallRequested { prompt, workflow, wishes, recipient, .. } = requested;
        let (made, planner) = if let Some(known) = workflow {
            (Ok(known.workflow.clone()), known.planner.clone())
        } else {
            let planned = self.planner.plan(prompt.expose(), None).await;
            (planned.made.map(|sorted| sorted.workflow), planned.by.to_string())
        };
        (made.and_then(|workflow| draft::apply(workflow, wishes, recipient)), planner)
    }
}

fn told(requested: &CallRequested, made: Result<Workflow, Refusal>, planner: &str) -> Fact {
    let route = requested.route.clone();
    match made {
        Ok(workflow) => Fact::CallPlanned(CallPlanned {
            route,
            deadline: requested.deadline,
            max_duration: requested.max_duration,
            workflow,
            planner: planner.to_owned(),
            terms: requested.terms.clone(),
        }),
        Err(refusal) => Fact::CallPlanFailed(CallPlanFailed { route, failure: failure(&refusal) }),
    }
}

fn failure(refusal: &Refusal) -> Failure {
    let (code, detail) = match refusal {
        Refusal::Vague(vague) => {
            let missing: Vec<_> = vague.missing.iter().map(|missing| missing.what.as_str()).collect();
            ("vague_prompt", format!("{refusal}; missing: {}", missing.join(", ")))
        }
        Refusal::TooLong => ("prompt_too_long", refusal.to_string()),
        Refusal::Language | Refusal::NotEnglish => ("language_not_supported", refusal.to_string()),
        Refusal::NotAllowed => ("not_allowed", refusal.to_string()),
        Refusal::Schema | Refusal::TooMuch => ("bad_result_schema", refusal.to_string()),
    };
    Failure {
        who: Blame::Caller,
        code: code.to_owned(),
        detail: Private::new(detail),
        rang: Rang::No,
        // The same words will not say more next time.
        retryable: false,
    }
}

#[cfg(test)]
mod tests {
    use draft::{Missing, Refusal, Vague};
    use proto::{Blame, Rang};

    use super::failure;

    #[test]
    fn a_refused_prompt_is_the_callers_to_mend() {
        let missing = ["date and time", "party size"]
            .map(|what| Missing { what: what.to_owned(), suggested_question: String::new() });
        let vague = failure(&Refusal::Vague(Vague { missing: missing.into() }));
        assert_eq!((vague.who, vague.code.as_str(), vague.rang), (Blame::Caller, "vague_prompt", Rang::No));
        assert_eq!(vague.detail.expose(), "the prompt does not say enough; missing: date and time, party size");
        assert_eq!(failure(&Refusal::TooLong).code, "prompt_too_long");
        assert_eq!(failure(&Refusal::Language).code, "language_not_supported");
    }
}
