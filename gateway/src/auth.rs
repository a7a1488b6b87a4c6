//! Who asks: the organization of the key in `Authorization: Bearer`.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use proto::{Mode, OrgId};

use crate::api::Api;
use crate::keys::ApiKey;
use crate::problem::{Code, Problem};
use crate::store::StoreError;

/// Whoever holds a key that opens.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub org_id: OrgId,
    pub mode: Mode,
}

#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("no key")]
    Missing,
    #[error("not a key of ours")]
    Bad,
    #[error("a key that was revoked")]
    Revoked,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FromRequestParts<Api> for Caller {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, AuthError> {
        let key = key(&parts.headers)?;
        let row = api.keys.key(&key.sha256()).await?.ok_or(AuthError::Bad)?;
        let expired = row.expires_at.is_some_and(|at| at <= api.clock.now());
        if expired || row.revoked_at.is_some() {
            return Err(AuthError::Revoked);
        }
        Ok(Self { org_id: row.org_id, mode: row.mode })
    }
}

fn key(headers: &HeaderMap) -> Result<ApiKey, AuthError> {
    let header = headers.get(AUTHORIZATION).ok_or(AuthError::Missing)?.to_str().map_err(|_| AuthError::Bad)?;
    let (scheme, key) = header.split_once(' ').ok_or(AuthError::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AuthError::Missing);
    }
    ApiKey::parse(key.trim()).map_err(|_| AuthError::Bad)
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let code = match self {
            Self::Missing => Code::MissingKey,
            Self::Bad => Code::BadKey,
            Self::Revoked => Code::RevokedKey,
            Self::Store(error) => return Problem::from(error).into_response(),
        };
        Problem::plain(code).header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::AUTHORIZATION;
    use proto::Mode;

    use super::{AuthError, key};
    use crate::keys::ApiKey;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn the_word_bearer_may_be_written_as_one_likes() {
        let good = ApiKey::generate(Mode::Test, &mut rand::rng());
        for word in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(key(&headers(&format!("{word} {}", good.expose()))).unwrap().sha256(), good.sha256());
        }
    }

    #[test]
    fn no_key_and_a_bad_key_are_told_apart() {
        assert!(matches!(key(&HeaderMap::new()), Err(AuthError::Missing)));
        assert!(matches!(key(&headers("Basic YTpi")), Err(AuthError::Missing)));
        assert!(matches!(key(&headers("Bearer ck_live_123")), Err(AuthError::Bad)));
    }
}
