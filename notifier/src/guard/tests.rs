use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use url::Url;

use super::{Blocked, Policy, Ports, is_public};

fn policy(allow: &str) -> Policy {
    Policy { allow_http: true, allow: allow.parse().unwrap(), ports: Ports::default() }
}

/// Hosts as they may be written into a URL, and whether they may be dialed. `None`: the URL is not even one.
const SPELLINGS: &[(&str, Option<bool>)] = &[
    // Public IPv4, plain and odd.
    ("1.1.1.1", Some(true)),
    ("8.8.8.8", Some(true)),
    ("93.184.216.34", Some(true)),
    ("134744072", Some(true)),
    ("0x08080808", Some(true)),
    ("010.8.8.8", Some(true)),
    ("0x8.0x8.0x8.0x8", Some(true)),
    ("8.526344", Some(true)),
    ("8.8.2056", Some(true)),
    ("8.8.8.8.", Some(true)),
    ("１.1.1.1", Some(true)),
    ("1。1。1。1", Some(true)),
    ("%31.1.1.1", Some(true)),
    // The edges of what is refused, from outside.
    ("1.0.0.0", Some(true)),
    ("9.255.255.255", Some(true)),
    ("11.0.0.0", Some(true)),
    ("100.63.255.255", Some(true)),
    ("100.128.0.0", Some(true)),
    ("126.255.255.255", Some(true)),
    ("128.0.0.0", Some(true)),
    ("169.253.255.255", Some(true)),
    ("169.255.0.0", Some(true)),
    ("172.15.255.255", Some(true)),
    ("172.32.0.0", Some(true)),
    ("191.255.255.255", Some(true)),
    ("192.0.1.0", Some(true)),
    ("192.0.3.0", Some(true)),
    ("192.88.98.255", Some(true)),
    ("192.88.100.0", Some(true)),
    ("192.167.255.255", Some(true)),
    ("192.169.0.0", Some(true)),
    ("198.17.255.255", Some(true)),
    ("198.20.0.0", Some(true)),
    ("198.51.99.255", Some(true)),
    ("198.51.101.0", Some(true)),
    ("203.0.112.255", Some(true)),
    ("203.0.114.0", Some(true)),
    ("223.255.255.255", Some(true)),
    // This network.
    ("0.0.0.0", Some(false)),
    ("0", Some(false)),
    ("0x0", Some(false)),
    ("00", Some(false)),
    ("0.0", Some(false)),
    ("0.1.2.3", Some(false)),
    ("0.255.255.255", Some(false)),
    // Loopback in every spelling.
    ("127.0.0.1", Some(false)),
    ("127.0.0.1.", Some(false)),
    ("127.1", Some(false)),
    ("127.0.1", Some(false)),
    ("127.255.255.255", Some(false)),
    ("127.127.127.127", Some(false)),
    ("2130706433", Some(false)),
    ("017700000001", Some(false)),
    ("0177.0.0.1", Some(false)),
    ("0177.1", Some(false)),
    ("0x7f000001", Some(false)),
    ("0x7F.1", Some(false)),
    ("0x7f.0.0.1", Some(false)),
    ("0x7f.0x0.0x0.0x1", Some(false)),
    ("127.0.0.0x1", Some(false)),
    ("127.0x0.0.01", Some(false)),
    ("00000177.0.0.1", Some(false)),
    ("１２７.0.0.1", Some(false)),
    ("①②⑦.0.0.1", Some(false)),
    ("127。0。0。1", Some(false)),
    ("127．0．0．1", Some(false)),
    ("127｡0｡0｡1", Some(false)),
    ("%31%32%37.0.0.1", Some(false)),
    ("127%2e0%2e0%2e1", Some(false)),
    // Private networks.
    ("10.0.0.0", Some(false)),
    ("10.0.0.1", Some(false)),
    ("10.1", Some(false)),
    ("10.255.255.255", Some(false)),
    ("167772161", Some(false)),
    ("0xa000001", Some(false)),
    ("012.0.0.1", Some(false)),
    ("172.16.0.0", Some(false)),
    ("172.16.0.1", Some(false)),
    ("172.31.255.255", Some(false)),
    ("0xac.0x10.0.1", Some(false)),
    ("2886729729", Some(false)),
    ("192.168.0.0", Some(false)),
    ("192.168.0.1", Some(false)),
    ("192.168.255.255", Some(false)),
    ("192.168.1", Some(false)),
    ("192.168.257", Some(false)),
    ("3232235521", Some(false)),
    ("0xc0a80001", Some(false)),
    ("0300.0250.0.1", Some(false)),
    // The metadata services, and link-local.
    ("169.254.169.254", Some(false)),
    ("169.254.0.0", Some(false)),
    ("169.254.255.255", Some(false)),
    ("2852039166", Some(false)),
    ("0xa9fea9fe", Some(false)),
    ("0251.0376.0251.0376", Some(false)),
    ("169.254.43518", Some(false)),
    ("169.16689662", Some(false)),
    ("169.254.170.2", Some(false)),
    ("100.100.100.200", Some(false)),
    // Shared, special, documentation, benchmarks.
    ("100.64.0.0", Some(false)),
    ("100.64.0.1", Some(false)),
    ("100.127.255.255", Some(false)),
    ("192.0.0.0", Some(false)),
    ("192.0.0.8", Some(false)),
    ("192.0.0.170", Some(false)),
    ("192.0.0.255", Some(false)),
    ("192.0.2.0", Some(false)),
    ("192.0.2.255", Some(false)),
    ("192.88.99.0", Some(false)),
    ("192.88.99.1", Some(false)),
    ("192.88.99.255", Some(false)),
    ("198.18.0.0", Some(false)),
    ("198.18.0.1", Some(false)),
    ("198.19.255.255", Some(false)),
    ("198.51.100.0", Some(false)),
    ("198.51.100.255", Some(false)),
    ("203.0.113.0", Some(false)),
    ("203.0.113.255", Some(false)),
    // Multicast, reserved, broadcast.
    ("224.0.0.0", Some(false)),
    ("224.0.0.1", Some(false)),
    ("239.255.255.255", Some(false)),
    ("240.0.0.0", Some(false)),
    ("240.0.0.1", Some(false)),
    ("254.255.255.255", Some(false)),
    ("255.255.255.255", Some(false)),
    ("4294967295", Some(false)),
    ("0xffffffff", Some(false)),
    // Public IPv6.
    ("[2606:4700:4700::1111]", Some(true)),
    ("[2606:4700:4700:0:0:0:0:1111]", Some(true)),
    ("[2001:4860:4860::8888]", Some(true)),
    ("[2A00:1450:4001:80b::200E]", Some(true)),
    ("[2000::]", Some(true)),
    ("[2001:200::]", Some(true)),
    ("[2001:db7:ffff:ffff::]", Some(true)),
    ("[2001:db9::]", Some(true)),
    ("[2003::1]", Some(true)),
    ("[3ffe::1]", Some(true)),
    ("[3fff:1000::]", Some(true)),
    // NAT64 takes the verdict of what it embeds.
    ("[64:ff9b::8.8.8.8]", Some(true)),
    ("[64:ff9b::808:808]", Some(true)),
    ("[0064:FF9B::101:101]", Some(true)),
    ("[64:ff9b::127.0.0.1]", Some(false)),
    ("[64:ff9b::7f00:1]", Some(false)),
    ("[64:ff9b::10.0.0.1]", Some(false)),
    ("[64:ff9b::a9fe:a9fe]", Some(false)),
    ("[64:ff9b::192.168.0.1]", Some(false)),
    ("[64:ff9b::0.0.0.0]", Some(false)),
    ("[64:ff9b::ffff:ffff]", Some(false)),
    ("[64:ff9b:1::8.8.8.8]", Some(false)),
    ("[64:ff9b:1::]", Some(false)),
    ("[64:ff9b:0:1::808:808]", Some(false)),
    // Unspecified and loopback.
    ("[::]", Some(false)),
    ("[0:0:0:0:0:0:0:0]", Some(false)),
    ("[::1]", Some(false)),
    ("[0:0:0:0:0:0:0:1]", Some(false)),
    ("[0000:0000:0000:0000:0000:0000:0000:0001]", Some(false)),
    ("[::0001]", Some(false)),
    ("[::0.0.0.1]", Some(false)),
    // IPv4-mapped, -compatible, -translated, ISATAP.
    ("[::ffff:127.0.0.1]", Some(false)),
    ("[::ffff:7f00:1]", Some(false)),
    ("[::FFFF:7F00:0001]", Some(false)),
    ("[0:0:0:0:0:ffff:127.0.0.1]", Some(false)),
    ("[::ffff:10.0.0.1]", Some(false)),
    ("[::ffff:169.254.169.254]", Some(false)),
    ("[::ffff:a9fe:a9fe]", Some(false)),
    ("[::ffff:192.168.0.1]", Some(false)),
    ("[::ffff:0.0.0.0]", Some(false)),
    ("[::ffff:8.8.8.8]", Some(false)),
    ("[::127.0.0.1]", Some(false)),
    ("[::7f00:1]", Some(false)),
    ("[::10.0.0.1]", Some(false)),
    ("[::8.8.8.8]", Some(false)),
    ("[::ffff:0:127.0.0.1]", Some(false)),
    ("[::ffff:0:7f00:1]", Some(false)),
    ("[::ffff:0:8.8.8.8]", Some(false)),
    ("[::5efe:127.0.0.1]", Some(false)),
    ("[::5efe:7f00:1]", Some(false)),
    ("[::200:5efe:a00:1]", Some(false)),
    // Tunnels: Teredo and 6to4.
    ("[2001::]", Some(false)),
    ("[2001:0:4136:e378:8000:63bf:3fff:fdd2]", Some(false)),
    ("[2001:1::1]", Some(false)),
    ("[2001:20::1]", Some(false)),
    ("[2001:1ff:ffff::]", Some(false)),
    ("[2002::]", Some(false)),
    ("[2002:7f00:1::]", Some(false)),
    ("[2002:7f00:0001::1]", Some(false)),
    ("[2002:a9fe:a9fe::]", Some(false)),
    ("[2002:808:808::1]", Some(false)),
    ("[2002:ffff:ffff:ffff::]", Some(false)),
    // Documentation, discard-only, segment routing.
    ("[2001:db8::]", Some(false)),
    ("[2001:db8::1]", Some(false)),
    ("[2001:db8:ffff:ffff::]", Some(false)),
    ("[3fff::]", Some(false)),
    ("[3fff:fff:ffff::]", Some(false)),
    ("[100::]", Some(false)),
    ("[100::1]", Some(false)),
    ("[100:0:0:1::]", Some(false)),
    ("[5f00::]", Some(false)),
    ("[5f00::1]", Some(false)),
    // Local in one way or another.
    ("[fc00::]", Some(false)),
    ("[fc00::1]", Some(false)),
    ("[fd00::1]", Some(false)),
    ("[fd00:ec2::254]", Some(false)),
    ("[fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", Some(false)),
    ("[fe80::]", Some(false)),
    ("[fe80::1]", Some(false)),
    ("[fe80::a9fe:a9fe]", Some(false)),
    ("[febf:ffff::]", Some(false)),
    ("[fec0::1]", Some(false)),
    ("[feff::1]", Some(false)),
    // Multicast, and what nobody has given out.
    ("[ff00::]", Some(false)),
    ("[ff02::1]", Some(false)),
    ("[ff0e::1]", Some(false)),
    ("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", Some(false)),
    ("[4000::1]", Some(false)),
    ("[1fff:ffff::]", Some(false)),
    ("[8000::]", Some(false)),
    // Names are for the resolver to judge.
    ("example.com", Some(true)),
    ("EXAMPLE.com.", Some(true)),
    ("bücher.example", Some(true)),
    ("xn--bcher-kva.example", Some(true)),
    ("ⓔⓧⓐⓜⓟⓛⓔ.com", Some(true)),
    ("127.0.0.1.nip.io", Some(true)),
    ("localhost", Some(true)),
    // Not hosts at all.
    (".", Some(false)),
    (":443", None),
    ("[::1", None),
    ("::1", None),
    ("[fe80::1%eth0]", None),
    ("[fe80::1%25eth0]", None),
    ("[::1].example.com", None),
    ("[127.0.0.1]", None),
    ("[::127.0.0.1.5]", None),
    ("[1::2::3]", None),
    ("256.256.256.256", None),
    ("1.2.3.4.5", None),
    ("127.0.0.0.1", None),
    ("0x100000000", None),
    ("4294967296", None),
    ("127.0.0.1%00.example.com", None),
    ("a b.com", None),
    ("exa<mple.com", None),
    ("xn--", None),
];

