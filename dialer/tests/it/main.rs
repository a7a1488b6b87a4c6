//! Stories of the dialer on real servers, with the simulated phone network as its carrier.

#![expect(clippy::unwrap_used, reason = "the helpers of stories, too, have nobody to give an error to")]

mod cancel;
mod carrier;
mod echo;
mod figures;
mod gone;
mod once;
mod outage;
mod outcomes;
mod people;
mod process;
mod proxy;
mod queue;
mod random;
mod schedule;
mod steps;
mod vendor;
mod workflow;
mod world;
