//! A model writes the members of its answer in the order in which the schema has them.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A JSON Schema, written with its properties in the order in which it requires them. A [`Value`] has lost every other.
pub(crate) struct InOrder<'a>(pub(crate) &'a Value);

struct Properties<'a> {
    schemas: &'a Map<String, Value>,
    required: &'a [Value],
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(schema) = self;
        match schema {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("properties", Value::Object(schemas)) => {
                            let required = members.get("required").and_then(Value::as_array);
                            let required = required.map(Vec::as_slice).unwrap_or_default();
                            map.serialize_entry(name, &Properties { schemas, required })?;
                        }
                        _ => map.serialize_entry(name, &InOrder(value))?,
                    }
                }
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values.iter().map(InOrder)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => schema.serialize(serializer),
        }
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { schemas, required } = self;
        let first = required.iter().filter_map(Value::as_str).filter_map(|name| schemas.get_key_value(name));
        let others = schemas.iter().filter(|(name, _)| !required.iter().any(|required| required == name.as_str()));
        let properties = first.chain(others);
        serializer.collect_map(properties.map(|(name, schema)| (name, InOrder(schema))))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::InOrder;

    #[test]
    fn properties_stand_in_the_order_in_which_they_are_required() {
        let inner = json!({"properties": {"b": {}, "a": {}}, "required": ["b", "a"]});
        let schema = json!({
            "properties": {"fields": {"items": inner}, "extra": {}, "say": {"type": "string"}},
            "required": ["say", "fields"],
        });
        assert_eq!(
            serde_json::to_string(&InOrder(&schema)).unwrap(),
            r#"{"properties":{"say":{"type":"string"},"fields":{"items":{"properties":{"b":{},"a":{}},"required":["b","a"]}},"extra":{}},"required":["say","fields"]}"#
        );
    }
}
