//! Servers for tests: those of the whole run, or, for a test that is run by itself, its own. Everything here panics
//! where it can't go on, because there is nothing that a test could do about it.

use std::ops::Deref;
use std::sync::OnceLock;

use runtime::{Env as _, ProcessEnv};
use tokio::sync::OnceCell;

use crate::servers::{self, Addresses, Durability};

/// Holds the [`Addresses`] as JSON, for those whom `callcow-stack with-servers` has started.
pub const STACK_SERVERS: &str = "STACK_SERVERS";

/// nats-server, redis and postgres that many tests share. Take a database, a prefix of subjects and a database of Redis
/// of your own. A test that stops a server starts its own [`crate::Servers`].
#[derive(Debug)]
pub struct Servers {
    addresses: Addresses,
    /// None where somebody else started them.
    _own: Option<servers::Servers>,
}

impl Servers {
    /// The servers of this test run.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Servers> = OnceCell::const_new();
        SHARED.get_or_init(Self::find_or_start).await
    }

    async fn find_or_start() -> Self {
        let given = ProcessEnv::read().ok().and_then(|env| env.get(STACK_SERVERS));
        if let Some(given) = given {
            let addresses = serde_json::from_str(&given).expect("STACK_SERVERS is set by callcow-stack");
            return Self { addresses, _own: None };
        }
        let own = servers::Servers::start(Durability::Fast).await;
        let own = own.unwrap_or_else(|trouble| panic!("the servers for tests do not run: {trouble}"));
        Self { addresses: own.addresses().clone(), _own: Some(own) }
    }

    pub fn nats_url(&self) -> String {
        self.addresses.nats_url.clone()
    }

    pub fn redis_url(&self) -> String {
        self.addresses.redis_url.clone()
    }

    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }
}

impl Deref for Servers {
    type Target = Addresses;

    fn deref(&self) -> &Addresses {
        &self.addresses
    }
}

/// The URL of a new, empty database.
pub async fn database() -> String {
    let made = Servers::shared().await.create_database().await;
    made.unwrap_or_else(|trouble| panic!("there is no database for the test: {trouble}"))
}

/// The URL of a database of Redis that hardly any other test uses.
pub async fn redis() -> String {
    Servers::shared().await.any_redis_database()
}

/// A prefix for subjects, streams and consumers that no other test has.
pub fn nats_prefix() -> String {
    static PROCESS: OnceLock<String> = OnceLock::new();
    let process = PROCESS.get_or_init(|| uuid::Uuid::from_u128(rand::random()).simple().to_string()[..12].to_owned());
    format!("t{process}{:x}", rand::random::<u32>())
}
