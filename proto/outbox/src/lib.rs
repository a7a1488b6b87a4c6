//! State and fact commit together: a fact is put into the caller's transaction, and sent when that has committed.
//!
//! The fast path goes through a queue in memory right after commit. What a crash, a full queue or an absent server left
//! behind is found in the table by a sweep. A fact may be sent twice, with the same event id; it is never sent when its
//! transaction rolled back.

mod home;
mod pending;
mod relay;
mod store;

pub use home::{CannotOpen, Channel, Home, Nudge, Nudges};
pub use pending::Pending;
pub use relay::Outbox;
pub use store::{MIGRATION, migrate};
