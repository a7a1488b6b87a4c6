//! What is remembered of names, and for how long.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use notifier::guard::{AllowList, DnsCache, Policy, Ports, Resolver};
use reqwest::dns::Resolve as _;
use runtime::{Clock as _, SystemClock};

use crate::dns::Dns;
use crate::receiver::{Receiver, Reply};
use crate::world::{PATIENCE, World};

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
const HOUR: u32 = 3_600;

fn closing() -> Reply {
    Reply::With(200, vec![("connection", "close".to_owned())])
}

#[tokio::test]
async fn a_name_is_looked_up_once_for_many_connections() {
    let dns = Dns::keeping(HOUR, &[&[HERE]]).await;
    let world = World::with(&[("CALLBACK_DNS", &dns.address.to_string())]).await;
    let receiver = Receiver::replying([closing(), closing(), closing()]).await;
    for _ in 0..3 {
        let call = world.finished_call(&format!("http://receiver.example:{}/hook", receiver.port())).await;
        assert_eq!(world.delivered(call).await, ["2xx"]);
    }
    let posts = receiver.posts();
    assert!(posts[0].peer != posts[1].peer && posts[1].peer != posts[2].peer, "the connection was kept");
    assert_eq!(dns.asked(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_receiver_that_moves_is_found_again_whatever_its_zone_says() {
    let dns = Dns::keeping(HOUR, &[&[HERE], &[THERE]]).await;
    let server = dns.address.to_string();
    let settings =
        [("CALLBACK_DNS", server.as_str()), ("CALLBACK_DNS_KEEP", "100ms"), ("CALLBACK_ALLOW", "127.0.0.0/8")];
    let world = World::with(&settings).await;
    let before = Receiver::replying(std::iter::repeat_n(closing(), 10_000)).await;
    let after = Receiver::at(&format!("{THERE}:{}", before.port()), []).await;
    let deadline = SystemClock.instant() + PATIENCE;
    while after.posts().is_empty() {
        assert!(SystemClock.instant() < deadline, "it is sent to where the receiver was");
        let call = world.finished_call(&format!("http://moving.example:{}/hook", before.port())).await;
        assert_eq!(world.delivered(call).await, ["2xx"]);
    }
    assert!(!before.posts().is_empty(), "the first answer was not used");
    world.stop().await;
}

#[tokio::test]
async fn only_so_many_answers_are_remembered() {
    const NAMES: usize = 200;
    let asked_twice = async |answers_max| {
        let dns = Dns::keeping(HOUR, &[&[HERE]]).await;
        let allow: AllowList = "127.0.0.0/8".parse().unwrap();
        let policy = Policy { allow_http: true, allow, ports: Ports::default() };
        let cache = DnsCache { answers_max, keep_max: Duration::from_hours(1) };
        let resolver = Resolver::new(Arc::new(policy), &[dns.address], cache).unwrap();
        for _ in 0..2 {
            for number in 0..NAMES {
                let name = format!("host-{number}.example").parse().unwrap();
                assert_eq!(resolver.resolve(name).await.unwrap().count(), 1);
            }
        }
        dns.asked()
    };
    assert_eq!(asked_twice(DnsCache::default().answers_max).await, NAMES, "there is room for all");
    assert!(asked_twice(16).await > NAMES + NAMES / 2, "more is remembered than there is room for");
}
