//! When a phone may ring: by the local time of whom we call, as far as the number tells where that is.
//!
//! Pure: no clock; each moment is an argument.

mod place;
mod window;

pub use place::{LocalTime, Place};
pub use window::{BadHours, Hours};
