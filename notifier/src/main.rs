use std::sync::Arc;

use anyhow::Context as _;
use notifier::{App, Config};
use runtime::{ProcessEnv, SystemClock, Telemetry, install_crypto};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    install_crypto();
    let config = Config::read(&ProcessEnv::read()?)?;
    let telemetry = Telemetry::start("callcow-notifier", &config.telemetry)?;
    let result = run(config).await;
    telemetry.flush();
    result
}

async fn run(config: Config) -> anyhow::Result<()> {
    let app = App::start(config, Arc::new(SystemClock)).await.context("the notifier did not start")?;
    app.until_signal().await;
    app.shut_down().await.context("the notifier did not stop cleanly")
}
