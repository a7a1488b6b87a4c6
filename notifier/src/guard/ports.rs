use std::ops::RangeInclusive;
use std::str::FromStr;

/// Ports of databases, caches, brokers and consoles that would take an HTTP request for something else, or obey it. They
/// are refused even in allowed networks: a receiver has no business there.
const NEVER: [u16; 14] = [
    8086,  // InfluxDB
    8123,  // ClickHouse
    8222,  // the monitor of NATS
    8500,  // Consul
    9042,  // Cassandra
    9092,  // Kafka
    9200,  // Elasticsearch
    9300,  // Elasticsearch
    10250, // kubelet
    10255, // kubelet
    11211, // memcached
    15672, // RabbitMQ
    26379, // Redis sentinel
    27017, // MongoDB
];

/// Ports that callbacks may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports(Vec<RangeInclusive<u16>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of ports such as 80,443,8000-65535")]
pub struct BadPorts;

impl Ports {
    pub fn allows(&self, port: u16) -> bool {
        self.0.iter().any(|range| range.contains(&port)) && !NEVER.contains(&port)
    }
}

/// The web, and what an unprivileged process serves.
impl Default for Ports {
    fn default() -> Self {
        Self(vec![80..=80, 443..=443, 8000..=u16::MAX])
    }
}

impl FromStr for Ports {
    type Err = BadPorts;

    fn from_str(text: &str) -> Result<Self, BadPorts> {
        let port = |text: &str| text.trim().parse::<u16>().map_err(|_| BadPorts);
        let range = |item: &str| match item.split_once('-') {
            Some((first, last)) => Ok(port(first)?..=port(last)?),
            None => port(item).map(|port| port..=port),
        };
        text.split(',').map(range).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{BadPorts, Ports};

    #[test]
    fn the_web_is_allowed_and_databases_are_not() {
        let ports = Ports::default();
        for port in [80, 443, 8000, 8080, 8443, 32_768, 65_535] {
            assert!(ports.allows(port), "{port}");
        }
        for port in [0, 22, 25, 3306, 4222, 5432, 6379, 9200, 11_211, 27_017] {
            assert!(!ports.allows(port), "{port}");
        }
    }

    #[test]
    fn a_list_is_taken_as_written_and_nonsense_refused() {
        let ports: Ports = "443, 8443-8445".parse().unwrap();
        assert_eq!([443, 8443, 8445, 80, 8446].map(|port| ports.allows(port)), [true, true, true, false, false]);
        for text in ["", "http", "1-2-3", "70000", "80,,443"] {
            assert_eq!(text.parse::<Ports>(), Err(BadPorts), "{text}");
        }
    }
}
