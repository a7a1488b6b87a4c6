//! From the JSON Schema of the result that a caller wants to the questions that fill it.

mod written;

use proto::workflow::{FIELDS_MAX, Field, FieldKind};
use proto::{Private, PropertySchema};
use serde_json::{Map, Value};

use self::written::written_out;
use crate::proof::is_secret;
use crate::speech::sentence;

/// As deep as the callee's patience: a choice is read out to them.
const OPTIONS_MAX: usize = 12;
const NAME_CHARS_MAX: usize = 64;
/// A question that takes longer than half a minute is not listened to.
const WORDS_BYTES_MAX: usize = 500;
/// What would judge several answers together, or the result as a whole. Answers come one by one, and some do not come.
const OF_THE_WHOLE: [&str; 18] = [
    "$dynamicRef",
    "$ref",
    "allOf",
    "anyOf",
    "const",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "enum",
    "if",
    "maxProperties",
    "minProperties",
    "not",
    "oneOf",
    "patternProperties",
    "propertyNames",
    "then",
];

/// What is wrong with a schema, for its author. It never quotes the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSchema {
    /// JSON Pointer within the schema.
    pub pointer: String,
    pub detail: String,
}

/// The form fields that a JSON Schema asks for, each with the schema of its value, without references. The required ones come first, in the
/// order in which the schema requires them; the others by their names.
pub fn fields_from_schema(schema: &Value) -> Result<Vec<Field>, Vec<BadSchema>> {
    let bad = |pointer: &str, detail: String| vec![BadSchema { pointer: pointer.to_owned(), detail }];
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        return Err(bad("/type", "The schema must be of the type object.".to_owned()));
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        return Err(bad("/properties", "Name at least one property: each becomes a question.".to_owned()));
    };
    if properties.len() > FIELDS_MAX {
        return Err(bad("/properties", format!("A callee answers {FIELDS_MAX} questions at most.")));
    }
    let required = schema.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let required: Vec<_> = required.iter().filter_map(Value::as_str).collect();
    let mut wrong: Vec<_> = OF_THE_WHOLE
        .into_iter()
        .filter(|keyword| schema.get(keyword).is_some())
        .map(|keyword| {
            let detail = "Each answer is judged alone: write into each property what it must be.".to_owned();
            BadSchema { pointer: format!("/{keyword}"), detail }
        })
        .collect();
    for (at, name) in required.iter().enumerate().filter(|(_, name)| !properties.contains_key(**name)) {
        let place = required.iter().position(|other| other == name).unwrap_or(at);
        let detail = "What is required must be one of the properties.".to_owned();
        wrong.push(BadSchema { pointer: format!("/required/{place}"), detail });
    }
    let mut fields = Vec::new();
    for (name, property) in properties {
        let property = written_out(property, schema);
        match property.and_then(|property| field(name, &property, required.contains(&name.as_str()))) {
            Ok(field) => fields.push(field),
            Err((keyword, detail)) => {
                wrong.push(BadSchema { pointer: format!("/properties/{}{keyword}", escaped(name)), detail });
            }
        }
    }
    fields.sort_by_key(|field| required.iter().position(|name| *name == field.name).unwrap_or(usize::MAX));
    if wrong.is_empty() { Ok(fields) } else { Err(wrong) }
}

/// RFC 6901, 3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

type Fault = (&'static str, String);

fn field(name: &str, property: &Value, required: bool) -> Result<Field, Fault> {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !plain || !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) || name.len() > NAME_CHARS_MAX {
        let detail = format!("A name has at most {NAME_CHARS_MAX} letters, digits, _ and -, and begins with a letter.");
        return Err(("", detail));
    }
    let Some(keywords) = property.as_object() else {
        return Err(("", "A property must be a schema with a type.".to_owned()));
    };
    let schema = PropertySchema::new(property.to_string()).map_err(|bad| ("", sentence(&bad.to_string(), '.')))?;
    let kind = kind(keywords)?;
    let (keyword, words) = words(name, keywords);
    if words.len() > WORDS_BYTES_MAX {
        return Err((keyword, format!("It is spoken, so {WORDS_BYTES_MAX} bytes are the most.")));
    }
    let question = question(&words, &kind);
    if is_secret(&format!("{} {question}", spoken(name))) {
        return Err(("", sentence(&crate::Refusal::NotAllowed.to_string(), '.')));
    }
    let question = Private::new(question);
    Ok(Field { name: name.to_owned(), question, kind, required, schema: Some(schema) })
}

