//! The operations on calls, one in each file.

pub mod accept;
pub mod again;
pub mod body;
pub mod callback;
pub mod cancel;
pub mod create;
pub mod events;
pub mod feed;
pub mod get;
pub mod list;
pub mod preflight;
pub mod redeliver;
pub mod request;
pub mod schema;
pub mod wanted;
mod wishes;

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use proto::CallId;

/// The id in the path. What is not an id is the id of no call.
pub struct PathCall(pub Option<CallId>);

impl<S: Send + Sync> FromRequestParts<S> for PathCall {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(text.ok().and_then(|Path(text)| text.parse().ok())))
    }
}
