use proptest::prelude::*;
use proto::workflow::{Field, FieldKind};
use proto::{FieldValue, Private, PropertySchema};
use serde_json::{Value, json};

use super::{Rule, Rules, check_form, check_use};

fn rule(schema: &Value) -> Result<Rule, (String, String)> {
    let schema = PropertySchema::new(schema.to_string()).unwrap();
    Rule::new(&schema).map_err(|fault| (fault.pointer, fault.detail))
}

fn text(value: &str) -> FieldValue {
    FieldValue::Text(Private::new(value))
}

fn number(value: &str) -> FieldValue {
    FieldValue::Number(value.parse().unwrap())
}

#[test]
fn a_value_is_measured_as_it_is_shown() {
    let yes = FieldValue::Boolean(true);
    for (schema, value, allowed) in [
        (json!({"type": "integer", "minimum": 1, "maximum": 12}), number("12"), true),
        (json!({"type": "integer", "minimum": 1, "maximum": 12}), number("40"), false),
        (json!({"type": "integer"}), number("12.5"), false),
        (json!({"type": "number"}), number("12.5"), true),
        (json!({"type": "number"}), number("12"), true),
        (json!({"type": "number", "exclusiveMaximum": 12}), number("12"), false),
        (json!({"type": "number", "multipleOf": 0.01}), number("12.55"), true),
        (json!({"type": "number", "multipleOf": 5}), number("12"), false),
        (json!({"type": ["integer", "null"]}), number("3"), true),
        (json!({"type": "boolean"}), yes.clone(), true),
        (json!({"type": "boolean", "const": false}), yes.clone(), false),
        (json!({"type": "string"}), yes, false),
        (json!({"type": "string"}), number("3"), false),
        (json!({"enum": ["card", "cash"]}), text("cash"), true),
        (json!({"enum": ["card", "cash"]}), text("Cash"), false),
        (json!({"type": "string", "minLength": 3}), text("ab"), false),
        (json!({"type": "string", "maxLength": 3}), text("abcd"), false),
        (json!({"type": "string", "maxLength": 3}), text("äöü"), true),
        (json!({"type": "string", "pattern": "^[A-Z]{2}\\d{3}$"}), text("AB123"), true),
        (json!({"type": "string", "pattern": "^[A-Z]{2}\\d{3}$"}), text("ab123"), false),
        (json!({"type": "string", "pattern": "^[A-Z]{2}\\d{3}$"}), text("AB١٢٣"), false),
        (json!({"type": "string", "format": "date"}), text("2026-12-11"), true),
        (json!({"type": "string", "format": "date"}), text("2026-02-30"), false),
        (json!({"type": "string", "format": "date"}), text("Friday"), false),
        (json!({"type": "string", "format": "email"}), text("ann@example.com"), true),
        (json!({"type": "string", "format": "email"}), text("ann at example"), false),
        (json!({"type": "string", "format": "time"}), text("half past seven"), true),
        (json!({"type": "string", "format": "date-time"}), text("Friday at seven"), true),
        (json!({"type": "string", "format": "phone"}), text("4155550123"), true),
        (json!({"type": "string", "not": {"const": "no idea"}}), text("no idea"), false),
        (json!({"type": "string", "anyOf": [{"maxLength": 2}, {"minLength": 5}]}), text("abc"), false),
    ] {
        assert_eq!(rule(&schema).unwrap().allows(&value), allowed, "{schema}: {value:?}");
    }
}

