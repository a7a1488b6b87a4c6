//! What was said is committed as it is said.

use std::time::Duration;

use proto::fact::CallTurn;
use proto::{Envelope, Fact, Message, Private};

use super::Session;
use crate::desk::trace;
use crate::store::{Check, Lease, Standing, StoreError};

/// How often we try, after a conversation, to keep what the tables could not take while it went on.
const LAST_KEEPS: u32 = 4;
/// A person waits while this is tried, so it is not tried for long.
const KEEP_MAX: Duration = Duration::from_secs(1);

/// What is not committed yet, because it was just said or the tables can't be reached.
#[derive(Default)]
pub(super) struct Unsaved {
    pub(super) turns: Vec<Said>,
    pub(super) opt_out: bool,
    pub(super) ending: Option<engine::Ending>,
    /// Of the conversation, once it takes its leave.
    pub(super) summary: Option<Private>,
}

impl Unsaved {
    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty() && !self.opt_out && self.ending.is_none() && self.summary.is_none()
    }
}

/// A message, and the fact that tells it: the same fact however often its keeping is tried.
pub(super) struct Said {
    index: u32,
    message: Message,
    fact: Envelope,
}

/// Whether what was said could be kept.
pub(super) enum Kept {
    Yes,
    /// It waits for the tables.
    Later,
    /// The call is another's, or over.
    Lost,
}

impl Session {
    pub(super) fn said(&mut self, index: u32, message: Message) {
        let turn = CallTurn { index, message: message.clone() };
        let fact = self.desk.fact(&self.call, Fact::CallTurn(turn));
        self.unsaved.turns.push(Said { index, message, fact });
    }

    /// Commits what was said and what we know by it. The conversation goes on while the tables can't be reached.
    pub(super) async fn keep(&mut self) -> Kept {
        if self.unsaved.is_empty() {
            return Kept::Yes;
        }
        let clock = self.desk.clock.clone();
        let kept = tokio::select! {
            kept = self.try_keep() => kept,
            () = clock.sleep(KEEP_MAX) => {
                tracing::warn!("what was said could not be kept in time");
                return Kept::Later;
            }
        };
        match kept {
            Ok(true) => {
                self.unsaved = Unsaved::default();
                Kept::Yes
            }
            Ok(false) => Kept::Lost,
            Err(error) => {
                tracing::warn!(call.id = %self.call.id, %error, "what was said could not be kept yet");
                Kept::Later
            }
        }
    }

    /// What could not be kept while we talked gets its last chance.
    pub(super) async fn keep_at_last(&mut self) {
        for wait in 1..=LAST_KEEPS {
            match self.keep().await {
                Kept::Yes | Kept::Lost => return,
                Kept::Later => self.desk.clock.sleep(self.desk.patience.retry * wait).await,
            }
        }
        tracing::error!(call.id = %self.call.id, turns = self.unsaved.turns.len(), "what was said is lost");
    }

    /// False: the call has moved on without us.
    async fn try_keep(&mut self) -> Result<bool, StoreError> {
        let desk = self.desk.clone();
        let mut work = desk.begin().await?;
        let mut call = match work.lock(self.call.id).await? {
            Standing::Open(call) if call.epoch == self.call.epoch => call,
            Standing::Open(_) | Standing::Over | Standing::Unheard => {
                // This holds, whoever has the call and however it ended.
                if self.unsaved.opt_out {
                    work.never_call_again(&self.call).await?;
                    work.commit().await?;
                }
                return Ok(false);
            }
        };
        for said in &self.unsaved.turns {
            work.put_turn(call.id, said.index, &said.message).await?;
            work.tell(&said.fact, &trace(&call)).await?;
        }
        let report = self.talk.report();
        work.put_fills(call.id, &report.fills).await?;
        if let Some(disclosure) = report.disclosure {
            work.disclosed(call.id, disclosure).await?;
        }
        if self.unsaved.opt_out {
            work.never_call_again(&call).await?;
        }
        if let Some(summary) = &self.unsaved.summary {
            work.sum_up(call.id, summary).await?;
        }
        if let Some(ending) = self.unsaved.ending {
            call.conversation = Some(ending);
            work.save(&call, Lease::Keep).await?;
            if let Some(attempt) = work.attempt(self.attempt.id).await? {
                work.save_attempt(&attempt, Check::In(desk.patience.status_margin)).await?;
            }
        }
        work.commit().await?;
        Ok(true)
    }
}
