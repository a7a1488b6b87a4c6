//! What the dialer does with each fact. A second hearing changes nothing.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bus::{Hear, Heard, Verdict};
use proto::fact::{CallCancelRequested, CallPlanFailed, CallPlanned, CancelReason};
use proto::{Envelope, Fact, Outcome, Route};
use runtime::TraceContext;

use crate::call::{Cancel, Stage};
use crate::desk::Desk;
use crate::dial::{Turn, Window};
use crate::ending::{Ending, Obstacle};
use crate::store::{Lease, NewCall, Standing, StoreError};

pub struct Worker {
    pub desk: Arc<Desk>,
}

#[async_trait]
impl Hear for Worker {
    async fn hear(&self, heard: Heard) -> Verdict {
        let Heard { envelope, trace, .. } = &heard;
        let done = match &envelope.fact {
            Fact::CallPlanned(planned) => self.planned(envelope, planned, trace).await,
            Fact::CallPlanFailed(failed) => self.plan_failed(envelope, failed).await,
            Fact::CallCancelRequested(canceled) => self.cancel_requested(envelope, canceled).await,
            Fact::CallRequested(_)
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
            | Fact::WebhookDeleted(_) => Ok(()),
        };
        match done {
            Ok(()) => Verdict::Done,
            Err(error @ StoreError::Unavailable(_)) => Verdict::NotNow { reason: error.to_string() },
            Err(error @ StoreError::Corrupt(_)) => Verdict::Poison { reason: error.to_string() },
        }
    }
}

impl Worker {
    /// From here the row is what drives the call; the message has done its work.
    async fn planned(&self, heard: &Envelope, planned: &CallPlanned, trace: &TraceContext) -> Result<(), StoreError> {
        let turn = self.first_turn(planned);
        let new = NewCall {
            id: heard.call_id,
            org: heard.org_id,
            route: &planned.route,
            workflow: &planned.workflow,
            deadline: planned.deadline,
            max_duration: planned.max_duration,
            terms: &planned.terms,
            due_in: match &turn {
                Turn::Now | Turn::Never(_) => Duration::ZERO,
                Turn::At(moment) => self.desk.until(*moment),
            },
            trace,
        };
        let mut work = self.desk.begin().await?;
        let is_new = work.accept(&new).await?;
        if let (true, Turn::Never(obstacle), Standing::Open(call)) = (is_new, turn, work.lock(new.id).await?) {
            self.desk.finish(&mut work, &call, Ending::undialed(obstacle, None), Duration::ZERO).await?;
        }
        work.commit().await?;
        if is_new {
            self.desk.ready.notify_one();
        }
        Ok(())
    }

    /// When the call is to be dialed, if ever.
    fn first_turn(&self, planned: &CallPlanned) -> Turn {
        let CallPlanned { route, terms, deadline, .. } = planned;
        if self.desk.carriers.of(route.mode).is_none() {
            return Turn::Never(Obstacle::NoCarrier);
        }
        let hours = self.desk.rules.hours_of(route.mode);
        let now = self.desk.clock.now();
        Window { terms, deadline: *deadline, to: &route.to, hours }.turn(now, now)
    }

    async fn plan_failed(&self, heard: &Envelope, failed: &CallPlanFailed) -> Result<(), StoreError> {
        let ending = Ending { outcome: Outcome::Failed, failure: Some(failed.failure.clone()) };
        self.bury(heard, &failed.route, ending).await?;
        Ok(())
    }

    async fn cancel_requested(&self, heard: &Envelope, canceled: &CallCancelRequested) -> Result<(), StoreError> {
        let why = match canceled.reason {
            CancelReason::Caller => Cancel::Caller,
            CancelReason::Deadline => Cancel::Deadline,
        };
        if self.bury(heard, &canceled.route, Ending::undialed(why.into(), None)).await? {
            return Ok(());
        }
        let desk = &self.desk;
        let mut work = desk.begin().await?;
        let Standing::Open(mut call) = work.lock(heard.call_id).await? else {
            return Ok(());
        };
        match call.stage {
            Stage::Ready => {
                desk.finish(&mut work, &call, Ending::undialed(why.into(), call.untaken), Duration::ZERO).await?;
                work.commit().await
            }
            Stage::Dialing => {
                let attempt = work.live_attempt(call.id).await?;
                call.ask_to_end(why);
                work.save(&call, Lease::Keep).await?;
                work.commit().await?;
                if let Some(attempt) = attempt {
                    desk.hang_up(&call, &attempt).await;
                }
                Ok(())
            }
        }
    }

    /// Ends a call of which nothing was known. False: something is known of it.
    async fn bury(&self, heard: &Envelope, route: &Route, ending: Ending) -> Result<bool, StoreError> {
        let desk = &self.desk;
        let outcome = ending.outcome;
        let fact = Fact::CallEnded(ending.of_unplanned(route));
        let ended = desk.fact_of(heard.call_id, heard.org_id, fact);
        let mut work = desk.begin().await?;
        if !work.bury_unplanned((heard.call_id, heard.org_id), route, (outcome, ended.at)).await? {
            return Ok(false);
        }
        work.tell(&ended, &TraceContext::current()).await?;
        work.commit().await?;
        metrics::counter!("calls_ended_total", "outcome" => outcome.provider_status()).increment(1);
        tracing::info!(call.id = %heard.call_id, outcome = outcome.provider_status(), "call ended unplanned");
        Ok(true)
    }
}
