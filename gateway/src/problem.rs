//! Answers to bad or unlucky requests: `application/problem+json` (RFC 9457) with a stable code.

pub mod code;

use std::collections::HashMap;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::store::StoreError;

pub use self::code::Code;

/// What was wrong, as a client sees it. It travels as an extension of the response until the edge, which knows the id of
/// the request, writes the body.
#[derive(Clone, Debug)]
pub struct Problem {
    /// That of the code, unless the framework found something finer.
    status: StatusCode,
    code: Code,
    detail: String,
    errors: Vec<FieldProblem>,
    members: Map<String, Value>,
    headers: HeaderMap,
}

/// A field that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON Pointer with a `#` before it.
    #[schema(example = "#/recipient_phone")]
    pub pointer: String,
    #[schema(value_type = String)]
    pub code: Code,
    /// What is wrong with the field, for a person to read.
    pub detail: String,
}

/// A problem (RFC 9457). `code` is stable: decide by it. `/problems` explains every code.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Written<'a> {
    /// Where the code is explained, relative to this server.
    #[schema(format = "uri-reference")]
    r#type: String,
    /// The same for each use of a code.
    title: &'a str,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What was wrong with this request, and what to do.
    detail: &'a str,
    /// The request, as a URN.
    #[schema(format = "uri")]
    instance: String,
    /// Always false.
    success: bool,
    #[schema(value_type = String)]
    code: Code,
    /// That of the header `X-Request-Id`. Name it when you ask us about the request.
    #[schema(value_type = uuid::Uuid)]
    request_id: &'a str,
    /// The fields that are at fault.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldProblem],
    #[serde(flatten)]
    #[schema(ignore)]
    members: &'a Map<String, Value>,
}

impl Problem {
    /// `detail` is about this request and says what to do. It quotes neither the request nor an error of ours.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let (errors, members, headers) = Default::default();
        Self { status: code.status(), code, detail: detail.into(), errors, members, headers }
    }

    /// Where the code says all there is to say.
    pub fn plain(code: Code) -> Self {
        let entry = code.entry();
        Self::new(code, format!("{} {}", entry.meaning, entry.remedy))
    }

    /// Nothing was kept, and the same request may do better in a moment.
    pub fn try_again() -> Self {
        Self::plain(Code::TryAgain).retry_after(1)
    }

    /// No such thing, or it is another organization's.
    pub fn not_found() -> Self {
        Self::plain(Code::NotFound)
    }

    /// For what the framework refused.
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Code::BodyTooSlow,
            StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Code::HeadersTooLarge,
            StatusCode::SERVICE_UNAVAILABLE => return Self::try_again(),
            status if status.is_client_error() => Code::BadRequest,
            _ => Code::InternalError,
        };
        Self { status, ..Self::plain(code) }
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

    pub fn code(&self) -> Code {
        self.code
    }

    pub fn detail(&self) -> &str {
        &self.detail
    }

    pub fn fields(&self) -> &[FieldProblem] {
        &self.errors
    }

    /// Seconds after which the same request may do better.
    pub fn wait(&self) -> Option<u64> {
        self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
    }

    /// The further members, each as text.
    pub fn texts(&self) -> HashMap<String, String> {
        self.members.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
    }

    /// The body of the answer.
    pub fn write(&self, request_id: &str) -> Body {
        let written = Written {
            r#type: format!("/problems#{}", self.code),
            title: self.code.entry().title,
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
