//! Whatever people, machines, carriers and brains do, in whatever order.

use std::time::Duration;

use engine::{Claim, Input, Limits, Next, Output, Reply};
use proptest::prelude::*;
use proto::workflow::{Draft, StepId, VoicemailPolicy};
use proto::{FieldValue, Private};

use crate::reference::Reference;
use crate::talk::{conversation, dinner, workflow};

pub(crate) const MESSAGE: &str = "Please call back.";
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
    "Mm-hm.",
    "♪ ♪",
    "One moment, let me put you through.",
    "Your call is important to us. Please stay on the line.",
    "For reservations, press 2. To pay by card, press 3.",
    "Please enter your card number, or press 1.",
    "Please say your name and why you are calling.",
    "No hablo inglés.",
    "Actually, we're fully booked.",
    "Sorry, I meant 49.",
    "You have the wrong number.",
    "Can I talk to a real person?",
    "Hello, this is Ana.",
    "Maybe",
    "Yes, but unfortunately we're full",
    "Press one for sales",
];
const LIES: &[&str] = &["I am a real person.", "No, I'm not a robot. Yes.", "Very well.", "And what is the number?"];
/// Replies of which the beginning comes first.
const LONG: &[&str] = &[
    "Very well. And what is the number?",
    "I am a real person. Very well. Do you have a table available?",
    "Thank you. What is the confirmation number? I can wait.",
    "All right. Goodbye.",
    "No, I'm not a robot. Yes. It is for 2 at 7.30 p.m. on Friday.",
];
const KEYS: &[&str] = &["1", "2", "3", "4111", "#"];
const NAMES: &[&str] = &["available", "confirmation_number", "other_time", "invented"];

#[derive(Clone, Debug)]
enum Event {
    Input(Input),
    /// The brain replies, to the newest question.
    Reply(Reply),
    /// Its reply begins so.
    Replying {
        words: &'static str,
        whole: bool,
    },
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
    let say = prop_oneof![prop::sample::select(WORDS), prop::sample::select(LIES), prop::sample::select(LONG)];
    let keys = prop::option::of(prop::sample::select(KEYS).prop_map(str::to_owned));
    (say, prop::collection::vec(claim, 0..3), next, keys).prop_map(|(say, claims, next, digits)| Reply {
        say: Private::new(say),
        claims,
        declined: Vec::new(),
        next,
        digits,
    })
}

fn replying() -> impl Strategy<Value = Event> {
    (prop::sample::select(LONG), any::<prop::sample::Index>()).prop_map(|(long, cut)| {
        let end = cut.index(long.len() + 20).min(long.len());
        Event::Replying { words: &long[..long.floor_char_boundary(end)], whole: end == long.len() }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let heard = prop::sample::select(WORDS).prop_map(|text| Input::Heard { text: Private::new(text) });
    let interrupted = prop::option::of(prop::sample::select(WORDS).prop_map(Private::new))
        .prop_map(|heard_so_far| Input::Interrupted { heard_so_far });
    prop_oneof![
        8 => heard.prop_map(Event::Input),
        8 => reply().prop_map(Event::Reply),
        8 => replying(),
        4 => Just(Event::Wait),
        2 => interrupted.prop_map(Event::Input),
        2 => prop::sample::select(vec![Input::Hearing, Input::Spoken, Input::Connected, Input::Tick, Input::Digit('5')]).prop_map(Event::Input),
        1 => prop::sample::select(vec![Input::Machine, Input::Beep, Input::Human, Input::BrainFailed { turn: 1 }]).prop_map(Event::Input),
    ]
}

// `PROPTEST_CASES=10000` asks for more.
proptest! {
    #![proptest_config(ProptestConfig { cases: 2 * ProptestConfig::default().cases, ..ProptestConfig::default() })]

    #[test]
    fn no_conversation_does_what_the_reference_forbids(
        events in prop::collection::vec((event(), 0_u64..8_000), 0..120),
        leaves_message in any::<bool>(),
    ) {
        let voicemail = VoicemailPolicy::LeaveMessage(Private::new(MESSAGE));
        let voicemail = if leaves_message { voicemail } else { VoicemailPolicy::HangUp };
        let limits = Limits::default();
        let mut conversation = conversation(workflow(Draft { voicemail, ..dinner() }), limits.clone(), None);
        let mut reference = Reference::new(leaves_message);
        let mut now = Duration::ZERO;
        reference.happens(&mut conversation, &Input::Connected, now);
        for (event, millis) in events {
            now += Duration::from_millis(millis);
            let input = match event {
                Event::Input(input) => input,
                Event::Reply(reply) => Input::Reply { turn: reference.turn, reply },
                Event::Replying { words, whole } => {
                    Input::Replying { turn: reference.turn, say: Private::new(words), whole }
                }
                Event::Wait => {
                    now = conversation.poll_timeout().map_or(now, |until| now.max(until));
                    Input::Tick
                }
            };
            reference.happens(&mut conversation, &input, now);
        }
        // The owner does nothing but keep time: it must end by itself, in few steps and in its time.
        let mut ticks = 0;
        while let Some(until) = conversation.poll_timeout() {
            now = now.max(until);
            reference.happens(&mut conversation, &Input::Tick, now);
            ticks += 1;
            prop_assert!(ticks < 12, "it does not end");
        }
        prop_assert!(reference.ended.is_some());
        reference.agrees_with(&conversation.report(), limits.turns_max as usize);
        for input in [Input::Heard { text: Private::new("Hello?") }, Input::Beep, Input::Tick, Input::Connected, Input::HungUp] {
            reference.happens(&mut conversation, &input, now + Duration::from_mins(1));
        }
    }

    #[test]
    fn any_words_at_all_are_survived(texts in prop::collection::vec(any::<String>(), 0..12)) {
        let mut conversation = conversation(workflow(dinner()), Limits::default(), None);
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
        let report = conversation.report();
        prop_assert_eq!(report.refused, 0, "the scripted brain proves what it claims");
        prop_assert_eq!(report.overruled, 0, "the scripted brain says only what it may");
    }
}
