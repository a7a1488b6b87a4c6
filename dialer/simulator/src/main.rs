//! The simulated telephone network as a process.

use runtime::{ProcessEnv, Telemetry};
use simulator::{App, Config};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    runtime::install_crypto();
    let config = Config::read(&ProcessEnv::read()?)?;
    let telemetry = Telemetry::start("simulator", &config.telemetry)?;
    let result = serve(config).await;
    telemetry.flush(); // Above all when serving failed: then it is needed most.
    result
}

async fn serve(config: Config) -> anyhow::Result<()> {
    Ok(App::build(config).await?.run().await?)
}
