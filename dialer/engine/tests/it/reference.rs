//! What a conversation may do, said as simply as possible and without how it does it. It sees what goes in and what comes
//! out, and nothing else.

use std::time::Duration;

use engine::{Conversation, Ending, Input, Limits, Output, Report};
use proto::{Message, Private, Role, Verdict};

use crate::random::MESSAGE;

const DISCLOSURE: &str = "Hello, this is an AI assistant calling on behalf of Josh Miller.";
const OPT_OUT: &str = "Don't call me again.";
const MUSIC: &str = "♪ ♪";

#[derive(Default)]
pub(crate) struct Reference {
    leaves_message: bool,
    /// Words of a reply were said, of which more is to come.
    is_begun: bool,
    /// The newest question to the brain.
    pub(crate) turn: u32,
    pub(crate) ended: Option<Ending>,
    said: Vec<String>,
    transcript: Vec<Message>,
    opt_outs: usize,
}

impl Reference {
    pub(crate) fn new(leaves_message: bool) -> Self {
        Self { leaves_message, ..Self::default() }
    }

    /// Feeds the conversation, and judges all that comes of it.
    pub(crate) fn happens(&mut self, conversation: &mut Conversation, input: &Input, now: Duration) {
        let over = self.ended.is_some();
        let before = self.said.len();
        let mut finished = true;
        conversation.handle(input.clone(), now);
        while let Some(output) = conversation.poll_output() {
            assert!(self.ended.is_none(), "{output:?} after the end");
            match output {
                Output::Say { text, interruptible, last } => {
                    // Only while a brain thinks, something is said before what follows is known.
                    finished = last || interruptible && matches!(input, Input::Tick | Input::Replying { .. });
                    finished |= interruptible && self.is_begun && matches!(input, Input::Heard { .. });
                    self.is_begun = !last && !matches!(input, Input::Tick);
                    if text.is_empty() {
                        assert!(last && !self.said.is_empty(), "nothing is said for nothing");
                    } else {
                        self.says(text.expose(), interruptible, input);
                    }
                }
                Output::Language(_) => {}
                Output::Ask(context) => self.turn = context.turn,
                Output::Turn { index, message } => self.commits(index as usize, message, input),
                Output::SendDigits(keys) => self.presses(&keys),
                Output::OptOut => self.opt_outs += 1,
                Output::HangUp { reason } => self.ended = Some(reason),
            }
        }
        assert!(finished, "it said that more would follow");
        assert!(now <= Limits::default().duration_max || over || self.ended.is_some(), "it talks for too long");
        let heard = |words: &str| matches!(input, Input::Heard { text } if text.expose() == words);
        if heard(OPT_OUT) && !over {
            assert_eq!(self.opt_outs, 1, "an opt-out is heard at once, and told once");
        }
        if heard(MUSIC) || matches!(input, Input::Machine | Input::Hearing | Input::Digit(_)) {
            let farewell = now + Duration::from_secs(10) >= Limits::default().duration_max;
            assert!(self.said.len() == before || farewell, "nobody is spoken to by {input:?}");
        }
    }

    fn says(&mut self, text: &str, interruptible: bool, because: &Input) {
        if self.said.is_empty() {
            assert!(text.starts_with(DISCLOSURE), "the first words are {text}");
        }
        if text.starts_with(DISCLOSURE) {
            assert!(!interruptible);
        }
        for lie in ["real person.", "not a robot"] {
            assert!(!text.contains(lie) || text.contains("can't put you through"), "{text}");
        }
        if text == MESSAGE {
            assert!(self.leaves_message && *because == Input::Beep, "a message because of {because:?}");
            assert!(self.said.last().is_some_and(|last| last.starts_with(DISCLOSURE)));
            assert!(!self.said.iter().any(|said| said == MESSAGE), "the message is left twice");
        }
        self.said.push(text.to_owned());
    }

    fn commits(&mut self, index: usize, message: Message, because: &Input) {
        assert!(index <= self.transcript.len(), "the transcript has a hole");
        if message.role == Role::User {
            let heard = matches!(because, Input::Heard { text } if text.expose().trim() == message.content.expose());
            assert!(heard && index == self.transcript.len(), "nobody said {message:?}");
        }
        if index == self.transcript.len() {
            return self.transcript.push(message);
        }
        let whole = std::mem::replace(&mut self.transcript[index], message);
        let grown = self.transcript[index].content.expose().strip_prefix(whole.content.expose());
        if grown.is_some_and(|more| more.starts_with(' ')) {
            assert!(index + 1 == self.transcript.len() && !matches!(because, Input::Interrupted { .. }));
            return assert!(!whole.content.expose().ends_with('—'), "it goes on after it was cut");
        }
        let cut = &self.transcript[index];
        let heard = cut.content.expose().trim_end_matches('—').trim_end();
        assert_eq!((whole.role, cut.role), (Role::Assistant, Role::Assistant));
        assert!(whole.content.expose().starts_with(heard), "what was heard was not said");
    }

    fn presses(&self, keys: &str) {
        let heard = self.transcript.iter().rev().find(|message| message.role == Role::User);
        let menu = heard.expect("keys answer words").content.expose();
        // The third key of the first menu pays, and the only one of another proves who we are.
        let free = [("For reservations, press 2. To pay by card, press 3.", "2"), ("Press one for sales", "1")];
        assert!(free.contains(&(menu, keys)), "{keys} after {menu}");
    }

    pub(crate) fn agrees_with(&self, report: &Report, turns_max: usize) {
        assert_eq!(report.ending, self.ended);
        assert_eq!(report.messages, self.transcript);
        assert_eq!(report.opted_out, self.opt_outs > 0);
        assert_eq!(report.disclosure.is_some(), !self.said.is_empty());
        if let Some(disclosure) = report.disclosure {
            let message = &report.messages[disclosure.message_index as usize];
            assert!(message.role == Role::Assistant && message.content.expose().starts_with(DISCLOSURE));
            assert_eq!(message.offset, disclosure.offset);
        }
        assert!(report.messages.len() <= 3 * turns_max + 20, "{} messages", report.messages.len());
        assert_eq!(report.fills.len(), 3);
        for fill in &report.fills {
            let evidence = match &fill.verdict {
                Verdict::Answered { evidence, .. } | Verdict::Declined(evidence) => evidence,
                Verdict::Asked | Verdict::NotAsked => continue,
            };
            let message = &report.messages[evidence.message_index as usize];
            assert_eq!(message.role, Role::User);
            assert!(simple(&message.content).contains(&simple(&evidence.quote)), "{fill:?}");
        }
    }
}

fn simple(text: &Private) -> String {
    let letters = text.expose().to_lowercase().replace(['\'', '’'], "");
    let plain: String = letters.chars().map(|char| if char.is_alphanumeric() { char } else { ' ' }).collect();
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}
