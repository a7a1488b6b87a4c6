//! Adapters against answers as the vendors document them, and what stands before all of them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod patience;
mod shapes;
mod stream;
mod vendor;
