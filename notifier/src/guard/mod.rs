//! A callback URL comes from a stranger and must not become a weapon: what may be dialed, and what may not.
//!
//! Two checks, because neither sees everything: [`Policy::check_url`] sees addresses that are written into the URL, which
//! no resolver is ever asked about; [`Resolver`] vets what names resolve to, and hands out exactly the addresses that it
//! vetted, so that there is no second look-up that could answer differently.

mod address;
mod ports;
mod resolver;

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

pub use address::is_public;
pub use ports::{BadPorts, Ports};
pub use resolver::{DnsCache, NoResolver, Resolver, Unresolved};

/// What may be dialed.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Plain HTTP is for a receiver on the same machine or in the same trusted network.
    pub allow_http: bool,
    /// Networks that may be dialed although they are not public.
    pub allow: AllowList,
    pub ports: Ports,
}

/// Networks in CIDR notation, separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList(Vec<IpNet>);

/// The target may not be dialed. The reason is for our own eyes: a receiver's owner sees only that it is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    #[error("the scheme is not allowed")]
    Scheme,
    #[error("the URL carries a user name or a password")]
    UserInfo,
    #[error("the URL carries a fragment")]
    Fragment,
    #[error("the URL has no host")]
    Host,
    #[error("the port is not allowed")]
    Port,
    #[error("the address is not public")]
    Address,
}

impl Policy {
    /// Everything that can be known without a look-up.
    pub fn check_url(&self, url: &Url) -> Result<(), Blocked> {
        if url.scheme() != "https" && !(self.allow_http && url.scheme() == "http") {
            return Err(Blocked::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Blocked::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(Blocked::Fragment);
        }
        let port = url.port_or_known_default().ok_or(Blocked::Port)?;
        if !self.ports.allows(port) {
            return Err(Blocked::Port);
        }
        match url.host() {
            Some(Host::Ipv4(ip)) => self.check_address(ip.into()),
            Some(Host::Ipv6(ip)) => self.check_address(ip.into()),
            Some(Host::Domain(name)) if !name.trim_matches('.').is_empty() => Ok(()),
            Some(Host::Domain(_)) | None => Err(Blocked::Host),
        }
    }

    pub fn check_address(&self, ip: IpAddr) -> Result<(), Blocked> {
        if is_public(ip) || self.allow.contains(ip) { Ok(()) } else { Err(Blocked::Address) }
    }
}

impl AllowList {
    fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&ip))
    }
}

impl FromStr for AllowList {
    type Err = ipnet::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests;
