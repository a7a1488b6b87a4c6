//! Stories of callbacks, on a real Postgres and a real NATS, with receivers that misbehave.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod connecting;
mod dns;
mod environment;
mod guarding;
mod hostile;
mod isolation;
mod leases;
mod naming;
mod receiver;
mod retention;
mod retries;
mod sealing;
mod secure;
mod signing;
mod webhooks;
mod world;
