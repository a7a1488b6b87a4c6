//! Our own processes, against servers of their own or shared ones.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::future::{join_all, try_join_all};
use tokio::sync::Mutex;

use crate::child::{Child, Launch};
use crate::directory::Directory;
use crate::probe::Probe;
use crate::program;
use crate::servers::{Addresses, Durability, Server, Servers};
use crate::testing;
use crate::trouble::Trouble;

/// Longer than the `DRAIN` of our processes.
const STOP_WAIT: Duration = Duration::from_secs(8);
const DRAIN: &str = "5s";
/// An account that the simulated carrier knows.
const ACCOUNT_SID: &str = "AC5e11fa57c0ffee00c0ffee00c0ffee00";
const LOOK_AGAIN: Duration = Duration::from_millis(15);
/// A cold start on a machine that compiles at the same time.
const LISTEN_WAIT: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Gateway,
    Planner,
    Dialer,
    Notifier,
    /// Not a service of ours, but the phone network that they call.
    Simulator,
}

impl Service {
    pub const ALL: [Self; 5] = [Self::Gateway, Self::Planner, Self::Dialer, Self::Notifier, Self::Simulator];

    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Planner => "planner",
            Self::Dialer => "dialer",
            Self::Notifier => "notifier",
            Self::Simulator => "simulator",
        }
    }

    fn binary(self) -> Result<PathBuf, Trouble> {
        program::own(&format!("callcow-{}", self.name()))
    }
}

/// Whose nats-server, redis and postgres a system uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UseServers {
    /// Those of the whole test run; the system has its own database and subjects there.
    Shared,
    /// Servers that stop with the system, and that a story may kill.
    Own(Durability),
}

#[derive(Clone, Debug)]
pub struct SystemSettings {
    pub servers: UseServers,
    /// How many times faster than life the simulated phone network is.
    pub rate: f64,
    /// Where spans go over OTLP/gRPC.
    pub otlp_endpoint: Option<String>,
    /// Further settings of one service, which win over ours.
    pub more: Vec<(Service, &'static str, String)>,
}

impl SystemSettings {
    /// As fast as the people can still be followed.
    pub fn for_demo() -> Self {
        Self { servers: UseServers::Own(Durability::Safe), rate: 4.0, otlp_endpoint: None, more: Vec::new() }
    }

    /// Fast, and impatient with what does not answer, so that a story about a crash is over in seconds.
    pub fn for_tests() -> Self {
        let more = [
            ("LEASE", "5s"),
            ("DIAL_TIMEOUT", "1500ms"),
            ("SETTLE", "2s"),
            ("SWEEP", "250ms"),
            ("STATUS_MARGIN", "2s"),
            ("DIAL_RETRY", "200ms"),
        ]
        .map(|(name, value)| (Service::Dialer, name, value.to_owned()));
        let mut more = Vec::from(more);
        more.extend(Service::ALL.map(|service| (service, "NATS_ACK_WAIT", "2s".to_owned())));
        Self { servers: UseServers::Shared, rate: 20.0, otlp_endpoint: None, more }
    }

    #[must_use]
    pub fn with(mut self, service: Service, name: &'static str, value: &str) -> Self {
        self.more.push((service, name, value.to_owned()));
        self
    }
}

/// All our processes. Dropping the system kills them; [`stop`](Self::stop) is the polite way.
#[derive(Debug)]
pub struct System {
    running: Mutex<BTreeMap<Service, Running>>,
    addresses: BTreeMap<Service, SocketAddr>,
    gateway_env: BTreeMap<String, String>,
    servers: Option<Servers>,
    // The last to be dropped: processes write until they are dead.
    directory: Directory,
}

#[derive(Debug)]
struct Running {
    launch: Launch,
    address: SocketAddr,
    /// None while it is killed.
    child: Option<Child>,
}

impl System {
    pub async fn start(settings: SystemSettings) -> Result<Self, Trouble> {
        // Boxed, because it holds the start of every process, and every story holds it.
        Box::pin(Self::start_all(settings)).await
    }

