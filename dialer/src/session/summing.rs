//! What the conversation has brought, written down while its last words are said.

use std::sync::Arc;
use std::time::Duration;

use engine::Ending;
use futures_util::future::BoxFuture;
use proto::Private;

use super::Session;
use crate::brain::{Brain, Gist};

/// How long the line may stay open for it when all is said: less than it takes to put a phone down.
const WAIT_MAX: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) enum Summing {
    #[default]
    NotYet,
    Asked(BoxFuture<'static, Option<Private>>),
    Done,
}

impl Session {
    /// Asks for a summary once we take our leave. Of a conversation that breaks off nobody can be asked in time.
    pub(super) fn begin_to_sum_up(&mut self) {
        let (Summing::NotYet, Some(ending @ (Ending::Closed | Ending::Goodbye))) = (&self.summing, self.talk.leaves())
        else {
            return;
        };
        let report = self.talk.report();
        let workflow = Arc::new(self.call.workflow.clone());
        let gist = Gist { workflow, messages: report.messages, fills: report.fills, ending };
        let brain: Arc<dyn Brain> = self.desk.brain.clone();
        self.summing = Summing::Asked(Box::pin(async move { brain.sum_up(&gist).await }));
    }

    /// Takes the summary, if there is one by now.
    pub(super) async fn end_summing(&mut self) {
        if let Summing::Asked(summary) = std::mem::replace(&mut self.summing, Summing::Done) {
            self.unsaved.summary = tokio::select! {
                biased;
                summary = summary => summary,
                () = self.desk.clock.sleep(WAIT_MAX) => None,
            };
            self.keep().await;
        }
    }

    /// Never ready: what comes of it is taken at the end.
    pub(super) async fn keep_summing(summing: &mut Summing, kept: &mut Option<Private>) {
        match summing {
            Summing::Asked(summary) => {
                *kept = summary.await;
                *summing = Summing::Done;
            }
            Summing::NotYet | Summing::Done => std::future::pending().await,
        }
    }
}