fn kind(property: &Map<String, Value>) -> Result<FieldKind, Fault> {
    if property.contains_key("enum") {
        return options(property).map(FieldKind::Choice);
    }
    let scalar = || ("/type", "Only string, number, integer and boolean can be asked for on the phone.".to_owned());
    let format = property.get("format").and_then(Value::as_str).unwrap_or_default();
    match (one_type(property).ok_or_else(scalar)?, format) {
        ("boolean", _) => Ok(FieldKind::Boolean),
        ("number" | "integer", _) => Ok(FieldKind::Number),
        ("string", "date") => Ok(FieldKind::Date),
        ("string", "time") => Ok(FieldKind::Time),
        ("string", "date-time") => Ok(FieldKind::DateTime),
        ("string", "phone" | "tel") => Ok(FieldKind::Phone),
        ("string", _) => Ok(FieldKind::Text),
        _ => Err(scalar()),
    }
}

/// The type, beside null, which says only that the answer may stay out.
fn one_type(property: &Map<String, Value>) -> Option<&str> {
    let types = match property.get("type")? {
        Value::String(one) => return Some(one),
        Value::Array(types) => types,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
    };
    let mut types = types.iter().filter_map(Value::as_str).filter(|one| *one != "null");
    types.next().filter(|_| types.next().is_none())
}

fn options(property: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let values = property.get("enum").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let values: Vec<_> = values.iter().filter(|value| !value.is_null()).collect();
    let texts = values.iter().map(|value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned));
    let detail = || ("/enum", format!("Give 1 to {OPTIONS_MAX} texts to choose from."));
    let texts = texts.collect::<Option<Vec<_>>>().ok_or_else(detail)?;
    let long = texts.iter().map(String::len).sum::<usize>() > WORDS_BYTES_MAX;
    if texts.is_empty() || texts.len() > OPTIONS_MAX || long { Err(detail()) } else { Ok(texts) }
}

/// What to ask for, and where it stands: the description says more than the title, and that more than the name.
fn words(name: &str, property: &Map<String, Value>) -> (&'static str, String) {
    let text = |keyword: &str| property.get(keyword).and_then(Value::as_str).map(one_line);
    let told = |keyword| text(keyword).filter(|text| !text.is_empty());
    if let Some(description) = told("description") {
        return ("/description", description);
    }
    if let Some(title) = told("title") {
        return ("/title", title);
    }
    ("", spoken(name))
}

fn one_line(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `pickupTime` and `pickup_time` are read as "pickup time".
fn spoken(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && words.ends_with(|last: char| last.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(if matches!(letter, '_' | '-') { ' ' } else { letter.to_ascii_lowercase() });
    }
    one_line(&words)
}

fn question(words: &str, kind: &FieldKind) -> String {
    let asked = if words.ends_with('?') { words.to_owned() } else { wrapped(words, kind) };
    match kind.options() {
        [] => asked,
        options => format!("{asked} The options are: {}.", options.join(", ")),
    }
}

/// A question around a noun, such as "total price", or an indirect question, such as "whether they deliver".
fn wrapped(words: &str, kind: &FieldKind) -> String {
    const INDIRECT: [&str; 10] = ["whether", "if", "how", "what", "when", "where", "which", "who", "why", "that"];
    const OWN: [&str; 8] = ["the", "a", "an", "your", "their", "any", "our", "my"];
    let first = words.split(' ').next().unwrap_or_default();
    // "The price", but not "NASA's price".
    let capital = first.chars().skip(1).all(|letter| !letter.is_uppercase());
    let words = if capital { first.to_lowercase() + &words[first.len()..] } else { words.to_owned() };
    let first = first.to_lowercase();
    let begins = |words: &[&str]| words.contains(&first.as_str());
    let asked = if begins(&INDIRECT) {
        format!("could you tell me {words}")
    } else if *kind == FieldKind::Boolean {
        format!("could you tell me, yes or no: {words}")
    } else if begins(&OWN) {
        format!("could you tell me {words}")
    } else {
        format!("could you tell me the {words}")
    };
    sentence(&asked, '?')
}

#[cfg(test)]
mod tests;
