//! The bytes of a fact. Everything that arrives is checked here, once: what [`decode`] gives is sound.
//!
//! Fields of the wire are never renumbered or given another meaning: a stream holds yesterday's facts. The golden files
//! beside the tests hold us to it.

mod facts;
mod pieces;
mod wishes;
mod workflow;

use prost::Message as _;

use crate::workflow::BadWorkflow;
use crate::{Envelope, Workflow};

/// The generated messages. For `rpc`, which puts the same messages into services; everyone else holds checked types.
#[doc(hidden)]
#[expect(clippy::pedantic, reason = "generated")]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/callcow.v1.rs"));
}

/// The bytes are not a fact that this version can understand. Hearing them again changes nothing.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    #[error("not protobuf")]
    Garbled(#[source] prost::DecodeError),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} does not hold what it should")]
    Invalid(&'static str),
    #[error("the workflow is unsound")]
    Workflow(#[source] BadWorkflow),
}

pub fn encode(envelope: &Envelope) -> Vec<u8> {
    v1::Envelope::from(envelope).encode_to_vec()
}

pub fn decode(bytes: &[u8]) -> Result<Envelope, Undecodable> {
    v1::Envelope::decode(bytes).map_err(Undecodable::Garbled)?.try_into()
}

/// The bytes of a workflow alone, for a service that keeps it in its own table.
pub fn encode_workflow(workflow: &Workflow) -> Vec<u8> {
    v1::Workflow::from(workflow).encode_to_vec()
}

pub fn decode_workflow(bytes: &[u8]) -> Result<Workflow, Undecodable> {
    v1::Workflow::decode(bytes).map_err(Undecodable::Garbled)?.try_into()
}

#[cfg(test)]
mod tests;
