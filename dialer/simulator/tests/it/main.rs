//! Stories of the network, told by an application that is called back.
#![cfg(test)]

mod application;
mod inspection;
mod lost;
mod outcome;
mod requests;
mod talk;
mod world;
