use clap::{Parser, Subcommand};

use crate::admin::Admin;

/// Makes phones ring and talks. Settings come from the environment, or from the file that `CALLCOW_CONFIG` names.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Hears, dials and talks until it is asked to stop (the default).
    Serve,
    /// Brings the tables up to date, and ends. Serving does so too.
    Migrate,
    /// Forgets what was said in calls.
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
