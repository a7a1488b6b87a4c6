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
        (json!({"$ref": "#/$defs/time"}), "/properties/pickupTime/$ref"),
        (json!({"type": "string", "not": {"$ref": "#/$defs/time"}}), "/properties/pickupTime"),
        (json!({"type": "string", "$comment": "x".repeat(4_096)}), "/properties/pickupTime"),
        (json!(true), "/properties/pickupTime"),
        (json!({"enum": [1, 2]}), "/properties/pickupTime/enum"),
        (json!({"enum": []}), "/properties/pickupTime/enum"),
        (json!({"type": "string", "title": "Card number"}), "/properties/pickupTime"),
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
fn each_field_has_the_schema_of_its_value_as_it_was_posted() {
    let size = json!({"type": "integer", "minimum": 1, "maximum": 12, "description": "How many people?"});
    let fields = fields_from_schema(&json!({"type": "object", "properties": {"size": size}})).unwrap();
    assert_eq!(fields[0].schema.as_ref().map(proto::PropertySchema::value), Some(size));
}

/// As Pydantic 2 and zod write them.
#[test]
fn optional_answers_and_named_types_are_read_as_code_writes_them() {
    let defs = json!({
        "Payment": {"enum": ["card", "cash"], "title": "Payment", "type": "string"},
        "Day": {"type": "string", "format": "date", "description": "The day of delivery"},
        "Same": {"$ref": "#/$defs/Payment"},
        "Loop": {"$ref": "#/$defs/Loop"},
    });
    let asked = |property: Value| {
        let schema = json!({"type": "object", "$defs": defs, "properties": {"payment": property}});
        match fields_from_schema(&schema) {
            Ok(fields) => Ok((fields[0].kind.clone(), fields[0].schema.as_ref().map(proto::PropertySchema::value))),
            Err(wrong) => Err(wrong[0].pointer.clone()),
        }
    };
    let pay = || Choice(vec!["card".to_owned(), "cash".to_owned()]);
    let choice = json!({"enum": ["card", "cash"], "type": "string"});
    for (property, kind, written) in [
        (
            json!({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}], "default": null, "title": "Guests"}),
            Number,
            json!({"type": "integer", "minimum": 1, "default": null, "title": "Guests"}),
        ),
        (
            json!({"oneOf": [{"type": "null"}, {"type": "string", "format": "date"}]}),
            Date,
            json!({"type": "string", "format": "date"}),
        ),
        (json!({"$ref": "#/$defs/Payment"}), pay(), choice.clone()),
        (json!({"$ref": "#/$defs/Same"}), pay(), choice.clone()),
        (json!({"allOf": [{"$ref": "#/$defs/Payment"}]}), pay(), choice.clone()),
        (json!({"anyOf": [{"$ref": "#/$defs/Payment"}, {"type": "null"}]}), pay(), choice),
        (
            json!({"$ref": "#/$defs/Day", "description": "When it comes"}),
            Date,
            json!({"type": "string", "format": "date", "description": "When it comes"}),
        ),
        (
            json!({"anyOf": [{"const": "card"}, {"const": "cash"}, {"type": "null"}]}),
            pay(),
            json!({"enum": ["card", "cash"]}),
        ),
    ] {
        assert_eq!(asked(property.clone()), Ok((kind, Some(written))), "{property}");
    }
    for (property, pointer) in [
        (json!({"$ref": "#/$defs/Nobody"}), "/properties/payment/$ref"),
        (json!({"$ref": "https://example.com/a.json"}), "/properties/payment/$ref"),
        (json!({"$ref": "#/$defs/Loop"}), "/properties/payment/$ref"),
        (json!({"$ref": "#/$defs/Day", "format": "time"}), "/properties/payment"),
        (json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}), "/properties/payment/type"),
    ] {
        assert_eq!(asked(property.clone()), Err(pointer.to_owned()), "{property}");
    }
}

#[test]
fn what_judges_several_answers_together_is_refused() {
    let whole = |keyword: &str, rule: Value| {
        let mut schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        schema[keyword] = rule;
        fields_from_schema(&schema).err().map(|wrong| wrong[0].pointer.clone())
    };
    for (keyword, rule) in [
        ("if", json!({"required": ["a"]})),
        ("oneOf", json!([{"required": ["a"]}])),
        ("dependentRequired", json!({"a": ["b"]})),
        ("minProperties", json!(1)),
        ("$ref", json!("#/$defs/b")),
    ] {
        assert_eq!(whole(keyword, rule), Some(format!("/{keyword}")));
    }
    for (keyword, rule) in [
        ("additionalProperties", json!(false)),
        ("$defs", json!({"b": {"type": "string"}})),
        ("title", json!("What we want to know")),
        ("$schema", json!("https://json-schema.org/draft/2020-12/schema")),
    ] {
        assert_eq!(whole(keyword, rule), None, "{keyword}");
    }
}

#[test]
fn required_fields_come_first_and_in_the_order_of_the_schema() {
    let fields = fields_from_schema(&json!({"type": "object", "required": ["z", "b"], "properties": {
        "a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}, "z": {"type": "string"}}}))
    .unwrap();
    let names: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.required)).collect();
    assert_eq!(names, [("z", true), ("b", true), ("a", false), ("c", false)]);
}
