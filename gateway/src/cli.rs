use clap::{Parser, Subcommand};

use crate::admin::Admin;

/// CallCow's HTTP API. Settings come from the environment, or from the file that `CALLCOW_CONFIG` names.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answers requests until it is asked to stop (the default).
    Serve,
    /// Brings the tables up to date, and ends. Serving does so too.
    Migrate,
    /// Prints the contract of the API, as it is served at `/openapi.json`.
    Openapi,
    /// Makes organizations, keys and numbers.
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
