use clap::{Parser, Subcommand};

use crate::admin::Admin;

/// Delivers the callbacks. Settings come from the environment, or from the file that `CALLCOW_CONFIG` names.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Hears and delivers until it is asked to stop (the default).
    Serve,
    /// Brings the tables up to date, and ends. Serving does so too.
    Migrate,
    /// Looks at deliveries that were given up, and sends them again.
    Admin {
        #[command(subcommand)]
        admin: Admin,
    },
}

impl Cli {
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve)
    }
}
