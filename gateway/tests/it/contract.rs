//! What we take and answer, held to the contract that we serve.

use jsonschema::Validator;
use proto::PhoneNumber;
use serde_json::{Value, json};

use crate::world::{PROMPT, Script, World, request};

async fn contract(world: &World) -> Value {
    world.get("/openapi.json").send().await.unwrap().json().await.unwrap()
}

/// Judges values by a schema of the contract, and by the formats that its words can't say.
fn schema(contract: &Value, name: &str) -> Validator {
    let root = json!({"$ref": format!("#/components/schemas/{name}"), "components": contract["components"]});
    jsonschema::options()
        .should_validate_formats(true)
        .with_format("e164", |text: &str| text.parse::<PhoneNumber>().is_ok())
        .with_format("call-prompt", |text: &str| draft::draft(text).is_ok())
        .with_format("callback-url", |text: &str| text.is_empty() || text.starts_with("https://agent"))
        .build(&root)
        .unwrap()
}

/// Valid, and with no member that the contract does not name.
#[track_caller]
fn holds(contract: &Value, name: &str, value: &Value) {
    let faults: Vec<_> = schema(contract, name).iter_errors(value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{name}: {faults:?}");
    let named = contract["components"]["schemas"][name]["properties"].as_object().unwrap();
    let unnamed: Vec<_> = value.as_object().unwrap().keys().filter(|member| !named.contains_key(*member)).collect();
    assert!(unnamed.is_empty(), "{name} has {unnamed:?}");
}

#[tokio::test]
async fn a_call_is_as_the_contract_says_from_its_beginning_to_its_end() {
    let world = World::start().await;
    let contract = contract(&world).await;
    let call = world.accepted(json!({"callback_url": "https://agent.example.com/", "metadata": {"a": 1}})).await;
    holds(&contract, "Call", &world.call(call).await);
    let script = Script::new(&world.requested(call).await.1);
    for fact in [script.planned, script.dialing, script.ringing, script.answered] {
        world.tell(call, fact).await;
    }
    for fact in script.turns.into_iter().chain([script.ended, script.attempted, script.delivered]) {
        world.tell(call, fact).await;
    }
    let ended = world.call_when(call, "it is delivered", |call| call["callback"]["status"] == "delivered").await;
    holds(&contract, "Call", &ended);
    let path = format!("/api/calls/{call}/callback");
    let deliveries: Value = world.get(&path).send().await.unwrap().json().await.unwrap();
    assert_eq!(deliveries["deliveries"].as_array().unwrap().len(), 1);
    holds(&contract, "Deliveries", &deliveries);
    world.stop().await;
}

/// Values of all kinds, at the edges that fields have.
fn values() -> Vec<Value> {
    let lengths = [1, 255, 256, 1_024, 1_025, 2_049, 4_001];
    let mut values: Vec<_> = lengths.into_iter().map(|length| json!("x".repeat(length))).collect();
    values.extend([
        json!(null),
        json!(true),
        json!(9),
        json!(10),
        json!(10.0),
        json!(10.5),
        json!(3_600),
        json!(3_601),
        json!(-1),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("a\nb"),
        json!("a\tb"),
        json!("é"),
        json!([]),
        json!([1]),
        json!({}),
        json!({"a": {"b": [null]}}),
        json!("+14155550101"),
        json!("+1 415 555 0101"),
        json!("+10000000000"),
        json!("https://agent.example.com/calls"),
        json!("http://agent.example.com/"),
        json!(PROMPT),
    ]);
    values
}

/// What they take depends on the organization's numbers, on the clock, or on a standard of its own, so that a schema can't
/// say it. They have stories of their own.
const BEYOND_SCHEMAS: [&str; 4] = ["from_number", "language", "result_schema", "schedule"];

#[tokio::test]
async fn what_the_contract_allows_is_taken_and_nothing_else() {
    let world = World::with(&[("RATE_LIMIT", "100000")]).await;
    let contract = contract(&world).await;
    let schema = schema(&contract, "CallPrompt");
    let fields = contract["components"]["schemas"]["CallPrompt"]["properties"].as_object().unwrap();
    let (mut taken, mut refused) = (0, 0);
    for field in fields.keys().filter(|field| !BEYOND_SCHEMAS.contains(&field.as_str())) {
        for value in values() {
            let body = request(json!({ field.as_str(): value }));
            let status = world.post("/api/call-prompt").json(&body).send().await.unwrap().status();
            let shown: String = body[field].to_string().chars().take(80).collect();
            assert_eq!(status == 200, schema.is_valid(&body), "{field}: {shown} is answered with {status}");
            let count = if status == 200 { &mut taken } else { &mut refused };
            *count += 1;
        }
    }
    assert!(taken > fields.len() && refused > fields.len(), "{taken} taken, {refused} refused");
    world.stop().await;
}
