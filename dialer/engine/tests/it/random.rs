//! Whatever people, machines, carriers and brains do, in whatever order.

use std::time::Duration;

use engine::{Claim, Conversation, Ending, Input, Limits, Next, Output, Reply};
use proptest::prelude::*;
use proto::workflow::{Draft, StepId, VoicemailPolicy};
use proto::{FieldValue, Message, Private, Role, Verdict};

use crate::talk::{dinner, workflow};

const WORDS: &[&str] = &[
    "Hello?",
    "Yes.",
    "No, sorry.",
    "We have a table at 7pm.",
    "It's 48.",
    "Are you a robot?",
    "Hold on.",
    "Bye!",
    "Who is this?",
    "What?",
    "I'd rather not say.",
    "For how many?",
    "8:30 works.",
    "...",
    "",
    "Don't call me again.",
    "Please leave a message after the tone.",
    "Maybe",
    "Yes, but unfortunately we're full",
    "Press one for sales",
];
const NAMES: &[&str] = &["available", "confirmation_number", "other_time", "invented"];

#[derive(Clone, Debug)]
enum Event {
    Input(Input),
    /// The brain replies, to the newest question.
    Reply(Reply),
    Wait,
}

fn value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        any::<bool>().prop_map(FieldValue::Boolean),
        (0_i64..60).prop_map(|number| FieldValue::Number(number.into())),
        prop::sample::select(WORDS).prop_map(|words| FieldValue::Text(Private::new(words))),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let claim = (prop::sample::select(NAMES), value(), prop::sample::select(WORDS))
        .prop_map(|(field, value, quote)| Claim { field: field.into(), value, quote: Private::new(quote) });
    let step = prop::sample::select(&["available", "number", "other", "close", "gone"][..]);
    let next = prop_oneof![
        3 => Just(Next::Stay),
        3 => step.prop_map(|step| Next::Go(StepId(step.into()))),
        1 => Just(Next::Close),
    ];
    (prop::sample::select(WORDS), prop::collection::vec(claim, 0..3), next).prop_map(|(say, claims, next)| Reply {
        say: Private::new(say),
        claims,
        declined: Vec::new(),
        next,
        digits: None,
    })
}

fn event() -> impl Strategy<Value = Event> {
    let heard = prop::sample::select(WORDS).prop_map(|text| Input::Heard { text: Private::new(text) });
    let interrupted = prop::option::of(prop::sample::select(WORDS).prop_map(Private::new))
        .prop_map(|heard_so_far| Input::Interrupted { heard_so_far });
    prop_oneof![
        8 => heard.prop_map(Event::Input),
        8 => reply().prop_map(Event::Reply),
        4 => Just(Event::Wait),
        2 => interrupted.prop_map(Event::Input),
        2 => prop::sample::select(vec![Input::Hearing, Input::Spoken, Input::Connected, Input::Tick, Input::Digit('5')]).prop_map(Event::Input),
        1 => prop::sample::select(vec![Input::Machine, Input::Beep, Input::Human, Input::BrainFailed { turn: 1 }]).prop_map(Event::Input),
    ]
}

/// The outputs of a conversation, and what is wrong with them.
#[derive(Default)]
struct Witness {
    said: Vec<String>,
    transcript: Vec<Message>,
    turn: u32,
    ended: Option<Ending>,
}

impl Witness {
    fn see(&mut self, conversation: &mut Conversation) {
        while let Some(output) = conversation.poll_output() {
            assert!(self.ended.is_none(), "{output:?} after the end");
            match output {
                Output::Say { text, .. } => self.said.push(text.expose().to_owned()),
                Output::Ask(context) => self.turn = context.turn,
                Output::Turn { index, message } => {
                    let index = index as usize;
                    assert!(index <= self.transcript.len());
                    if index == self.transcript.len() {
                        self.transcript.push(message);
                    } else {
                        assert_eq!(self.transcript[index].role, message.role);
                        self.transcript[index] = message;
                    }
                }
                Output::SendDigits(_) | Output::OptOut => {}
                Output::HangUp { reason } => self.ended = Some(reason),
            }
        }
    }
}

