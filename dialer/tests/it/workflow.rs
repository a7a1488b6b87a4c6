//! A workflow that the simulated people can answer.

use proto::workflow::{Act, Draft, Field, FieldKind, Step, StepId, TellFact, VoicemailPolicy};
use proto::{Private, Workflow};

fn id(text: &str) -> StepId {
    StepId(text.to_owned())
}

fn field(name: &str, question: &str, kind: FieldKind) -> Field {
    Field { name: name.to_owned(), question: Private::new(question), kind, required: true, schema: None }
}

fn fact(label: &str, value: &str) -> TellFact {
    TellFact { label: label.to_owned(), value: Private::new(value) }
}

/// Asks for a table, and for a name.
pub(crate) fn reservation(voicemail: VoicemailPolicy) -> Workflow {
    let steps = vec![
        Step { id: id("available"), act: Act::Confirm { field: "available".into(), yes: id("name"), no: id("close") } },
        Step { id: id("name"), act: Act::Ask { field: "number".into(), next: id("close") } },
        Step { id: id("close"), act: Act::Close { text: Private::new("Thank you for your help. Goodbye!") } },
    ];
    Workflow::new(Draft {
        name: "Book a table".into(),
        goal: Private::new("Book a table for two on Friday at 7pm."),
        language: "en-US".into(),
        on_behalf_of: Some(Private::new("Josh Miller")),
        callee_name: Some(Private::new("Olive Garden")),
        purpose: Private::new("I'd like to book a table for two on Friday at 7pm."),
        facts: vec![fact("party size", "2"), fact("time", "7pm"), fact("day", "Friday"), fact("name", "Josh Miller")],
        fields: vec![
            field("available", "Do you have a table available for two on Friday at 7pm?", FieldKind::Boolean),
            field("number", "What is the confirmation number?", FieldKind::Text),
        ],
        steps,
        start: id("available"),
        voicemail,
    })
    .unwrap()
}
