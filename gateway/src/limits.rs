//! How many requests an organization may make: at most so many in any window, exactly. A sliding log in Redis that all
//! gateways share; without Redis each gateway keeps a log of its own for its share.

mod local;
mod meter;
mod shared;

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use proto::OrgId;
use redis::RedisError;
use runtime::SharedClock;
use secrecy::SecretString;

use self::local::LocalLog;
use self::shared::SharedLog;
use crate::problem::{Code, Problem};

pub use self::meter::Meter;
pub use self::shared::BadRedisUrl;

/// Redis that did not answer is left alone for so long, so that requests do not even wait for it.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub struct Policy {
    pub requests_max: u32,
    /// How often an organization may look for each request that it may make.
    pub reads_per_request: u32,
    pub window: Duration,
    /// Gateways that share the limit when Redis is gone.
    pub replicas: u32,
    /// How long a request waits for Redis: long enough for a round trip, short enough that nobody notices that it is gone.
    pub patience: Duration,
}

/// What is charged. The same one is charged once in a window, however often it comes: a request that is sent again with
/// its idempotency key costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Charged(pub [u8; 16]);

/// What requests are counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Asks for a call, or changes something.
    Requests,
    /// Looks at something.
    Reads,
}

/// Of whom and how much.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    org: OrgId,
    kind: Kind,
    requests_max: u32,
    window: Duration,
}

/// How much an organization may still ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub remaining: u32,
    /// Until there is more than that.
    pub more_after: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    First,
    /// It was charged before.
    Again,
    Refused,
}

/// An organization has asked too much.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("too many requests")]
pub struct Limited(pub Quota);

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

    pub fn budget(&self, org: OrgId, kind: Kind, requests_max: Option<NonZeroU32>) -> Budget {
        let requests_max = requests_max.map_or(self.policy.requests_max, NonZeroU32::get);
        let requests_max = match kind {
            Kind::Requests => requests_max,
            Kind::Reads => requests_max.saturating_mul(self.policy.reads_per_request),
        };
        Budget { org, kind, requests_max, window: self.policy.window }
    }

    /// How long a charge counts.
    pub fn window(&self) -> Duration {
        self.policy.window
    }

    pub async fn charge(&self, budget: Budget, charged: Charged) -> (Charge, Quota) {
        let answer = self.shared(self.shared.charge(&budget, charged)).await;
        let now = self.clock.instant();
        let Some(answer) = answer else {
            return self.local.charge(&self.share_of(budget), charged, now);
        };
        // What Redis admitted counts as well when Redis is gone a moment later.
        if answer.0 == Charge::First {
            self.local.note(&budget, charged, now);
        }
        answer
    }

    /// As if it had not been charged.
    pub async fn refund(&self, budget: Budget, charged: Charged) -> Quota {
        let left = self.local.refund(&self.share_of(budget), charged, self.clock.instant());
        self.shared(self.shared.refund(&budget, charged)).await.unwrap_or(left)
    }

    /// What Redis says, unless it is gone.
    async fn shared<T>(&self, asking: impl Future<Output = Result<T, RedisError>>) -> Option<T> {
        if self.shared_is_paused() {
            return None;
        }
        let trouble = match tokio::time::timeout(self.policy.patience, asking).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer in time".to_owned(),
        };
        metrics::counter!("ratelimit_backend_errors_total").increment(1);
        tracing::warn!(trouble, "the limits are kept without Redis");
        *self.paused_until() = Some(self.clock.instant() + PAUSE);
        None
    }

    /// Connects, so that the first request does not wait for it.
    pub async fn warm_up(&self) {
        if let Err(error) = self.shared.ping().await {
            tracing::warn!(trouble = error.category(), "Redis is not there");
        }
    }

    fn share_of(&self, budget: Budget) -> Budget {
        Budget { requests_max: (budget.requests_max / self.policy.replicas.max(1)).max(1), ..budget }
    }

    fn shared_is_paused(&self) -> bool {
        let now = self.clock.instant();
        self.paused_until().is_some_and(|until| now < until)
    }

    fn paused_until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.shared_again_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kind {
    /// The name of the policy in the headers.
    const fn word(self) -> &'static str {
        match self {
            Self::Requests => "default",
            Self::Reads => "reads",
        }
    }
}

impl Quota {
    /// Whole seconds until there is more, rounded up.
    pub fn seconds(&self) -> u64 {
        self.more_after.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
    }
}

impl From<Limited> for Problem {
    fn from(Limited(quota): Limited) -> Self {
        Self::plain(Code::RateLimited).retry_after(quota.seconds())
    }
}
