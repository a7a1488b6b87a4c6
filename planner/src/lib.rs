//! The planner: hears what is requested, tells what is planned. It keeps nothing.

mod app;
mod config;
mod face;
mod worker;

pub use app::{App, CannotStart};
pub use config::Config;
