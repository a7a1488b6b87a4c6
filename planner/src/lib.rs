//! Makes a workflow of each prompt, and tells it or what the prompt does not say. It keeps nothing.

mod app;
mod config;
mod drafts;
mod think;
mod worker;

pub use app::{App, CannotStart};
pub use config::{Config, PlanSettings};
pub use think::{By, Flaw, PROMPT_VERSION, Planned, Planner, Proposal, Useless, schema};
pub use worker::Worker;
