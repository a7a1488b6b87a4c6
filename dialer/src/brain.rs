//! What to say next.

mod gist;
mod model;
mod thought;

use std::sync::Arc;

use async_trait::async_trait;
use engine::{Context, Ending, Reply, scripted};
use proto::{FormFill, Message, Private, Workflow};
use tokio::sync::watch;

pub use self::model::{ModelBrain, REASONS, SUMMARIES};

#[async_trait]
pub trait Brain: Send + Sync + 'static {
    /// `begins` is told the words of the reply while they come, if they come bit by bit.
    async fn reply(&self, context: &Context, begins: &watch::Sender<Beginning>) -> Result<Reply, BrainFailed>;

    /// What the conversation has brought, in a few sentences that it proves. None: it is summed up by rule.
    async fn sum_up(&self, _gist: &Gist) -> Option<Private> {
        None
    }
}

/// A conversation that takes its leave.
#[derive(Clone, Debug)]
pub struct Gist {
    pub workflow: Arc<Workflow>,
    pub messages: Vec<Message>,
    pub fills: Vec<FormFill>,
    pub ending: Ending,
}

/// The words of a reply that is being made, as far as they are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    pub say: Private,
    /// There are no more words, only the rest of the reply.
    pub whole: bool,
}

/// There is no reply; the engine goes on without.
#[derive(Debug, thiserror::Error)]
#[error("the brain has no reply")]
pub struct BrainFailed;

/// Walks the steps of the workflow: no key, no network, deterministic.
pub struct ScriptedBrain;

#[async_trait]
impl Brain for ScriptedBrain {
    async fn reply(&self, context: &Context, _begins: &watch::Sender<Beginning>) -> Result<Reply, BrainFailed> {
        Ok(scripted::reply(context))
    }
}
