//! nats-server, redis and postgres of our own, on free ports and in one folder. Servers that run already are not touched.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::child::{Child, Launch};
use crate::directory::Directory;
use crate::pgserver::{self, PgServer};
use crate::probe::Probe;
use crate::program;
use crate::trouble::Trouble;

/// Postgres does not start while children of the one that was killed are there; they notice its death a moment later.
const STARTS_MAX: u32 = 20;
const LEFTOVERS_GO: Duration = Duration::from_millis(100);

const STOP_WAIT: Duration = Duration::from_secs(10);
/// A free port may be taken by somebody else before the server has it. That it happens so often in a row does not happen.
const PORT_TRIES: u32 = 5;
/// Tests keep apart in Redis by the number of their database.
pub(crate) const REDIS_DATABASES: u32 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    Nats,
    Redis,
    Postgres,
}

/// Whether postgres waits for the disk. JetStream's own default is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    Safe,
    /// Survives everything but a loss of power. For tests.
    Fast,
}

/// Where servers are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Addresses {
    pub nats_url: String,
    pub redis_url: String,
    /// Of the database `postgres`. Use [`create_database`](Self::create_database) for one of your own.
    pub postgres_url: String,
}

impl Addresses {
    /// Makes a new database and gives its URL.
    pub async fn create_database(&self) -> Result<String, Trouble> {
        use sqlx::Connection as _;
        let name = format!("callcow_{}", uuid::Uuid::from_u128(rand::random()).simple());
        let mut connection = sqlx::PgConnection::connect(&self.postgres_url).await?;
        // The name is ours, made of letters, digits and underscores.
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
        connection.close().await?;
        let (server, _) = self.postgres_url.rsplit_once('/').unwrap_or((&self.postgres_url, ""));
        Ok(format!("{server}/{name}"))
    }

    /// A database of Redis that hardly anybody else uses.
    pub fn any_redis_database(&self) -> String {
        format!("{}/{}", self.redis_url, rand::random_range(0..REDIS_DATABASES))
    }
}

/// The three servers. Dropping them kills them; [`stop`](Self::stop) is the polite way.
#[derive(Debug)]
pub struct Servers {
    addresses: Addresses,
    running: Mutex<BTreeMap<Server, Running>>,
    // The last to be dropped: servers write until they are dead.
    directory: Directory,
}

#[derive(Debug)]
struct Running {
    launch: Launch,
    probe: Probe,
    /// None while it is stopped or killed.
    child: Option<Child>,
}

impl Servers {
    /// In a folder for temporary files that goes with the servers.
    pub async fn start(durability: Durability) -> Result<Self, Trouble> {
        Self::start_in(Directory::temporary()?, durability).await
    }

    /// In a folder of your own, which must be new and stays.
    pub async fn start_at(folder: &Path, durability: Durability) -> Result<Self, Trouble> {
        Self::start_in(Directory::at(folder)?, durability).await
    }

    async fn start_in(directory: Directory, durability: Durability) -> Result<Self, Trouble> {
        let folder = directory.path();
        let password = uuid::Uuid::from_u128(rand::random()).simple().to_string();
        let (nats, redis, (postgres, postgres_url)) =
            tokio::try_join!(nats(folder), redis(folder), postgres(folder, &password, durability))?;
        let url = |scheme: &str, running: &Running| match running.probe {
            Probe::Nats(port) | Probe::Redis(port) => format!("{scheme}://127.0.0.1:{port}"),
            Probe::Postgres(_) | Probe::Ready(_) => String::new(),
        };
        let addresses = Addresses { nats_url: url("nats", &nats), redis_url: url("redis", &redis), postgres_url };
        let running = [(Server::Nats, nats), (Server::Redis, redis), (Server::Postgres, postgres)];
        Ok(Self { addresses, running: Mutex::new(running.into()), directory })
    }

    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Where their files and logs are.
    pub fn folder(&self) -> &Path {
        self.directory.path()
    }

    /// Kills a server as a crash does. It can be [started again](Self::start_again).
    pub async fn kill(&self, server: Server) {
        // Dropping a child kills it.
        drop(self.take(server).await);
    }

    /// Asks a server to stop and waits until it has.
    pub async fn stop_one(&self, server: Server) {
        if let Some(child) = self.take(server).await {
            child.stop(STOP_WAIT).await;
        }
    }

