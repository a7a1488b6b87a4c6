//! Stories of prompts, on a real NATS.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod drafts;
mod plans;
mod think;
#[path = "../../model/tests/it/vendor.rs"]
mod vendor;
mod world;
