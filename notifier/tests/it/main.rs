//! Stories of callbacks, on a real Postgres and a real NATS, with receivers that misbehave.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod dns;
mod guarding;
mod hostile;
mod isolation;
mod leases;
mod receiver;
mod retention;
mod retries;
mod sealing;
mod signing;
mod webhooks;
mod world;
