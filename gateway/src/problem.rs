//! Answers to bad or unlucky requests: `application/problem+json` (RFC 9457) with a stable code.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::StoreError;

/// What was wrong, as a client sees it. It travels as an extension of the response until the edge, which knows the id of
/// the request, writes the body.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldProblem>,
    members: Map<String, Value>,
    headers: HeaderMap,
}

/// A field that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    /// JSON Pointer with a `#` before it.
    pub pointer: String,
    pub code: &'static str,
    pub detail: String,
}

#[derive(Serialize)]
struct Written<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: String,
    success: bool,
    code: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldProblem],
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl Problem {
    /// `title` is the same for each use of a code; `detail` is about this request and says what to do. Neither quotes
    /// the request or an error of ours.
    pub fn new(status: StatusCode, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        let (errors, members, headers) = Default::default();
        Self { status, code, title, detail: detail.into(), errors, members, headers }
    }

    /// Nothing was kept, and the same request may do better in a moment.
    pub fn try_again() -> Self {
        let detail = "Nothing was accepted. It is safe to send the same request again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "try_again", "Try again", detail).retry_after(1)
    }

    /// No such thing, or it is another organization's.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found", "There is nothing of yours at this address.")
    }

    /// For what the framework refused.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, title, detail) = match status {
            StatusCode::NOT_FOUND => return Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method_not_allowed", "Method not allowed", "The header Allow says which methods this address takes.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "Body too large", "Send a smaller body."),
            StatusCode::SERVICE_UNAVAILABLE => return Self::try_again(),
            status if status.is_client_error() => ("bad_request", "Bad request", "The request can't be understood."),
            _ => ("internal_error", "Internal error", "Something of ours went wrong. Tell us the request id."),
        };
        Self::new(status, code, title, detail)
    }

    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.errors = errors;
        self
    }

    #[must_use]
    pub fn member(mut self, name: &str, value: Value) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(RETRY_AFTER, seconds.max(1).into())
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The body of the answer.
    pub fn write(&self, request_id: &str) -> Body {
        let written = Written {
            r#type: format!("urn:callcow:problem:{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            instance: format!("urn:uuid:{request_id}"),
            success: false,
            code: self.code,
            request_id,
            errors: &self.errors,
            members: &self.members,
        };
        Body::from(serde_json::to_vec(&written).expect("texts, numbers and JSON values can be written"))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut headers = self.headers.clone();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut response = (self.status, headers).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Logged here, once: clients are told only that it may work in a moment.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a request could not be served");
        match error {
            StoreError::Unavailable(_) => Self::try_again(),
            StoreError::Refused(_) | StoreError::Corrupt(_) => Self::of_status(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}
