//! Who answered: a person or a machine.

use std::time::Duration;

use crate::callee::Callee;
use crate::exchange::Exchange;
use crate::order::{Fields, Until};
use crate::person::Kind;

/// How long one must listen to be sure of a person, of a machine, and of nobody.
const HUMAN: Duration = Duration::from_secs(2);
const MACHINE: Duration = Duration::from_secs(3);
const SILENCE: Duration = Duration::from_secs(5);

pub(crate) struct Verdict {
    pub(crate) word: &'static str,
    pub(crate) at: Duration,
}

impl Verdict {
    pub(crate) fn of(callee: &Callee, until: Until) -> Self {
        match (callee.kind(), until) {
            (Kind::Person, _) => Self { word: "human", at: HUMAN },
            (Kind::Mute, _) => Self { word: "unknown", at: SILENCE },
            (Kind::Machine | Kind::Menu | Kind::Screener, Until::Verdict) => {
                Self { word: "machine_start", at: MACHINE }
            }
            // What it hears is a recording, and no beep.
            (Kind::Menu | Kind::Screener, Until::MessageEnd) => {
                Self { word: "machine_end_other", at: callee.beeps_at() }
            }
            (Kind::Machine, Until::MessageEnd) => Self { word: "machine_end_beep", at: callee.beeps_at() },
        }
    }

    pub(crate) fn parameters(&self, elapsed: Duration) -> Fields {
        vec![
            ("AnsweredBy".to_owned(), self.word.to_owned()),
            ("MachineDetectionDuration".to_owned(), elapsed.as_millis().to_string()),
        ]
    }
}

/// The call that a verdict is about.
pub(crate) fn identity(exchange: &Exchange, sid: &str) -> Fields {
    vec![("CallSid".to_owned(), sid.to_owned()), ("AccountSid".to_owned(), exchange.settings.account_sid.clone())]
}
