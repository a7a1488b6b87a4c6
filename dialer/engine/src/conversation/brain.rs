//! What a brain may do, and what is done without it.

use std::time::Duration;

use proto::workflow::{Act, TEXT_BYTES_MAX};
use proto::{FormFill, Message, Private, Role};

use super::hold::Holder;
use super::speak::GOODBYE;
use super::{Conversation, Phase};
use crate::words::{self, Speech, request};
use crate::{Ending, Next, Output, Reply, goal, scripted};

/// What one reply may hold: more is a model that has gone wrong.
const SAY_BYTES_MAX: usize = 2 * TEXT_BYTES_MAX;
/// The longest that a menu asks for: a card number would be longer.
const DIGITS_MAX: usize = 12;
/// Said while the brain thinks: in turn, because nobody says the same all the time.
const FILLERS: [&str; 3] = ["One moment, please.", "Let me see.", "Just a second."];

impl Conversation {
    pub(super) fn ask_brain(&mut self) {
        self.turn += 1;
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
        self.fall_back();
    }

    pub(super) fn fall_back(&mut self) {
        let reply = scripted::reply(&self.context());
        self.note(&reply);
        self.perform(&reply);
    }

    /// Takes what a brain wants, as far as it may want it.
    pub(super) fn hear_brain(&mut self, reply: &Reply) {
        let known = self.notes.fills(&self.workflow);
        self.note(reply);
        let said = words::cut(reply.say.expose().trim(), SAY_BYTES_MAX);
        let say = honest(said);
        if self.is_close(&reply.next) && self.leaves_early(&known) {
            self.overruled = self.overruled.saturating_add(1);
            return self.fall_back();
        }
        if say != said {
            self.overruled = self.overruled.saturating_add(1);
            if words::count(&say) == 0 {
                return self.fall_back();
            }
        }
        self.perform(&Reply { say: Private::new(say), ..reply.clone() });
    }

    fn note(&mut self, reply: &Reply) {
        self.notes.take(&self.workflow, &self.transcript.messages, reply);
    }

    /// Whether a goodbye would leave out a question, although nothing was denied or declined. `known`: before the reply. One
    /// that read nothing in her last words has not listened; the scripted brain has.
    fn leaves_early(&mut self, known: &[FormFill]) -> bool {
        if self.notes.fills(&self.workflow) == known {
            let read = scripted::reply(&self.context());
            self.note(&read);
        }
        goal::leaves_out(&self.workflow, &self.notes.fills(&self.workflow))
    }

    fn perform(&mut self, reply: &Reply) {
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
            return self.farewell(words, Ending::Closed);
        }
        self.go(&reply.next);
        if words::count(&words) == 0 {
            return if pressed.is_some() || self.heard_a_menu() { self.hold(Holder::Machine) } else { self.listen() };
        }
        if self.is_worn_out_by(&words) {
            return self.wear_out();
        }
        if matches!(reply.next, Next::Go(_)) && !self.puts_question(&words) {
            self.put_question();
        }
        self.say_to_her(&words);
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
fn honest(words: &str) -> String {
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