#[test]
fn every_spelling_of_an_address_gets_the_verdict_of_the_address() {
    assert!(SPELLINGS.len() >= 150, "{} spellings", SPELLINGS.len());
    let policy = policy("");
    for (host, allowed) in SPELLINGS {
        let verdict = Url::parse(&format!("https://{host}/hook")).ok().map(|url| policy.check_url(&url).is_ok());
        assert_eq!(verdict, *allowed, "{host}");
    }
}

#[test]
fn a_url_is_blocked_for_what_it_is() {
    let policy = Policy { allow_http: false, ..policy("") };
    let cases = [
        ("https://example.com/hook?token=1", Ok(())),
        ("https://example.com:8443", Ok(())),
        ("http://example.com", Err(Blocked::Scheme)),
        ("ftp://example.com", Err(Blocked::Scheme)),
        ("file:///etc/passwd", Err(Blocked::Scheme)),
        ("gopher://127.0.0.1:6379/_x", Err(Blocked::Scheme)),
        ("data:text/plain,x", Err(Blocked::Scheme)),
        ("https://user@example.com", Err(Blocked::UserInfo)),
        ("https://:word@example.com", Err(Blocked::UserInfo)),
        ("https://example.com@127.0.0.1", Err(Blocked::UserInfo)),
        ("https://example.com/#part", Err(Blocked::Fragment)),
        ("https://example.com:22", Err(Blocked::Port)),
        ("https://example.com:6379", Err(Blocked::Port)),
        ("https://example.com:0", Err(Blocked::Port)),
        ("https://127.0.0.1:8443", Err(Blocked::Address)),
        ("https://./", Err(Blocked::Host)),
    ];
    for (url, verdict) in cases {
        assert_eq!(policy.check_url(&url.parse().unwrap()), verdict, "{url}");
    }
}

