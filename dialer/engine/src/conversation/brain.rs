//! What a brain may do, and what is done without it.

use std::time::Duration;

use proto::workflow::{Act, StepId, TEXT_BYTES_MAX};
use proto::{FormFill, Message, Private, Role};

use super::begun::Begun;
use super::hold::Holder;
use super::speak::GOODBYE;
use super::{Conversation, Phase};
use crate::words::{self, Speech, request};
use crate::{Ending, Next, Output, Reply, goal, scripted};

/// What one reply may hold: more is a model that has gone wrong.
pub(super) const SAY_BYTES_MAX: usize = 2 * TEXT_BYTES_MAX;
/// The longest that a menu asks for: a card number would be longer.
const DIGITS_MAX: usize = 12;
/// Said while the brain thinks: in turn, because nobody says the same all the time.
const FILLERS: [&str; 3] = ["One moment, please.", "Let me see.", "Just a second."];

impl Conversation {
    pub(super) fn ask_brain(&mut self) {
        self.turn += 1;
        self.begun = None;
        let context = Box::new(self.context());
        self.outputs.push_back(Output::Ask(context));
        // A machine that reads out a menu waits for nobody.
        let filler = (!self.heard_a_menu()).then(|| self.now.max(self.quiet_at) + self.limits.filler);
        self.phase = Phase::Thinking { until: self.now + self.limits.brain, filler };
    }

    /// Lets her know that we are still there.
    pub(super) fn fill(&mut self, until: Duration) {
        let filler = FILLERS[self.turn as usize % FILLERS.len()].to_owned();
        let words = self.preface.take().unwrap_or(filler);
        self.begin_to_say(&words);
        self.phase = Phase::Thinking { until, filler: None };
    }

    /// There is no reply, or not in time.
    pub(super) fn miss_brain(&mut self) {
        self.unanswered = self.unanswered.saturating_add(1);
        match self.take_stopped() {
            Some(begun) => self.keep_silent(&begun, None),
            None => self.fall_back(),
        }
    }

    /// The scripted brain replies. What of another's reply was said already is not said again.
    pub(super) fn fall_back(&mut self) {
        let begun = self.begun.take().unwrap_or_default();
        let reply = scripted::reply(&self.context());
        if let Some(step) = self.note(&reply) {
            self.put_again(step, &begun);
        } else {
            let say = begun.unsaid(reply.say.expose());
            self.perform(&Reply { say: Private::new(say), ..reply }, &begun);
        }
    }

    /// Takes what a brain wants, as far as it may want it.
    pub(super) fn hear_brain(&mut self, reply: &Reply) {
        if let Some(begun) = self.take_stopped() {
            return self.keep_silent(&begun, Some(reply));
        }
        let known = self.notes.fills(&self.workflow);
        if let Some(step) = self.note(reply).or_else(|| self.note_what_a_goodbye_leaves_out(reply, &known)) {
            let begun = self.begun.take().unwrap_or_default();
            return self.put_again(step, &begun);
        }
        if self.is_close(&reply.next) && goal::leaves_out(&self.workflow, &self.notes.fills(&self.workflow)) {
            self.overruled = self.overruled.saturating_add(1);
            return self.fall_back();
        }
        let begun = self.begun.take().unwrap_or_default();
        let said = begun.rest(words::cut(reply.say.expose().trim(), SAY_BYTES_MAX));
        let say = honest(said);
        if begun.lied || say != said {
            self.overruled = self.overruled.saturating_add(1);
            if begun.said.is_empty() && words::count(&say) == 0 {
                return self.fall_back();
            }
        }
        self.perform(&Reply { say: Private::new(say), ..reply.clone() }, &begun);
    }

    /// A goodbye that read nothing in her last words has not listened; the scripted brain has. `known`: before the reply.
    fn note_what_a_goodbye_leaves_out(&mut self, reply: &Reply, known: &[FormFill]) -> Option<StepId> {
        if !self.is_close(&reply.next) || self.notes.fills(&self.workflow) != known {
            return None;
        }
        let read = scripted::reply(&self.context());
        self.note(&read)
    }

    /// `begun`: what of the reply was said already; its words are the rest.
    pub(super) fn perform(&mut self, reply: &Reply, begun: &Begun) {
        self.new_from = self.transcript.messages.len();
        let pressed = reply.digits.as_ref().filter(|digits| are_keys(digits) && self.may_press(digits));
        if let Some(digits) = pressed {
            self.outputs.push_back(Output::SendDigits(digits.clone()));
        }
        let words = match self.preface.take() {
            Some(preface) => format!("{preface} {}", reply.say.expose()).trim_end().to_owned(),
            None => reply.say.expose().to_owned(),
        };
        if self.is_close(&reply.next) {
            let words = if words::count(&words) == 0 { GOODBYE } else { &words };
            return self.part(words, begun.at, Ending::Closed);
        }
        let from = self.place.step.clone();
        self.go(&reply.next);
        let whole = format!("{} {words}", begun.said);
        if words::count(&whole) == 0 {
            return if pressed.is_some() || self.heard_a_menu() { self.hold(Holder::Machine) } else { self.listen() };
        }
        if words::count(&words) > 0 && self.is_worn_out_by(whole.trim_start()) {
            return self.wear_out();
        }
        let is_put = begun.asked && self.place.step == from;
        if !is_put && (matches!(reply.next, Next::Go(_)) || self.puts_question(&whole)) {
            self.put_question(self.place_of(&words, begun.at));
        }
        self.say_on(&words, begun.at, true);
        self.listen();
    }

    fn is_close(&self, next: &Next) -> bool {
        match next {
            Next::Close => true,
            Next::Go(step) => self.workflow.step(step).is_some_and(|step| matches!(step.act, Act::Close { .. })),
            Next::Stay => false,
        }
    }
}

/// Whether this was only said to pass the time.
pub(super) fn is_filler(message: Option<&Message>) -> bool {
    message.is_some_and(|message| message.role == Role::Assistant && FILLERS.contains(&message.content.expose()))
}

fn are_keys(digits: &str) -> bool {
    !digits.is_empty()
        && digits.len() <= DIGITS_MAX
        && digits.chars().all(|key| key.is_ascii_digit() || matches!(key, '*' | '#' | 'w'))
}

/// What a brain says without the sentences that it may not say: that it is a person, and what asks for secrets or money.
pub(super) fn honest(words: &str) -> String {
    let speech = Speech::new(words);
    let sentences = speech.sentences();
    let forbidden = |range: &std::ops::Range<usize>| {
        let words = &speech.words[range.clone()];
        request::claims_humanity(words) || request::asks_for_secret(words)
    };
    if !sentences.iter().any(|sentence| forbidden(&sentence.range)) {
        return words.to_owned();
    }
    let kept = sentences.into_iter().map(|sentence| sentence.range).filter(|range| !forbidden(range));
    kept.map(|range| speech.passage(range)).collect::<Vec<_>>().join(" ")
}
