use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Blocked, Policy};

/// More addresses than a client tries within its connect timeout.
const ADDRESSES_MAX: usize = 8;
/// A name that does not resolve may be a new one.
const CACHED_MISSING_AT_MOST: Duration = Duration::from_secs(10);
/// Two tries fit into the connect timeout.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// What is remembered of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsCache {
    pub answers_max: u64,
    /// A receiver that moves is found again within this time, whatever its zone says.
    pub keep_max: Duration,
}

/// A busy notifier meets some thousand hosts, and an answer is some hundred bytes.
impl Default for DnsCache {
    fn default() -> Self {
        Self { answers_max: 8_192, keep_max: Duration::from_mins(1) }
    }
}

/// Resolves names for the HTTP client to vetted addresses only.
#[derive(Clone)]
pub struct Resolver {
    dns: TokioResolver,
    policy: Arc<Policy>,
}

/// The system's resolver can't be used.
#[derive(Debug, thiserror::Error)]
#[error("no DNS resolver: give this machine an /etc/resolv.conf, or set CALLBACK_DNS")]
pub struct NoResolver(#[source] Box<dyn Error + Send + Sync>);

/// The name has no address, or nobody could say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name does not resolve")]
pub struct Unresolved;

impl Resolver {
    /// Asks `servers`, or those of the system when there are none.
    pub fn new(policy: Arc<Policy>, servers: &[SocketAddr], cache: DnsCache) -> Result<Self, NoResolver> {
        let mut builder = if servers.is_empty() {
            TokioResolver::builder_tokio().map_err(|error| NoResolver(error.into()))?
        } else {
            let servers = servers.iter().map(name_server).collect();
            let config = ResolverConfig::from_parts(None, Vec::new(), servers);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        set(builder.options_mut(), cache);
        let dns = builder.build().map_err(|error| NoResolver(error.into()))?;
        Ok(Self { dns, policy })
    }

    async fn vetted(&self, name: &str) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        // A name is taken as fully qualified, so that no search list of ours turns it into the name of a neighbour.
        let name = format!("{}.", name.trim_end_matches('.'));
        let found = self.dns.lookup_ip(name).await.map_err(|_| Unresolved)?;
        let found: Vec<IpAddr> = found.iter().collect();
        if found.is_empty() {
            return Err(Unresolved.into());
        }
        let vetted = found.into_iter().filter(|ip| self.policy.check_address(*ip).is_ok());
        // The client puts in the port of the URL.
        let vetted: Vec<_> = vetted.map(|ip| SocketAddr::new(ip, 0)).take(ADDRESSES_MAX).collect();
        if vetted.is_empty() { Err(Blocked::Address.into()) } else { Ok(vetted) }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let vetted = resolver.vetted(name.as_str()).await?;
            Ok(Box::new(vetted.into_iter()) as Addrs)
        })
    }
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

fn set(options: &mut ResolverOpts, cache: DnsCache) {
    options.cache_size = cache.answers_max;
    options.positive_max_ttl = Some(cache.keep_max);
    options.negative_max_ttl = Some(cache.keep_max.min(CACHED_MISSING_AT_MOST));
    options.timeout = QUERY_TIMEOUT;
    options.attempts = 1;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
}