#[test]
fn what_could_take_long_or_lead_away_is_refused() {
    for (schema, detail) in [
        (json!({"pattern": "(?=a)b"}), "look-around"),
        (json!({"pattern": "(a)\\1"}), "look-around"),
        (json!({"pattern": "((a{100}){100}){100}"}), "small"),
        (json!({"pattern": "("}), "regular expression"),
        (json!({"allOf": vec![json!({"pattern": "a"}); 5]}), "4 patterns"),
        (json!({"patternProperties": {"a": {}, "b": {}, "c": {}, "d": {}, "e": {}}}), "4 patterns"),
    ] {
        let refused = rule(&schema).err().unwrap_or_else(|| panic!("taken: {schema}")).1;
        assert!(refused.contains(detail), "{schema}: {refused}");
    }
    for schema in [
        json!({"type": "object", "properties": {"a": {"$ref": "https://schemas.example.com/a.json"}}}),
        json!({"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}}),
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/nothing"}}}),
    ] {
        let fault = check_use(&schema).expect_err(&format!("taken: {schema}"));
        assert!(!fault.detail.contains("example.com"), "{fault:?}");
    }
}

/// These take ages where a pattern is tried in all ways.
#[test]
fn no_pattern_hangs() {
    let long = format!("{}!", "a".repeat(1_400));
    for pattern in ["^(a+)+$", "^(a|aa)+$", "^(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
        let rule = rule(&json!({"type": "string", "pattern": pattern})).unwrap();
        assert!(!rule.allows(&text(&long)), "{pattern}");
    }
}

#[test]
fn the_rules_of_a_workflow_are_those_of_its_fields() {
    let field = |name: &str, schema: Option<Value>| Field {
        name: name.to_owned(),
        question: Private::new("Which?"),
        kind: FieldKind::Text,
        required: true,
        schema: schema.map(|schema| PropertySchema::new(schema.to_string()).unwrap()),
    };
    let rules = Rules::of(&[field("free", None), field("short", Some(json!({"maxLength": 2})))]);
    assert!(rules.allow("free", &text("anything")) && rules.allow("short", &text("no")));
    assert!(!rules.allow("short", &text("nothing")) && !rules.is_broken());
    let broken = Rules::of(&[field("it", Some(json!({"pattern": "("})))]);
    assert!(broken.is_broken() && !broken.allow("it", &text("anything")), "what nobody can judge is not recorded");
}

/// A schema of plain values, as people write some.
fn schema() -> impl Strategy<Value = Value> {
    let bound = |keyword: &'static str| (-3_i64..20).prop_map(move |bound| json!({keyword: bound}));
    let length = |keyword: &'static str| (0_u64..9).prop_map(move |bound| json!({keyword: bound}));
    let keyword = prop_oneof![
        prop::sample::select(vec!["string", "number", "integer", "boolean"]).prop_map(|kind| json!({"type": kind})),
        bound("minimum"),
        bound("exclusiveMaximum"),
        length("minLength"),
        length("maxLength"),
        (1_u8..5).prop_map(|step| json!({"multipleOf": step})),
        prop::sample::select(vec!["^[a-c]+$", "\\d", "(a|b)*c"]).prop_map(|pattern| json!({"pattern": pattern})),
        prop::sample::select(vec!["date", "email", "ipv4", "uuid"]).prop_map(|format| json!({"format": format})),
        prop::collection::vec(value().prop_map(|value| serde_json::to_value(value).unwrap()), 1..4)
            .prop_map(|values| json!({"enum": values})),
    ];
    let flat = prop::collection::vec(keyword, 0..4).prop_map(|keywords| {
        let members = keywords.into_iter().filter_map(|keyword| keyword.as_object().cloned()).flatten();
        Value::Object(members.collect())
    });
    flat.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"anyOf": parts})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"allOf": parts})),
            inner.prop_map(|part| json!({"not": part})),
        ]
    })
}

fn value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        any::<bool>().prop_map(FieldValue::Boolean),
        (-5_i64..25).prop_map(|value| FieldValue::Number(value.into())),
        (-50_i32..250).prop_map(|tenths| number(&format!("{:?}", f64::from(tenths) / 10.0))),
        "[a-d0-9]{0,8}".prop_map(|value| text(&value)),
        Just(text("2026-12-11")),
    ]
}

proptest! {
    /// Our bounds take nothing from what a schema means: with its own settings the library judges the same.
    #[test]
    fn a_bounded_schema_means_what_it_says(schema in schema(), value in value()) {
        prop_assert!(check_form(&schema).is_ok());
        let plain = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let shown = serde_json::to_value(&value).unwrap();
        let bounded = rule(&schema);
        // Too many patterns are refused.
        prop_assume!(bounded.is_ok());
        prop_assert_eq!(bounded.unwrap().allows(&value), plain.is_valid(&shown), "{} {}", schema, shown);
    }
}
