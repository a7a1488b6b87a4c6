//! Our own processes, against servers of their own or shared ones.

mod start;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use rustix::process::Signal;
use tokio::sync::Mutex;

use self::start::start;
use crate::balancer::Balancer;
use crate::child::{Child, Launch};
use crate::directory::Directory;
use crate::probe::Probe;
use crate::servers::{Server, Servers};
use crate::settings::{Service, SystemSettings, UseServers, common};
use crate::testing;
use crate::trouble::Trouble;

/// Longer than the `DRAIN` of our processes.
const STOP_WAIT: Duration = Duration::from_secs(8);
/// What `preStop` is in the manifests: connections that are on their way arrive.
const BALANCERS_LEARN: Duration = Duration::from_millis(300);

/// All our processes. Dropping the system kills them; [`stop`](Self::stop) is the polite way.
#[derive(Debug)]
pub struct System {
    running: Mutex<BTreeMap<Service, Vec<Running>>>,
    /// Before each service that has several copies.
    balancers: BTreeMap<Service, Balancer>,
    addresses: BTreeMap<Service, SocketAddr>,
    /// As the first copy of each service was started at first.
    launches: BTreeMap<Service, Launch>,
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
        let mut common = common(&settings, &at, &at.create_database().await?);
        let mut balancers = BTreeMap::new();
        if settings.copies > 1 {
            for service in Service::ALL.into_iter().filter(|service| *service != Service::Simulator) {
                let balancer = Balancer::start().await.map_err(Trouble::io("a balancer can't be started"))?;
                balancers.insert(service, balancer);
            }
        }
        if let Some(balancer) = balancers.get(&Service::Dialer) {
            common.insert("DIALER_PUBLIC_URL".into(), format!("http://{}", balancer.address()));
        }
        let mut running = BTreeMap::new();
        let address = |running: &BTreeMap<Service, Vec<Running>>, service: Service| -> SocketAddr {
            balancers.get(&service).map_or_else(|| running[&service][0].address, Balancer::address)
        };
        // The dialer needs to know where the phone network is, and the gateway asks the planner.
        for (service, its_address) in [(Service::Simulator, "SIMULATOR_URL"), (Service::Planner, "PLANNER_URL")] {
            running.insert(service, start(service, &settings, &common, directory.path()).await?);
            common.insert(its_address.into(), format!("http://{}", address(&running, service)));
        }
        let rest = [Service::Gateway, Service::Dialer, Service::Notifier];
        let started = rest.map(|service| start(service, &settings, &common, directory.path()));
        running.extend(rest.into_iter().zip(try_join_all(started).await?));

