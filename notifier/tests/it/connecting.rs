//! Connections that never come about, or break before anything is said.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::receiver::RawReceiver;
use crate::world::World;

/// The time for connecting is short, and that for everything is longer than a story waits.
const IMPATIENT: &[(&str, &str)] = &[
    ("CALLBACK_CONNECT_TIMEOUT", "300ms"),
    ("CALLBACK_TIMEOUT", "60s"),
    ("CALLBACK_LEASE", "90s"),
    ("CALLBACK_SCHEDULE", "0s"),
];
/// Far from both.
const EARLY: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_receiver_that_takes_no_connection_is_left_after_the_time_for_connecting() {
    let full = Full::start();
    let world = World::with(IMPATIENT).await;
    let call = world.finished_call(&format!("http://{}/hook", full.address)).await;
    assert_eq!(world.exhausted(call).await, ["timeout"]);
    assert!(world.attempts(call)[0].took < EARLY);
    world.stop().await;
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_left_after_the_time_for_connecting() {
    let silent = RawReceiver::start(|stream| async move {
        let _kept = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let world = World::with(IMPATIENT).await;
    let call = world.finished_call(&format!("https://{}/hook", silent.address)).await;
    assert_eq!(world.exhausted(call).await, ["timeout"]);
    assert!(world.attempts(call)[0].took < EARLY);
    world.stop().await;
}

#[tokio::test]
async fn a_reset_before_the_status_is_garbled_and_tried_again() {
    let world = World::with(&[("CALLBACK_SCHEDULE", "0s,10ms")]).await;
    let receiver = RawReceiver::start(|stream| async move {
        let _ = stream.set_zero_linger();
    })
    .await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["garbled"; 2]);
    world.stop().await;
}

/// A port where somebody listens, and never takes a connection; so many wait already that the system drops the next.
struct Full {
    address: SocketAddr,
    _sockets: Vec<Socket>,
}

impl Full {
    fn start() -> Self {
        let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let listener = socket();
        listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut sockets = vec![listener];
        for _ in 0..4 {
            let waiting = socket();
            waiting.set_nonblocking(true).unwrap();
            let _ = waiting.connect(&address); // It is under way.
            sockets.push(waiting);
        }
        Self { address: address.as_socket().unwrap(), _sockets: sockets }
    }
}