    async fn start_all(settings: SystemSettings) -> Result<Self, Trouble> {
        let directory = Directory::temporary()?;
        let (servers, at) = match settings.servers {
            UseServers::Shared => (None, testing::Servers::shared().await.addresses().clone()),
            UseServers::Own(durability) => {
                let servers = Servers::start(durability).await?;
                let at = servers.addresses().clone();
                (Some(servers), at)
            }
        };
        let common = common(&settings, &at, &at.create_database().await?);
        // The dialer needs to know where the phone network is.
        let simulator = start(Service::Simulator, &settings, &common, directory.path()).await?;
        let mut common = common;
        common.insert("SIMULATOR_URL".into(), format!("http://{}", simulator.address));
        // The gateway asks the planner.
        let planner = start(Service::Planner, &settings, &common, directory.path()).await?;
        common.insert("PLANNER_URL".into(), format!("http://{}", planner.address));
        let rest = [Service::Gateway, Service::Dialer, Service::Notifier]
            .map(|service| start(service, &settings, &common, directory.path()));
        let rest = try_join_all(rest).await?;

        let all = [Service::Simulator, Service::Planner, Service::Gateway, Service::Dialer, Service::Notifier];
        let running: BTreeMap<_, _> = all.into_iter().zip([simulator, planner].into_iter().chain(rest)).collect();
        let addresses = running.iter().map(|(service, running)| (*service, running.address)).collect();
        let gateway_env = running[&Service::Gateway].launch.env.clone();
        Ok(Self { running: Mutex::new(running), addresses, gateway_env, servers, directory })
    }

    /// Where a service is, such as `http://127.0.0.1:34567`.
    pub fn url(&self, service: Service) -> String {
        format!("http://{}", self.addresses[&service])
    }

    /// The servers of this system alone; none where it shares them.
    pub fn servers(&self) -> Option<&Servers> {
        self.servers.as_ref()
    }

    /// Where the processes log.
    pub fn folder(&self) -> &Path {
        self.directory.path()
    }

