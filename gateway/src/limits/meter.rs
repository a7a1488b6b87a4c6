use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Budget, Quota};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of a budget, on its way to the headers of the answer. Shared by whoever charges a request and whoever
/// writes its answer.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Mutex<Option<(Budget, Quota)>>>);

impl Meter {
    pub(crate) fn show(&self, budget: Budget, quota: Quota) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((budget, quota));
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), if anything was charged.
    pub fn write(&self, headers: &mut HeaderMap) {
        let shown = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((budget, quota)) = shown else {
            return;
        };
        let name = budget.kind.word();
        let policy = format!("\"{name}\";q={};w={}", budget.requests_max, budget.window.as_secs());
        let limit = format!("\"{name}\";r={};t={}", quota.remaining, quota.seconds());
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}
