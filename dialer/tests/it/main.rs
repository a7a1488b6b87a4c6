//! Stories of the dialer on real servers, with the simulated phone network as its carrier.

#![expect(clippy::unwrap_used, reason = "the helpers of stories, too, have nobody to give an error to")]

mod brain;
mod cancel;
mod carrier;
mod dialers;
mod echo;
mod figures;
mod forgetting;
mod gone;
mod load;
mod once;
mod outage;
mod outcomes;
mod people;
mod process;
mod proxy;
mod queue;
mod random;
mod resume;
mod schedule;
mod steps;
mod streaming;
mod summing;
mod talking;
mod vendor;
mod workflow;
mod world;
