//! What a caller wants to know, as a JSON Schema: what comes back validates against it as it was posted.

use serde_json::{Value, json};

use crate::world::World;

const PROMPT: &str = "Ask about store hours and if they have size 10 Nike Air Max in stock";

/// An optional answer as Pydantic writes it, and one as people do.
fn wanted() -> Value {
    let people = json!([{"type": "integer", "minimum": 1, "maximum": 12}, {"type": "null"}]);
    json!({"type": "object", "required": ["people", "day"], "properties": {
        "people": {"anyOf": people, "title": "People", "description": "How many people can you seat at one table?"},
        "day": {"type": "string", "format": "date", "description": "the first free day"},
    }})
}

/// Asks for a call with that schema and gives what the callback tells of each of its properties.
async fn results(world: &World, callee: &str, schema: &Value) -> (Value, Vec<(String, Value)>) {
    let answer = world.post_call_with(&world.callee(callee), PROMPT, json!({"result_schema": schema})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let callback = world.next_callback(&answer.call_id()).await;
    let fills = callback["form_fills"].as_array().unwrap();
    let names = schema["properties"].as_object().unwrap().keys();
    let fill = |name: &String| fills.iter().find(|fill| fill["field"] == **name).unwrap().clone();
    let results = names.map(|name| (name.clone(), fill(name))).collect();
    (callback, results)
}

fn validates(schema: &Value, name: &str, value: &Value) -> bool {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&schema["properties"][name]).unwrap().is_valid(value)
}

fn asked(callback: &Value, words: &str) -> usize {
    let ours = callback["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "assistant");
    ours.filter(|message| message["content"].as_str().unwrap().contains(words)).count()
}

#[tokio::test]
async fn an_answer_that_does_not_validate_is_asked_for_again_and_the_one_that_does_is_told() {
    let world = World::start().await;
    let schema = wanted();
    let (callback, results) = results(&world, "thinks_again", &schema).await;
    for (name, fill) in &results {
        assert_eq!(fill["verdict"], "answered", "{callback:#}");
        assert!(validates(&schema, name, &fill["value"]), "{fill}");
    }
    let value = |name: &str| &results.iter().find(|(own, _)| own == name).unwrap().1["value"];
    assert_eq!(*value("people"), 12);
    assert!(value("day").as_str().unwrap().ends_with("-12-11"), "{}", value("day"));
    for (first, again) in [("forty", "How many people"), ("Friday", "first free day")] {
        assert!(callback["messages"].to_string().contains(first), "she said {first} at first");
        assert_eq!(asked(&callback, again), 2, "{callback:#}");
    }
    assert_eq!(asked(&callback, "a whole number, at least 1 and at most 12"), 1);
}

#[tokio::test]
async fn who_never_says_what_validates_leaves_the_field_without_a_value() {
    let world = World::start().await;
    let schema = wanted();
    let (callback, results) = results(&world, "stubborn", &schema).await;
    assert_eq!(callback["provider_status"], "completed", "{callback:#}");
    for (name, fill) in &results {
        assert_eq!((&fill["verdict"], &fill["value"]), (&json!("asked"), &Value::Null), "{name}: {callback:#}");
    }
    assert_eq!(asked(&callback, "How many people"), 3, "she gets another chance, and not for ever: {callback:#}");
}
