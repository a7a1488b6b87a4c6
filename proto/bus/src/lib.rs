//! How facts travel: the only crate that knows NATS.
//!
//! Streams and consumers are one table in code. A fact is published with its event id and an awaited ack, and heard by
//! each [`Consumer`] at least once: every handler may run twice, and says with a [`Verdict`] what becomes of the message.
//! What can't be handled becomes a [`DeadLetter`].

mod backoff;
mod bury;
mod config;
mod connect;
mod consume;
mod dead;
mod header;
mod hear;
mod name;
mod process;
mod publish;
mod pull;
mod retell;
mod table;

pub use bury::Bury;
pub use config::{BusSettings, Servers};
pub use connect::{Bus, Unreachable};
pub use dead::DeadLetter;
pub use hear::{Hear, Heard, Verdict};
pub use name::Prefix;
pub use publish::NotPublished;
pub use retell::{NotRead, Page};
pub use table::{Consumer, DUPLICATE_WINDOW, FACTS_AGE_MAX};
