//! Many calls at once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use proto::{CallId, Kind};
use runtime::{Clock, SystemClock};

use crate::world::{Ask, World};

/// Longer than so many phones take to be answered on a busy machine.
const PATIENCE: Duration = Duration::from_mins(4);
/// A conversation that is cut takes longer.
const TALK_MAX: Duration = Duration::from_mins(10);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// In which a load grows.
const STEPS: u32 = 80;

/// Calls that are planned as others end.
#[derive(Default)]
pub(crate) struct Load {
    pub(crate) asks: Vec<Ask>,
}

impl Load {
    pub(crate) async fn keep_up(&mut self, world: &World, open: usize) {
        let missing = (world.all_ends().len() + open).saturating_sub(self.asks.len());
        for _ in 0..missing {
            let mut ask = world.ask_from("restaurant", self.asks.len());
            ask.max_duration = TALK_MAX;
            ask.deadline = SystemClock.now() + 2 * TALK_MAX;
            world.plan(&ask).await;
            self.asks.push(ask);
        }
    }

    /// As [`Self::keep_up`], but not with all at once.
    pub(crate) async fn grow(&mut self, world: &World, open: usize, within: Duration) {
        for step in 1..=STEPS {
            self.keep_up(world, open * step as usize / STEPS as usize).await;
            SystemClock.sleep(within / STEPS).await;
        }
    }
}

/// A count as a number to divide by.
pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

pub(crate) fn passed(since: Instant) -> Duration {
    SystemClock.instant().duration_since(since)
}

/// The calls in which somebody spoke, and that are not over.
pub(crate) fn talking(world: &World) -> BTreeSet<CallId> {
    let ends = world.all_ends();
    world.told(Kind::CallTurn).into_iter().filter(|call| !ends.contains_key(call)).collect()
}

pub(crate) async fn until_talking(world: &World, wanted: usize) {
    let began = SystemClock.instant();
    while talking(world).len() < wanted {
        assert!(passed(began) < PATIENCE, "{} conversations", talking(world).len());
        SystemClock.sleep(LOOK_AGAIN).await;
    }
}
