//! The dialer: hears of planned calls, makes phones ring at most once, holds the conversations, and tells how each call
//! ended. It is the only one who tells that.

pub mod admin;
pub mod app;
pub mod brain;
pub mod breaker;
pub mod call;
pub mod carrier;
pub mod cli;
pub mod config;
pub mod conversations;
pub mod desk;
pub mod dial;
pub mod ending;
pub mod link;
pub mod pace;
pub mod progress;
pub mod report;
pub mod session;
pub mod store;
pub mod sweep;
pub mod worker;

pub use app::{App, CannotStart};
pub use cli::{Cli, Command};
pub use config::{Config, MigrateConfig};
