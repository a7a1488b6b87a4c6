use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use proto::{Message, Private, Workflow};

use crate::{Input, Limits, Output, Report};

/// One conversation.
#[derive(Debug)]
pub struct Conversation {
    outputs: VecDeque<Output>,
}

impl Conversation {
    /// A conversation that begins. `principal`: on whose behalf we call when the workflow does not say.
    pub fn new(workflow: Arc<Workflow>, limits: Limits, principal: Option<Private>) -> Self {
        let _ = (workflow, limits, principal);
        Self { outputs: VecDeque::new() }
    }

    /// A conversation that began in another process. Where it stands and what is known is read from its transcript; the
    /// callee hears that we were cut off.
    pub fn resume(
        workflow: Arc<Workflow>,
        limits: Limits,
        principal: Option<Private>,
        transcript: Vec<Message>,
    ) -> Self {
        let _ = transcript;
        Self::new(workflow, limits, principal)
    }

    /// `now`: since the call was answered.
    pub fn handle(&mut self, input: Input, now: Duration) {
        let _ = (input, now);
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is wanted, at the latest. None: only when something happens.
    pub fn poll_timeout(&self) -> Option<Duration> {
        None
    }

    pub fn report(&self) -> Report {
        Report { messages: Vec::new(), fills: Vec::new(), disclosure: None, ending: None, opted_out: false, refused: 0 }
    }
}
