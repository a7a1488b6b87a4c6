//! Whether the wanted result can be asked for: a JSON Schema that is one, whose properties become questions, and against
//! which an answer can be validated.

use answers::{Fault, Rule};
use draft::BadSchema;
use proto::workflow::Field;
use proto::{FieldValue, Private};
use serde_json::Value;

/// It travels with the call through every service.
const SCHEMA_BYTES_MAX: usize = 16 * 1024;

/// The schema as text.
pub fn check(schema: &Value) -> Result<String, Vec<BadSchema>> {
    let text = schema.to_string();
    if text.len() > SCHEMA_BYTES_MAX {
        return Err(vec![BadSchema { pointer: String::new(), detail: "A schema may have 16 KiB at most.".to_owned() }]);
    }
    let below = |place: &str, Fault { pointer, detail }| BadSchema { pointer: format!("{place}{pointer}"), detail };
    // First what it is, then what becomes of it: a question for each property, and a rule for its answer.
    answers::check_form(schema)
        .map_err(|faults| faults.into_iter().map(|fault| below("", fault)).collect::<Vec<_>>())?;
    let fields = draft::fields_from_schema(schema)?;
    let unusable = |field: &Field| rule(field).err().map(|fault| below(&format!("/properties/{}", field.name), fault));
    let faults: Vec<_> = fields.iter().filter_map(unusable).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    answers::check_use(schema).map_err(|fault| vec![below("", fault)])?;
    Ok(text)
}

/// An option that the rest of its schema forbids would be read out, and never be taken.
fn rule(field: &Field) -> Result<(), Fault> {
    let Some(schema) = &field.schema else {
        return Ok(());
    };
    let rule = Rule::new(schema)?;
    let allowed = |option: &String| rule.allows(&FieldValue::Text(Private::new(option)));
    if field.kind.options().iter().all(allowed) {
        return Ok(());
    }
    let detail = "The rest of the property does not allow one of these.".to_owned();
    Err(Fault { pointer: "/enum".to_owned(), detail })
}
