//! When a person listens, thinks, speaks and leaves. No socket and no clock: times are the network's, since she
//! answered.

use std::collections::VecDeque;
use std::time::Duration;

use crate::ear::Ear;
use crate::mind::{Mind, Reaction};
use crate::person::{Fault, Kind, Later, Then};

/// People greet quickly; their first word was said before the line reached the application.
const GREETING_MAX: Duration = Duration::from_secs(1);
/// A machine beeps so long after its greeting.
const BEEP_PAUSE: Duration = Duration::from_secs(1);
/// How long a person bears that nobody speaks.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a machine records silence, and how long somebody says nothing before she hangs up.
const PATIENCE_OF_MACHINE: Duration = Duration::from_secs(30);
const PATIENCE_OF_MUTE: Duration = Duration::from_mins(2);
/// How long she waits for the other to hang up after a farewell.
const FAREWELL: Duration = Duration::from_secs(2);
/// An impatient person listens so long before she speaks into it.
const INTERRUPTS_AFTER: Duration = Duration::from_millis(2500);

/// Her greeting and an answer.
const BREAKS_AFTER: u32 = 2;

/// What comes from her end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// She has heard these words of the caller.
    Heard(String),
    /// She stopped the caller, who had spoken for so long and been heard so far.
    Interrupt {
        heard: String,
        after: Duration,
    },
    Say(String),
    Press(char),
    HangUp,
}

enum Doing {
    Listening,
    Thinking { until: Duration, about: String },
    Speaking { until: Duration, reaction: Reaction },
    Leaving { at: Duration },
    Gone,
}

pub(crate) struct Callee {
    mind: Mind,
    doing: Doing,
    ear: Ear,
    greeting: Option<String>,
    greeting_until: Duration,
    /// Heard, and not answered because the caller went on.
    unanswered: String,
    quiet_since: Duration,
    /// What she will say by herself.
    later: VecDeque<Later>,
    patience: Duration,
    may_interrupt: bool,
    /// After so many utterances her line breaks.
    breaks_in: Option<u32>,
    acts: VecDeque<Act>,
}

impl Callee {
    /// Nobody loses patience before `patience_min`.
    pub(crate) fn new(mut mind: Mind, patience_min: Duration) -> Self {
        let greeting = mind.greeting();
        let spoken = greeting.as_deref().map_or(Duration::ZERO, Ear::time_of);
        let greeting_until = match mind.person().kind {
            Kind::Machine | Kind::Menu | Kind::Screener => spoken,
            Kind::Person | Kind::Mute => spoken.min(GREETING_MAX),
        };
        let patience = match mind.person().kind {
            Kind::Person | Kind::Menu | Kind::Screener => PATIENCE,
            Kind::Machine => PATIENCE_OF_MACHINE,
            Kind::Mute => PATIENCE_OF_MUTE,
        };
        let patience = patience.max(patience_min);
        let may_interrupt = mind.person().interrupts;
        let breaks_in = (mind.person().fault == Some(Fault::DropsSocket)).then_some(BREAKS_AFTER);
        let doing = Doing::Listening;
        let ear = Ear::default();
        let (unanswered, acts, later) = (String::new(), VecDeque::new(), VecDeque::new());
        let quiet_since = Duration::ZERO;
        Self {
            mind,
            doing,
            ear,
            greeting,
            greeting_until,
            unanswered,
            quiet_since,
            later,
            patience,
            may_interrupt,
            breaks_in,
            acts,
        }
    }

    /// Whether the socket breaks now that she has spoken.
    pub(crate) fn breaks_off(&mut self) -> bool {
        self.breaks_in = self.breaks_in.and_then(|left| left.checked_sub(1));
        self.breaks_in == Some(0)
    }

    pub(crate) fn kind(&self) -> Kind {
        self.mind.person().kind
    }

    /// When the machine begins to record.
    pub(crate) fn beeps_at(&self) -> Duration {
        self.greeting_until + BEEP_PAUSE
    }

    /// Words can be exchanged, for the first time or again.
    pub(crate) fn connected(&mut self, now: Duration) {
        self.quiet_since = now;
        self.ear = Ear::default();
        match self.doing {
            Doing::Leaving { .. } | Doing::Gone => {}
            Doing::Listening | Doing::Thinking { .. } | Doing::Speaking { .. } => {
                self.doing = match self.greeting.take() {
                    Some(greeting) => {
                        let later = self.mind.person().later.clone();
                        let reaction = Reaction { later, ..Reaction::words(Some(greeting)) };
                        Doing::Speaking { until: self.greeting_until.max(now), reaction }
                    }
                    None => Doing::Listening,
                };
            }
        }
    }

    /// The caller begins to say this, behind what is still being said.
    pub(crate) fn told(&mut self, token: &str, last: bool, interruptible: bool, now: Duration) {
        let free = match self.doing {
            Doing::Speaking { until, .. } => until.max(now),
            Doing::Listening | Doing::Thinking { .. } | Doing::Leaving { .. } | Doing::Gone => now,
        };
        self.ear.add(token, last, interruptible, free);
        if let Doing::Thinking { about, .. } = &mut self.doing {
            // The caller was not done: she hears him out and answers all of it.
            self.unanswered = std::mem::take(about);
            self.doing = Doing::Listening;
        }
    }

