//! The conversation of one call, as a state machine without a world: no I/O, no clock, no chance.
//!
//! The owner of a [`Conversation`] feeds it what happened ([`Input`]), does what it asks ([`Output`]), and wakes it at
//! the time that it names. All times are the time since the call was answered.
//!
//! Whatever the brain says, the engine guarantees: the first words that anybody hears disclose that an AI assistant calls;
//! a field is only recorded with the callee's own words as evidence and a value that its caller allows, and the goal is
//! judged from the fields alone; it never says that we are a person; it presses only keys that a menu offered, and none
//! that pays or proves who we are; nobody is talked over while we are on hold; a message is left once, after the beep,
//! where the workflow says so; the conversation ends; nothing is said after it ended; who asks not to be called again is
//! heard.
//!
//! What it does in each situation stands in `tests/it/dialogues/*.txt`, as tables.

mod conversation;
mod evidence;
mod goal;
mod limits;
mod measure;
pub mod scripted;
mod summary;
mod talk;
mod transcript;
mod words;

pub use conversation::Conversation;
pub use goal::goal;
pub use limits::Limits;
pub use measure::{Judge, Measure};
pub use summary::{Held, Unproved, proved, summary};
pub use talk::{Claim, Context, Declined, Ending, Input, Next, Output, Reply, Report};
