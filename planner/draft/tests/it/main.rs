//! Prompts and what becomes of them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod languages;
mod learnt;
mod plans;
mod promises;
mod shown;
mod withheld;
