//! What was said is forgotten, and that the phone rang is not.

use std::time::Duration;

use dialer::MigrateConfig;
use dialer::store::Store;
use proto::call::Outcome;
use runtime::{Clock, SystemClock};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_erased_is_not_dialed_when_its_plan_is_heard_again() {
    let world = World::start().await;
    let ask = world.ask("busy");
    assert_eq!(world.call(&ask).await.outcome, Outcome::Busy);
    let store = Store::open(&MigrateConfig::read(&world.env).unwrap().database_url, 1).await.unwrap();
    assert_eq!(store.erase(&[ask.call]).await.unwrap(), 1);

    world.tell(&ask.planned()).await;
    // By the time that a later one is over the earlier one was heard.
    let later = world.ask("rejects");
    world.call(&later).await;
    assert_eq!((world.rings(&ask), world.ends(&ask).len()), (1, 1));

    let now = SystemClock.now();
    assert_eq!(store.erase_old(now - Duration::from_mins(5), 10).await.unwrap(), 0, "they are young");
    assert_eq!(store.erase_old(now + Duration::from_mins(5), 10).await.unwrap(), 2);
    store.pool().close().await;
    world.stop().await;
}
