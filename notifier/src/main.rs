use std::sync::Arc;

use clap::Parser as _;
use notifier::config::{AdminConfig, MigrateConfig};
use notifier::store::Store;
use notifier::{App, Cli, Command, Config};
use runtime::{Clock as _, ProcessEnv, SystemClock, Telemetry, install_crypto};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    install_crypto();
    let command = Cli::parse().command();
    let env = ProcessEnv::read()?;
    match command {
        Command::Serve => serve(Config::read(&env)?).await,
        Command::Migrate => {
            Store::open(&MigrateConfig::read(&env)?.database_url, 1).await?.close().await;
            Ok(())
        }
        Command::Admin { admin } => {
            let lines = admin.run(AdminConfig::read(&env)?, SystemClock.now()).await?;
            for line in lines {
                println!("{line}");
            }
            Ok(())
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let telemetry = Telemetry::start("callcow-notifier", &config.telemetry)?;
    let result = run(config).await;
    if let Err(error) = &result {
        tracing::error!(error = %format!("{error:#}"), "the notifier stops");
    }
    telemetry.flush(); // Above all when serving failed: then we need it most.
    result
}

async fn run(config: Config) -> anyhow::Result<()> {
    let app = App::start(config, Arc::new(SystemClock)).await?;
    app.until_signal().await;
    Ok(app.shut_down().await?)
}
