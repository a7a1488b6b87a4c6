//! The conversations that this process holds, so that news of a call reach the one who talks on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use outbox::Nudge;
use proto::CallId;
use runtime::Stop;
use tokio::sync::Notify;

use crate::call::Epoch;
use crate::desk::Desk;
use crate::store::StoreError;

/// Whom to wake for which call. Two of one call are one that was taken over and one that has yet to notice.
type Held = BTreeMap<(CallId, Epoch), Arc<Notify>>;

#[derive(Clone, Default)]
pub struct Conversations(Arc<Mutex<Held>>);

/// The place of one conversation; dropping it leaves.
pub struct Seat {
    conversations: Conversations,
    key: (CallId, Epoch),
    pub news: Arc<Notify>,
}

impl Conversations {
    pub fn enter(&self, call: CallId, epoch: Epoch) -> Seat {
        let news = Arc::new(Notify::new());
        self.with(|held| held.insert((call, epoch), news.clone()));
        metrics::gauge!("conversations").increment(1);
        Seat { conversations: self.clone(), key: (call, epoch), news }
    }

    /// Something happened to this call.
    pub fn poke(&self, call: CallId) {
        self.with(|held| {
            for (_, news) in held.range((call, Epoch(i64::MIN))..=(call, Epoch(i64::MAX))) {
                news.notify_one();
            }
        });
    }

    /// Something may have happened to any call.
    pub fn poke_all(&self) {
        self.with(|held| held.values().for_each(|news| news.notify_one()));
    }

    pub fn count(&self) -> usize {
        self.with(|held| held.len())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Held) -> T) -> T {
        // The map is whole at any time, even if somebody panicked beside it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.conversations.with(|held| held.remove(&self.key));
        metrics::gauge!("conversations").decrement(1);
    }
}

/// Passes on what the dialers tell each other about calls.
pub async fn listen(desk: Arc<Desk>, stop: Stop) {
    loop {
        tokio::select! {
            () = stop.soft() => return,
            error = hear_nudges(&desk) => {
                tracing::warn!(%error, "news between dialers are not heard");
            }
        }
        tokio::select! {
            () = stop.soft() => return,
            () = desk.clock.sleep(desk.patience.retry) => {}
        }
    }
}

async fn hear_nudges(desk: &Desk) -> StoreError {
    let mut listener = match desk.store.listen().await {
        Ok(listener) => listener,
        Err(error) => return error,
    };
    // Whatever was said while nobody listened.
    desk.conversations.poke_all();
    loop {
        match listener.next().await {
            Ok(Nudge::Call(call)) => desk.conversations.poke(call),
            Ok(Nudge::Missed) => desk.conversations.poke_all(),
            Err(error) => return error.into(),
        }
    }
}
