//! Stories of prompts, on a real NATS.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod drafts;
mod plans;
mod world;
