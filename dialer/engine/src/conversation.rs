mod again;
mod begun;
mod brain;
mod cut;
mod hear;
mod hold;
mod machine;
mod resume;
mod speak;
mod time;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use proto::workflow::StepId;
use proto::{Message, Private, Role, Workflow};

use self::begun::Begun;
use crate::transcript::{Notes, Transcript};
use crate::{Context, Ending, Input, Limits, Measure, Output, Report, goal};

/// One conversation.
#[derive(Clone, Debug)]
pub struct Conversation {
    workflow: Arc<Workflow>,
    limits: Limits,
    principal: Option<Private>,
    measure: Measure,
    phase: Phase,
    outputs: VecDeque<Output>,
    transcript: Transcript,
    notes: Notes,
    place: Place,
    /// The latest time that we were told.
    now: Duration,
    /// When our words are over, as far as we can tell.
    quiet_at: Duration,
    /// When the disclosure is over: nobody can have heard our first question before.
    disclosed_at: Duration,
    /// The messages that the callee may cut off by speaking begin here.
    open_from: usize,
    /// The first message that no reply was made to.
    new_from: usize,
    /// Said before the next reply of the brain.
    preface: Option<String>,
    /// What was said of the reply that the brain is making.
    begun: Option<Begun>,
    /// What of our last words she did not hear because she spoke.
    unheard: Option<String>,
    /// Whoever speaks next has not heard who calls.
    stranger: bool,
    /// The first message since somebody else may be on the line.
    met_at: usize,
    /// What the brain was asked last.
    turn: u32,
    turns_taken: u32,
    /// In a row.
    silences: u32,
    resumed: bool,
    opted_out: bool,
    /// How often a brain's reply was not followed, and how often there was none.
    overruled: u32,
    unanswered: u32,
}

/// What we are waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// That the line is open.
    Dialed,
    /// That the callee greets.
    Greeting { until: Duration },
    /// That the callee speaks.
    Listening { until: Duration },
    /// That the brain replies.
    Thinking {
        until: Duration,
        /// When she hears that we have not gone.
        filler: Option<Duration>,
    },
    /// That somebody comes (back) to the phone. `since`: when the waiting began.
    Holding { until: Duration, since: Duration },
    /// That the machine beeps.
    AwaitingBeep { until: Duration },
    /// That our last words are heard.
    Closing { ending: Ending, until: Duration },
    /// For nothing.
    Ended { ending: Ending },
}

/// Where in the workflow we are.
#[derive(Clone, Debug)]
struct Place {
    step: StepId,
    /// How often its question was put.
    asked: u32,
}

impl Conversation {
    /// A conversation that begins. `principal`: on whose behalf we call when the workflow does not say.
    pub fn new(workflow: Arc<Workflow>, limits: Limits, principal: Option<Private>, measure: Measure) -> Self {
        let place = Place { step: workflow.start().clone(), asked: 0 };
        let principal = workflow.parts().on_behalf_of.clone().or(principal);
        Self {
            workflow,
            limits,
            principal,
            measure,
            phase: Phase::Dialed,
            outputs: VecDeque::new(),
            transcript: Transcript::default(),
            notes: Notes::default(),
            place,
            now: Duration::ZERO,
            quiet_at: Duration::ZERO,
            disclosed_at: Duration::ZERO,
            open_from: 0,
            new_from: 0,
            preface: None,
            begun: None,
            unheard: None,
            stranger: false,
            met_at: 0,
            turn: 0,
            turns_taken: 0,
            silences: 0,
            resumed: false,
            opted_out: false,
            overruled: 0,
            unanswered: 0,
        }
    }

    /// A conversation that began in another process. Where it stands and what is known is read from its transcript; on
    /// [`Input::Connected`] the callee hears that we were cut off.
    pub fn resume(
        workflow: Arc<Workflow>,
        limits: Limits,
        principal: Option<Private>,
        measure: Measure,
        transcript: Vec<Message>,
    ) -> Self {
        let mut conversation = Self::new(workflow, limits, principal, measure);
        conversation.recall(transcript);
        conversation
    }

