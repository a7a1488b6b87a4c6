use std::sync::Arc;

use async_nats::Message;
use async_trait::async_trait;
use runtime::Stop;

use crate::connect::Bus;
use crate::consume::{Loop, Work};
use crate::dead::{DeadLetter, Unreadable};
use crate::hear::Verdict;
use crate::table::Source;

/// Keeps dead letters where people look at them. It may be given the same one twice: [`DeadLetter::id`] tells.
#[async_trait]
pub trait Bury: Send + Sync + 'static {
    /// Anything but [`Verdict::Done`] brings the letter again, for as long as the stream keeps it.
    async fn bury(&self, letter: DeadLetter) -> Verdict;
}

struct Burying<B>(Arc<B>);

#[async_trait]
impl<B: Bury> Work for Burying<B> {
    async fn work(&self, bus: &Bus, message: &Message, _delivery: u64) -> Verdict {
        match DeadLetter::read(bus, message).await {
            Ok(letter) => self.0.bury(letter).await,
            Err(error @ Unreadable::NotNow(_)) => Verdict::NotNow { reason: error.to_string() },
            Err(error @ Unreadable::Malformed) => {
                tracing::error!(error = &error as &dyn std::error::Error, "dropped from the dead letters");
                Verdict::Done
            }
        }
    }
}

impl Bus {
    /// Hears dead letters until the soft stop, as [`Bus::consume`] hears facts.
    pub async fn bury<B: Bury>(&self, bury: Arc<B>, stop: Stop) {
        let source = Source::dead(self.settings());
        Loop::new(self, source, Arc::new(Burying(bury)), stop).run().await;
    }
}