        for (service, balancer) in &balancers {
            balancer.stand_before(running[service].iter().map(|running| running.address).collect());
        }
        let addresses = running.keys().map(|service| (*service, address(&running, *service))).collect();
        let launches = running.iter().map(|(service, copies)| (*service, copies[0].launch.clone())).collect();
        Ok(Self { running: Mutex::new(running), balancers, addresses, launches, servers, directory })
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
        let printed = self.admin_of(Service::Gateway, arguments).await?;
        let pairs = printed.lines().filter_map(|line| line.split_once(':'));
        Ok(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    /// Runs a service's own `admin …` with the settings of the service, and gives what it printed.
    pub async fn admin_of(&self, service: Service, arguments: &[&str]) -> Result<String, Trouble> {
        let program = self.launches[&service].program.clone();
        self.run(service, program, &[&["admin"][..], arguments].concat()).await
    }

    /// Brings the tables of a service up to date with the program that was built with us, as the job of a rollout does
    /// while other programs run.
    pub async fn migrate(&self, service: Service) -> Result<(), Trouble> {
        self.run(service, service.binary()?, &["migrate"]).await.map(|_| ())
    }

    /// Runs a program to its end with the settings of a service.
    async fn run(&self, service: Service, program: PathBuf, arguments: &[&str]) -> Result<String, Trouble> {
        // The rest of a command may hold somebody's number.
        let words = arguments.iter().take(3).copied().collect::<Vec<_>>().join(" ");
        let what = format!("{} {words}", service.name());
        let launch = Launch::new("command", program, self.folder()).arguments(arguments);
        let launch = Launch { env: self.launches[&service].env.clone(), ..launch };
        let mut command = tokio::process::Command::from(launch.command()?);
        let ended = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().await;
        let ended = ended.map_err(Trouble::io(&what))?;
        if !ended.status.success() {
            return Err(Trouble::Failed { what, told: String::from_utf8_lossy(&ended.stderr).into_owned() });
        }
        Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
    }

    /// Where the rows of all services are.
    pub fn database_url(&self) -> &str {
        self.launches[&Service::Gateway].env.get("DATABASE_URL").map_or("", String::as_str)
    }

    /// As `kill -9` does.
    pub async fn kill(&self, service: Service) {
        // Dropping a child kills it.
        drop(self.take(service).await);
    }

    /// As a deployment does: SIGTERM, and time to finish what it holds.
    pub async fn stop_one(&self, service: Service) {
        for child in self.take(service).await {
            child.stop(STOP_WAIT).await;
        }
    }

    /// All copies of a service.
    async fn take(&self, service: Service) -> Vec<Child> {
        let mut all = self.running.lock().await;
        all.get_mut(&service).into_iter().flatten().filter_map(|running| running.child.take()).collect()
    }

    /// Starts a service that was killed or stopped, at its old address, and waits until it is ready.
    pub async fn start_again(&self, service: Service) -> Result<(), Trouble> {
        let mut all = self.running.lock().await;
        for running in all.get_mut(&service).into_iter().flatten().filter(|running| running.child.is_none()) {
            running.child = Some(running.launch.start_and_wait(&Probe::Ready(running.address)).await?);
        }
        Ok(())
    }

    /// Restarts one copy of a service as a rollout does: it is taken from the balancer, asked to stop, given the time that
    /// it needs to finish what it holds, and a new one comes at its address. That it is killed or fails is an error.
    pub async fn restart_politely(&self, service: Service, copy: usize, patience: Duration) -> Result<(), Trouble> {
        let mut all = self.running.lock().await;
        let Some(copies) = all.get_mut(&service) else {
            return Ok(());
        };
        let addresses: Vec<_> = copies.iter().map(|running| running.address).collect();
        let stand_before = |addresses: Vec<SocketAddr>| {
            if let Some(balancer) = self.balancers.get(&service) {
                balancer.stand_before(addresses);
            }
        };
        let others = addresses.iter().enumerate().filter(|(index, _)| *index != copy).map(|(_, address)| *address);
        stand_before(others.collect());
        tokio::time::sleep(BALANCERS_LEARN).await;
        if let Some(running) = copies.get_mut(copy) {
            if let Some(mut child) = running.child.take()
                && !child.stop_with(Signal::TERM, patience).await.success()
            {
                return Err(child.ended());
            }
            running.child = Some(running.launch.start_and_wait(&Probe::Ready(running.address)).await?);
        }
        stand_before(addresses);
        Ok(())
    }

    /// [Restarts](Self::restart_politely) one copy of a service as the program that was built with us, whichever ran there.
    pub async fn upgrade(&self, service: Service, copy: usize, patience: Duration) -> Result<(), Trouble> {
        let program = service.binary()?;
        if let Some(running) = self.running.lock().await.get_mut(&service).and_then(|copies| copies.get_mut(copy)) {
            running.launch.program = program;
        }
        self.restart_politely(service, copy, patience).await
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
        for running in self.running.lock().await.values().flatten() {
            let text = tokio::fs::read(&running.launch.log).await;
            let text = text.map_err(Trouble::io(format!("the log of {}", running.launch.name)))?;
            lines.extend(String::from_utf8_lossy(&text).lines().map(str::to_owned));
        }
        Ok(lines)
    }

    /// Asks all processes to stop, then the servers, and waits until they have.
    pub async fn stop(self) {
        let Self { running, balancers, servers, directory, addresses: _, launches: _ } = self;
        let children = running.into_inner().into_values().flatten().filter_map(|running| running.child);
        join_all(children.map(|child| child.stop(STOP_WAIT))).await;
        drop(balancers);
        if let Some(servers) = servers {
            servers.stop().await;
        }
        drop(directory);
    }
}
