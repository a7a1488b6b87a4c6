//! Stories of the API, over HTTP, on a real Postgres, a real NATS and a real Redis.

#![expect(clippy::unwrap_used, reason = "a story that can't go on ends there")]

mod accepting;
mod again;
mod calling_back;
mod calling_by_grpc;
mod canceling;
mod contract;
mod frozen;
mod hurrying;
mod keying;
mod listing;
mod locking_out;
mod minding;
mod operating;
mod reading;
mod rebuilding;
mod refusing;
mod rehearsing;
mod repeating;
mod subscribing;
mod sweeping;
mod unlucky;
mod unwanted;
mod walking;
mod watching;
mod world;
