//! Waiting without a word: for a person who said "one moment", in a queue with music, behind a menu or a screener.

use std::time::Duration;

use proto::workflow::Act;

use super::{Conversation, Phase};
use crate::words::{answering, menu};
use crate::{Ending, Output};

const WAITED: &str = "I am sorry, I can't wait any longer. I will try again another time. Goodbye.";

/// What keeps us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// After a while we ask whether she is still there.
    Person,
    /// Nobody would hear us.
    Machine,
}

impl Conversation {
    /// Waits for words that are no machine's. However often we are asked to, it is not for longer than `hold_max`.
    pub(super) fn hold(&mut self, holder: Holder) {
        let begins = self.now.max(self.quiet_at);
        let since = match self.phase {
            Phase::Holding { since, .. } => since,
            Phase::Dialed
            | Phase::Greeting { .. }
            | Phase::Listening { .. }
            | Phase::Thinking { .. }
            | Phase::AwaitingBeep { .. }
            | Phase::Closing { .. }
            | Phase::Ended { .. } => begins,
        };
        let ceiling = since + self.limits.hold_max;
        let until = match holder {
            Holder::Person => ceiling.min(begins + self.limits.hold),
            Holder::Machine => ceiling,
        };
        self.phase = Phase::Holding { until, since };
    }

    pub(super) fn waited(&mut self, since: Duration) {
        if self.now >= since + self.limits.hold_max {
            return self.farewell(WAITED, Ending::OnHold);
        }
        // She knows our question; we only ask whether she is there.
        self.silences = self.silences.max(1);
        self.nobody_spoke();
    }

    /// Deals with a machine that is not a recorder. False: it is none.
    pub(super) fn met_a_machine(&mut self, text: &str) -> bool {
        if answering::is_screener(text) {
            self.introduce();
        } else if answering::is_queue(text) {
            self.expect_stranger();
            self.hold(Holder::Machine);
        } else if menu::wants_secret(text) {
            self.hold(Holder::Machine);
        } else if let Some(key) = self.serving_key(text) {
            self.outputs.push_back(Output::SendDigits(key.to_string()));
            self.expect_stranger();
            self.hold(Holder::Machine);
        } else {
            return false;
        }
        self.new_from = self.transcript.messages.len();
        true
    }

    /// Says who calls and why, to a machine that tells it to somebody, and waits for her.
    fn introduce(&mut self) {
        let purpose = self.workflow.parts().purpose.expose().to_owned();
        if self.is_worn_out_by(&format!("{} {purpose}", self.disclosure())) {
            return self.wear_out();
        }
        self.disclose(&purpose, true);
        self.expect_stranger();
        self.hold(Holder::Machine);
    }

    pub(super) fn expect_stranger(&mut self) {
        self.stranger = true;
        self.met_at = self.transcript.messages.len();
    }

    fn serving_key(&self, text: &str) -> Option<char> {
        let parts = self.workflow.parts();
        let mut wanted = vec![parts.goal.expose(), parts.purpose.expose(), parts.name.as_str()];
        if parts.language.starts_with("en") {
            wanted.push("english");
        }
        for step in &parts.steps {
            match &step.act {
                Act::Ask { field, .. } | Act::Confirm { field, .. } => {
                    wanted.extend(self.workflow.field(field).map(|field| field.question.expose()));
                }
                Act::Say { .. } | Act::Close { .. } => {}
            }
        }
        menu::serving(&menu::choices(text), &wanted)
    }

    /// Whether keys that a brain wants to press were offered, and do not pay or prove anything.
    pub(super) fn may_press(&self, keys: &str) -> bool {
        let last = self.transcript.said_by(proto::Role::User).last();
        last.is_some_and(|last| {
            let text = last.content.expose();
            menu::offers(text, keys) || !menu::wants_secret(text) && self.is_extension(text, keys)
        })
    }

    /// "If you know your party's extension, enter it": one that we were given.
    fn is_extension(&self, text: &str, keys: &str) -> bool {
        let digits: String = keys.chars().filter(char::is_ascii_digit).collect();
        let asked = crate::words::contains(text, "extension");
        asked
            && !digits.is_empty()
            && self.workflow.parts().facts.iter().any(|fact| {
                let given: String = fact.value.expose().chars().filter(char::is_ascii_digit).collect();
                crate::words::contains(&fact.label, "extension") && given == digits
            })
    }
}