    /// `now`: since the call was answered. It never runs back; an earlier time counts as the latest one.
    pub fn handle(&mut self, input: Input, now: Duration) {
        self.now = self.now.max(now);
        if self.is_ended() {
            return;
        }
        match input {
            Input::HungUp => self.line_closed(),
            Input::Connected => self.connected(),
            Input::Heard { text } => self.heard(text.expose()),
            Input::Hearing | Input::Digit(_) => self.callee_is_active(false),
            Input::Spoken => self.words_were_played(),
            Input::Interrupted { heard_so_far } => self.interrupted(heard_so_far.as_ref()),
            Input::Machine => self.machine_answered(),
            Input::Beep => self.beeped(),
            Input::Human => self.person_answered(),
            Input::Replying { turn, say, whole } if self.awaits(turn) => self.hear_beginning(say.expose(), whole),
            Input::Reply { turn, reply } if self.awaits(turn) => self.hear_brain(&reply),
            Input::BrainFailed { turn } if self.awaits(turn) => self.miss_brain(),
            Input::Replying { .. } | Input::Reply { .. } | Input::BrainFailed { .. } => {}
            Input::Tick => self.time_is_up(),
        }
        self.keep_to_time();
        if !matches!(self.phase, Phase::Thinking { .. }) {
            self.begun = None;
        }
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is wanted. None: nothing happens by itself.
    pub fn poll_timeout(&self) -> Option<Duration> {
        let until = match self.phase {
            Phase::Ended { .. } | Phase::Dialed => return None,
            Phase::Closing { until, .. } => until,
            Phase::Thinking { until, filler } => filler.unwrap_or(until).min(until).min(self.leave_at()),
            Phase::Greeting { until }
            | Phase::Listening { until }
            | Phase::Holding { until, .. }
            | Phase::AwaitingBeep { until } => until.min(self.leave_at()),
        };
        Some(until.min(self.limits.duration_max))
    }

    /// What it has brought so far.
    pub fn report(&self) -> Report {
        let (fills, ending) = (self.notes.fills(&self.workflow), self.ending());
        Report {
            messages: self.transcript.messages.clone(),
            disclosure: self.transcript.disclosure,
            goal: goal(&self.workflow, &fills, ending),
            fills,
            ending,
            opted_out: self.opted_out,
            refused: self.notes.refused,
            unfit: self.notes.unfit,
            overruled: self.overruled,
            unanswered: self.unanswered,
        }
    }

    /// Why it takes its leave, while the last words are being said.
    pub fn leaves(&self) -> Option<Ending> {
        if let Phase::Closing { ending, .. } = self.phase { Some(ending) } else { None }
    }

    fn ending(&self) -> Option<Ending> {
        if let Phase::Ended { ending } = self.phase { Some(ending) } else { None }
    }

    fn is_ended(&self) -> bool {
        self.ending().is_some()
    }

    fn awaits(&self, turn: u32) -> bool {
        matches!(self.phase, Phase::Thinking { .. }) && turn == self.turn
    }

    fn context(&self) -> Context {
        Context {
            turn: self.turn,
            workflow: Arc::clone(&self.workflow),
            principal: self.principal.clone(),
            step: self.place.step.clone(),
            asked: self.place.asked,
            messages: self.transcript.messages.clone(),
            new_from: self.transcript.next_heard(self.new_from),
            fills: self.notes.fills(&self.workflow),
        }
    }

    fn record(&mut self, role: Role, words: &str) -> u32 {
        let index = self.transcript.push(role, words, self.now);
        self.commit(index);
        index
    }

    fn commit(&mut self, index: u32) {
        if let Some(message) = self.transcript.messages.get(index as usize) {
            self.outputs.push_back(Output::Turn { index, message: message.clone() });
        }
    }
}
