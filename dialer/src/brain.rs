//! What to say next.

mod model;
mod thought;

use async_trait::async_trait;
use engine::{Context, Reply, scripted};

pub use self::model::{ModelBrain, REASONS};

#[async_trait]
pub trait Brain: Send + Sync + 'static {
    async fn reply(&self, context: &Context) -> Result<Reply, BrainFailed>;
}

/// There is no reply; the engine goes on without.
#[derive(Debug, thiserror::Error)]
#[error("the brain has no reply")]
pub struct BrainFailed;

/// Walks the steps of the workflow: no key, no network, deterministic.
pub struct ScriptedBrain;

#[async_trait]
impl Brain for ScriptedBrain {
    async fn reply(&self, context: &Context) -> Result<Reply, BrainFailed> {
        Ok(scripted::reply(context))
    }
}
