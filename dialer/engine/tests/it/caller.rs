//! What the caller's own schemas allow.

use engine::{Claim, Next, Reply};
use proptest::prelude::*;
use proto::workflow::{Draft, Field, FieldKind, StepId};
use proto::{FieldValue, Goal, Private, PropertySchema, Verdict, Workflow};
use serde_json::{Value, json};

use crate::evidence::{claiming, text};
use crate::talk::{Talk, ask, close, dinner, field, resumed, step, workflow};

const SORRY: &str = "I am sorry, I can't take that as the answer.";

fn ruled(name: &str, question: &str, kind: FieldKind, schema: &Value) -> Field {
    Field {
        schema: Some(PropertySchema::new(schema.to_string()).expect("a small schema")),
        ..field(name, question, kind)
    }
}

/// How many, then which day, then goodbye.
fn party() -> Workflow {
    workflow(Draft {
        fields: vec![
            ruled("size", "How many?", FieldKind::Number, &json!({"type": "integer", "minimum": 1, "maximum": 12})),
            ruled("day", "Which day?", FieldKind::Date, &json!({"type": "string", "format": "date"})),
        ],
        steps: vec![
            step("size", ask("size", "day")),
            step("day", ask("day", "close")),
            step("close", close("Goodbye.")),
        ],
        start: StepId("size".into()),
        ..dinner()
    })
}

fn one(kind: FieldKind, schema: &Value) -> Workflow {
    workflow(Draft {
        fields: vec![ruled("it", "Well?", kind, schema)],
        steps: vec![step("it", ask("it", "close")), step("close", close("Goodbye."))],
        start: StepId("it".into()),
        ..dinner()
    })
}

#[test]
fn who_says_what_cannot_be_is_told_what_can_and_asked_again() {
    let mut talk = Talk::answered(party());
    let bounds = "It has to be a whole number, at least 1 and at most 12.";
    assert_eq!(talk.hear_later("Forty of us."), [format!("{SORRY} {bounds} How many?")]);
    assert_eq!(talk.known("size"), "asked", "nothing is made of it");
    assert_eq!(talk.hear_later("Twelve, then."), ["Thank you. Which day?"]);
    assert_eq!(talk.hear_later("On Friday."), [format!("{SORRY} Please tell me the day and the month. Which day?")]);
    assert_eq!(talk.hear_later("Friday, December 11th."), ["Thank you. Goodbye."]);
    let report = talk.report();
    assert_eq!((talk.known("size").as_str(), talk.known("day").as_str()), ("answered 12", "answered 2026-12-11"));
    assert_eq!((report.unfit, report.refused, report.goal), (2, 0, Goal::Reached));
}

#[test]
fn who_never_says_what_can_be_is_left_in_peace_and_the_field_without_a_value() {
    let mut talk = Talk::answered(party());
    for _ in 0..2 {
        assert!(talk.hear_later("Forty of us.")[0].starts_with(SORRY));
    }
    assert_eq!(talk.hear_later("I said forty."), ["Thank you. Which day?"]);
    talk.hear_later("December 11th.");
    let report = talk.report();
    assert_eq!((talk.known("size").as_str(), talk.known("day").as_str()), ("asked", "answered 2026-12-11"));
    assert_eq!((report.unfit, report.goal), (3, Goal::Open), "what is required is not there");
}

#[test]
fn who_takes_an_answer_back_for_one_that_cannot_be_has_not_answered() {
    let mut talk = Talk::answered(party());
    talk.hear_later("Four.");
    assert_eq!(talk.known("size"), "answered 4");
    assert!(talk.hear_later("Oh, sorry, I meant forty.")[0].starts_with(SORRY));
    assert_eq!(talk.known("size"), "asked", "four is what she took back");
    assert_eq!(talk.hear_later("Ten."), ["Thank you. Which day?"]);
    assert_eq!(talk.known("size"), "answered 10");
}

