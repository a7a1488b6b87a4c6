use std::sync::Arc;

use clap::Parser as _;
use gateway::store::Store;
use gateway::{AdminConfig, App, Cli, Command, Config, MigrateConfig, openapi};
use runtime::{ProcessEnv, SystemClock, Telemetry, install_crypto};

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
        Command::Openapi => {
            print!("{}", openapi::text_of(&openapi::document()));
            Ok(())
        }
        Command::Admin { admin } => {
            let printed = admin.run(AdminConfig::read(&env)?, Arc::new(SystemClock)).await?;
            for (name, value) in printed {
                println!("{name}: {value}");
            }
            Ok(())
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let telemetry = Telemetry::start("callcow-gateway", &config.telemetry)?;
    let result = run(config).await;
    if let Err(error) = &result {
        tracing::error!(error = %format!("{error:#}"), "the gateway stops");
    }
    telemetry.flush(); // Above all when serving failed: then we need it most.
    result
}

async fn run(config: Config) -> anyhow::Result<()> {
    let app = App::start(config, Arc::new(SystemClock)).await?;
    app.until_signal().await;
    Ok(app.shut_down().await?)
}
