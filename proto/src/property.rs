//! The caller's own JSON Schema of one answer.

use serde_json::Value;

use crate::Private;

/// One answer takes a few keywords; a whole request has 16 KiB.
pub const SCHEMA_BYTES_MAX: usize = 4 * 1024;
/// Deeper rules over one plain value say nothing that flat ones can't.
pub const SCHEMA_DEPTH_MAX: usize = 12;
/// Keywords that lead away from where they stand.
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// The JSON Schema that the value of one answer must validate against, as text: an object of bounded size and depth that
/// refers to nothing, not even to what stood around it when it was a part of a larger schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertySchema(Private);

/// Why a text is no [`PropertySchema`]. No variant quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPropertySchema {
    #[error("the schema of one answer may have {SCHEMA_BYTES_MAX} bytes at most")]
    TooLong,
    #[error("the schema of one answer may be {SCHEMA_DEPTH_MAX} levels deep at most")]
    TooDeep,
    #[error("the schema of an answer is a JSON object")]
    NotAnObject,
    #[error("references are not followed: write out what is meant")]
    Reference,
}

impl PropertySchema {
    pub fn new(text: impl Into<String>) -> Result<Self, BadPropertySchema> {
        let text = text.into();
        if text.len() > SCHEMA_BYTES_MAX {
            return Err(BadPropertySchema::TooLong);
        }
        let schema: Value = serde_json::from_str(&text).map_err(|_| BadPropertySchema::NotAnObject)?;
        if !schema.is_object() {
            return Err(BadPropertySchema::NotAnObject);
        }
        check(&schema, SCHEMA_DEPTH_MAX)?;
        Ok(Self(Private::new(text)))
    }

    /// The schema as JSON text.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The schema as it is read.
    pub fn value(&self) -> Value {
        serde_json::from_str(self.0.expose()).expect("it was read when it was made")
    }
}

fn check(part: &Value, depth: usize) -> Result<(), BadPropertySchema> {
    let parts: Vec<&Value> = match part {
        Value::Object(members) => {
            if members.keys().any(|keyword| REFERENCES.contains(&keyword.as_str())) {
                return Err(BadPropertySchema::Reference);
            }
            members.values().collect()
        }
        Value::Array(items) => items.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Ok(()),
    };
    let depth = depth.checked_sub(1).ok_or(BadPropertySchema::TooDeep)?;
    parts.into_iter().try_for_each(|part| check(part, depth))
}

#[cfg(test)]
mod tests {
    use super::{BadPropertySchema, PropertySchema, SCHEMA_BYTES_MAX, SCHEMA_DEPTH_MAX};

    #[test]
    fn a_schema_is_bounded_and_stands_alone() {
        let nested =
            |levels: usize| format!(r#"{}{{"type":"string"}}{}"#, r#"{"not":"#.repeat(levels), "}".repeat(levels));
        for (text, expected) in [
            (r#"{"type":"integer","maximum":12}"#.to_owned(), None),
            (nested(SCHEMA_DEPTH_MAX - 1), None),
            (nested(SCHEMA_DEPTH_MAX), Some(BadPropertySchema::TooDeep)),
            (nested(1_000), Some(BadPropertySchema::TooLong)),
            (format!(r#"{{"title":"{}"}}"#, "x".repeat(SCHEMA_BYTES_MAX)), Some(BadPropertySchema::TooLong)),
            ("true".to_owned(), Some(BadPropertySchema::NotAnObject)),
            ("{".to_owned(), Some(BadPropertySchema::NotAnObject)),
            (String::new(), Some(BadPropertySchema::NotAnObject)),
            (r#"{"$ref":"https://example.com/a.json"}"#.to_owned(), Some(BadPropertySchema::Reference)),
            (r##"{"allOf":[{"$ref":"#/$defs/a"}]}"##.to_owned(), Some(BadPropertySchema::Reference)),
            (r##"{"anyOf":[{"$dynamicRef":"#a"}]}"##.to_owned(), Some(BadPropertySchema::Reference)),
        ] {
            assert_eq!(PropertySchema::new(text.as_str()).err(), expected, "{text}");
        }
    }

    #[test]
    fn its_text_is_the_callers_and_not_shown() {
        let schema = PropertySchema::new(r#"{"enum":["Ann Perry"]}"#).unwrap();
        assert!(!format!("{schema:?}").contains("Ann"), "{schema:?}");
        assert_eq!(schema.value()["enum"][0], "Ann Perry");
    }
}
