use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotAuthenticated,
    NotFound,
    NoTo,
    NoFrom,
    NoUrl,
    BadTo,
    BadFrom,
    BadUrl,
    BadEvent,
    BadParameter(&'static str),
    NotInThatState,
    TooMany,
    Down,
}

impl IntoResponse for Refusal {
    /// The vendor's codes, so that whoever speaks to it can tell its refusals apart.
    fn into_response(self) -> Response {
        let bad = StatusCode::BAD_REQUEST;
        let (status, code, message) = match self {
            Self::NotAuthenticated => (StatusCode::UNAUTHORIZED, 20003, "Authenticate".to_owned()),
            Self::NotFound => (StatusCode::NOT_FOUND, 20404, "The requested resource was not found".to_owned()),
            Self::NoTo => (bad, 21201, "No 'To' number is specified".to_owned()),
            Self::NoFrom => (bad, 21213, "No 'From' number is specified".to_owned()),
            Self::NoUrl => (bad, 21205, "Url, Twiml or ApplicationSid is required".to_owned()),
            Self::BadTo => (bad, 21211, "The phone number you are attempting to call is not valid.".to_owned()),
            Self::BadFrom => (bad, 21212, "The source phone number provided is not valid.".to_owned()),
            Self::BadUrl => (bad, 21205, "Url is not a valid URL".to_owned()),
            Self::BadEvent => (bad, 21626, "StatusCallbackEvent(s) not valid".to_owned()),
            Self::BadParameter(name) => (bad, 20001, format!("Parameter '{name}' is not valid")),
            Self::NotInThatState => (bad, 21220, "Call is not in-progress. Cannot redirect.".to_owned()),
            Self::Down => (StatusCode::SERVICE_UNAVAILABLE, 20503, "Service unavailable".to_owned()),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, 20429, "Too Many Requests".to_owned()),
        };
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        let body = json!({ "code": code, "message": message, "more_info": more_info, "status": status.as_u16() });
        let mut response = (status, Json(body)).into_response();
        match self {
            Self::NotAuthenticated => {
                let challenge = HeaderValue::from_static("Basic realm=\"Twilio API\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            Self::TooMany => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::NotFound
            | Self::NoTo
            | Self::NoFrom
            | Self::NoUrl
            | Self::BadTo
            | Self::BadFrom
            | Self::BadUrl
            | Self::BadEvent
            | Self::BadParameter(_)
            | Self::NotInThatState
            | Self::Down => {}
        }
        response
    }
}
