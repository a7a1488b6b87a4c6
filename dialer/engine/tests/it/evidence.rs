use engine::{Claim, Declined, Next, Reply};
use proto::workflow::FieldKind;
use proto::{FieldValue, Private};

use crate::talk::{Talk, dinner, question, workflow};

pub(crate) fn text(value: &str) -> FieldValue {
    FieldValue::Text(Private::new(value))
}

pub(crate) fn claiming(field: &str, value: FieldValue, quote: &str) -> Reply {
    Reply {
        say: Private::new("I see."),
        claims: vec![Claim { field: field.into(), value, quote: Private::new(quote) }],
        declined: Vec::new(),
        next: Next::Stay,
        digits: None,
    }
}

/// What is known after the callee said `heard` and the brain claims `value` by `quote`.
fn proved(kind: FieldKind, heard: &str, value: FieldValue, quote: &str) -> String {
    let mut talk = Talk::with_own_brain(question("Well?", kind));
    talk.hear_later(heard);
    talk.reply(claiming("it", value, quote));
    assert_eq!(talk.report().refused, u32::from(talk.known("it") == "asked"));
    talk.known("it")
}

#[test]
fn a_claim_is_recorded_with_the_callees_own_words() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("YES —  we've a table,   at seven!");
    talk.reply(claiming("available", FieldValue::Boolean(true), "Yes, we've a table"));
    let report = talk.report();
    let proto::Verdict::Answered { evidence, .. } = &report.fills[0].verdict else { panic!("not answered") };
    assert_eq!(evidence.message_index, 3);
    assert!(report.messages[3].content.expose().starts_with("YES"));
}

#[test]
fn a_quote_that_nobody_said_is_refused() {
    assert_eq!(proved(FieldKind::Text, "We close at five.", text("at six"), "we close at six"), "asked");
    assert_eq!(proved(FieldKind::Text, "We close at five.", text("Well"), "Well?"), "asked", "our own words");
    assert_eq!(proved(FieldKind::Text, "We close at five.", text("five"), ""), "asked");
}

#[test]
fn a_value_that_the_quote_does_not_say_is_refused() {
    let yes = FieldValue::Boolean(true);
    let no = FieldValue::Boolean(false);
    let five = FieldValue::Number(5.into());
    let colours = || FieldKind::Choice(vec!["red".into(), "blue".into()]);
    let cases = [
        (FieldKind::Boolean, "No, we don't.", yes.clone(), "asked"),
        (FieldKind::Boolean, "No, we don't.", no, "answered false"),
        (FieldKind::Boolean, "I'm not sure.", yes.clone(), "asked"),
        (FieldKind::Boolean, "Yes.", text("yes"), "asked"),
        (FieldKind::Number, "There are five left.", five.clone(), "answered 5"),
        (FieldKind::Number, "There are six left.", five.clone(), "asked"),
        (FieldKind::Number, "There are five left.", text("5"), "answered 5"),
        (FieldKind::Money, "Five dollars.", five, "answered 5"),
        (FieldKind::Text, "We have it in blue.", text("in blue"), "answered in blue"),
        (FieldKind::Text, "We have it in blue.", text("in red"), "asked"),
        (FieldKind::Text, "We have it in blue.", yes, "asked"),
        (FieldKind::Time, "At half past seven pm.", text("19:30"), "answered 19:30"),
        (FieldKind::Time, "At half past seven.", text("8pm"), "asked"),
        (FieldKind::Date, "On Friday.", text("Friday"), "answered Friday"),
        (FieldKind::Date, "In the shop.", text("shop"), "asked"),
        (FieldKind::Phone, "415 555 0123.", text("+4155550123"), "answered +4155550123"),
        (FieldKind::Phone, "415 555 0123.", text("4155550124"), "asked"),
        (colours(), "The blue one.", text("Blue"), "answered blue"),
        (colours(), "The blue one.", text("red"), "asked"),
        (colours(), "The green one.", text("green"), "asked"),
    ];
    for (kind, heard, value, known) in cases {
        assert_eq!(proved(kind.clone(), heard, value, heard), known, "{kind:?}: {heard}");
    }
}

#[test]
fn a_bare_yes_from_before_the_question_proves_nothing() {
    let mut talk = Talk::dialed(question("Is it?", FieldKind::Boolean));
    talk.connect();
    talk.hear("Yes?");
    talk.hear_later("Well well.");
    talk.hear_later("Who knows.");
    assert_eq!(talk.known("it"), "asked");
}

#[test]
fn a_field_that_the_workflow_does_not_have_is_refused() {
    let mut talk = Talk::with_own_brain(workflow(dinner()));
    talk.hear_later("Yes.");
    talk.reply(claiming("card_number", text("Yes"), "Yes"));
    assert_eq!(talk.report().refused, 1);
    assert_eq!(talk.report().fills.len(), 3);
}

#[test]
fn a_correction_replaces_the_earlier_answer() {
    let mut talk = Talk::with_own_brain(question("How many?", FieldKind::Number));
    talk.hear_later("We have two.");
    talk.reply(claiming("it", FieldValue::Number(2.into()), "We have two"));
    talk.hear_later("Oh sorry, we have three.");
    talk.reply(claiming("it", FieldValue::Number(3.into()), "we have three"));
    assert_eq!(talk.known("it"), "answered 3");
    talk.hear_later("Right.");
    talk.reply(claiming("it", FieldValue::Number(2.into()), "We have two"));
    assert_eq!(talk.known("it"), "answered 3", "the later word counts");
}

#[test]
fn a_refusal_to_answer_needs_its_words_too() {
    let declining = |quote: &str| Reply {
        say: Private::new("I see."),
        claims: Vec::new(),
        declined: vec![Declined { field: "it".into(), quote: Private::new(quote) }],
        next: Next::Stay,
        digits: None,
    };
    let mut talk = Talk::with_own_brain(question("How many?", FieldKind::Number));
    talk.hear_later("That is a secret.");
    talk.reply(declining("I won't tell"));
    assert_eq!((talk.known("it").as_str(), talk.report().refused), ("asked", 1));
    talk.hear_later("I said it is a secret.");
    talk.reply(declining("it is a secret"));
    assert_eq!(talk.known("it"), "declined it is a secret");
}