#[test]
fn an_allowed_network_is_dialed_and_its_neighbours_are_not() {
    let policy = policy("127.0.0.1/32, fd00:1::/32");
    let check = |url: &str| policy.check_url(&url.parse().unwrap());
    assert_eq!(check("http://127.0.0.1:8080/"), Ok(()));
    assert_eq!(check("http://2130706433:8080/"), Ok(()));
    assert_eq!(check("http://[fd00:1::7]:8080/"), Ok(()));
    assert_eq!(check("http://127.0.0.2:8080/"), Err(Blocked::Address));
    assert_eq!(check("http://[::ffff:127.0.0.1]:8080/"), Err(Blocked::Address));
    assert_eq!(check("http://127.0.0.1:5432/"), Err(Blocked::Port), "a database is no receiver");
}

fn within(ip: Ipv6Addr, prefix: u128, bits: u32) -> bool {
    (ip.to_bits() ^ prefix) >> (128 - bits) == 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn an_embedded_ipv4_address_decides_for_nat64(ip: u32) {
        let inner = Ipv4Addr::from_bits(ip);
        let outer = Ipv6Addr::from_bits((0x64_ff9b_u128 << 96) | u128::from(ip));
        prop_assert_eq!(is_public(IpAddr::V6(outer)), is_public(IpAddr::V4(inner)));
    }

    #[test]
    fn no_other_embedding_gets_through(ip: u32, embed in 0_usize..5) {
        let low = u128::from(ip);
        let outer = [low, (0xffff_u128 << 32) | low, (0xffff_u128 << 48) | low, (0x5efe_u128 << 32) | low,
            (0x2002_u128 << 112) | (low << 80)][embed];
        prop_assert!(!is_public(IpAddr::V6(Ipv6Addr::from_bits(outer))));
    }

    #[test]
    fn ipv4_agrees_with_the_standard_library(ip: u32) {
        let ip = Ipv4Addr::from_bits(ip);
        let [a, b, c, _] = ip.octets();
        let special = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
            || ip.is_documentation() || a == 0 || a >= 240 || (a == 100 && b & 0xc0 == 64) || (a == 198 && b & 0xfe == 18)
            || (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
        prop_assert_eq!(is_public(IpAddr::V4(ip)), !special);
    }

    #[test]
    fn no_public_unicast_ipv6_address_outside_the_listed_ranges_is_refused(low: u128) {
        let ip = Ipv6Addr::from_bits((low >> 3) | (1 << 125));
        let listed = within(ip, 0x2001_u128 << 112, 23) || within(ip, 0x2001_0db8_u128 << 96, 32)
            || within(ip, 0x2002_u128 << 112, 16) || within(ip, 0x3fff_u128 << 112, 20);
        prop_assert_eq!(is_public(IpAddr::V6(ip)), !listed);
    }
}