#[test]
fn a_brain_that_goes_on_with_what_cannot_be_is_not_followed() {
    let mut talk = Talk::with_own_brain(party());
    let forty = |quote: &str| claiming("size", FieldValue::Number(40.into()), quote);
    talk.hear_later("Forty of us.");
    let said = talk.reply(Reply { next: Next::Go(StepId("day".into())), ..forty("Forty of us") });
    assert!(said[0].starts_with(SORRY) && said[0].ends_with("How many?"), "{said:?}");

    // What she said before is no new answer.
    talk.hear_later("People love it here.");
    assert_eq!(talk.asked.last().unwrap().step, StepId("size".into()));
    assert_eq!(talk.reply(forty("Forty of us")), ["I see."]);

    // A goodbye that has not listened.
    talk.hear_later("It's forty.");
    let bye = Reply { say: Private::new("Bye."), claims: Vec::new(), next: Next::Close, ..forty("") };
    assert!(talk.reply(bye)[0].starts_with(SORRY));
    assert_eq!((talk.known("size").as_str(), talk.report().unfit), ("asked", 3));
}

#[test]
fn what_was_not_asked_yet_is_asked_in_its_turn() {
    let mut talk = Talk::with_own_brain(party());
    talk.hear_later("Ten of us, on Friday.");
    let ten = claiming("size", FieldValue::Number(10.into()), "Ten of us");
    let friday = Claim { field: "day".into(), value: text("Friday"), quote: Private::new("on Friday") };
    let claims = [ten.claims.clone(), vec![friday]].concat();
    let next = Next::Go(StepId("day".into()));
    assert_eq!(talk.reply(Reply { say: Private::new("Fine. Which day?"), claims, next, ..ten }), ["Fine. Which day?"]);
    assert_eq!((talk.known("size").as_str(), talk.known("day").as_str()), ("answered 10", "asked"));
}

#[test]
fn another_process_goes_on_where_she_was_asked_again() {
    let mut talk = Talk::answered(party());
    talk.hear_later("Forty.");
    talk.hear_later("Forty.");
    let mut next =
        Talk { now: talk.now, committed: talk.committed.clone(), ..Talk::over(resumed(party(), talk.committed)) };
    assert!(next.connect()[0].ends_with("How many?"));
    assert_eq!(next.hear_later("It is forty."), ["Thank you. Which day?"], "she was asked twice before");
    assert_eq!((next.known("size").as_str(), next.report().unfit), ("asked", 1));
}

/// What is known after she said `heard`, with the built-in brain.
fn heard(kind: FieldKind, schema: &Value, heard: &str) -> String {
    let mut talk = Talk::answered(one(kind, schema));
    talk.hear_later(heard);
    talk.known("it")
}

#[test]
fn each_kind_is_measured_as_it_is_shown() {
    let options = || FieldKind::Choice(vec!["card".into(), "cash".into()]);
    let code = json!({"type": "string", "pattern": "^[A-Z]\\d{3}$"});
    for (kind, schema, said, known) in [
        (FieldKind::Number, json!({"type": "integer"}), "Twelve.", "answered 12"),
        (FieldKind::Number, json!({"type": "integer"}), "It's 12.5.", "asked"),
        (FieldKind::Number, json!({"type": "number"}), "It's 12.5.", "answered 12.5"),
        (FieldKind::Number, json!({"type": "number", "exclusiveMinimum": 0}), "Zero.", "asked"),
        (FieldKind::Number, json!({"type": "number", "multipleOf": 5}), "Fifteen.", "answered 15"),
        (FieldKind::Number, json!({"type": ["integer", "null"]}), "Three.", "answered 3"),
        (FieldKind::Money, json!({"type": "number", "maximum": 20}), "Twelve fifty.", "answered 12.5"),
        (FieldKind::Money, json!({"type": "number", "maximum": 20}), "Thirty dollars.", "asked"),
        (FieldKind::Boolean, json!({"type": "boolean"}), "Yes, we do.", "answered true"),
        (FieldKind::Boolean, json!({"type": "boolean", "const": false}), "Yes, we do.", "asked"),
        (options(), json!({"enum": ["card", "cash"]}), "Cash, please.", "answered cash"),
        (options(), json!({"enum": ["card", "cash"], "maxLength": 3}), "Cash, please.", "asked"),
        (FieldKind::Text, json!({"type": "string", "minLength": 3}), "By the door.", "answered By the door"),
        (FieldKind::Text, json!({"type": "string", "maxLength": 5}), "By the door.", "asked"),
        (FieldKind::Text, code.clone(), "It's B482.", "answered B482"),
        (FieldKind::Text, code, "It's 482.", "asked"),
        (FieldKind::Date, json!({"type": "string", "format": "date"}), "On May 3rd.", "answered 2027-05-03"),
        (FieldKind::Date, json!({"type": "string", "format": "date"}), "Tomorrow.", "answered 2026-11-30"),
        (FieldKind::Date, json!({"type": "string", "format": "date"}), "Next week.", "asked"),
        (
            FieldKind::Time,
            json!({"type": "string", "format": "time"}),
            "At half past seven.",
            "answered half past seven",
        ),
        (FieldKind::Phone, json!({"type": "string", "pattern": "^\\d{10}$"}), "415 555 0123.", "answered 4155550123"),
        (FieldKind::Phone, json!({"type": "string", "pattern": "^\\+"}), "415 555 0123.", "asked"),
    ] {
        assert_eq!(heard(kind, &schema, said), known, "{schema}: {said}");
    }
}

