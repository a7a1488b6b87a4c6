use clap::Parser as _;
use dialer::store::Store;
use dialer::{App, Cli, Command, Config, MigrateConfig};
use runtime::{ProcessEnv, Telemetry, install_crypto};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    install_crypto();
    let command = Cli::parse().command();
    let env = ProcessEnv::read()?;
    match command {
        Command::Serve => serve(Config::read(&env)?).await,
        Command::Migrate => {
            Store::open(&MigrateConfig::read(&env)?.database_url, 1).await?.pool().close().await;
            Ok(())
        }
        Command::Admin { admin } => {
            println!("{}", admin.run(MigrateConfig::read(&env)?).await?);
            Ok(())
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let telemetry = Telemetry::start("callcow-dialer", &config.telemetry)?;
    let result = run(config).await;
    if let Err(error) = &result {
        tracing::error!(error = %format!("{error:#}"), "the dialer stops");
    }
    telemetry.flush();
    result
}

async fn run(config: Config) -> anyhow::Result<()> {
    let app = App::start(config).await?;
    app.until_signal().await;
    app.stop().await?;
    Ok(())
}
