//! What the callee does, and what is done about it before any brain is asked.

use proto::Role;
use proto::workflow::FieldKind;

use super::hold::Holder;
use super::speak::{GOODBYE, NO_MORE, OPTED_OUT, STILL_THERE};
use super::{Conversation, Phase};
use crate::words::{self, Speech, answering, intent, menu, request, tongue};
use crate::{Ending, Output, scripted};

/// More in one breath is not a person.
const HEARD_BYTES_MAX: usize = 4_000;
/// What is said into our goodbye is kept, up to here.
const LAST_WORDS_MAX: usize = 8;
/// A machine tells what it is at once.
const MACHINE_MESSAGES_MAX: usize = 2;
/// Who repeats less than this is only saying yes.
const REPEATED_WORDS_MIN: usize = 3;
/// Who asks for a person a second time does not want to talk to us.
const PERSON_ASKED_MAX: usize = 2;

const WRONG_NUMBER: &str = "I am sorry, I must have the wrong number. Goodbye.";
const DISTURBED: &str = "I apologize for the disturbance. Goodbye.";
const NO_PERSON: &str = "I am sorry, I can't put you through to a person on this call.";
const NO_PERSON_GOODBYE: &str =
    "I am sorry, I can't put you through to a person on this call. Thank you for your time. Goodbye.";

/// What people say into a phone that they pick up: no answer to anything.
fn is_pick_up(text: &str) -> bool {
    let greets = intent::only_greets(text) || intent::is_courtesy(&Speech::new(text).words);
    greets && !intent::asks_whether_robot(text)
}

/// Who begins with this wants no explanation first.
fn takes_leave(text: &str) -> bool {
    intent::says_goodbye(text) || request::is_wrong_number(text) || request::dismisses(text)
}

