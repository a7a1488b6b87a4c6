//! A property without the references and the wrapping in which code writes optional answers and named types: `Optional` and
//! classes of Pydantic, `nullable` and unions of literals of zod.

use serde_json::{Map, Value, json};

use super::Fault;

/// A name may lead to another name; none has to lead to itself.
const STEPS_MAX: usize = 8;
/// What is said of an answer and not what it may be. Where two speak, the property's own words count.
const NOTES: [&str; 6] = ["title", "description", "default", "examples", "deprecated", "$comment"];

/// The property, saying itself what its references into `root` and its only alternative beside null say.
///
/// What is left over, such as an answer that may be one of two types, stays as it is: whoever reads it next refuses it.
pub(super) fn written_out(property: &Value, root: &Value) -> Result<Value, Fault> {
    let mut written = property.clone();
    for _ in 0..STEPS_MAX {
        let Some(keywords) = written.as_object() else {
            return Ok(written);
        };
        let Some((keyword, meant)) = meant(keywords, root)? else {
            return Ok(written);
        };
        written = Value::Object(merged(keywords, keyword, meant)?);
    }
    Err(("/$ref", "These references lead on and on: write out what is meant.".to_owned()))
}

/// A keyword, and what it stands for.
type Meant = (&'static str, Map<String, Value>);

/// What a keyword stands for, if one stands for something else.
fn meant(keywords: &Map<String, Value>, root: &Value) -> Result<Option<Meant>, Fault> {
    if let Some(reference) = keywords.get("$ref") {
        return named(reference, root).map(|named| Some(("$ref", named)));
    }
    if let Some([Value::Object(only)]) = list(keywords, "allOf") {
        return Ok(Some(("allOf", only.clone())));
    }
    let alternatives = |keyword| list(keywords, keyword).and_then(alternative).map(|meant| (keyword, meant));
    Ok(alternatives("anyOf").or_else(|| alternatives("oneOf")))
}

fn list<'a>(keywords: &'a Map<String, Value>, keyword: &str) -> Option<&'a [Value]> {
    keywords.get(keyword).and_then(Value::as_array).map(Vec::as_slice)
}

/// A named type of the schema. Its title is the name of a class and says nothing of the answer.
fn named(reference: &Value, root: &Value) -> Result<Map<String, Value>, Fault> {
    let pointer = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
    let mut named = pointer
        .and_then(|pointer| root.pointer(pointer))
        .and_then(Value::as_object)
        .cloned()
        .ok_or_else(|| ("/$ref", "It leads to nothing in this schema, such as #/$defs/Name does.".to_owned()))?;
    named.remove("title");
    Ok(named)
}

/// The only alternative beside null, which says that the answer may stay out; or the literals of a union as one choice.
fn alternative(all: &[Value]) -> Option<Map<String, Value>> {
    let some: Vec<_> = all.iter().filter(|one| **one != json!({"type": "null"})).collect();
    if let [Value::Object(only)] = some.as_slice() {
        return Some(only.clone());
    }
    let literals = some.iter().map(|one| one.get("const").filter(|literal| literal.is_string()));
    let literals = literals.collect::<Option<Vec<_>>>().filter(|literals| !literals.is_empty())?;
    Some(Map::from_iter([("enum".to_owned(), json!(literals))]))
}

/// What stands beside a keyword, with what the keyword stands for.
fn merged(
    beside: &Map<String, Value>,
    keyword: &'static str,
    meant: Map<String, Value>,
) -> Result<Map<String, Value>, Fault> {
    let mut merged = beside.clone();
    merged.remove(keyword);
    for (name, value) in meant {
        match merged.get(&name) {
            Some(own) if *own != value && !NOTES.contains(&name.as_str()) => {
                return Err(("", format!("{name} is said twice, and not alike: write out which is meant.")));
            }
            Some(_) => {}
            None => {
                merged.insert(name, value);
            }
        }
    }
    Ok(merged)
}
