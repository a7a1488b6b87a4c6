use std::net::Ipv4Addr;

use crate::dns::Dns;
use crate::receiver::{Receiver, Reply};
use crate::world::World;

const ALLOWED: Ipv4Addr = Ipv4Addr::LOCALHOST;
const FORBIDDEN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

#[tokio::test]
async fn a_private_address_is_blocked_in_every_spelling_and_nothing_arrives() {
    let world = World::start().await;
    let receiver = Receiver::at("127.0.0.2:0", []).await;
    for host in ["127.0.0.2", "2130706434", "0x7f.2", "0177.0.0.2", "[::ffff:127.0.0.2]", "[::7f00:2]"] {
        let call = world.finished_call(&format!("http://{host}:{}/hook", receiver.port())).await;
        assert!(world.exhausted(call).await.iter().all(|result| result == "blocked"), "{host}");
        assert!(world.attempts(call).iter().all(|attempt| attempt.http_status.is_none()));
    }
    assert!(receiver.posts().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_url_that_can_never_be_called_is_given_up_at_once() {
    let world = World::start().await;
    for url in ["http://user:word@127.0.0.1:8080/", "http://127.0.0.1:5432/", "ftp://127.0.0.1/"] {
        let call = world.finished_call(url).await;
        assert_eq!(world.exhausted(call).await, ["blocked"], "{url}");
    }
    world.stop().await;
}

#[tokio::test]
async fn plain_http_is_blocked_unless_it_is_allowed() {
    let world = World::with(&[("CALLBACK_ALLOW_HTTP", "false")]).await;
    let receiver = Receiver::start().await;
    let call = world.finished_call(&receiver.url()).await;
    assert_eq!(world.exhausted(call).await, ["blocked"]);
    assert!(receiver.posts().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_name_that_changes_to_a_forbidden_address_is_blocked() {
    let dns = Dns::start(&[&[ALLOWED], &[FORBIDDEN]]).await;
    let world = World::with(&[("CALLBACK_DNS", &dns.address.to_string()), ("CALLBACK_SCHEDULE", "0s,10ms")]).await;
    let closing = vec![("connection", "close".to_owned())];
    let receiver = Receiver::replying([Reply::With(500, closing)]).await;
    // The same port at the address that the name changes to.
    let inner = Receiver::at(&format!("{FORBIDDEN}:{}", receiver.port()), []).await;
    let call = world.finished_call(&format!("http://rebinding.example:{}/hook", receiver.port())).await;
    assert_eq!(world.exhausted(call).await, ["5xx", "blocked"]);
    assert_eq!(receiver.posts().len(), 1);
    assert!(inner.posts().is_empty());
    assert_eq!(dns.asked(), 2, "each connection takes one look-up, and what it said is what is dialed");
    world.stop().await;
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_vetted_addresses_are_dialed() {
    let dns = Dns::start(&[&[FORBIDDEN, ALLOWED]]).await;
    let world = World::with(&[("CALLBACK_DNS", &dns.address.to_string())]).await;
    let receiver = Receiver::start().await;
    let inner = Receiver::at(&format!("{FORBIDDEN}:{}", receiver.port()), []).await;
    let call = world.finished_call(&format!("http://mixed.example:{}/hook", receiver.port())).await;
    assert_eq!(world.delivered(call).await, ["2xx"]);
    assert!(inner.posts().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_name_without_address_is_told_as_unresolved() {
    let dns = Dns::start(&[&[]]).await;
    let settings = [("CALLBACK_DNS", dns.address.to_string()), ("CALLBACK_SCHEDULE", "0s".to_owned())];
    let world = World::with(&settings.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let call = world.finished_call("http://nobody.example/hook").await;
    assert_eq!(world.exhausted(call).await, ["unresolved"]);
    world.stop().await;
}
