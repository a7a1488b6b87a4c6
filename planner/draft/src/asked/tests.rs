use proto::fact::{Recipient, Wishes};
use proto::workflow::{Act, Field, FieldKind, Step, StepId, VoicemailPolicy};
use proto::{Private, PropertySchema, Workflow};
use serde_json::{Value, json};

use crate::{Refusal, apply, draft, draft_as};

const HOURS: &str = "Ask about store hours and if they have size 10 Nike Air Max in stock";

fn with_schema(prompt: &str, schema: &Value) -> Result<Workflow, Refusal> {
    let wishes = Wishes { result_schema: Some(Private::new(schema.to_string())), ..Wishes::default() };
    draft_as(prompt, &wishes, &Recipient::default())
}

/// The fields in the order in which they are asked when every answer is yes.
fn asked(workflow: &Workflow) -> Vec<String> {
    let (mut at, mut asked) = (workflow.start().clone(), Vec::new());
    loop {
        at = match &workflow.step(&at).unwrap().act {
            Act::Say { next, .. } => next.clone(),
            Act::Ask { field, next } | Act::Confirm { field, yes: next, .. } => {
                asked.push(field.clone());
                next.clone()
            }
            Act::Close { .. } => return asked,
        };
    }
}

#[test]
fn without_wishes_a_plan_is_what_the_prompt_makes_of_it() {
    assert_eq!(draft_as(HOURS, &Wishes::default(), &Recipient::default()), draft(HOURS));
}

#[test]
fn the_fields_of_a_schema_are_asked_after_those_of_the_prompt() {
    let own = asked(&draft(HOURS).unwrap());
    let schema = json!({"type": "object", "required": ["price"],
        "properties": {"price": {"type": "number"}, "delivery": {"type": "boolean"}}});
    let workflow = with_schema(HOURS, &schema).unwrap();
    let expected: Vec<_> = own.iter().map(String::as_str).chain(["price", "delivery"]).collect();
    assert_eq!(asked(&workflow), expected);
    let price = workflow.field("price").unwrap();
    assert!(price.required && price.kind == FieldKind::Number);
    assert_eq!(price.question.expose(), "Could you tell me the price?");
}

#[test]
fn what_prompt_and_schema_both_ask_for_is_asked_once() {
    for prompt in [HOURS, "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller"] {
        let plain = draft(prompt).unwrap();
        let own = asked(&plain);
        for name in &own {
            for kind in ["string", "boolean"] {
                let schema = json!({"type": "object", "properties": {name: {"type": kind}}});
                let workflow = with_schema(prompt, &schema).unwrap();
                let times = |list: &[String]| list.iter().filter(|asked| *asked == name).count();
                assert_eq!(times(&asked(&workflow)), 1, "{prompt}: {name} {kind}");
                assert!(workflow.field(name).unwrap().schema.is_some(), "{prompt}: {name} has the schema of its value");
                let kept = workflow.field(name).unwrap().kind == FieldKind::Boolean;
                assert_eq!(kept, kind == "boolean", "{prompt}: {name} is as the schema says");
                let decides = plain.field(name).unwrap().kind == FieldKind::Boolean && kind == "string";
                assert_eq!(
                    workflow.fields().len(),
                    plain.fields().len() + usize::from(decides),
                    "the deciding question stays"
                );
            }
        }
    }
}

/// Such as a model makes one.
#[test]
fn a_plan_keeps_the_callers_schema_whatever_it_declares() {
    let property = json!({"type": "integer", "maximum": 12});
    let schema = json!({"type": "object", "required": ["size"], "properties": {"size": property}});
    let wishes = Wishes { result_schema: Some(Private::new(schema.to_string())), ..Wishes::default() };
    let own = |kind| Field {
        name: "size".to_owned(),
        question: Private::new("Which size?"),
        kind,
        required: false,
        schema: Some(PropertySchema::new("{}").unwrap()),
    };
    let plan = draft(HOURS).unwrap().into_parts();
    let asks = |act: fn(StepId) -> Act| Step { id: StepId("own".to_owned()), act: act(plan.start.clone()) };
    let ask = asks(|next| Act::Ask { field: "size".to_owned(), next });
    let confirm = asks(|next| Act::Confirm { field: "size".to_owned(), yes: next.clone(), no: next });
    for (kind, step) in [(FieldKind::Number, Some(ask)), (FieldKind::Boolean, Some(confirm)), (FieldKind::Text, None)] {
        let mut proposed = plan.clone();
        proposed.fields.push(own(kind));
        if let Some(step) = step {
            proposed.start = step.id.clone();
            proposed.steps.insert(0, step);
        }
        let workflow = apply(Workflow::new(proposed).unwrap(), &wishes, &Recipient::default()).unwrap();
        let size = workflow.field("size").unwrap();
        assert_eq!(size.schema.as_ref().map(PropertySchema::value).as_ref(), Some(&property));
        assert!(size.required && size.kind == FieldKind::Number);
        assert_eq!(asked(&workflow).iter().filter(|name| *name == "size").count(), 1, "it is asked, and once");
    }
}

#[test]
fn language_voicemail_and_recipient_go_into_the_plan() {
    let message = VoicemailPolicy::LeaveMessage(Private::new("Please call us back."));
    let wishes = Wishes { language: Some("en-GB".to_owned()), voicemail: Some(message.clone()), result_schema: None };
    let recipient = Recipient {
        name: Some(Private::new("Ann Perry")),
        email: Some(Private::new("ann@example.com")),
        context: Some(Private::new(r#"{"order number": 42, "note": "likes tea", "nothing": null}"#)),
    };
    let workflow = draft_as(HOURS, &wishes, &recipient).unwrap();
    let parts = workflow.parts();
    assert_eq!((parts.language.as_str(), &parts.voicemail), ("en-GB", &message));
    assert_eq!(parts.callee_name.as_ref().unwrap().expose(), "Ann Perry");
    let told: Vec<_> = parts.facts.iter().map(|fact| (fact.label.as_str(), fact.value.expose())).collect();
    assert!(told.ends_with(&[("note", "likes tea"), ("order number", "42")]), "{told:?}");
    assert!(!told.iter().any(|(_, value)| value.contains("ann@")), "an address is for the result, not for the callee");

    let plain = Recipient { context: Some(Private::new("a regular ".repeat(300))), ..Recipient::default() };
    let workflow = draft_as(HOURS, &Wishes::default(), &plain).unwrap();
    assert_eq!(workflow.parts().facts.iter().filter(|fact| fact.label == "about you").count(), 2);
}

#[test]
fn what_cannot_be_done_is_refused() {
    let spoken = |language: &str| Wishes { language: Some(language.to_owned()), ..Wishes::default() };
    assert!(draft_as(HOURS, &spoken("EN"), &Recipient::default()).is_ok());
    assert_eq!(draft_as(HOURS, &spoken("de-DE"), &Recipient::default()), Err(Refusal::Language));
    assert_eq!(with_schema(HOURS, &json!({"type": "array"})), Err(Refusal::Schema));
    let many: serde_json::Map<_, _> = (0..32).map(|at| (format!("f{at}"), json!({"type": "string"}))).collect();
    assert_eq!(with_schema(HOURS, &json!({"type": "object", "properties": many})), Err(Refusal::TooMuch));
}
