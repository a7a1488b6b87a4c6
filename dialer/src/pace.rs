//! How fast calls leave from one number: one after the other, over all dialers, as its carrier allows. Redis holds the
//! next free moment; without Redis each dialer keeps its share of the rate by itself. Redis only limits: nothing is lost
//! with it.

mod local;
mod shared;

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use proto::{Mode, PhoneNumber};
use runtime::SharedClock;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use self::local::LocalPace;
use self::shared::SharedPace;

pub use self::shared::BadRedisUrl;

/// Redis that did not answer is left alone for so long, so that calls do not even wait for it.
const PAUSE: Duration = Duration::from_secs(1);
/// How far ahead a moment is reserved. A dial waits so long with a lease in hand; what would wait longer goes back.
const AHEAD_MAX: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct PaceSettings {
    /// Calls a second from one number. None: as fast as can be.
    pub live: Option<NonZeroU32>,
    pub test: Option<NonZeroU32>,
    /// None: each dialer keeps its share by itself.
    pub redis_url: Option<SecretString>,
    /// How long a dial waits for Redis.
    pub patience: Duration,
    /// Dialers that share the rate when Redis is gone.
    pub replicas: NonZeroU32,
}

/// When a call may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Its moment is reserved.
    In(Duration),
    /// Too many are before it: nothing is reserved, and it may ask again then.
    AskIn(Duration),
}

/// A number, by a digest: Redis needs to tell numbers apart, not to know them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(String);

pub struct Pace {
    settings: PaceSettings,
    shared: Option<SharedPace>,
    local: LocalPace,
    shared_again_at: Mutex<Option<Instant>>,
    clock: SharedClock,
}

impl Pace {
    /// Does not wait for Redis.
    pub fn new(settings: PaceSettings, clock: SharedClock) -> Result<Self, BadRedisUrl> {
        let shared = settings.redis_url.as_ref().map(SharedPace::new).transpose()?;
        Ok(Self { settings, shared, local: LocalPace::default(), shared_again_at: Mutex::default(), clock })
    }

    /// The next moment at which a call may leave from this number.
    pub async fn reserve(&self, mode: Mode, from: &PhoneNumber) -> Slot {
        let rate = match mode {
            Mode::Live => self.settings.live,
            Mode::Test => self.settings.test,
        };
        let Some(rate) = rate else {
            return Slot::In(Duration::ZERO);
        };
        let (key, interval) = (Key::of(mode, from), Duration::from_secs(1) / rate.get());
        if let Some(slot) = self.reserve_shared(&key, interval).await {
            return slot;
        }
        let share = interval * self.settings.replicas.get();
        self.local.reserve(key, share, self.clock.instant())
    }

    async fn reserve_shared(&self, key: &Key, interval: Duration) -> Option<Slot> {
        let shared = self.shared.as_ref()?;
        let now = self.clock.instant();
        if self.again_at().is_some_and(|until| now < until) {
            return None;
        }
        let trouble = match tokio::time::timeout(self.settings.patience, shared.reserve(key, interval)).await {
            Ok(Ok(slot)) => return Some(slot),
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => "no answer in time".to_owned(),
        };
        metrics::counter!("pace_backend_errors_total").increment(1);
        tracing::warn!(trouble, "the pace is kept without Redis");
        *self.again_at() = Some(self.clock.instant() + PAUSE);
        None
    }

    fn again_at(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.shared_again_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    fn of(mode: Mode, from: &PhoneNumber) -> Self {
        let mode = match mode {
            Mode::Live => "live",
            Mode::Test => "test",
        };
        let digest = Sha256::digest(from.as_e164().as_bytes());
        Self(format!("callcow:pace:{mode}:{}", crate::link::hex(&digest[..16])))
    }
}
