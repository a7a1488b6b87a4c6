//! Reads from a transcript where a conversation stands.

use proto::workflow::{Act, StepId};
use proto::{Disclosure, Message, Role};

use super::Conversation;
use super::brain::is_filler;
use super::hold::Holder;
use super::speak::OPTED_OUT;
use crate::words::{self, answering, intent, menu};
use crate::{Ending, scripted};

pub(super) const CUT_OFF: &str = "Sorry, we were cut off for a moment. This is the AI assistant again.";

impl Conversation {
    pub(super) fn recall(&mut self, transcript: Vec<Message>) {
        self.resumed = true;
        for message in transcript {
            match message.role {
                Role::Assistant => self.recall_ours(&message),
                Role::User => self.turns_taken = self.turns_taken.saturating_add(1),
            }
            self.now = self.now.max(message.offset);
            let heard = message.role == Role::User;
            self.transcript.messages.push(message);
            if heard {
                // What the brain claimed is lost; what the words prove is not.
                let reply = scripted::reply(&self.context());
                self.notes.take(&self.workflow, &self.transcript.messages, &reply, &self.measure);
            } else if !is_filler(self.transcript.messages.last()) {
                self.new_from = self.transcript.messages.len();
            }
        }
        self.quiet_at = self.now;
        self.open_from = self.transcript.messages.len();
        self.met_at = self.open_from;
        // Refusals of that time are counted by those who made them.
        self.notes.refused = 0;
        self.notes.unfit = 0;
    }

    /// The first words after another process lost the line.
    pub(super) fn reopen(&mut self) {
        if self.has_left_message() {
            return self.hang_up(Ending::MessageLeft);
        }
        let messages = &self.transcript.messages;
        // What was said to pass the time answered nothing.
        let last = messages.iter().rev().find(|message| !is_filler(Some(message)));
        let last = last.filter(|last| last.role == Role::User).map(|last| last.content.clone());
        if last.as_ref().is_some_and(|last| answers_for_somebody(last.expose())) {
            self.expect_stranger();
            return self.hold(Holder::Machine);
        }
        if self.transcript.disclosure.is_none() {
            return self.open();
        }
        if self.transcript.said_by(Role::User).any(|message| intent::opts_out(message.content.expose())) {
            self.opt_out();
            return self.farewell(OPTED_OUT, Ending::OptedOut);
        }
        self.preface = Some(CUT_OFF.to_owned());
        match last {
            Some(last) => self.respond(last.expose(), false),
            // Nobody has answered yet, so there is nothing to think about.
            None => self.fall_back(),
        }
    }

    fn recall_ours(&mut self, message: &Message) {
        let text = message.content.expose();
        if self.transcript.disclosure.is_none() && words::contains(text, &self.disclosure()) {
            let message_index = u32::try_from(self.transcript.messages.len()).unwrap_or(u32::MAX);
            self.transcript.disclosure = Some(Disclosure { message_index, offset: message.offset });
        }
        self.follow(text, self.transcript.messages.len());
    }

    /// Goes to the step whose own words stand in a message of ours. `at`: its place.
    pub(super) fn follow(&mut self, text: &str, at: usize) {
        let Some(step) = self.step_said_in(text) else {
            return;
        };
        if step != self.place.step {
            self.place.step = step;
            self.place.asked = 0;
        }
        // To put it again because we lost the line is not the callee's doing.
        if self.place.asked == 0 || !text.starts_with(CUT_OFF) {
            self.place.asked = self.place.asked.saturating_add(1);
        }
        if let Some((field, _)) = self.pending_question() {
            self.notes.put_question(&field, at);
        }
    }

    /// The step whose own words these are; where two share their words, the one where we are.
    fn step_said_in(&self, text: &str) -> Option<StepId> {
        let said = |act: &Act| match act {
            Act::Ask { field, .. } | Act::Confirm { field, .. } => {
                self.workflow.field(field).is_some_and(|field| words::contains(text, field.question.expose()))
            }
            Act::Close { text: words } => words::contains(text, words.expose()),
            Act::Say { .. } => false,
        };
        let here = self.workflow.step(&self.place.step).filter(|step| said(&step.act));
        let step = here.or_else(|| self.workflow.parts().steps.iter().find(|step| said(&step.act)))?;
        Some(step.id.clone())
    }
}

/// A machine that leads to a person, and would not understand our apology.
fn answers_for_somebody(text: &str) -> bool {
    answering::is_screener(text) || answering::is_queue(text) || !menu::choices(text).is_empty()
}
