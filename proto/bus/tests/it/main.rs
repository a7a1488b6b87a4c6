//! Stories on a real server.
#![expect(clippy::unwrap_used, reason = "what a story needs and does not get ends the story")]

mod consume;
mod dead;
mod outage;
mod trace;
mod world;