fn simple(text: &str) -> String {
    let letters = text.to_lowercase().replace(['\'', '’'], "");
    let plain: String = letters.chars().map(|char| if char.is_alphanumeric() { char } else { ' ' }).collect();
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn it_always_discloses_first_and_ends_and_records_nothing_without_words(
        events in prop::collection::vec((event(), 0_u64..8_000), 0..120),
        leaves_message in any::<bool>(),
    ) {
        let voicemail = VoicemailPolicy::LeaveMessage(Private::new("Please call back."));
        let voicemail = if leaves_message { voicemail } else { VoicemailPolicy::HangUp };
        let workflow = std::sync::Arc::new(workflow(Draft { voicemail, ..dinner() }));
        let limits = Limits::default();
        let mut conversation = Conversation::new(workflow, limits.clone(), None);
        let mut witness = Witness::default();
        let mut now = Duration::ZERO;
        conversation.handle(Input::Connected, now);
        for (event, millis) in events {
            witness.see(&mut conversation);
            now += Duration::from_millis(millis);
            match event {
                Event::Input(input) => conversation.handle(input, now),
                Event::Reply(reply) => conversation.handle(Input::Reply { turn: witness.turn, reply }, now),
                Event::Wait => {
                    now = conversation.poll_timeout().map_or(now, |until| now.max(until));
                    conversation.handle(Input::Tick, now);
                }
            }
        }
        // The owner does nothing but keep time: it must end by itself, in few steps and in its time.
        let mut ticks = 0;
        while let Some(until) = conversation.poll_timeout() {
            now = now.max(until);
            conversation.handle(Input::Tick, now);
            witness.see(&mut conversation);
            ticks += 1;
            prop_assert!(ticks < 12, "it does not end");
        }
        witness.see(&mut conversation);

        let report = conversation.report();
        prop_assert!(witness.ended.is_some());
        prop_assert_eq!(report.ending, witness.ended);
        prop_assert_eq!(&report.messages, &witness.transcript);
        if let Some(first) = witness.said.first() {
            prop_assert!(first.starts_with("Hello, this is an AI assistant calling on behalf of Josh Miller."));
            let disclosure = report.disclosure.unwrap();
            let message = &report.messages[disclosure.message_index as usize];
            prop_assert_eq!(message.role, Role::Assistant);
            prop_assert!(message.content.expose().contains("AI assistant"));
        }
        prop_assert_eq!(report.fills.len(), 3);
        for fill in &report.fills {
            let evidence = match &fill.verdict {
                Verdict::Answered { evidence, .. } | Verdict::Declined(evidence) => evidence,
                Verdict::Asked | Verdict::NotAsked => continue,
            };
            let message = &report.messages[evidence.message_index as usize];
            prop_assert_eq!(message.role, Role::User);
            prop_assert!(simple(message.content.expose()).contains(&simple(evidence.quote.expose())));
        }
        let talked = report.messages.len();
        prop_assert!(talked <= 2 * limits.turns_max as usize + 20, "{talked} messages");

        for input in [Input::Heard { text: Private::new("Hello?") }, Input::Beep, Input::Tick, Input::Connected, Input::HungUp] {
            conversation.handle(input, now + Duration::from_mins(1));
            prop_assert!(conversation.poll_output().is_none(), "it spoke after the end");
        }
    }

    #[test]
    fn any_words_at_all_are_survived(texts in prop::collection::vec(any::<String>(), 0..12)) {
        let mut conversation = Conversation::new(std::sync::Arc::new(workflow(dinner())), Limits::default(), None);
        conversation.handle(Input::Connected, Duration::ZERO);
        for (at, text) in (1_u64..).zip(texts) {
            conversation.handle(Input::Heard { text: Private::new(text) }, Duration::from_secs(at));
            while let Some(output) = conversation.poll_output() {
                if let Output::Ask(context) = output {
                    let reply = engine::scripted::reply(&context);
                    conversation.handle(Input::Reply { turn: context.turn, reply }, Duration::from_secs(at));
                }
            }
        }
        prop_assert_eq!(conversation.report().refused, 0, "the scripted brain proves what it claims");
    }
}
