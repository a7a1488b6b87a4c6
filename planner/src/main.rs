use std::sync::Arc;

use planner::{App, Config};
use runtime::{ProcessEnv, SystemClock, Telemetry, install_crypto};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    install_crypto();
    let config = Config::read(&ProcessEnv::read()?)?;
    let telemetry = Telemetry::start("callcow-planner", &config.telemetry)?;
    let result = run(config).await;
    if let Err(error) = &result {
        tracing::error!(error = %format!("{error:#}"), "the planner stops");
    }
    telemetry.flush();
    result
}

async fn run(config: Config) -> anyhow::Result<()> {
    let app = App::start(config, Arc::new(SystemClock)).await?;
    app.until_signal().await;
    app.stop().await?;
    Ok(())
}
