//! The whole system on one machine: the servers that it needs and our own processes, as children that never outlive the
//! one who started them.

mod balancer;
mod child;
mod command;
mod directory;
mod pgserver;
mod probe;
mod program;
mod servers;
mod settings;
mod system;
pub mod testing;
mod trouble;

pub use balancer::Balancer;
pub use command::run_child;
pub use servers::{Addresses, Durability, Server, Servers};
pub use settings::{Service, SystemSettings, UseServers};
pub use system::System;
pub use trouble::Trouble;
