use engine::{Ending, goal, summary};
use proptest::prelude::*;
use proto::workflow::{Act, Draft, StepId};
use proto::{Evidence, FieldValue, FormFill, Goal, Outcome, Private, Verdict};

use crate::talk::{close, dinner, step, workflow};

fn fill(field: &str, verdict: Verdict) -> FormFill {
    FormFill { field: field.into(), question: Private::new("?"), verdict }
}

fn evidence() -> Evidence {
    Evidence { quote: Private::new("so"), message_index: 1 }
}

fn answered(field: &str, value: FieldValue) -> FormFill {
    fill(field, Verdict::Answered { value, evidence: evidence() })
}

#[test]
fn a_summary_tells_the_outcome_and_the_fields() {
    let fills = [
        answered("in_stock", FieldValue::Boolean(true)),
        answered("store_hours", FieldValue::Text(Private::new("nine to five"))),
        fill("price", Verdict::Declined(evidence())),
        fill("colour", Verdict::Asked),
        fill("size", Verdict::NotAsked),
    ];
    let shop = Private::new("Shoe Palace");
    let text = summary(Outcome::Completed, Some(Ending::Closed), Some(&shop), &fills);
    assert_eq!(
        text.expose(),
        "The call to Shoe Palace was answered. In stock: yes; store hours: “nine to five”; not told: price; asked without an \
         answer: colour."
    );
}

#[test]
fn who_was_only_to_be_told_something_was_told_when_we_came_to_the_close() {
    let tell = Act::Say { text: Private::new("The shop opens at nine."), next: StepId("close".into()) };
    let steps = vec![step("tell", tell), step("close", close("Goodbye."))];
    let workflow = workflow(Draft { fields: Vec::new(), steps, start: StepId("tell".into()), ..dinner() });
    assert_eq!(goal(&workflow, &[], Some(Ending::Closed)), Goal::Reached);
    for ending in [None, Some(Ending::HungUp), Some(Ending::WrongNumber), Some(Ending::MessageLeft)] {
        assert_eq!(goal(&workflow, &[], ending), Goal::Open, "{ending:?}");
    }
}

#[test]
fn without_a_conversation_only_the_outcome_is_told() {
    let cases = [
        (Outcome::NoAnswer, None, "Nobody answered at the callee."),
        (Outcome::Busy, None, "The line of the callee was busy."),
        (Outcome::Failed, None, "The call to the callee failed."),
        (Outcome::Canceled, None, "The call to the callee was canceled."),
        (
            Outcome::Voicemail,
            Some(Ending::Machine),
            "An answering machine answered at the callee; no message was left.",
        ),
        (
            Outcome::Voicemail,
            Some(Ending::MessageLeft),
            "An answering machine answered at the callee; a message was left.",
        ),
        (
            Outcome::Completed,
            Some(Ending::WrongNumber),
            "The call to the callee was answered, but it was the wrong number.",
        ),
        (
            Outcome::Completed,
            Some(Ending::OnHold),
            "The call to the callee was answered, but it was kept waiting for too long.",
        ),
        (
            Outcome::Completed,
            Some(Ending::Language),
            "The call to the callee was answered by somebody who does not speak the language of the call.",
        ),
        (Outcome::Completed, Some(Ending::Silence), "The call to the callee was answered, but nobody spoke."),
    ];
    for (outcome, ending, text) in cases {
        let fills = [fill("size", Verdict::NotAsked)];
        assert_eq!(summary(outcome, ending, None, &fills).expose(), text);
    }
}

proptest! {
    #[test]
    fn a_summary_states_what_the_fields_hold_and_nothing_else(verdicts in prop::collection::vec(0_u8..4, 0..8)) {
        let one = |(at, verdict): (usize, &u8)| {
            let quote = Evidence { quote: Private::new(format!("quote{at}x")), message_index: 1 };
            let verdict = match verdict {
                0 => Verdict::Answered { value: FieldValue::Text(Private::new(format!("value{at}x"))), evidence: quote },
                1 => Verdict::Declined(quote),
                2 => Verdict::Asked,
                _ => Verdict::NotAsked,
            };
            FormFill { field: format!("field{at}x"), question: Private::new(format!("question{at}x?")), verdict }
        };
        let fills: Vec<_> = verdicts.iter().enumerate().map(one).collect();
        let text = summary(Outcome::Completed, Some(Ending::Closed), None, &fills).expose().to_lowercase();
        for (at, fill) in fills.iter().enumerate() {
            let answered = matches!(fill.verdict, Verdict::Answered { .. });
            prop_assert_eq!(text.contains(&format!("field{at}x: “value{at}x”")), answered, "{}", text);
            prop_assert_eq!(text.contains(&format!("value{at}x")), answered, "{}", text);
            prop_assert_eq!(text.contains(&format!("field{at}x")), fill.verdict != Verdict::NotAsked, "{}", text);
            let beside = text.contains(&format!("quote{at}x")) || text.contains(&format!("question{at}x"));
            prop_assert!(!beside, "{}", text);
        }
    }
}
