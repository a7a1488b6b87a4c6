//! Answering machines, and machines that turn out to be people.

use proto::workflow::VoicemailPolicy;

use super::{Conversation, Phase};
use crate::Ending;

impl Conversation {
    pub(super) fn machine_answered(&mut self) {
        // Who answered our questions is a person, whatever the carrier thinks.
        if self.notes.knows_something() || self.leaves_message() {
            return;
        }
        match self.workflow.parts().voicemail {
            VoicemailPolicy::HangUp => self.hang_up(Ending::Machine),
            VoicemailPolicy::LeaveMessage(_) => {
                if !matches!(self.phase, Phase::AwaitingBeep { .. }) {
                    self.phase = Phase::AwaitingBeep { until: self.now + self.limits.beep };
                }
            }
        }
    }

    pub(super) fn beeped(&mut self) {
        if self.notes.knows_something() || self.leaves_message() {
            return;
        }
        match self.workflow.parts().voicemail.clone() {
            VoicemailPolicy::HangUp => self.hang_up(Ending::Machine),
            VoicemailPolicy::LeaveMessage(message) => {
                // What was said into the greeting is not on the tape.
                self.disclose("");
                self.farewell(message.expose(), Ending::MessageLeft);
            }
        }
    }

    pub(super) fn person_answered(&mut self) {
        if !matches!(self.phase, Phase::AwaitingBeep { .. }) {
            return;
        }
        if self.transcript.disclosure.is_none() {
            return self.open(false);
        }
        self.fall_back();
    }

    fn leaves_message(&self) -> bool {
        matches!(self.phase, Phase::Closing { ending: Ending::MessageLeft, .. })
    }
}
