//! What the brain is asked, and what it has of an answer.

use std::future::pending;
use std::sync::Arc;

use engine::{Context, Input};
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::brain::{Beginning, Brain};

pub(super) struct Thinking {
    turn: u32,
    answer: BoxFuture<'static, Input>,
    begins: watch::Receiver<Beginning>,
}

impl Thinking {
    pub(super) fn begin(brain: Arc<dyn Brain>, context: Box<Context>) -> Self {
        let (told, begins) = watch::channel(Beginning::default());
        let turn = context.turn;
        let answer = Box::pin(async move {
            match brain.reply(&context, &told).await {
                Ok(reply) => Input::Reply { turn, reply },
                Err(_) => Input::BrainFailed { turn },
            }
        });
        Self { turn, answer, begins }
    }

    /// The next words, or the whole.
    async fn next(&mut self) -> Input {
        tokio::select! {
            // What was written on the way is part of it.
            biased;
            input = &mut self.answer => input,
            Ok(()) = self.begins.changed() => {
                let Beginning { say, whole } = self.begins.borrow_and_update().clone();
                Input::Replying { turn: self.turn, say, whole }
            }
        }
    }
}

/// Never, while nothing is thought about.
pub(super) async fn next(thinking: &mut Option<Thinking>) -> Input {
    let Some(thought) = thinking else {
        return pending().await;
    };
    let input = thought.next().await;
    if !matches!(input, Input::Replying { .. }) {
        *thinking = None;
    }
    input
}
