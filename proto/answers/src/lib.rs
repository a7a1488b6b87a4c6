//! What a caller lets the answers of a call be: JSON Schema 2020-12, read so that it can neither fetch anything nor hang.
//!
//! `format` is held to, where JSON Schema only notes it, because who writes `date` or `email` means it. Two formats are
//! not: `time` and `date-time` want a time zone, which nobody says on the phone.

use std::collections::BTreeMap;
use std::fmt;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, ValidationOptions, Validator};
use proto::workflow::Field;
use proto::{FieldValue, PropertySchema};
use serde_json::Value;

/// What is wrong is mended one after the other anyway.
const FAULTS_MAX: usize = 100;
/// For one answer. Each pattern takes memory for as long as a call lasts.
const PATTERNS_MAX: usize = 4;
/// A compiled pattern, and what its engine keeps while it looks. `[A-Z]{2}\d{6}` takes a hundredth of it.
const PATTERN_BYTES_MAX: usize = 256 * 1024;
/// Formats that say how to ask, and not what the words of the answer must look like.
const SPOKEN_FORMATS: [&str; 2] = ["time", "date-time"];

/// What is wrong with a schema, for its author. It never quotes the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer within the schema.
    pub pointer: String,
    pub detail: String,
}

/// What one answer may be.
pub struct Rule(Validator);

/// What each answer of a workflow may be, by the names of its fields.
#[derive(Debug)]
pub struct Rules {
    /// None: the schema can't be read.
    rules: BTreeMap<String, Option<Rule>>,
}

/// Whether a schema is written as JSON Schema 2020-12 says.
pub fn check_form(schema: &Value) -> Result<(), Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    for error in jsonschema::draft202012::meta::validator().iter_errors(schema).take(FAULTS_MAX) {
        // Masked, so that nothing quotes the request.
        let detail = format!("Not as JSON Schema 2020-12 says: {}.", error.masked());
        let fault = Fault { pointer: error.instance_path().to_string(), detail };
        // The vocabularies of JSON Schema all judge the same place.
        if !faults.iter().any(|known| known.pointer == fault.pointer) {
            faults.push(fault);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Whether a schema can be used here, and needs nothing that is not in it.
pub fn check_use(schema: &Value) -> Result<(), Fault> {
    options().build(schema).map(drop).map_err(|error| unusable(&error))
}

impl Rule {
    pub fn new(schema: &PropertySchema) -> Result<Self, Fault> {
        let schema = schema.value();
        if patterns(&schema) > PATTERNS_MAX {
            let detail = format!("One answer may have {PATTERNS_MAX} patterns at most.");
            return Err(Fault { pointer: String::new(), detail });
        }
        options().build(&schema).map(Self).map_err(|error| unusable(&error))
    }

    /// Whether the value validates, in the form in which `form_fills` shows it.
    pub fn allows(&self, value: &FieldValue) -> bool {
        serde_json::to_value(value).is_ok_and(|shown| self.0.is_valid(&shown))
    }
}

/// The schema is the caller's own.
impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rule")
    }
}

impl Rules {
    pub fn of(fields: &[Field]) -> Self {
        let ruled = fields.iter().filter_map(|field| Some((field.name.clone(), field.schema.as_ref()?)));
        Self { rules: ruled.map(|(name, schema)| (name, Rule::new(schema).ok())).collect() }
    }

    /// Whether the caller lets the field have this value. A field without a schema may have any; one whose schema can't be
    /// read has none, because nobody could say that it validates.
    pub fn allow(&self, field: &str, value: &FieldValue) -> bool {
        self.rules.get(field).is_none_or(|rule| rule.as_ref().is_some_and(|rule| rule.allows(value)))
    }

    /// Whether a schema can't be read.
    pub fn is_broken(&self) -> bool {
        self.rules.values().any(Option::is_none)
    }
}

/// The engine for patterns takes time in proportion to pattern and text, whatever they are; the price is that it knows no
/// look-around and no back-references.
fn options<'a>() -> ValidationOptions<'a> {
    let patterns = PatternOptions::regex().size_limit(PATTERN_BYTES_MAX).dfa_size_limit(PATTERN_BYTES_MAX);
    let options = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .with_pattern_options(patterns)
        .should_validate_formats(true);
    SPOKEN_FORMATS.into_iter().fold(options, |options, format| options.with_format(format, |_| true))
}

fn unusable(error: &ValidationError<'_>) -> Fault {
    let pointer = error.instance_path().to_string();
    let detail = if pointer.ends_with("/pattern") || error.kind().keyword() == "pattern" {
        "A pattern is a small regular expression without look-around and back-references.".to_owned()
    } else if matches!(error.kind(), ValidationErrorKind::Referencing(_)) {
        // The library would say what it leads to.
        "A reference leads out of the schema, or to nothing in it: write out what is meant.".to_owned()
    } else {
        format!("This can't be used here: {}.", error.masked())
    };
    Fault { pointer, detail }
}

fn patterns(schema: &Value) -> usize {
    match schema {
        Value::Object(members) => members
            .iter()
            .map(|(keyword, part)| {
                let own = match keyword.as_str() {
                    "pattern" => 1,
                    "patternProperties" => part.as_object().map_or(0, serde_json::Map::len),
                    _ => 0,
                };
                own + patterns(part)
            })
            .sum(),
        Value::Array(items) => items.iter().map(patterns).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

#[cfg(test)]
mod tests;
