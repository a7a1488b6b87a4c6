//! The HTTP API: keys, limits, idempotency, the read model of calls, and what the operator does.

pub mod accepting;
pub mod admin;
pub mod api;
pub mod app;
pub mod auth;
pub mod body;
pub mod callback_url;
pub mod calls;
pub mod cli;
pub mod config;
pub mod do_not_call;
pub mod documents;
pub mod edge;
pub mod fields;
pub mod grpc;
pub mod idempotency;
pub mod keys;
pub mod limits;
pub mod numbers;
pub mod open_calls;
pub mod openapi;
pub mod planner;
pub mod problem;
pub mod read_model;
pub mod rebuild;
pub mod stays;
pub mod store;
pub mod sweep;
pub mod wakes;
pub mod webhooks;
pub mod worker;
pub mod workflows;

pub use app::App;
pub use cli::{Cli, Command};
pub use config::{AdminConfig, Config, MigrateConfig};
