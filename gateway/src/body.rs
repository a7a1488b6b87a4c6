//! JSON bodies, read with a ceiling and a deadline.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::api::Api;
use crate::problem::{Code, Problem};

/// A prompt, its metadata and room to spare. The router sets this as the limit of bodies.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// A body that is a JSON object.
#[derive(Clone, Debug)]
pub struct JsonBody(pub Map<String, Value>);

/// The body can't be read. No variant holds any of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBody {
    #[error("the body is too large")]
    TooLarge,
    #[error("the body did not arrive")]
    TooSlow,
    #[error("the body is cut off")]
    Broken,
    #[error("the body is of another type")]
    OtherType,
    #[error("the body is not JSON, at line {line}, column {column}")]
    Malformed { line: usize, column: usize },
    #[error("the body is JSON, but not an object")]
    NotAnObject,
}

impl FromRequest<Api> for JsonBody {
    type Rejection = BadBody;

    async fn from_request(request: Request, api: &Api) -> Result<Self, BadBody> {
        if !is_json(&request) {
            return Err(BadBody::OtherType);
        }
        let read = tokio::time::timeout(api.rules.body_wait, Bytes::from_request(request, api));
        let bytes = read.await.map_err(|_| BadBody::TooSlow)?.map_err(|rejection| BadBody::from(&rejection))?;
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| BadBody::Malformed { line: error.line(), column: error.column() })?;
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(BadBody::NotAnObject)
            }
        }
    }
}

impl From<&BytesRejection> for BadBody {
    fn from(rejection: &BytesRejection) -> Self {
        let too_large =
            matches!(rejection, BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)));
        if too_large { Self::TooLarge } else { Self::Broken }
    }
}

/// Without a type it is taken for what it must be.
fn is_json(request: &Request) -> bool {
    let Some(told) = request.headers().get(CONTENT_TYPE) else {
        return true;
    };
    let essence = told.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

impl From<BadBody> for Problem {
    fn from(bad: BadBody) -> Self {
        match bad {
            BadBody::TooLarge => Self::plain(Code::BodyTooLarge),
            BadBody::TooSlow => Self::plain(Code::BodyTooSlow),
            BadBody::Broken => Self::new(Code::MalformedJson, "The body is cut off. Send the request again."),
            BadBody::OtherType => Self::plain(Code::UnsupportedMediaType),
            BadBody::Malformed { line, column } => {
                Self::new(Code::MalformedJson, format!("The body is not JSON: look at line {line}, column {column}."))
            }
            BadBody::NotAnObject => Self::new(Code::MalformedJson, "The body must be a JSON object."),
        }
    }
}

impl IntoResponse for BadBody {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
