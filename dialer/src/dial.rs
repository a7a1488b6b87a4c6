//! A phone rings at most once: claim, intent, the point of no return, one request, and what became of it. The steps and
//! what each crash leaves behind stand in `DIAL_ONCE.md`.

mod again;
mod judge;
mod place;
mod settle;
mod turn;

use std::sync::Arc;

pub use self::settle::RECONCILED;
pub use self::turn::{Turn, Window};

use proto::Mode;
use runtime::{Spawner, Stop};
use tokio::sync::Semaphore;

use crate::breaker::Allowed;
use crate::config::Ceilings;
use crate::desk::Desk;
use crate::store::{Room, StoreError};

/// Dials what is ready, wherever it became so. The rows decide; a message or a notice only saves the wait for the
/// next look.
pub async fn run(desk: Arc<Desk>, ceilings: Ceilings, spawner: Spawner, stop: Stop) {
    let slots = Arc::new(Semaphore::new(ceilings.dials as usize));
    while !stop.is_soft() {
        if let Err(error) = dial_ready(&desk, ceilings, &slots, &spawner).await {
            tracing::warn!(%error, "no calls could be claimed");
        }
        tokio::select! {
            () = stop.soft() => {}
            () = desk.ready.notified() => {}
            () = desk.clock.sleep(desk.patience.sweep) => {}
        }
    }
}

async fn dial_ready(
    desk: &Arc<Desk>,
    ceilings: Ceilings,
    slots: &Arc<Semaphore>,
    spawner: &Spawner,
) -> Result<(), StoreError> {
    for mode in [Mode::Live, Mode::Test] {
        claim(desk, mode, ceilings, slots, spawner).await?;
    }
    Ok(())
}

async fn claim(
    desk: &Arc<Desk>,
    mode: Mode,
    ceilings: Ceilings,
    slots: &Arc<Semaphore>,
    spawner: &Spawner,
) -> Result<(), StoreError> {
    let in_flight = ceilings.dials as usize - slots.available_permits();
    let talking = desk.conversations.count() + in_flight;
    let room = (ceilings.conversations as usize).saturating_sub(talking).min(slots.available_permits());
    if room == 0 {
        return Ok(());
    }
    let most = match desk.breakers.of(mode).allows(desk.clock.instant()) {
        Allowed::Any => u32::try_from(room).unwrap_or(u32::MAX),
        Allowed::Probe => 1,
        Allowed::None => return Ok(()),
    };
    let room = Room { most, concurrent_calls_max: desk.rules.concurrent_calls_max };
    let claimed = desk.store.claim(desk.me, mode, desk.patience.lease, room).await?;
    if !claimed.is_empty() {
        desk.breakers.of(mode).claimed(desk.clock.instant());
    }
    for claimed in claimed {
        let slot = slots.clone().try_acquire_owned().expect("no more is claimed than there are slots, and only here");
        let desk = desk.clone();
        spawner.spawn("dial", async move {
            let call = claimed.call;
            if let Err(error) = desk.dial(claimed).await {
                // The lease ends by itself, and what was left behind is found by the sweep.
                tracing::warn!(call.id = %call, %error, "a call could not be dialed now");
            }
            drop(slot);
            desk.ready.notify_one();
        });
    }
    Ok(())
}
