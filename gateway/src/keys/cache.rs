//! Keys that were looked up a moment ago, and what their organizations call with, so that a client who asks often costs
//! the database little. A key that is revoked is refused everywhere within a second, and other changes are seen as soon:
//! they are told on a connection of its own, and what is kept is trusted only as long as that connection was heard lately.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use runtime::{SharedClock, Stop};

use crate::store::{KeyNews, KeyRow, Store, StoreError};

/// Bounds what a change by hand in the tables, which nobody tells, can keep alive.
const AGE_MAX: Duration = Duration::from_secs(30);
/// Some hundred bytes each, so that this is a few megabytes.
const KEPT_MAX: usize = 10_000;
/// Below the second that we promise, with room for a refusal to be decided.
const TRUST: Duration = Duration::from_millis(800);
/// Twice within the trust, so that one slow answer costs nothing.
const BEAT: Duration = Duration::from_millis(300);
/// After the connection broke. Keys are looked up one by one meanwhile.
const PAUSE: Duration = Duration::from_secs(1);

type Digest = [u8; 32];

/// The keys that this process knows.
#[derive(Default)]
struct Known {
    rows: HashMap<Digest, (Instant, Arc<KeyRow>)>,
    /// Until when a revocation would have been heard.
    trusted_until: Option<Instant>,
    /// Grows with each revocation: what was read before one is not kept after it.
    told: u64,
}

pub struct KeyCache {
    known: Mutex<Known>,
    store: Store,
    clock: SharedClock,
}

impl KeyCache {
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { known: Mutex::default(), store, clock }
    }

    /// Only keys that open something are kept: a stranger who guesses can't fill the memory.
    pub async fn key(&self, sha256: &Digest) -> Result<Option<Arc<KeyRow>>, StoreError> {
        let asked = self.clock.instant();
        let told = {
            let known = self.known();
            if let Some(row) = known.get(sha256, asked) {
                return Ok(Some(row));
            }
            known.told
        };
        let row = self.store.key(sha256).await?.map(Arc::new);
        if let Some(row) = row.as_ref().filter(|row| row.revoked_at.is_none()) {
            self.known().keep(*sha256, asked, Arc::clone(row), told);
        }
        Ok(row)
    }

    /// Hears of revocations until the soft stop.
    pub async fn run(self: Arc<Self>, stop: Stop) {
        loop {
            tokio::select! {
                () = stop.soft() => return,
                result = self.hear() => {
                    let Err(error) = result;
                    tracing::warn!(error = &error as &dyn std::error::Error, "not told which keys are revoked");
                }
            }
            self.known().distrust();
            tokio::select! {
                () = stop.soft() => return,
                () = self.clock.sleep(PAUSE) => {}
            }
        }
    }

    async fn hear(&self) -> Result<std::convert::Infallible, StoreError> {
        let mut news = self.store.key_news().await?;
        self.known().forget();
        loop {
            self.beat(&mut news).await?;
            tokio::select! {
                heard = news.next() => {
                    heard?;
                    self.known().forget();
                }
                () = self.clock.sleep(BEAT) => {}
            }
        }
    }

    /// The database answers on the connection that tells, so it would have told what was revoked before we asked.
    async fn beat(&self, news: &mut KeyNews) -> Result<(), StoreError> {
        let asked = self.clock.instant();
        // A connection that is not answered on is given up: only another one can be trusted again.
        tokio::time::timeout(TRUST, news.ping()).await.map_err(|_| StoreError::silent())??;
        while news.heard() {
            self.known().forget();
        }
        self.known().trusted_until = Some(asked + TRUST);
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn get(&self, sha256: &Digest, now: Instant) -> Option<Arc<KeyRow>> {
        if self.trusted_until.is_none_or(|until| until <= now) {
            return None;
        }
        let (since, row) = self.rows.get(sha256)?;
        (now < *since + AGE_MAX).then(|| Arc::clone(row))
    }

    /// `told` is what was told when the row was asked for, at `asked`.
    fn keep(&mut self, sha256: Digest, asked: Instant, row: Arc<KeyRow>, told: u64) {
        if self.told != told {
            return;
        }
        if self.rows.len() >= KEPT_MAX {
            self.rows.clear();
        }
        self.rows.insert(sha256, (asked, row));
    }

    /// All of them: keys are revoked seldom, and looking the others up once more is cheap.
    fn forget(&mut self) {
        self.told += 1;
        self.rows.clear();
    }

    fn distrust(&mut self) {
        self.trusted_until = None;
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use proto::{Mode, OrgId};
    use runtime::{Clock as _, SystemClock};
    use uuid::Uuid;

    use super::{AGE_MAX, KEPT_MAX, Known};
    use crate::keys::scope::Scopes;
    use crate::store::{KeyRow, OrgLimits};

    fn row() -> Arc<KeyRow> {
        Arc::new(KeyRow {
            key_id: Uuid::nil(),
            org_id: OrgId::from(Uuid::nil()),
            mode: Mode::Test,
            scopes: Scopes::All,
            expires_at: None,
            revoked_at: None,
            limits: OrgLimits::default(),
            numbers: Vec::new(),
            signing_secrets: Vec::new(),
        })
    }

    fn trusted(now: Instant) -> Known {
        Known { trusted_until: Some(now + 2 * AGE_MAX), ..Known::default() }
    }

    #[test]
    fn a_key_is_known_for_half_a_minute() {
        let now = SystemClock.instant();
        let mut known = trusted(now);
        known.keep([1; 32], now, row(), 0);
        assert!(known.get(&[1; 32], now + AGE_MAX.saturating_sub(Duration::from_millis(1))).is_some());
        assert!(known.get(&[1; 32], now + AGE_MAX).is_none());
        assert!(known.get(&[2; 32], now).is_none());
    }

    #[test]
    fn nothing_is_known_once_the_connection_is_silent() {
        let now = SystemClock.instant();
        let mut known = Known { trusted_until: Some(now), ..Known::default() };
        known.keep([1; 32], now, row(), 0);
        assert!(known.get(&[1; 32], now).is_none());
        known.trusted_until = None;
        assert!(known.get(&[1; 32], now).is_none());
    }

    #[test]
    fn what_was_read_before_a_revocation_is_not_kept_after_it() {
        let now = SystemClock.instant();
        let mut known = trusted(now);
        let told = known.told;
        known.forget();
        known.keep([1; 32], now, row(), told);
        assert!(known.get(&[1; 32], now).is_none());
    }

    #[test]
    fn it_never_holds_more_than_its_bound() {
        let now = SystemClock.instant();
        let mut known = trusted(now);
        for number in 0..=KEPT_MAX {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&number.to_le_bytes());
            known.keep(digest, now, row(), 0);
            assert!(known.rows.len() <= KEPT_MAX);
        }
    }
}