    /// Runs `callcow-gateway admin …` and gives what it printed, by name.
    pub async fn admin(&self, arguments: &[&str]) -> Result<BTreeMap<String, String>, Trouble> {
        let what = format!("callcow-gateway admin {}", arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "));
        let launch = Launch::new("admin", Service::Gateway.binary()?, self.folder());
        let launch = Launch { env: self.gateway_env.clone(), ..launch.arguments(["admin"]).arguments(arguments) };
        let mut command = tokio::process::Command::from(launch.command()?);
        let ended = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().await;
        let ended = ended.map_err(Trouble::io(&what))?;
        if !ended.status.success() {
            return Err(Trouble::Failed { what, told: String::from_utf8_lossy(&ended.stderr).into_owned() });
        }
        let printed = String::from_utf8_lossy(&ended.stdout);
        let pairs = printed.lines().filter_map(|line| line.split_once(':'));
        Ok(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    /// As `kill -9` does.
    pub async fn kill(&self, service: Service) {
        if let Some(running) = self.running.lock().await.get_mut(&service) {
            // Dropping a child kills it.
            drop(running.child.take());
        }
    }

    /// As a deployment does: SIGTERM, and time to finish what it holds.
    pub async fn stop_one(&self, service: Service) {
        let child = self.running.lock().await.get_mut(&service).and_then(|running| running.child.take());
        if let Some(child) = child {
            child.stop(STOP_WAIT).await;
        }
    }

    /// Starts a service that was killed or stopped, at its old address, and waits until it is ready.
    pub async fn start_again(&self, service: Service) -> Result<(), Trouble> {
        let mut all = self.running.lock().await;
        if let Some(running) = all.get_mut(&service).filter(|running| running.child.is_none()) {
            running.child = Some(running.launch.start_and_wait(&Probe::Ready(running.address)).await?);
        }
        Ok(())
    }

    /// Stops nats-server, redis or postgres politely. Only a system with its own servers can.
    pub async fn stop_server(&self, server: Server) {
        if let Some(servers) = &self.servers {
            servers.stop_one(server).await;
        }
    }

    pub async fn kill_server(&self, server: Server) {
        if let Some(servers) = &self.servers {
            servers.kill(server).await;
        }
    }

    pub async fn start_server(&self, server: Server) -> Result<(), Trouble> {
        match &self.servers {
            Some(servers) => servers.start_again(server).await,
            None => Ok(()),
        }
    }

    /// Every line that our processes have logged, in no order.
    pub async fn log_lines(&self) -> Result<Vec<String>, Trouble> {
        let mut lines = Vec::new();
        for service in Service::ALL {
            let log = self.folder().join(format!("{}.log", service.name()));
            let text = tokio::fs::read(&log).await.map_err(Trouble::io(format!("the log of {}", service.name())))?;
            lines.extend(String::from_utf8_lossy(&text).lines().map(str::to_owned));
        }
        Ok(lines)
    }

    /// Asks all processes to stop, then the servers, and waits until they have.
    pub async fn stop(self) {
        let Self { running, servers, directory, addresses: _, gateway_env: _ } = self;
        let children = running.into_inner().into_values().filter_map(|running| running.child);
        join_all(children.map(|child| child.stop(STOP_WAIT))).await;
        if let Some(servers) = servers {
            servers.stop().await;
        }
        drop(directory);
    }
}

/// Settings of all processes. Each takes what it knows.
fn common(settings: &SystemSettings, at: &Addresses, database_url: &str) -> BTreeMap<String, String> {
    let prefix = format!("t{}", uuid::Uuid::from_u128(rand::random()).simple());
    let key: [u8; 32] = rand::random();
    let rate = settings.rate.to_string();
    let redis_url = at.any_redis_database();
    let token = uuid::Uuid::from_u128(rand::random()).simple().to_string();
    let mut env = BTreeMap::from(
        [
            ("NATS_URL", at.nats_url.as_str()),
            ("NATS_PREFIX", &prefix),
            ("DATABASE_URL", database_url),
            ("REDIS_URL", &redis_url),
            ("SEAL_KEYS", &format!("k1:{}", BASE64_STANDARD.encode(key))),
            ("DRAIN", DRAIN),
            ("LOG", "info"),
            ("RUST_BACKTRACE", "1"),
            // The receivers of callbacks are on this machine.
            ("CALLBACK_ALLOW", "127.0.0.0/8"),
            ("CALLBACK_ALLOW_HTTP", "true"),
            ("SIMULATOR_ACCOUNT_SID", ACCOUNT_SID),
            ("SIMULATOR_AUTH_TOKEN", &token),
            ("SIMULATOR_RATE", &rate),
            ("PACE", &rate),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    if let Some(endpoint) = &settings.otlp_endpoint {
        env.insert("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), endpoint.clone());
        // A story waits for the spans.
        env.insert("OTEL_BSP_SCHEDULE_DELAY".to_owned(), "200".to_owned());
    }
    env
}

/// Starts a service on a free port and waits until it is ready.
async fn start(
    service: Service,
    settings: &SystemSettings,
    common: &BTreeMap<String, String>,
    folder: &Path,
) -> Result<Running, Trouble> {
    let name = service.name();
    let mut launch = Launch::new(name, service.binary()?, folder);
    launch.env.clone_from(common);
    let more = settings.more.iter().filter(|(whose, _, _)| *whose == service);
    launch.env.extend(more.map(|(_, name, value)| ((*name).to_owned(), value.clone())));

    let listen_file = folder.join(format!("{name}.address"));
    let mut first = launch.clone();
    first.env.entry("LISTEN".to_owned()).or_insert_with(|| "127.0.0.1:0".to_owned());
    first.env.insert("LISTEN_FILE".to_owned(), listen_file.display().to_string());
    let mut child = first.start()?;
    let address = address(&mut child, &listen_file).await?;
    child.wait_until(&Probe::Ready(address)).await?;

    launch.env.insert("LISTEN".to_owned(), address.to_string());
    Ok(Running { launch, address, child: Some(child) })
}

/// Waits until the process has written where it listens.
async fn address(child: &mut Child, listen_file: &Path) -> Result<SocketAddr, Trouble> {
    let written = tokio::time::timeout(LISTEN_WAIT, async {
        loop {
            if let Some(address) = fs::read_to_string(listen_file).ok().and_then(|text| text.trim().parse().ok()) {
                return Some(address);
            }
            if child.exit_status().is_some() {
                return None;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    });
    match written.await {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Err(child.ended()),
        Err(_) => Err(child.silent(LISTEN_WAIT)),
    }
}