impl Conversation {
    pub(super) fn connected(&mut self) {
        match self.phase {
            Phase::Dialed if self.resumed => self.reopen(),
            Phase::Dialed => self.phase = Phase::Greeting { until: self.now + self.limits.greeting },
            Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::Holding { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Closing { .. }
            | Phase::Ended { .. } => {}
        }
    }

    pub(super) fn heard(&mut self, text: &str) {
        let text = words::cut(text.trim(), HEARD_BYTES_MAX);
        if Speech::new(text).words.is_empty() {
            return self.callee_is_active(!text.is_empty());
        }
        match self.phase {
            Phase::Dialed if self.resumed => self.reopen(),
            Phase::Closing { .. } => return self.heard_at_the_end(text),
            Phase::Holding { .. } if self.is_said_again(text) => return self.hold(Holder::Machine),
            Phase::Dialed
            | Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::Holding { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Ended { .. } => {}
        }
        if self.only_murmurs(text) {
            return self.go_on_replying(text);
        }
        self.give_up_reply();
        let in_disclosure = self.now < self.disclosed_at;
        self.record(Role::User, text);
        self.open_from = self.transcript.messages.len();
        self.silences = 0;
        if intent::opts_out(text) {
            self.opt_out();
            return self.farewell(OPTED_OUT, Ending::OptedOut);
        }
        if !self.may_take_a_turn() {
            return self.farewell(NO_MORE, Ending::TooManyTurns);
        }
        if let Phase::AwaitingBeep { .. } = self.phase {
            return self.heard_before_the_beep(text);
        }
        if self.is_early() && answering::is_recorder(text) {
            return self.recorder_answered();
        }
        if self.repeats_herself(text) {
            return self.wear_out();
        }
        if self.met_a_machine(text) {
            return;
        }
        self.heard_a_person(text, in_disclosure);
    }

    fn heard_a_person(&mut self, text: &str, in_disclosure: bool) {
        let waits = intent::asks_to_wait(text) || request::passes_on(text);
        if self.transcript.disclosure.is_none() && !waits && !takes_leave(text) && !self.heard_a_menu() {
            return self.open();
        }
        let talks = !waits && !takes_leave(text) && self.foreign(text).is_none();
        if self.stranger && talks && self.transcript.disclosure.is_some() {
            if answering::is_live(text) {
                return self.open();
            }
            self.disclose("", true);
        }
        self.respond(text, in_disclosure);
    }

    pub(super) fn respond(&mut self, text: &str, in_disclosure: bool) {
        let unheard = self.unheard.take();
        if let Some(unheard) = unheard.filter(|_| request::is_back_channel(text) && !self.may_answer()) {
            return self.go_on(&unheard);
        }
        if intent::asks_to_wait(text) || request::passes_on(text) || tongue::asks_to_wait(text) {
            if request::passes_on(text) {
                self.expect_stranger();
            }
            self.hold(Holder::Person);
        } else if request::is_wrong_number(text) {
            self.farewell(WRONG_NUMBER, Ending::WrongNumber);
        } else if request::dismisses(text) {
            self.farewell(DISTURBED, Ending::Goodbye);
        } else if intent::says_goodbye(text) {
            let reply = scripted::reply(&self.context());
            self.notes.take(&self.workflow, &self.transcript.messages, &reply, &self.measure);
            self.farewell(GOODBYE, Ending::Goodbye);
        } else if let Some(tongue) = self.foreign(text) {
            self.regret(tongue);
        } else if self.only_reports_back(text) {
            // Her yes is to that, and not to the question before it.
            self.new_from = self.transcript.messages.len();
            self.fall_back();
        } else if in_disclosure && is_pick_up(text) || self.only_listens(text) {
            // Both spoke at once. Our question is still coming, or she wants us to go on.
            self.new_from = self.transcript.messages.len();
            self.listen();
        } else {
            self.consider(text);
        }
    }

    /// What only a brain can answer, behind what must be true.
    fn consider(&mut self, text: &str) {
        if intent::asks_whether_robot(text) {
            self.preface = Some(self.truth());
        } else if request::asks_for_person(text) {
            let asks = |message: &&proto::Message| request::asks_for_person(message.content.expose());
            if self.transcript.said_by(Role::User).filter(asks).count() >= PERSON_ASKED_MAX {
                return self.farewell(NO_PERSON_GOODBYE, Ending::Goodbye);
            }
            self.preface = Some(NO_PERSON.to_owned());
        }
        self.ask_brain();
    }

    fn foreign(&self, text: &str) -> Option<tongue::Tongue> {
        self.workflow.parts().language.starts_with("en").then(|| tongue::foreign(text)).flatten()
    }

    /// She does not speak our language; somebody else there may.
    fn regret(&mut self, tongue: tongue::Tongue) {
        self.new_from = self.transcript.messages.len();
        if self.transcript.times_said(Role::Assistant, tongue.apology()) > 0 {
            self.speak(tongue.language());
            return self.farewell(tongue.goodbye(), Ending::Language);
        }
        self.speak(tongue.language());
        self.say(tongue.apology(), true);
        // For whoever comes to the phone then.
        self.speak(tongue.language().map(|_| self.workflow.parts().language.clone()).as_deref());
        self.expect_stranger();
        self.listen();
    }

    /// She only says that she is there, or is back.
    fn only_reports_back(&self, text: &str) -> bool {
        let last = self.transcript.said_by(Role::Assistant).last();
        let asked = last.is_some_and(|last| last.content.expose() == STILL_THERE);
        asked && intent::says_present(text) || request::is_back(text)
    }

    /// "Mm-hm" into our words.
    fn only_listens(&self, text: &str) -> bool {
        self.now < self.quiet_at && !self.may_answer() && request::is_back_channel(text)
    }

    /// Whether "mm-hm" may be an answer: to a question of yes and no that was put.
    pub(super) fn may_answer(&self) -> bool {
        let field = self.pending_question().and_then(|(field, _)| self.workflow.field(&field).cloned());
        self.place.asked > 0 && field.is_some_and(|field| field.kind == FieldKind::Boolean)
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
        } else if self.leaves_message() && answering::is_live(text) {
            // She picked up while we spoke to her machine, and is worth more than its tape.
            self.open();
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

    /// Who is on the line now has said little yet.
    fn is_early(&self) -> bool {
        let since = self.transcript.messages.iter().skip(self.met_at);
        since.filter(|message| message.role == Role::User).count() <= MACHINE_MESSAGES_MAX
    }

    /// A queue says the same all the time, and is no conversation.
    fn repeats_herself(&self, text: &str) -> bool {
        words::count(text) >= REPEATED_WORDS_MIN
            && !answering::is_queue(text)
            && self.transcript.times_said(Role::User, text) > self.limits.repeats_max as usize
    }

    /// The announcement that we have just heard.
    fn is_said_again(&self, text: &str) -> bool {
        let last = self.transcript.messages.last().filter(|last| last.role == Role::User);
        answering::is_queue(text) && last.is_some_and(|last| words::same(last.content.expose(), text))
    }

    pub(super) fn heard_a_menu(&self) -> bool {
        let last = self.transcript.messages.last().filter(|last| last.role == Role::User);
        last.is_some_and(|last| !menu::choices(last.content.expose()).is_empty())
    }

    /// `sounds`: it is no speech, such as music.
    pub(super) fn callee_is_active(&mut self, sounds: bool) {
        match &mut self.phase {
            Phase::Greeting { until } | Phase::Listening { until } => {
                *until = (*until).max(self.now + self.limits.silence);
            }
            Phase::Holding { .. } if sounds => self.hold(Holder::Machine),
            // Who speaks does not wait for our words.
            Phase::Thinking { filler, .. } => *filler = None,
            Phase::Dialed
            | Phase::Holding { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Closing { .. }
            | Phase::Ended { .. } => {}
        }
    }
}
