//! The same request with the same key makes one call. The key comes in the body or in the header `Idempotency-Key`.

use axum::http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::limits::Charged;
use crate::store::Claim;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const FIELD: &str = "idempotency_key";
/// Longer keys are documents; a UUID has 36.
const KEY_CHARS_MAX: usize = 255;

/// The header, as the contract shows it.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyHeader {
    /// The same as the field `idempotency_key`; quoted or not.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = r"^[!-~]([ -~]*[!-~])?$",
        format = "idempotency-key"
    )]
    pub idempotency_key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error("An idempotency key is a text of 1 to {KEY_CHARS_MAX} visible ASCII characters.")]
    Malformed,
    #[error("The idempotency key of the header is not that of the body.")]
    Two,
}

/// The key of a request, if it has one. An empty one in the body is none: templates leave that behind.
pub fn key(headers: &HeaderMap, body: &Map<String, Value>) -> Result<Option<String>, BadKey> {
    let header = headers.get(HEADER).map(|value| value.to_str().map_err(|_| BadKey::Malformed)).transpose()?;
    let header = header.map(|text| checked(unquoted(text.trim()))).transpose()?;
    let field = match body.get(FIELD) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.is_empty() => None,
        Some(Value::String(text)) => Some(checked(text)?),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => return Err(BadKey::Malformed),
    };
    match (header, field) {
        (Some(header), Some(field)) if header != field => Err(BadKey::Two),
        (header, field) => Ok(field.or(header)),
    }
}

/// The draft of the standard has it in quotes, and everybody sends it without.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn checked(text: &str) -> Result<String, BadKey> {
    let sound =
        (1..=KEY_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    sound.then(|| text.to_owned()).ok_or(BadKey::Malformed)
}

/// What makes two requests the same: where they go, and their fields in any order, but for the key itself.
pub fn fingerprint(endpoint: &str, body: &Map<String, Value>) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(endpoint.as_bytes());
    hash.update([0]);
    let fields = body.iter().filter(|(name, _)| *name != FIELD);
    digest_fields(fields, &mut hash);
    hash.finalize().into()
}

/// Every part is preceded by its kind and size, so that no two values are written alike.
fn digest(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Null => hash.update(b"0"),
        Value::Bool(value) => hash.update(if *value { b"t" } else { b"f" }),
        Value::Number(value) => digest_text(b'n', &value.to_string(), hash),
        Value::String(value) => digest_text(b's', value, hash),
        Value::Array(items) => {
            digest_text(b'a', &items.len().to_string(), hash);
            for item in items {
                digest(item, hash);
            }
        }
        Value::Object(fields) => digest_fields(fields.iter(), hash),
    }
}

fn digest_fields<'a>(fields: impl Iterator<Item = (&'a String, &'a Value)>, hash: &mut Sha256) {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_by_key(|(name, _)| *name);
    digest_text(b'o', &fields.len().to_string(), hash);
    for (name, value) in fields {
        digest_text(b'k', name, hash);
        digest(value, hash);
    }
}

fn digest_text(kind: u8, text: &str, hash: &mut Sha256) {
    hash.update([kind]);
    hash.update(text.len().to_be_bytes());
    hash.update(text.as_bytes());
}

/// What a request costs quota as: one that is sent again with its key is charged once, even while the first is under way.
pub fn charged(claim: Option<&Claim>, random: [u8; 16]) -> Charged {
    let Some(claim) = claim else {
        return Charged(random);
    };
    let mut hash = Sha256::new();
    hash.update(claim.fingerprint);
    hash.update(claim.key.as_bytes());
    let whole: [u8; 32] = hash.finalize().into();
    Charged(*whole.first_chunk().expect("32 is more than 16"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use serde_json::{Map, Value, json};

    use super::{BadKey, fingerprint, key};

    fn body(value: Value) -> Map<String, Value> {
        let Value::Object(body) = value else { panic!("not an object") };
        body
    }

    fn header(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(super::HEADER, text.parse().unwrap())])
    }

    #[test]
    fn the_key_comes_in_the_body_or_in_the_header_quoted_or_not() {
        let none = body(json!({"prompt": "…", "idempotency_key": null}));
        assert_eq!(key(&HeaderMap::new(), &none), Ok(None));
        assert_eq!(key(&HeaderMap::new(), &body(json!({"idempotency_key": ""}))), Ok(None));
        assert_eq!(key(&HeaderMap::new(), &body(json!({"idempotency_key": "a b"}))), Ok(Some("a b".into())));
        assert_eq!(key(&header("k-1"), &none), Ok(Some("k-1".into())));
        assert_eq!(key(&header("\"k-1\""), &none), Ok(Some("k-1".into())));
        assert_eq!(key(&header("\"k-1\""), &body(json!({"idempotency_key": "k-1"}))), Ok(Some("k-1".into())));
    }

    #[test]
    fn a_key_that_is_no_key_is_refused() {
        let long = "k".repeat(256);
        for bad in [json!(7), json!("ключ"), json!("a\nb"), json!(long), json!({})] {
            assert_eq!(key(&HeaderMap::new(), &body(json!({"idempotency_key": bad}))), Err(BadKey::Malformed), "{bad}");
        }
        assert_eq!(key(&header("\"\""), &Map::new()), Err(BadKey::Malformed));
        assert_eq!(key(&header("a"), &body(json!({"idempotency_key": "b"}))), Err(BadKey::Two));
    }

    #[test]
    fn requests_are_the_same_when_their_fields_are() {
        let print = |text: &str| fingerprint("POST /x", &serde_json::from_str(text).unwrap());
        let first = print(r#"{"a": 1, "b": {"c": [true, null], "d": "e"}, "idempotency_key": "k"}"#);
        assert_eq!(first, print(r#"{"b":{"d":"e","c":[true,null]},"a":1}"#));
        for other in [
            r#"{"a": 2, "b": {"c": [true, null], "d": "e"}}"#,
            r#"{"a": "1", "b": {"c": [true, null], "d": "e"}}"#,
            r#"{"a": 1, "b": {"c": [true], "d": "e"}}"#,
            r#"{"a": 1, "b": {"c": [true, null], "d": "e"}, "f": null}"#,
        ] {
            assert_ne!(first, print(other), "{other}");
        }
        assert_ne!(first, fingerprint("POST /y", &serde_json::from_str(r#"{"a": 1}"#).unwrap()));
    }
}
