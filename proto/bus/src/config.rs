use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_nats::ServerAddr;
use percent_encoding::percent_decode_str;
use runtime::settings::{BadSetting, Env, duration, parsed, parsed_required};

use crate::name::Prefix;

/// At two facts a second for three days, ten times over. A count and not bytes, because a server reserves the bytes of
/// every stream beforehand; the size of a message has its own ceiling.
const FACTS_MAX: i64 = 5_000_000;

/// Long enough that a garbage-collected neighbour or a slow disk does not make a second hearing, short enough that the
/// facts of a dead process are heard by another soon.
const ACK_WAIT: Duration = Duration::from_secs(30);

/// Shorter than this, the progress acks themselves would be late.
const ACK_WAIT_MIN: Duration = Duration::from_millis(300);

#[derive(Clone, Debug)]
pub struct BusSettings {
    /// One server or several of a cluster (`NATS_URL`, separated by commas).
    pub servers: Servers,
    /// Keeps deployments, and tests, on one server apart (`NATS_PREFIX`).
    pub prefix: Prefix,
    /// 1 on a single server, 3 in a cluster (`NATS_REPLICAS`).
    pub replicas: usize,
    /// The oldest facts go when there are more (`NATS_FACTS_MAX`).
    pub facts_max: i64,
    /// A message whose holder is silent for so long is given to another (`NATS_ACK_WAIT`).
    pub ack_wait: Duration,
}

impl BusSettings {
    pub fn read(env: &impl Env) -> Result<Self, BadSetting> {
        let ack_wait = duration(env, "NATS_ACK_WAIT", ACK_WAIT)?;
        if ack_wait < ACK_WAIT_MIN {
            return Err(BadSetting::new("NATS_ACK_WAIT", "is too short; at least 300ms"));
        }
        Ok(Self {
            servers: parsed_required(env, "NATS_URL")?,
            prefix: parsed(env, "NATS_PREFIX", Prefix::default())?,
            replicas: parsed(env, "NATS_REPLICAS", 1)?,
            facts_max: parsed(env, "NATS_FACTS_MAX", FACTS_MAX)?,
            ack_wait,
        })
    }
}

/// The addresses of servers. They may hold a password, so that `Debug` shows none of it.
#[derive(Clone)]
pub struct Servers(Vec<ServerAddr>);

impl Servers {
    /// What `async_nats::connect` takes.
    pub fn addresses(&self) -> Vec<ServerAddr> {
        self.0.clone()
    }

    /// Who we are to the servers: the user of the first address that has one. The client itself takes no user from an
    /// address.
    pub(crate) fn user(&self) -> Option<User> {
        let named = self.0.iter().find_map(|server| server.username().zip(server.password()));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        named.map(|(name, password)| User { name: decoded(name), password: decoded(password) })
    }
}

/// A user of the servers, and its password.
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl FromStr for Servers {
    type Err = NoServer;
    fn from_str(text: &str) -> Result<Self, NoServer> {
        let servers = text.split(',').map(|server| server.trim().parse()).collect::<Result<Vec<ServerAddr>, _>>();
        servers.map(Self).map_err(|_| NoServer)
    }
}

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|server| format!("{}:{}", server.host(), server.port()))).finish()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as nats://host:4222, several separated by commas")]
pub struct NoServer;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::BusSettings;

    #[test]
    fn a_password_in_the_address_is_never_shown() {
        let env = BTreeMap::from([("NATS_URL".to_owned(), "nats://cow:moo-secret@one:4222,two".to_owned())]);
        let settings = BusSettings::read(&env).unwrap();
        assert!(!format!("{settings:?}").contains("moo"), "{settings:?}");
        assert!(format!("{settings:?}").contains("two:4222"));
    }

    #[test]
    fn the_user_of_the_address_is_who_we_are() {
        let user = |url: &str| {
            let env = BTreeMap::from([("NATS_URL".to_owned(), url.to_owned())]);
            BusSettings::read(&env).unwrap().servers.user().map(|user| (user.name, user.password))
        };
        assert_eq!(user("nats://cow:m%40o@one,nats://cow:m%40o@two"), Some(("cow".to_owned(), "m@o".to_owned())));
        assert_eq!(user("nats://one,two"), None);
    }

    #[test]
    fn a_bad_prefix_is_named() {
        let env = BTreeMap::from([
            ("NATS_URL".to_owned(), "nats://one".to_owned()),
            ("NATS_PREFIX".to_owned(), "call.*".to_owned()),
        ]);
        assert!(BusSettings::read(&env).unwrap_err().to_string().contains("NATS_PREFIX"));
    }
}
