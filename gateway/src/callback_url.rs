//! Whether a callback URL may be asked for at all. Only what stands in the URL is judged here, without a look-up: the
//! notifier, which has the complete list of reserved addresses, judges every address that it connects to.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use url::{Host, Url};

/// As long as browsers take.
const URL_CHARS_MAX: usize = 2_048;

/// Exceptions for a receiver on this machine or in this network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackPolicy {
    /// Addresses that are not public and may be called all the same.
    pub allow: Vec<IpNet>,
    pub allow_http: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCallbackUrl {
    #[error("It is not an absolute URL of at most {URL_CHARS_MAX} characters.")]
    Malformed,
    #[error("It must begin with https://.")]
    Scheme,
    #[error("It must not hold a user name or password. Use callback_secret.")]
    UserInfo,
    #[error("It must not lead to a private or reserved address.")]
    Private,
}

impl CallbackPolicy {
    pub fn check(&self, text: &str) -> Result<Url, BadCallbackUrl> {
        if text.len() > URL_CHARS_MAX {
            return Err(BadCallbackUrl::Malformed);
        }
        let url: Url = text.parse().map_err(|_| BadCallbackUrl::Malformed)?;
        if url.scheme() != "https" && !(self.allow_http && url.scheme() == "http") {
            return Err(BadCallbackUrl::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadCallbackUrl::UserInfo);
        }
        let public = match url.host().ok_or(BadCallbackUrl::Malformed)? {
            Host::Ipv4(ip) => self.takes(ip.into()),
            Host::Ipv6(ip) => self.takes(ip.to_ipv4_mapped().map_or(IpAddr::V6(ip), IpAddr::V4)),
            Host::Domain(name) => !is_this_machine(name) || self.takes(Ipv4Addr::LOCALHOST.into()),
        };
        if public { Ok(url) } else { Err(BadCallbackUrl::Private) }
    }

    fn takes(&self, ip: IpAddr) -> bool {
        is_public(ip) || self.allow.iter().any(|net| net.contains(&ip))
    }
}

/// Names that mean this machine everywhere (RFC 6761, 6.3).
fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let shared = first == 100 && second & 0b1100_0000 == 64; // Carrier-grade NAT.
            let reserved = first == 0 || first >= 240;
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || ip.is_documentation()
                || shared
                || reserved)
        }
        // All that is given out as global unicast; what embeds an IPv4 address lies elsewhere, but for 6to4 and Teredo.
        IpAddr::V6(ip) => {
            let [first, second, ..] = ip.segments();
            first & 0xe000 == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second == 0 || second == 0xdb8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadCallbackUrl, CallbackPolicy};

    fn strict(url: &str) -> Result<String, BadCallbackUrl> {
        CallbackPolicy::default().check(url).map(|url| url.to_string())
    }

    #[test]
    fn a_public_https_address_is_taken() {
        for url in [
            "https://agent.example.com/calls",
            "https://agent.example.com:8443/?a=b",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
        ] {
            assert_eq!(strict(url).unwrap(), url);
        }
    }

    #[test]
    fn private_and_reserved_addresses_are_refused_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:10.0.0.1]",
            "[fe80::1]",
            "[fd00::1]",
            "[2002:7f00:1::]",
            "[64:ff9b::a00:1]",
            "localhost",
            "LOCALHOST.",
            "db.localhost",
        ] {
            assert_eq!(strict(&format!("https://{host}/")), Err(BadCallbackUrl::Private), "{host}");
        }
    }

    #[test]
    fn other_schemes_logins_and_junk_are_refused() {
        assert_eq!(strict("http://agent.example.com/"), Err(BadCallbackUrl::Scheme));
        assert_eq!(strict("file:///etc/passwd"), Err(BadCallbackUrl::Scheme));
        assert_eq!(strict("https://me:secret@agent.example.com/"), Err(BadCallbackUrl::UserInfo));
        for junk in ["", "agent.example.com", "https://", &format!("https://example.com/{}", "a".repeat(3_000))] {
            assert_eq!(strict(junk), Err(BadCallbackUrl::Malformed), "{junk:?}");
        }
    }

    #[test]
    fn exceptions_are_exactly_as_wide_as_they_say() {
        let allow = vec!["127.0.0.0/8".parse().unwrap()];
        let policy = CallbackPolicy { allow, allow_http: true };
        assert!(policy.check("http://127.0.0.1:9000/calls").is_ok());
        assert!(policy.check("http://localhost:9000/calls").is_ok());
        assert_eq!(policy.check("http://10.0.0.1/"), Err(BadCallbackUrl::Private));
    }
}
