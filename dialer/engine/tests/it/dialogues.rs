//! Dialogues as tables, in `dialogues/*.txt`: what happens on the line, and what the conversation does about it.
//!
//! | line | means |
//! | --- | --- |
//! | `# ...` | a new dialogue: the table for two of `talk::dinner()`, with the built-in brain |
//! | `with a message` | the workflow leaves a message on machines |
//! | `she: ...` | the callee says this, after our words were played |
//! | `she, at once: ...` | the same, a second after we began |
//! | `cut: ...` | she spoke into our words, and has heard this much |
//! | `brain: ...` | from here on the brain says this whatever it is asked, and these `keys: ...` are pressed |
//! | `machine`, `beep`, `person` | what the carrier makes of her |
//! | `music` | sounds that are no words |
//! | `quiet` | nothing happens until the conversation acts by itself |
//! | `we: ...` | said by us; all that we say stands here, in order |
//! | `we press ...` | all keys that we press stand here |
//! | `know: field = ...` | what is known of a field now |
//! | `goal: ...` | whether the goal is reached |
//! | `opted out` | she is on the list |
//! | `heard: ...` | our last message as the transcript has it |
//! | `end: ...` | and the conversation is over, for that reason |

use std::collections::VecDeque;

use engine::{Input, Next, Reply};
use proto::workflow::{Draft, VoicemailPolicy};
use proto::{Private, Role};

use crate::talk::{Talk, dinner, workflow};

const DISCLOSURE: &str = "Hello, this is an AI assistant calling on behalf of Josh Miller.";
const PURPOSE: &str = "I would like to book a table for 2 on Friday at 7pm.";

/// What was done and not yet expected by a line.
#[derive(Default)]
struct Run {
    talk: Option<Talk>,
    said: VecDeque<String>,
    pressed: usize,
    brain: Option<(String, Option<String>)>,
    with_message: bool,
}

impl Run {
    fn talk(&mut self) -> &mut Talk {
        let voicemail = VoicemailPolicy::LeaveMessage(Private::new("Please call Josh Miller back."));
        let voicemail = if self.with_message { voicemail } else { VoicemailPolicy::HangUp };
        self.talk.get_or_insert_with(|| {
            let mut talk = Talk::dialed(workflow(Draft { voicemail, ..dinner() }));
            talk.connect();
            talk
        })
    }

    fn give(&mut self, input: Input) {
        let brain = self.brain.clone();
        let talk = self.talk();
        talk.own_brain = brain.is_some();
        let asked = talk.asked.len();
        let mut said = talk.give(input);
        if let Some((say, digits)) = brain.filter(|_| talk.asked.len() > asked) {
            let say = Private::new(say);
            said.extend(talk.reply(Reply { say, claims: vec![], declined: vec![], next: Next::Stay, digits }));
        }
        self.said.extend(said);
    }

    fn wait(&mut self) {
        let talk = self.talk();
        talk.now = talk.now.max(talk.conversation.poll_timeout().expect("somebody waits for something"));
        self.give(Input::Tick);
    }

    fn hear(&mut self, text: &str, seconds: u64) {
        self.talk().now += std::time::Duration::from_secs(seconds);
        self.give(Input::Heard { text: Private::new(text) });
    }

    /// An event must not come before all that the last one caused was expected.
    fn settled(&mut self) {
        assert!(self.said.is_empty(), "not expected: {:?}", self.said);
        let pressed = self.pressed;
        let unexpected = self.talk.as_ref().and_then(|talk| talk.digits.get(pressed));
        assert_eq!(unexpected, None, "these keys were not expected");
    }

    fn line(&mut self, line: &str) {
        let line = &line.replace("{disclosure}", DISCLOSURE).replace("{purpose}", PURPOSE);
        let (word, rest) = line.split_once(": ").unwrap_or((line, ""));
        match word {
            "we" => {
                return assert_eq!(self.said.pop_front().as_deref(), Some(rest));
            }
            "know" => {
                let (field, expected) = rest.split_once(" = ").expect("know: field = value");
                return assert_eq!(self.talk().known(field), expected);
            }
            "goal" => return assert_eq!(self.talk().report().goal.word(), rest),
            "opted out" => return assert_eq!(self.talk().opt_outs, 1),
            "heard" => {
                let transcript = self.talk().transcript();
                let ours = transcript.iter().rev().find(|(role, _)| *role == Role::Assistant);
                return assert_eq!(ours.map(|(_, text)| text.as_str()), Some(rest));
            }
            "end" => {
                self.settled();
                return assert_eq!(self.talk().wait_for_the_end().word(), rest);
            }
            keys if keys.starts_with("we press ") => {
                let pressed = self.pressed;
                assert_eq!(self.talk().digits.get(pressed).map(String::as_str), keys.strip_prefix("we press "));
                self.pressed += 1;
                return;
            }
            _ => {}
        }
        self.settled();
        match word {
            "with a message" => self.with_message = true,
            "she" => self.hear(rest, 30),
            "she, at once" => self.hear(rest, 1),
            "cut" => self.give(Input::Interrupted { heard_so_far: Some(Private::new(rest)) }),
            "brain" => {
                let (say, keys) = rest.split_once(" keys: ").unwrap_or((rest, ""));
                self.brain = Some((say.to_owned(), (!keys.is_empty()).then(|| keys.to_owned())));
            }
            "machine" => self.give(Input::Machine),
            "beep" => self.give(Input::Beep),
            "person" => self.give(Input::Human),
            "music" => self.hear("♪ ♪", 20),
            "quiet" => self.wait(),
            other => panic!("no such line: {other}"),
        }
    }
}

/// Runs each dialogue of a file, and says how many there were.
fn run(file: &str) -> usize {
    let dialogues: Vec<&str> = file.split("\n# ").collect();
    for dialogue in &dialogues {
        let mut run = Run::default();
        let mut lines = dialogue.lines();
        let title = lines.next().unwrap_or_default();
        for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
            println!("{title} | {line}");
            run.line(line);
        }
        run.settled();
        let talk = run.talk();
        assert_eq!(talk.report().messages, talk.committed, "{title}");
        if let (Some(first), Some(disclosure)) = (talk.said.first(), talk.report().disclosure) {
            assert!(first.starts_with(DISCLOSURE), "{title}");
            let at = &talk.report().messages[disclosure.message_index as usize];
            assert!(at.content.expose().starts_with(DISCLOSURE), "{title}");
            assert_eq!(at.offset, disclosure.offset, "{title}");
        }
    }
    dialogues.len()
}

macro_rules! dialogues {
    ($($name:ident: $file:literal, $count:literal;)*) => {
        $(#[test]
        fn $name() {
            assert_eq!(run(include_str!($file)), $count, "dialogues in {}", $file);
        })*
    };
}

dialogues! {
    who_speaks_into_our_words: "dialogues/interruption.txt", 8;
    who_is_silent_or_keeps_us_waiting: "dialogues/waiting.txt", 9;
    what_answers_instead_of_a_person: "dialogues/machines.txt", 15;
    menus_screeners_and_transfers: "dialogues/menus.txt", 11;
    who_corrects_herself: "dialogues/corrections.txt", 9;
    who_asks_who_and_what_we_are: "dialogues/identity.txt", 9;
    who_wants_an_end: "dialogues/leaving.txt", 10;
    who_speaks_another_language: "dialogues/language.txt", 6;
}
