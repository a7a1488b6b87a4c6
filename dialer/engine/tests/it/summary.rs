use engine::{Ending, summary};
use proto::{Evidence, FieldValue, FormFill, Outcome, Private, Verdict};

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
        (Outcome::Completed, Some(Ending::Silence), "The call to the callee was answered, but nobody spoke."),
    ];
    for (outcome, ending, text) in cases {
        let fills = [fill("size", Verdict::NotAsked)];
        assert_eq!(summary(outcome, ending, None, &fills).expose(), text);
    }
}
