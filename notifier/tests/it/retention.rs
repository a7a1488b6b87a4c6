use std::time::Duration;

use runtime::{Clock as _, SystemClock};

use crate::receiver::{Receiver, Reply};
use crate::world::{World, round, route};

#[tokio::test]
async fn a_result_is_erased_when_it_is_old_and_on_no_way() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s,1h")]).await;
    let (good, failing) = (Receiver::start().await, Receiver::replying([Reply::Status(500)]).await);
    let delivered = world.finished_call(&good.url()).await;
    world.delivered(delivered).await;
    let waiting = world.finished_call(&failing.url()).await;
    world.attempted(waiting, 1).await;

    let now = SystemClock.now();
    let known = async |call: crate::world::AskedCall| {
        world.store.known(call.call_id, route().workflow_id, now).await.unwrap().is_some()
    };
    assert_eq!(world.store.erase_calls(now - Duration::from_mins(1), 10).await.unwrap(), 0, "they are young");
    assert_eq!(world.store.erase_calls(now + Duration::from_mins(1), 10).await.unwrap(), 1);
    assert!(!known(delivered).await && known(waiting).await);
    assert_eq!(world.store.redeliver_call(delivered.call_id, round()).await.unwrap(), 0, "there is nothing to send");
    world.stop().await;
}

#[tokio::test]
async fn a_running_notifier_erases_by_itself() {
    let mut world = World::start().await;
    let receiver = Receiver::start().await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    world.stop_notifiers().await;
    world.set(&[("CALLBACK_RETENTION", "1ms"), ("CALLBACK_RETENTION_INTERVAL", "20ms")]);
    world.add_notifier().await;
    world.forgotten(call).await;
    world.stop().await;
}
