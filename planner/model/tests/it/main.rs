//! Adapters against answers as the vendors document them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

mod shapes;
mod vendor;
