//! A database that goes at the two worst moments of a dial: before the point of no return, and after the carrier's yes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use proto::{Mode, Timestamp};
use runtime::{Clock, SystemClock};
use stack::{Durability, Server, Servers};
use tokio::sync::Notify;

use crate::steps::{Bench, Does};

/// A clock on which the next sleep lasts until a story has done something meanwhile.
#[derive(Default)]
struct Nap {
    armed: AtomicBool,
    asleep: Notify,
    awake: Notify,
}

#[async_trait]
impl Clock for Nap {
    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn instant(&self) -> Instant {
        SystemClock.instant()
    }

    async fn sleep(&self, duration: Duration) {
        if self.armed.swap(false, Ordering::SeqCst) {
            self.asleep.notify_one();
            self.awake.notified().await;
        } else {
            SystemClock.sleep(duration).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_nothing_passes_the_point_of_no_return() {
    let servers = Servers::start(Durability::Fast).await.unwrap();
    let clock = Arc::new(Nap::default());
    let bench = Box::pin(Bench::on(servers.addresses(), clock.clone(), "1")).await;
    let call = bench.accept().await;
    let claimed = bench.claim().await;
    // Another call of this number has just left, so that this one has its intent and waits for its moment.
    bench.desk.pace.reserve(Mode::Test, &"+14155550199".parse().unwrap()).await;
    clock.armed.store(true, Ordering::SeqCst);
    let gone = async {
        clock.asleep.notified().await;
        servers.kill(Server::Postgres).await;
        clock.awake.notify_one();
    };
    let (dialed, ()) = tokio::join!(bench.desk.dial(claimed), gone);
    assert!(dialed.is_err());
    assert_eq!(bench.asked(), 0);

    servers.start_again(Server::Postgres).await.unwrap();
    let attempt = bench.attempt(call).await.unwrap();
    assert_eq!(attempt.state, dialer::call::AttemptState::Intent);
    bench.dial().await;
    assert_eq!((bench.asked(), bench.placed()), (1, 1));
    servers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_of_the_carrier_is_kept_until_the_database_is_back() {
    let servers = Servers::start(Durability::Fast).await.unwrap();
    let bench = Box::pin(Bench::on(servers.addresses(), Arc::new(SystemClock), "off")).await;
    bench.does(&[Does::PlacesAndWaits]);
    let call = bench.accept().await;
    let claimed = bench.claim().await;
    let gone = async {
        bench.hand.waits.notified().await;
        servers.kill(Server::Postgres).await;
        bench.hand.answer.notify_one();
        servers.start_again(Server::Postgres).await.unwrap();
    };
    let (dialed, ()) = tokio::join!(bench.desk.dial(claimed), gone);
    dialed.unwrap();
    assert!(bench.attempt(call).await.unwrap().state.leg().is_some());
    assert_eq!((bench.asked(), bench.placed()), (1, 1));
    servers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_of_the_carrier_that_dies_with_its_dialer_while_the_database_is_gone_is_found_again() {
    let servers = Servers::start(Durability::Fast).await.unwrap();
    let bench = Box::pin(Bench::on(servers.addresses(), Arc::new(SystemClock), "off")).await;
    bench.does(&[Does::PlacesAndWaits]);
    let call = bench.accept().await;
    let claimed = bench.claim().await;
    let gone = async {
        bench.hand.waits.notified().await;
        servers.kill(Server::Postgres).await;
    };
    tokio::select! {
        dialed = bench.desk.dial(claimed) => panic!("nobody answered, and yet {dialed:?}"),
        () = gone => {}
    }
    servers.start_again(Server::Postgres).await.unwrap();
    bench.sweep_until(call, |attempt| attempt.is_some_and(|attempt| attempt.state.leg().is_some())).await;
    assert_eq!((bench.asked(), bench.placed()), (1, 1));
    servers.stop().await;
}
