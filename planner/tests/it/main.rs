//! Stories of prompts, on a real NATS.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod drafts;
#[path = "../../../dialer/tests/it/figures.rs"]
mod figures;
mod plans;
mod scaling;
mod think;
#[path = "../../model/tests/it/vendor.rs"]
mod vendor;
mod world;
