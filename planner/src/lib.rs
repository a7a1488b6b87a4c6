//! Makes a workflow of each prompt, and tells it or what the prompt does not say. It keeps nothing.

mod app;
mod config;
mod drafts;
mod worker;

pub use app::{App, CannotStart};
pub use config::Config;
pub use worker::Worker;
