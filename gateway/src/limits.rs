//! How many requests an organization may make: at most so many in any window, exactly. A sliding log in Redis that all
//! gateways share; without Redis each gateway keeps a log of its own for its share.

mod local;
mod shared;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use proto::OrgId;
use runtime::SharedClock;
use secrecy::SecretString;

use self::local::LocalLog;
use self::shared::SharedLog;

pub use self::shared::BadRedisUrl;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Redis that did not answer is left alone for so long, so that requests do not even wait for it.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub struct Policy {
    pub requests_max: u32,
    pub window: Duration,
    /// Gateways that share the limit when Redis is gone.
    pub replicas: u32,
    /// How long a request waits for Redis: long enough for a round trip, short enough that nobody notices that it is gone.
    pub patience: Duration,
}

/// What is charged. The same one is charged once in a window, however often it comes: a request that is sent again with
/// its idempotency key costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged(pub [u8; 16]);

/// How much an organization may still ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub remaining: u32,
    /// Until there is more than that.
    pub more_after: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    Admitted(Quota),
    Refused(Quota),
}

pub struct Limits {
    policy: Policy,
    shared: SharedLog,
    local: LocalLog,
    shared_again_at: Mutex<Option<Instant>>,
    clock: SharedClock,
}

impl Limits {
    /// Does not wait for Redis.
    pub fn new(redis_url: &SecretString, policy: Policy, clock: SharedClock) -> Result<Self, BadRedisUrl> {
        Ok(Self {
            policy,
            shared: SharedLog::new(redis_url)?,
            local: LocalLog::default(),
            shared_again_at: Mutex::default(),
            clock,
        })
    }

    pub async fn charge(&self, org: OrgId, charged: Charged) -> Charge {
        self.ask(org, Some(charged)).await
    }

    /// Charges nothing.
    pub async fn look(&self, org: OrgId) -> Quota {
        match self.ask(org, None).await {
            Charge::Admitted(quota) | Charge::Refused(quota) => quota,
        }
    }

    async fn ask(&self, org: OrgId, charged: Option<Charged>) -> Charge {
        if self.shared_is_paused() {
            return self.ask_local(org, charged);
        }
        let answer = tokio::time::timeout(self.policy.patience, self.shared.ask(org, charged, &self.policy)).await;
        let trouble = match answer {
            Ok(Ok(charge)) => {
                self.remember(org, charged, charge);
                return charge;
            }
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer in time".to_owned(),
        };
        metrics::counter!("ratelimit_backend_errors_total").increment(1);
        tracing::warn!(trouble, "the limits are kept without Redis");
        *self.paused_until() = Some(self.clock.instant() + PAUSE);
        self.ask_local(org, charged)
    }

    /// Connects, so that the first request does not wait for it.
    pub async fn warm_up(&self) {
        if let Err(error) = self.shared.ping().await {
            tracing::warn!(trouble = error.category(), "Redis is not there");
        }
    }

    /// What Redis admitted counts as well when Redis is gone a moment later.
    fn remember(&self, org: OrgId, charged: Option<Charged>, charge: Charge) {
        if let (Some(charged), Charge::Admitted(_)) = (charged, charge) {
            self.local.note(org, charged, &self.policy, self.clock.instant());
        }
    }

    fn ask_local(&self, org: OrgId, charged: Option<Charged>) -> Charge {
        let share =
            Policy { requests_max: (self.policy.requests_max / self.policy.replicas.max(1)).max(1), ..self.policy };
        self.local.ask(org, charged, &share, self.clock.instant())
    }

    fn shared_is_paused(&self) -> bool {
        let now = self.clock.instant();
        self.paused_until().is_some_and(|until| now < until)
    }

    fn paused_until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.shared_again_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn write_headers(&self, quota: Quota, headers: &mut HeaderMap) {
        let policy = format!("\"default\";q={};w={}", self.policy.requests_max, self.policy.window.as_secs());
        let limit = format!("\"default\";r={};t={}", quota.remaining, quota.seconds());
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

impl Quota {
    /// Whole seconds until there is more, rounded up.
    pub fn seconds(&self) -> u64 {
        self.more_after.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
    }
}
