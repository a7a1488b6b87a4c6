//! Two promises that need processes: notifiers may be killed at any moment, and one receiver can't hold up the others.

mod hang;
mod kill;
mod ledger;
mod notifiers;
#[path = "../trial/mod.rs"]
mod trial;

use runtime::install_crypto;
use trial::servers;

fn main() -> anyhow::Result<()> {
    let servers = servers::find_or_start()?;
    install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (killed, hanging) = runtime.block_on(async {
        let killed = kill::check(&servers).await?;
        anyhow::Ok((killed, hang::check(&servers).await?))
    })?;
    println!("{killed}");
    println!("{hanging}");
    anyhow::ensure!(killed.holds() && hanging.holds(), "a promise does not hold");
    println!("both promises hold");
    Ok(())
}
