//! Whether the wanted result can be asked for: a JSON Schema that is one, and whose properties become questions.

use draft::BadSchema;
use jsonschema::draft202012;
use serde_json::Value;

/// It travels with the call through every service.
const SCHEMA_BYTES_MAX: usize = 16 * 1024;
/// What is wrong is mended one after the other anyway.
const ERRORS_MAX: usize = 100;

/// The schema as text. References lead nowhere but into the schema itself: the library is built without the means to
/// fetch or open anything.
pub fn check(schema: &Value) -> Result<String, Vec<BadSchema>> {
    let text = schema.to_string();
    if text.len() > SCHEMA_BYTES_MAX {
        return Err(vec![BadSchema { pointer: String::new(), detail: "A schema may have 16 KiB at most.".to_owned() }]);
    }
    let told = |error: &jsonschema::ValidationError<'_>| BadSchema {
        pointer: error.instance_path().to_string(),
        // Masked, so that no problem quotes the request.
        detail: format!("Not as JSON Schema 2020-12 says: {}.", error.masked()),
    };
    let mut faults: Vec<BadSchema> = Vec::new();
    for error in draft202012::meta::validator().iter_errors(schema).take(ERRORS_MAX) {
        let fault = told(&error);
        // The vocabularies of JSON Schema all judge the same place.
        if !faults.iter().any(|known| known.pointer == fault.pointer) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    draft::fields_from_schema(schema)?;
    draft202012::new(schema).map_err(|error| vec![told(&error)])?;
    Ok(text)
}
