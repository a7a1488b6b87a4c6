//! A telephone network in a box. It speaks Twilio's HTTP and WebSocket API, and people live at its numbers whose
//! behaviour is known: so the adapter for the real network runs against it unchanged, in the demo, in tests and for
//! sandbox keys.
//!
//! It is made after the vendor's documentation and examples: its signatures equal those of the vendor's library, and that
//! library reads its answers. What the vendor does beyond its documentation is not in it.
//!
//! [`Network`] runs inside a test; the process is `callcow-simulator`. `people/README.md` says how to add a person.

mod app;
mod call;
mod callee;
mod config;
mod detection;
mod directory;
mod document;
mod ear;
mod exchange;
mod inspect;
mod ledger;
mod mind;
mod order;
mod pace;
mod person;
mod phrase;
mod relay;
mod rest;
mod slots;
mod status;
mod tell;
mod twiml;
mod webhook;

pub use app::{App, Network};
pub use config::{Config, Settings};
pub use exchange::CannotBuild;
pub use inspect::Listed;
pub use ledger::{Change, Line, Record, Who};
pub use person::BadPerson;
pub use status::{NotAStatus, Status};
