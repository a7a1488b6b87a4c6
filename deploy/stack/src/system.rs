//! Our own processes, against servers of their own or shared ones.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use tokio::sync::Mutex;

use crate::child::{Child, Launch};
use crate::directory::Directory;
use crate::probe::Probe;
use crate::servers::{Server, Servers};
use crate::settings::{Service, SystemSettings, UseServers, common};
use crate::testing;
use crate::trouble::Trouble;

/// Longer than the `DRAIN` of our processes.
const STOP_WAIT: Duration = Duration::from_secs(8);
const LOOK_AGAIN: Duration = Duration::from_millis(15);
/// A cold start on a machine that compiles at the same time.
const LISTEN_WAIT: Duration = Duration::from_mins(1);

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
