//! The facts that the stream still holds, read beside the consumers: nobody's place in the stream moves.

use std::time::Duration;

use async_nats::jetstream::stream::{DirectGetError, DirectGetErrorKind, InfoError, Stream};
use futures_util::StreamExt as _;
use futures_util::stream;
use proto::{Envelope, wire};

use crate::connect::Bus;

/// Each is a round trip; so many hide it.
const AT_ONCE: usize = 64;
/// What is read before somebody has to keep it.
const PAGE_FACTS: u64 = 512;
/// A server that answers for another one may be a moment behind it.
const BEHIND: Duration = Duration::from_millis(50);
const TRIES: u32 = 3;

/// A piece of the stream.
#[derive(Clone, Debug)]
pub struct Page {
    /// With their places, in their order.
    pub facts: Vec<(u64, Envelope)>,
    /// What no version of ours can read any more, or not yet.
    pub unreadable: u64,
    /// Ask for what comes after this.
    pub reached: u64,
    /// The stream held nothing more when it was asked.
    pub is_last: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    #[error("the stream does not answer")]
    Info(#[from] InfoError),
    #[error("a message can't be read")]
    Message(#[from] DirectGetError),
}

impl Bus {
    /// Facts that were told after a place in the stream, the earliest first.
    pub async fn facts_after(&self, after: u64) -> Result<Page, NotRead> {
        let name = self.settings().prefix.facts_stream();
        let stream = self.context().get_stream_no_info(name).await.expect("a checked prefix makes a name for a stream");
        let state = stream.get_info().await?.state;
        let from = state.first_sequence.max(after.saturating_add(1));
        let reached = state.last_sequence.min(from.saturating_add(PAGE_FACTS - 1));
        let mut page = Page {
            facts: Vec::new(),
            unreadable: 0,
            reached: reached.max(after),
            is_last: reached >= state.last_sequence,
        };
        let mut read = stream::iter(from..=reached).map(|place| self.message(&stream, place)).buffered(AT_ONCE);
        while let Some(message) = read.next().await {
            match message? {
                Some((place, Some(envelope))) => page.facts.push((place, envelope)),
                Some((_, None)) => page.unreadable += 1,
                None => {}
            }
        }
        Ok(page)
    }

    /// None: it is gone.
    async fn message(&self, stream: &Stream<()>, place: u64) -> Result<Option<(u64, Option<Envelope>)>, NotRead> {
        for _ in 0..TRIES {
            match stream.direct_get(place).await {
                Ok(message) => return Ok(Some((place, wire::decode(&message.payload).ok()))),
                Err(error) if error.kind() == DirectGetErrorKind::NotFound => self.clock().sleep(BEHIND).await,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }
}
