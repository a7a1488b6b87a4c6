//! What the callee does, and what is done about it before any brain is asked.

use proto::{Private, Role};

use super::speak::{GOODBYE, NO_MORE, OPTED_OUT, STILL_THERE};
use super::{Conversation, Phase};
use crate::words::{self, Speech, intent};
use crate::{Ending, Output, scripted};

/// More in one breath is not a person.
const HEARD_BYTES_MAX: usize = 4_000;
/// What is said into our goodbye is kept, up to here.
const LAST_WORDS_MAX: usize = 8;
/// A machine tells what it is at once.
const MACHINE_MESSAGES_MAX: usize = 2;
/// Who repeats less than this is only saying yes.
const REPEATED_WORDS_MIN: usize = 3;

/// What people say into a phone that they pick up: no answer to anything.
fn is_pick_up(text: &str) -> bool {
    let greets = intent::only_greets(text) || intent::is_courtesy(&Speech::new(text).words);
    greets && !intent::asks_whether_robot(text)
}

impl Conversation {
    pub(super) fn connected(&mut self) {
        match self.phase {
            Phase::Dialed if self.resumed => self.reopen(),
            Phase::Dialed => self.phase = Phase::Greeting { until: self.now + self.limits.greeting },
            Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Closing { .. }
            | Phase::Ended { .. } => {}
        }
    }

    pub(super) fn heard(&mut self, text: &str) {
        let text = words::cut(text.trim(), HEARD_BYTES_MAX);
        if Speech::new(text).words.is_empty() {
            return self.callee_is_active();
        }
        match self.phase {
            Phase::Dialed if self.resumed => self.reopen(),
            Phase::Closing { .. } => return self.heard_at_the_end(text),
            Phase::AwaitingBeep { .. } => {
                if self.may_take_a_turn() {
                    self.record(Role::User, text);
                }
                return;
            }
            Phase::Dialed
            | Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::Ended { .. } => {}
        }
        let in_disclosure = self.now < self.disclosed_at;
        self.record(Role::User, text);
        self.open_from = self.transcript.messages.len();
        self.silences = 0;
        if intent::opts_out(text) {
            self.opt_out();
            return self.farewell(OPTED_OUT, Ending::OptedOut);
        }
        let early = self.transcript.said_by(Role::User).count() <= MACHINE_MESSAGES_MAX;
        if early && intent::is_machine_greeting(text) {
            return self.machine_answered();
        }
        if !self.may_take_a_turn() {
            return self.farewell(NO_MORE, Ending::TooManyTurns);
        }
        if words::count(text) >= REPEATED_WORDS_MIN && self.is_worn_out(Role::User, text) {
            return self.farewell(NO_MORE, Ending::Repetition);
        }
        if self.transcript.disclosure.is_none() {
            return self.open(intent::says_goodbye(text));
        }
        self.respond(text, in_disclosure);
    }

    fn respond(&mut self, text: &str, in_disclosure: bool) {
        if intent::asks_to_wait(text) {
            self.phase = Phase::Listening { until: self.now.max(self.quiet_at) + self.limits.hold };
        } else if intent::says_goodbye(text) {
            let reply = scripted::reply(&self.context());
            self.notes.take(&self.workflow, &self.transcript.messages, &reply);
            self.farewell(GOODBYE, Ending::Goodbye);
        } else if self.asked_for_presence() && intent::says_present(text) {
            // Her yes is to that, and not to the question before it.
            self.new_from = self.transcript.messages.len();
            self.fall_back();
        } else if in_disclosure && is_pick_up(text) {
            // Both began to speak at once. Our question is still coming.
            self.new_from = self.transcript.messages.len();
            self.listen();
        } else {
            if intent::asks_whether_robot(text) {
                self.preface = Some(self.truth());
            }
            self.ask_brain();
        }
    }

    fn asked_for_presence(&self) -> bool {
        let last = self.transcript.said_by(Role::Assistant).last();
        last.is_some_and(|last| last.content.expose() == STILL_THERE)
    }

    /// "Yes, I am one."
    fn truth(&self) -> String {
        match &self.principal {
            Some(principal) => format!("Yes, I am an AI assistant, calling on behalf of {}.", principal.expose()),
            None => "Yes, I am an AI assistant.".to_owned(),
        }
    }

    fn heard_at_the_end(&mut self, text: &str) {
        let last_words = self.transcript.messages.len() - self.transcript.trailing_user();
        if last_words < LAST_WORDS_MAX {
            self.record(Role::User, text);
        }
        if intent::opts_out(text) {
            self.opt_out();
        }
    }

    pub(super) fn opt_out(&mut self) {
        if !self.opted_out {
            self.opted_out = true;
            self.outputs.push_back(Output::OptOut);
        }
    }

    /// Counts a turn. False: there were enough.
    pub(super) fn may_take_a_turn(&mut self) -> bool {
        self.turns_taken = self.turns_taken.saturating_add(1);
        self.turns_taken <= self.limits.turns_max
    }

    pub(super) fn is_worn_out(&self, role: Role, text: &str) -> bool {
        self.transcript.times_said(role, text) > self.limits.repeats_max as usize
    }

    pub(super) fn callee_is_active(&mut self) {
        match &mut self.phase {
            Phase::Greeting { until } | Phase::Listening { until } => {
                *until = (*until).max(self.now + self.limits.silence);
            }
            Phase::Dialed
            | Phase::Thinking { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Closing { .. }
            | Phase::Ended { .. } => {}
        }
    }

    /// What she did not hear was not said.
    pub(super) fn interrupted(&mut self, heard_so_far: Option<&Private>) {
        let open = self.open_from < self.transcript.messages.len();
        if !open || matches!(self.phase, Phase::Closing { .. }) {
            return;
        }
        self.quiet_at = self.now;
        self.disclosed_at = self.disclosed_at.min(self.now);
        if let Some(heard) = heard_so_far {
            self.cut_unheard(words::count(heard.expose()));
        }
        self.open_from = self.transcript.messages.len();
        if let Phase::Listening { .. } = self.phase {
            self.listen();
        }
    }

    fn cut_unheard(&mut self, mut heard: usize) {
        for at in self.transcript.trailing_assistant()..self.transcript.messages.len() {
            let whole = self.transcript.messages[at].content.clone();
            let speech = Speech::new(whole.expose());
            let fits = speech.words.len() <= heard;
            let kept = if fits { "" } else { speech.verbatim(0..heard) };
            heard = heard.saturating_sub(speech.words.len());
            if fits || at < self.open_from {
                continue;
            }
            self.transcript.messages[at].content = Private::new(format!("{kept} —").trim_start());
            if kept.is_empty() {
                self.take_back_question(whole.expose());
            }
            self.commit(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }

    /// Nothing of the message was heard.
    fn take_back_question(&mut self, message: &str) {
        let Some((field, _)) = self.pending_question().filter(|(_, question)| words::contains(message, question))
        else {
            return;
        };
        self.place.asked = self.place.asked.saturating_sub(1);
        if self.place.asked == 0 {
            self.notes.take_back_question(&field);
        }
    }
}