#[test]
fn a_day_is_written_as_the_calendar_does_and_only_as_it_was_said() {
    let date = json!({"type": "string", "format": "date"});
    for (said, claimed, known) in [
        ("On December 11th.", "2026-12-11", "answered 2026-12-11"),
        ("On December 11th.", "December 11th", "answered 2026-12-11"),
        ("On December 11th.", "2026-12-12", "asked"),
        ("On December 11th.", "2027-12-11", "asked"),
        ("On December 11th, 2027.", "2027-12-11", "answered 2027-12-11"),
        ("On Friday.", "2026-12-04", "asked"),
    ] {
        let mut talk = Talk::with_own_brain(one(FieldKind::Date, &date));
        talk.hear_later(said);
        talk.reply(claiming("it", text(claimed), said));
        assert_eq!(talk.known("it"), known, "{said}: {claimed}");
    }
}

fn schema() -> impl Strategy<Value = (FieldKind, Value)> {
    let number = (0_i64..50, 0_i64..50, any::<bool>()).prop_map(|(low, high, whole)| {
        let kind = if whole { "integer" } else { "number" };
        (FieldKind::Number, json!({"type": kind, "minimum": low, "exclusiveMaximum": high}))
    });
    let words = (0_u8..20, 0_u8..20, prop::sample::select(vec!["", "^[A-Z]", "\\d", "(a|e)+"])).prop_map(
        |(least, most, pattern)| {
            (FieldKind::Text, json!({"type": "string", "minLength": least, "maxLength": most, "pattern": pattern}))
        },
    );
    let flag = any::<bool>().prop_map(|only| (FieldKind::Boolean, json!({"type": "boolean", "const": only})));
    let date = Just((FieldKind::Date, json!({"type": "string", "format": "date"})));
    prop_oneof![number, words, flag, date]
}

const WORDS: &[&str] = &[
    "Yes.",
    "No, sorry.",
    "It's 48.",
    "Twelve.",
    "12.5",
    "Sorry, I meant 4.",
    "By the door.",
    "On Friday.",
    "December 11th.",
    "Tomorrow.",
    "The 31st of November.",
    "I'd rather not say.",
];

proptest! {
    /// Whatever she says and a brain makes of it: what is recorded validates.
    #[test]
    fn a_recorded_value_always_validates(
        (kind, schema) in schema(),
        turns in prop::collection::vec((prop::sample::select(WORDS), prop::sample::select(WORDS), 0_i64..50), 1..8),
        own_brain in any::<bool>(),
    ) {
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let mut talk = Talk::dialed(one(kind, &schema));
        talk.own_brain = own_brain;
        talk.connect();
        talk.hear("Hello?");
        for (said, claimed, number) in turns {
            if talk.hung_up.is_some() {
                break;
            }
            let before = talk.asked.len();
            talk.hear_later(said);
            if own_brain && talk.asked.len() > before {
                let numbered = claiming("it", FieldValue::Number(number.into()), said);
                let claims = [numbered.claims.clone(), claiming("it", text(claimed), said).claims].concat();
                talk.reply(Reply { claims, ..numbered });
            }
            if let Verdict::Answered { value, .. } = &talk.report().fills[0].verdict {
                let shown = serde_json::to_value(value).unwrap();
                prop_assert!(validator.is_valid(&shown), "{} {}", schema, shown);
            }
        }
    }
}
