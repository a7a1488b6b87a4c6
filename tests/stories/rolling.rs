//! Every service is restarted under load, one copy after the other, and nobody who calls, is called or is told notices.

use std::time::Duration;

use stack::Service;

use crate::load::{self, COPIES, DRAIN_PATIENCE, Load};
use crate::world::World;

/// Slower than the numbers to call from can carry, on a busy machine too: what waits in line is not what this story is about.
const CALL_EVERY: Duration = Duration::from_millis(800);

/// How many people talked at each restart.
async fn restart_all(world: &World, load: &Load) -> Vec<usize> {
    let mut talked = Vec::new();
    for service in [Service::Gateway, Service::Planner, Service::Dialer, Service::Notifier] {
        for copy in 0..COPIES {
            talked.push(load::talking(world).await);
            world.system.restart_politely(service, copy, DRAIN_PATIENCE).await.unwrap();
        }
    }
    // The last one has some work too.
    load.next_calls(5).await;
    load.stop();
    talked
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_is_restarted_under_load_and_no_request_call_or_callback_is_lost() {
    let world = World::with(load::settings()).await;
    load::allow(&world).await;

    let load = Load::every(CALL_EVERY);
    let ((), talked) = tokio::join!(load.keep_calling(&world), restart_all(&world, &load));

    let outcome = load.outcome(&world).await;
    println!("{} processes restarted, conversations at each: {talked:?}", talked.len());
    println!("{outcome}");
}
