//! Answering machines, and machines that turn out to be people.

use proto::Role;
use proto::workflow::VoicemailPolicy;

use super::{Conversation, Phase};
use crate::Ending;
use crate::words::answering;

impl Conversation {
    /// The carrier thinks so. It can't tell a recorder from a menu, a screener or a queue; their words can.
    pub(super) fn machine_answered(&mut self) {
        if self.stranger || self.somebody_came() || matches!(self.phase, Phase::Holding { .. }) {
            return;
        }
        let silent = self.transcript.said_by(Role::User).next().is_none();
        match self.workflow.parts().voicemail {
            VoicemailPolicy::HangUp if silent => self.unmask(),
            VoicemailPolicy::HangUp | VoicemailPolicy::LeaveMessage(_) => self.recorder_answered(),
        }
    }

    /// Waits for its first words: nobody hangs up on a menu that may lead to a person.
    fn unmask(&mut self) {
        if !matches!(self.phase, Phase::AwaitingBeep { .. }) {
            self.phase = Phase::AwaitingBeep { until: self.now + self.limits.unmask };
        }
    }

    /// It has said itself that it records.
    pub(super) fn recorder_answered(&mut self) {
        // Who answered our questions is a person, whatever the carrier thinks.
        if self.notes.knows_something() || self.leaves_message() {
            return;
        }
        if self.has_left_message() {
            return self.hang_up(Ending::MessageLeft);
        }
        match self.workflow.parts().voicemail {
            VoicemailPolicy::HangUp => self.hang_up(Ending::Machine),
            VoicemailPolicy::LeaveMessage(_) => {
                self.phase = Phase::AwaitingBeep { until: self.now + self.limits.beep };
            }
        }
    }

    pub(super) fn beeped(&mut self) {
        let screened = self.stranger && matches!(self.phase, Phase::Holding { .. });
        if screened || self.somebody_came() || self.notes.knows_something() || self.leaves_message() {
            return;
        }
        if self.has_left_message() {
            return self.hang_up(Ending::MessageLeft);
        }
        match self.workflow.parts().voicemail.clone() {
            VoicemailPolicy::HangUp => self.hang_up(Ending::Machine),
            VoicemailPolicy::LeaveMessage(message) => {
                // What was said into the greeting is not on the tape.
                self.disclose("", false);
                self.farewell(message.expose(), Ending::MessageLeft);
            }
        }
    }

    /// Words, while we wait for a beep.
    pub(super) fn heard_before_the_beep(&mut self, text: &str) {
        if answering::is_recorder(text) {
            self.recorder_answered();
        } else if !self.met_a_machine(text) && answering::is_live(text) {
            // What we said before, the machine may have heard.
            self.open();
        }
    }

    /// The carrier has changed its mind.
    pub(super) fn person_answered(&mut self) {
        if !matches!(self.phase, Phase::AwaitingBeep { .. }) {
            return;
        }
        if self.transcript.disclosure.is_none() {
            return self.open();
        }
        self.new_from = self.transcript.messages.len();
        self.fall_back();
    }

    /// She picked up behind her recorder. The carrier may hear of the recorder later than we hear her.
    fn somebody_came(&self) -> bool {
        let mut heard = self.transcript.said_by(Role::User).map(|message| message.content.expose());
        heard.any(answering::is_recorder) && heard.any(answering::is_live)
    }

    /// In this process or the one before.
    pub(super) fn has_left_message(&self) -> bool {
        match &self.workflow.parts().voicemail {
            VoicemailPolicy::LeaveMessage(message) => self.transcript.times_said(Role::Assistant, message.expose()) > 0,
            VoicemailPolicy::HangUp => false,
        }
    }

    pub(super) fn leaves_message(&self) -> bool {
        matches!(self.phase, Phase::Closing { ending: Ending::MessageLeft, .. })
    }
}
