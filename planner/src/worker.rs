//! What the planner does with each fact. A second hearing tells the same fact under the same id.

use async_trait::async_trait;
use bus::{Bus, Hear, Heard, Verdict};
use draft::Refusal;
use proto::fact::{CallPlanFailed, CallPlanned, CallRequested};
use proto::{Blame, Envelope, Fact, Failure, Private, Rang};
use runtime::{SharedClock, TraceContext};

pub(crate) struct Worker {
    pub(crate) bus: Bus,
    pub(crate) clock: SharedClock,
}

#[async_trait]
impl Hear for Worker {
    async fn hear(&self, heard: Heard) -> Verdict {
        match &heard.envelope.fact {
            Fact::CallRequested(requested) => self.requested(&heard.envelope, requested).await,
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
            | Fact::CallbackExhausted(_) => Verdict::Done,
        }
    }
}

impl Worker {
    async fn requested(&self, heard: &Envelope, requested: &CallRequested) -> Verdict {
        let fact = plan(requested);
        let planned = matches!(fact, Fact::CallPlanned(_));
        let told = Envelope {
            event_id: heard.event_id.derive(fact.kind().subject()),
            org_id: heard.org_id,
            call_id: heard.call_id,
            at: self.clock.now(),
            fact,
        };
        if let Err(error) = self.bus.publish(&told, &TraceContext::current()).await {
            return Verdict::NotNow { reason: error.to_string() };
        }
        metrics::counter!("plans_total", "result" => if planned { "planned" } else { "refused" }).increment(1);
        Verdict::Done
    }
}

fn plan(requested: &CallRequested) -> Fact {
    let route = requested.route.clone();
    match draft::draft(requested.prompt.expose()) {
        Ok(workflow) => Fact::CallPlanned(CallPlanned {
            route,
            deadline: requested.deadline,
            max_duration: requested.max_duration,
            workflow,
            planner: draft::PLANNER.to_owned(),
        }),
        Err(refusal) => Fact::CallPlanFailed(CallPlanFailed { route, failure: failure(&refusal) }),
    }
}

fn failure(refusal: &Refusal) -> Failure {
    let (code, detail) = match refusal {
        Refusal::Vague(vague) => {
            let missing: Vec<_> = vague.missing.iter().map(|missing| missing.what.as_str()).collect();
            ("vague_prompt", format!("The prompt does not say: {}.", missing.join(", ")))
        }
        Refusal::TooLong => ("prompt_too_long", format!("{refusal}.")),
    };
    Failure {
        who: Blame::Caller,
        code: code.to_owned(),
        detail: Private::new(detail),
        rang: Rang::No,
        // The same prompt is refused again.
        retryable: false,
    }
}
