//! Silence, patience, and the end of it.

use std::time::Duration;

use super::speak::{NO_MORE, STILL_THERE};
use super::{Conversation, Phase};
use crate::Ending;

/// What a goodbye takes.
const GOODBYE_TIME: Duration = Duration::from_secs(10);

const NOT_HEARD: &str = "Sorry, I did not hear you.";
const NOBODY: &str = "I can't hear you, so I will hang up now. Goodbye.";
const TOO_LONG: &str = "I am sorry, I have to end the call here. Thank you for your time. Goodbye.";

impl Conversation {
    /// When we begin to take our leave.
    pub(super) fn leave_at(&self) -> Duration {
        let max = self.limits.duration_max;
        max.saturating_sub(GOODBYE_TIME.min(max / 10))
    }

    pub(super) fn time_is_up(&mut self) {
        match self.phase {
            Phase::Greeting { until } if self.now >= until => self.open(),
            Phase::Listening { until } if self.now >= until => self.nobody_spoke(),
            Phase::Thinking { until, .. } if self.now >= until => self.miss_brain(),
            Phase::Thinking { until, filler: Some(filler) } if self.now >= filler => self.fill(until),
            Phase::Holding { until, since } if self.now >= until => self.waited(since),
            Phase::AwaitingBeep { until } if self.now >= until => self.hang_up(Ending::Machine),
            Phase::Closing { ending, until } if self.now >= until => self.hang_up(ending),
            Phase::Dialed
            | Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::Holding { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Closing { .. }
            | Phase::Ended { .. } => {}
        }
    }

    /// Whatever happens, the conversation ends in its time.
    pub(super) fn keep_to_time(&mut self) {
        if self.is_ended() {
            return;
        }
        if self.now >= self.limits.duration_max {
            return self.hang_up(match self.phase {
                Phase::Closing { ending, .. } => ending,
                Phase::Dialed
                | Phase::Greeting { .. }
                | Phase::Listening { .. }
                | Phase::Thinking { .. }
                | Phase::Holding { .. }
                | Phase::AwaitingBeep { .. }
                | Phase::Ended { .. } => Ending::TooLong,
            });
        }
        if self.now < self.leave_at() {
            return;
        }
        match self.phase {
            Phase::Closing { .. } | Phase::Dialed | Phase::Ended { .. } => {}
            Phase::AwaitingBeep { .. } => self.hang_up(Ending::Machine),
            Phase::Greeting { .. } | Phase::Listening { .. } | Phase::Thinking { .. } | Phase::Holding { .. } => {
                self.farewell(TOO_LONG, Ending::TooLong);
            }
        }
    }

    pub(super) fn nobody_spoke(&mut self) {
        self.silences += 1;
        if !self.may_take_a_turn() {
            return self.farewell(NO_MORE, Ending::TooManyTurns);
        }
        match self.silences {
            1 if self.unheard.is_some() => {
                // It was only a cough that cut us off.
                let unheard = self.unheard.take().unwrap_or_default();
                return self.go_on(&unheard);
            }
            1 => {
                let question = self.pending_question().map(|(_, question)| question).unwrap_or_default();
                self.say(format!("{NOT_HEARD} {question}").trim_end(), true);
            }
            2 => self.say(STILL_THERE, true),
            _ => return self.farewell(NOBODY, Ending::Silence),
        }
        self.listen();
    }

    pub(super) fn words_were_played(&mut self) {
        match self.phase {
            Phase::Closing { ending, .. } => self.hang_up(ending),
            Phase::Listening { .. } => {
                self.quiet_at = self.now;
                self.listen();
            }
            Phase::Dialed
            | Phase::Greeting { .. }
            | Phase::Thinking { .. }
            | Phase::Holding { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Ended { .. } => {}
        }
    }

    pub(super) fn line_closed(&mut self) {
        let ending = match self.phase {
            Phase::Closing { ending, .. } | Phase::Ended { ending } => ending,
            Phase::AwaitingBeep { .. } => Ending::Machine,
            Phase::Dialed
            | Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::Holding { .. } => Ending::HungUp,
        };
        self.phase = Phase::Ended { ending };
    }
}
