//! The stack on this machine: what it starts answers, and nothing outlives it.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod death;
mod life;
mod roles;
