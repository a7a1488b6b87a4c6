//! Starting a service, and finding out where it is.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use futures_util::future::try_join_all;

use super::Running;
use crate::child::{Child, Launch};
use crate::probe::Probe;
use crate::settings::{Service, SystemSettings};
use crate::trouble::Trouble;

const LOOK_AGAIN: Duration = Duration::from_millis(15);
/// A cold start on a machine that compiles at the same time.
const LISTEN_WAIT: Duration = Duration::from_mins(1);

/// Starts a service with all its copies.
pub(super) async fn start(
    service: Service,
    settings: &SystemSettings,
    common: &BTreeMap<String, String>,
    folder: &Path,
) -> Result<Vec<Running>, Trouble> {
    let copies = if service == Service::Simulator { 1 } else { settings.copies };
    let names = (1..=copies).map(|copy| match copy {
        1 => service.name().to_owned(),
        copy => format!("{}-{copy}", service.name()),
    });
    try_join_all(names.map(|name| start_copy(service, name, settings, common, folder))).await
}

/// On a free port. Waits until it is ready.
async fn start_copy(
    service: Service,
    name: String,
    settings: &SystemSettings,
    common: &BTreeMap<String, String>,
    folder: &Path,
) -> Result<Running, Trouble> {
    let mut launch = Launch::new(&name, settings.program(service)?, folder);
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
