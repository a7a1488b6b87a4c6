//! Stories through the front door, on a real stack: NATS, Postgres, Redis, our processes and the simulated phone network.

#![cfg(test)]

mod arrows;
mod canceling;
mod compatible;
mod endurance;
mod forgetting;
mod load;
mod outcomes;
mod privacy;
mod replacing;
mod results;
mod rolling;
mod trace;
mod upgrading;
mod world;