    async fn take(&self, server: Server) -> Option<Child> {
        self.running.lock().await.get_mut(&server).and_then(|running| running.child.take())
    }

    /// On its old port and with its old files, as after a restart of the machine.
    pub async fn start_again(&self, server: Server) -> Result<(), Trouble> {
        let mut all = self.running.lock().await;
        if let Some(running) = all.get_mut(&server).filter(|running| running.child.is_none()) {
            let mut starts = 1;
            let child = loop {
                match running.launch.start_and_wait(&running.probe).await {
                    Err(Trouble::Ended { .. }) if starts < STARTS_MAX => starts += 1,
                    child => break child?,
                }
                tokio::time::sleep(LEFTOVERS_GO).await;
            };
            running.child = Some(child);
        }
        Ok(())
    }

    pub async fn stop(self) {
        // Who might still write first.
        for server in [Server::Nats, Server::Redis, Server::Postgres] {
            self.stop_one(server).await;
        }
    }
}

async fn nats(folder: &Path) -> Result<Running, Trouble> {
    let program = program::nats()?;
    let folder = new_folder(folder, "nats")?;
    let config = folder.join("nats.conf");
    // The share of the disk that it would set aside by itself is too small for the streams of many tests.
    let store = folder.join("store");
    let text =
        format!("jetstream {{ store_dir: \"{}\", max_file_store: 1TB, max_memory_store: 1GB }}\n", store.display());
    fs::write(&config, text).map_err(Trouble::io("the settings of nats-server can't be written"))?;
    on_free_port(|port| {
        let launch = Launch::new("nats-server", program.clone(), &folder)
            .arguments(["--addr", "127.0.0.1", "--port", &port.to_string(), "--config"])
            .arguments([&config]);
        (launch, Probe::Nats(port))
    })
    .await
}

async fn redis(folder: &Path) -> Result<Running, Trouble> {
    let program = program::redis()?;
    let folder = new_folder(folder, "redis")?;
    on_free_port(|port| {
        let (port_text, databases) = (port.to_string(), REDIS_DATABASES.to_string());
        // It only limits: it may forget everything.
        let arguments = [
            "--bind",
            "127.0.0.1",
            "--port",
            &port_text,
            "--databases",
            &databases,
            "--save",
            "",
            "--appendonly",
            "no",
        ];
        (Launch::new("redis-server", program.clone(), &folder).arguments(arguments), Probe::Redis(port))
    })
    .await
}

async fn postgres(folder: &Path, password: &str, durability: Durability) -> Result<(Running, String), Trouble> {
    let (folder, secret) = (folder.join("postgres"), password.to_owned());
    let laid_out = tokio::task::spawn_blocking(move || PgServer::lay_out(&folder, &secret)).await;
    let server = laid_out.map_err(|error| Trouble::io("postgres' files can't be laid out")(error.into()))??;
    let running = on_free_port(|port| {
        let url = format!("postgres://{}:{password}@127.0.0.1:{port}/postgres", pgserver::USER);
        (server.on_port(port, durability), Probe::Postgres(url))
    })
    .await?;
    let url = match &running.probe {
        Probe::Postgres(url) => url.clone(),
        Probe::Nats(_) | Probe::Redis(_) | Probe::Ready(_) => String::new(),
    };
    Ok((running, url))
}

fn new_folder(folder: &Path, name: &str) -> Result<std::path::PathBuf, Trouble> {
    let folder = folder.join(name);
    // What callers said is in there.
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)
        .map_err(Trouble::io(format!("the folder of {name} can't be made")))?;
    Ok(folder)
}

async fn on_free_port(launch_on: impl Fn(u16) -> (Launch, Probe)) -> Result<Running, Trouble> {
    let mut tries = 0;
    loop {
        tries += 1;
        let (launch, probe) = launch_on(free_port()?);
        match launch.start_and_wait(&probe).await {
            Ok(child) => return Ok(Running { launch, probe, child: Some(child) }),
            Err(Trouble::Ended { .. }) if tries < PORT_TRIES => {}
            Err(trouble) => return Err(trouble),
        }
    }
}

fn free_port() -> Result<u16, Trouble> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    Ok(listener.map_err(Trouble::io("there is no free port"))?.port())
}
