//! Tells the agent who asked for a call how it ended: a callback that is never lost, never forged, and never a weapon.

pub mod admin;
pub mod app;
mod attempt;
mod claimer;
mod cli;
pub mod config;
pub mod facts;
pub mod guard;
pub mod lanes;
pub mod outcome;
pub mod poster;
pub mod queue;
pub mod recorder;
pub mod render;
pub mod reseal;
pub mod retention;
pub mod schedule;
pub mod sender;
pub mod sign;
pub mod slot;
pub mod store;
pub mod worker;

pub use app::App;
pub use cli::{Cli, Command};
pub use config::Config;