    /// The caller pressed this key.
    pub(crate) fn pressed(&mut self, key: char, now: Duration) {
        match self.doing {
            Doing::Listening | Doing::Thinking { .. } | Doing::Speaking { .. } => {
                if let Some(reaction) = self.mind.feels(key) {
                    self.speak(reaction, now);
                }
            }
            Doing::Leaving { .. } | Doing::Gone => {}
        }
    }

    /// What she does next, if it is time.
    pub(crate) fn poll(&mut self, now: Duration) -> Option<Act> {
        if self.acts.is_empty() {
            self.step(now);
        }
        self.acts.pop_front()
    }

    /// When to poll again, if nothing is said before.
    pub(crate) fn wake(&self) -> Option<Duration> {
        match self.doing {
            Doing::Listening => {
                let last = self.speaks_again_at().unwrap_or_else(|| self.loses_patience_at());
                let times = [self.ear.done_at(), self.interrupts_at(), Some(last)];
                times.into_iter().flatten().min()
            }
            Doing::Thinking { until, .. } | Doing::Speaking { until, .. } => Some(until),
            Doing::Leaving { at } => Some(at),
            Doing::Gone => None,
        }
    }

    /// What she has heard of words that the end of the line cut off.
    pub(crate) fn rest(&mut self, now: Duration) -> Option<String> {
        self.ear.cut(now).map(|(heard, _)| heard)
    }

    fn step(&mut self, now: Duration) {
        match std::mem::replace(&mut self.doing, Doing::Gone) {
            Doing::Listening => self.listen(now),
            Doing::Thinking { until, about } if now >= until => {
                let reaction = self.mind.hears(&about);
                self.speak(reaction, now);
            }
            Doing::Speaking { until, reaction } if now >= until => self.spoke(reaction, now),
            Doing::Leaving { at } if now >= at => self.acts.push_back(Act::HangUp),
            waiting @ (Doing::Thinking { .. } | Doing::Speaking { .. } | Doing::Leaving { .. } | Doing::Gone) => {
                self.doing = waiting;
            }
        }
    }

    fn listen(&mut self, now: Duration) {
        self.doing = Doing::Listening;
        if self.ear.done_at().is_some_and(|done| now >= done) {
            let heard = self.ear.take();
            // Who has put the phone down, or plays music, does not listen.
            if self.later.is_empty() {
                self.think(&heard, now);
            }
            self.acts.push_back(Act::Heard(heard));
            return;
        }
        if self.interrupts_at().is_some_and(|at| now >= at) {
            self.may_interrupt = false;
            if let Some((heard, after)) = self.ear.cut(now) {
                let mut reaction = self.mind.hears(&heard);
                reaction.say.get_or_insert_with(|| "Wait, wait.".to_owned());
                self.speak(reaction, now);
                self.acts.extend([Act::Heard(heard.clone()), Act::Interrupt { heard, after }]);
            }
            return;
        }
        if let Some(at) = self.speaks_again_at() {
            if let Some(later) = self.later.pop_front_if(|_| now >= at) {
                self.mind.comes();
                let rest = std::mem::take(&mut self.later).into();
                self.speak(Reaction { later: rest, ..Reaction::words(Some(later.say)) }, now);
            }
            return;
        }
        if now >= self.loses_patience_at() {
            match self.mind.nudge() {
                Some(text) => self.speak(Reaction::words(Some(text)), now),
                None => self.leave(now),
            }
        }
    }

    fn think(&mut self, heard: &str, now: Duration) {
        let before = std::mem::take(&mut self.unanswered);
        let about = if before.is_empty() { heard.to_owned() } else { format!("{before} {heard}") };
        self.doing = Doing::Thinking { until: now + self.mind.pause(), about };
    }

    fn speak(&mut self, reaction: Reaction, now: Duration) {
        match &reaction.say {
            Some(text) => self.doing = Doing::Speaking { until: now + Ear::time_of(text), reaction },
            None => self.spoke(reaction, now),
        }
    }

    fn spoke(&mut self, reaction: Reaction, now: Duration) {
        self.acts.extend(reaction.say.map(Act::Say));
        self.acts.extend(reaction.keys.chars().map(Act::Press));
        self.quiet_since = now;
        self.later = reaction.later.into();
        match reaction.then {
            Then::Listen => self.doing = Doing::Listening,
            Then::Leave => self.doing = Doing::Leaving { at: now + FAREWELL },
            Then::HangUp => self.leave(now),
        }
    }

    fn leave(&mut self, now: Duration) {
        self.doing = Doing::Leaving { at: now };
        self.step(now);
    }

    fn interrupts_at(&self) -> Option<Duration> {
        if !self.may_interrupt || !self.later.is_empty() {
            return None;
        }
        self.ear.playing_since().map(|since| since + INTERRUPTS_AFTER)
    }

    fn speaks_again_at(&self) -> Option<Duration> {
        Some(self.quiet_since + self.later.front()?.after())
    }

    fn loses_patience_at(&self) -> Duration {
        self.quiet_since.max(self.ear.quiet_since()) + self.patience
    }
}

#[cfg(test)]
#[path = "callee_tests.rs"]
mod tests;
