//! Who asks: the organization of the key in `Authorization: Bearer`, whether the key may, and what the request costs.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use proto::{Mode, OrgId};

use crate::api::Api;
use crate::keys::ApiKey;
use crate::keys::scope::Scope;
use crate::limits::{Charge, Charged, Kind, Limited, Meter};
use crate::problem::{Code, Problem};
use crate::store::{KeyRow, StoreError};

/// Whoever holds a key that opens.
#[derive(Clone, Debug)]
pub struct Caller {
    pub org_id: OrgId,
    pub mode: Mode,
    /// The key, and what its organization calls with.
    pub key: Arc<KeyRow>,
    meter: Meter,
}

/// Somebody who looks. Looking has a budget of its own, so that whoever watches calls can still ask for one.
pub struct Reader(pub Caller);

/// Somebody who has calls made. Nothing is charged yet: it depends on what is asked.
pub struct Agent(pub Caller);

/// Somebody who changes what the organization has.
pub struct Manager(pub Caller);

#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("no key")]
    Missing,
    #[error("not a key of ours")]
    Bad,
    #[error("a key that was revoked")]
    Revoked,
    #[error("the key may not {0:?}")]
    Scope(Scope),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Caller {
    /// Whoever sent these headers, if their key has that scope.
    pub async fn of(api: &Api, headers: &HeaderMap, scope: Scope, meter: Meter) -> Result<Self, AuthError> {
        let row = api.keys.key(&key(headers)?.sha256()).await?.ok_or(AuthError::Bad)?;
        let expired = row.expires_at.is_some_and(|at| at <= api.clock.now());
        if expired || row.revoked_at.is_some() {
            return Err(AuthError::Revoked);
        }
        if !row.scopes.allow(scope) {
            return Err(AuthError::Scope(scope));
        }
        Ok(Self { org_id: row.org_id, mode: row.mode, key: row, meter })
    }

    /// Charges the organization for a request. Returns whether that was not charged before.
    pub async fn charge(&self, api: &Api, kind: Kind, charged: Charged) -> Result<bool, Limited> {
        let budget = api.limits.budget(self.org_id, kind, self.key.limits.requests_per_minute);
        let (charge, quota) = api.limits.charge(budget, charged).await;
        self.meter.show(budget, quota);
        match charge {
            Charge::First => Ok(true),
            Charge::Again => Ok(false),
            Charge::Refused => {
                metrics::counter!("requests_limited_total").increment(1);
                Err(Limited(quota))
            }
        }
    }

    /// Takes back what was charged, and shows what is left then.
    pub async fn refund(&self, api: &Api, kind: Kind, charged: Charged) {
        let budget = api.limits.budget(self.org_id, kind, self.key.limits.requests_per_minute);
        self.meter.show(budget, api.limits.refund(budget, charged).await);
    }

    async fn from_parts(parts: &Parts, api: &Api, scope: Scope) -> Result<Self, AuthError> {
        let meter = parts.extensions.get::<Meter>().cloned().unwrap_or_default();
        Self::of(api, &parts.headers, scope, meter).await
    }
}

impl FromRequestParts<Api> for Reader {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, AuthError> {
        let caller = Caller::from_parts(parts, api, Scope::Read).await?;
        caller.charge(api, Kind::Reads, Charged(rand::random())).await?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<Api> for Agent {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, AuthError> {
        Ok(Self(Caller::from_parts(parts, api, Scope::Calls).await?))
    }
}

impl FromRequestParts<Api> for Manager {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, AuthError> {
        let caller = Caller::from_parts(parts, api, Scope::Manage).await?;
        caller.charge(api, Kind::Requests, Charged(rand::random())).await?;
        Ok(Self(caller))
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

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        let code = match error {
            AuthError::Missing => Code::MissingKey,
            AuthError::Bad => Code::BadKey,
            AuthError::Revoked => Code::RevokedKey,
            AuthError::Scope(scope) => {
                let detail = format!("The key has not the scope \"{}\". Use a key that has it.", scope.word());
                return Self::new(Code::Scope, detail);
            }
            AuthError::Limited(limited) => return limited.into(),
            AuthError::Store(error) => return error.into(),
        };
        Self::plain(code).header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
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
