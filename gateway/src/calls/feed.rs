//! The events of one call for one client, whatever it speaks.

use std::time::{Duration, Instant};

use proto::{CallId, OrgId};
use tokio::sync::OwnedSemaphorePermit;

use crate::api::Api;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::store::{EventRow, StoreError};
use crate::wakes::Watch;

/// Whoever was not told, because a connection to the database broke, looks by himself.
const LOOK: Duration = Duration::from_secs(2);

/// What a client watches.
pub struct Feed {
    api: Api,
    org: OrgId,
    call: CallId,
    /// The place of the last event that was sent.
    sent: u32,
    watch: Watch,
    /// When the client is sent to another process, however much it has to tell: so that no process is held for ever.
    until: Instant,
    unsent: std::vec::IntoIter<EventRow>,
    _room: OwnedSemaphorePermit,
}

pub enum Next {
    Event(EventRow),
    /// There is nothing more to come.
    Over,
    /// There may be more, from another process.
    Elsewhere,
}

#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error("no such call")]
    NotFound,
    #[error("no room for another stream")]
    Full,
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Look {
    over: bool,
    rows: Vec<EventRow>,
}

impl Feed {
    /// Begins after the place that the client has seen.
    pub async fn open(api: &Api, caller: &Caller, call: Option<CallId>, sent: u32) -> Result<Self, WatchError> {
        let call = call.ok_or(WatchError::NotFound)?;
        api.store.is_over(caller.org_id, call).await?.ok_or(WatchError::NotFound)?;
        let room = api.streams.clone().try_acquire_owned().map_err(|_| WatchError::Full)?;
        Ok(Self {
            api: api.clone(),
            org: caller.org_id,
            call,
            sent,
            watch: api.wakes.watch(call),
            until: api.clock.instant() + api.rules.stream_age_max,
            unsent: Vec::new().into_iter(),
            _room: room,
        })
    }

    /// Whether there is nothing to come.
    pub async fn is_over(&self) -> Result<bool, StoreError> {
        let Look { over, rows } = self.look().await?;
        Ok(over && rows.is_empty())
    }

    pub async fn next(&mut self) -> Next {
        loop {
            if let Some(row) = self.unsent.next() {
                self.sent = row.place;
                return Next::Event(row);
            }
            let left = self.until.saturating_duration_since(self.api.clock.instant());
            if left.is_zero() {
                return Next::Elsewhere;
            }
            let news = self.watch.news();
            match self.look().await {
                Ok(Look { over: true, rows }) if rows.is_empty() => return Next::Over,
                Ok(Look { rows, .. }) if !rows.is_empty() => {
                    drop(news);
                    self.unsent = rows.into_iter();
                    continue;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a stream waits"),
            }
            tokio::select! {
                () = news => {}
                () = self.api.clock.sleep(LOOK.min(left)) => {}
                () = self.api.stop.soft() => return Next::Elsewhere,
            }
        }
    }

    /// Whether the call is over is read first: what was told before that is then among the events.
    async fn look(&self) -> Result<Look, StoreError> {
        let over = self.api.store.is_over(self.org, self.call).await?.unwrap_or(true);
        Ok(Look { over, rows: self.api.store.events_after(self.call, self.sent).await? })
    }
}

impl From<WatchError> for Problem {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::NotFound => Self::not_found(),
            WatchError::Full => Self::try_again(),
            WatchError::Store(error) => error.into(),
        }
    }
}
