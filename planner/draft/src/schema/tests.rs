use proto::workflow::FieldKind::{self, Boolean, Choice, Date, DateTime, Number, Phone, Text, Time};
use serde_json::{Value, json};

use super::fields_from_schema;

fn asked(property: &Value) -> Result<(FieldKind, String), (String, String)> {
    match fields_from_schema(&json!({"type": "object", "properties": {"pickupTime": property}})) {
        Ok(fields) => Ok((fields[0].kind.clone(), fields[0].question.expose().to_owned())),
        Err(wrong) => Err((wrong[0].pointer.clone(), wrong[0].detail.clone())),
    }
}

#[test]
fn each_property_becomes_a_question_of_its_kind() {
    let choice = Choice(vec!["card".to_owned(), "cash".to_owned()]);
    for (property, kind, question) in [
        (json!({"type": "string"}), Text, "Could you tell me the pickup time?"),
        (json!({"type": "string", "title": "Pickup place"}), Text, "Could you tell me the pickup place?"),
        (json!({"type": "number", "description": "The total price."}), Number, "Could you tell me the total price?"),
        (json!({"type": ["integer", "null"], "title": "Guests"}), Number, "Could you tell me the guests?"),
        (json!({"type": "string", "format": "date"}), Date, "Could you tell me the pickup time?"),
        (json!({"type": "string", "format": "time"}), Time, "Could you tell me the pickup time?"),
        (json!({"type": "string", "format": "date-time"}), DateTime, "Could you tell me the pickup time?"),
        (json!({"type": "string", "format": "phone"}), Phone, "Could you tell me the pickup time?"),
        (json!({"type": "string", "format": "email"}), Text, "Could you tell me the pickup time?"),
        (
            json!({"type": "boolean", "description": "Whether they deliver"}),
            Boolean,
            "Could you tell me whether they deliver?",
        ),
        (json!({"type": "boolean", "title": "Delivery"}), Boolean, "Could you tell me, yes or no: delivery?"),
        (
            json!({"enum": ["card", "cash", null], "description": "How do you want to be paid?"}),
            choice,
            "How do you want to be paid? The options are: card, cash.",
        ),
        (
            json!({"type": "string", "description": "Which\nof the\u{7}  sizes", "title": "x"}),
            Text,
            "Could you tell me which of the sizes?",
        ),
    ] {
        assert_eq!(asked(&property), Ok((kind, question.to_owned())));
    }
}

#[test]
fn what_cannot_be_asked_on_the_phone_is_named() {
    for (property, pointer) in [
        (json!({"type": "object"}), "/properties/pickupTime/type"),
        (json!({"type": "array", "items": {"type": "string"}}), "/properties/pickupTime/type"),
        (json!({"type": ["string", "number"]}), "/properties/pickupTime/type"),
        (json!({"$ref": "#/$defs/time"}), "/properties/pickupTime/type"),
        (json!(true), "/properties/pickupTime"),
        (json!({"enum": [1, 2]}), "/properties/pickupTime/enum"),
        (json!({"enum": []}), "/properties/pickupTime/enum"),
        (json!({"type": "string", "description": "x".repeat(501)}), "/properties/pickupTime/description"),
    ] {
        assert_eq!(asked(&property).err().map(|wrong| wrong.0).as_deref(), Some(pointer), "{property}");
    }
}

#[test]
fn every_fault_is_named_at_once() {
    let wrong = fields_from_schema(&json!({"type": "object", "required": ["size", "colour"], "properties": {
        "size": {"type": "array"}, "a/b": {"type": "string"}, "9": {"type": "string"}}}));
    let pointers: Vec<_> = wrong.unwrap_err().into_iter().map(|wrong| wrong.pointer).collect();
    assert_eq!(pointers, ["/required/1", "/properties/9", "/properties/a~1b", "/properties/size/type"]);
    for (schema, pointer) in [
        (json!({"type": "array"}), "/type"),
        (json!(true), "/type"),
        (json!({"type": "object"}), "/properties"),
        (json!({"type": "object", "properties": {}}), "/properties"),
    ] {
        assert_eq!(fields_from_schema(&schema).unwrap_err()[0].pointer, pointer);
    }
    let many: serde_json::Map<_, _> = (0..33).map(|at| (format!("f{at}"), json!({"type": "string"}))).collect();
    assert!(fields_from_schema(&json!({"type": "object", "properties": many})).is_err());
}

#[test]
fn required_fields_come_first_and_in_the_order_of_the_schema() {
    let fields = fields_from_schema(&json!({"type": "object", "required": ["z", "b"], "properties": {
        "a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}, "z": {"type": "string"}}}))
    .unwrap();
    let names: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!(names, [("z", true), ("b", true), ("a", false), ("c", false)]);
}
