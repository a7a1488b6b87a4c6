//! Makes a workflow of each prompt, and tells it or what the prompt does not say. It keeps nothing.

mod app;
mod config;
mod drafts;
mod think;
mod worker;

pub use app::{App, CannotStart};
pub use config::Config;
pub use think::{PROMPT_VERSION, Planner, Proposal, schema};
pub use worker::Worker;
