//! An answer that comes bit by bit, as server-sent events.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use sse_stream::{Error, SseByteStream};

use crate::Failed;
use crate::wire::{ANSWER_BYTES_MAX, failed};

/// The last event of a stream as `OpenAI` speaks it; others have none like it.
const DONE: &str = "[DONE]";

/// Whether an endpoint was found not to answer by events.
#[derive(Default)]
pub(crate) struct Whole(AtomicBool);

impl Whole {
    pub(crate) fn is_known(&self) -> bool {
        let Self(known) = self;
        known.load(Ordering::Relaxed)
    }

    pub(crate) fn remember(&self) {
        let Self(known) = self;
        known.store(true, Ordering::Relaxed);
    }
}

type Bytes = BoxStream<'static, Result<io::Cursor<Vec<u8>>, Interrupted>>;

/// Why no more bytes come.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(transparent)]
struct Interrupted(Failed);

pub(crate) struct Events(SseByteStream<Bytes>);

pub(crate) fn are_events(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"))
}

impl Events {
    pub(crate) fn of(response: Response) -> Self {
        let mut read = 0;
        let bytes = response.bytes_stream().map_err(|error| Interrupted(failed(&error))).and_then(move |bytes| {
            read += bytes.len();
            let within = read <= ANSWER_BYTES_MAX;
            std::future::ready(within.then(|| io::Cursor::new(bytes.to_vec())).ok_or(Interrupted(Failed::Unreadable)))
        });
        Self(SseByteStream::new(bytes.boxed()))
    }

    /// None: the answer is over.
    pub(crate) async fn next<E: DeserializeOwned>(&mut self) -> Result<Option<E>, Failed> {
        let Self(events) = self;
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| why(&error))?;
            match event.data.as_deref() {
                None | Some("") => {}
                Some(DONE) => return Ok(None),
                Some(data) => return serde_json::from_str(data).map(Some).map_err(|_| Failed::Unreadable),
            }
        }
        Ok(None)
    }
}

fn why(error: &Error) -> Failed {
    let source = std::error::Error::source(error);
    source.and_then(|source| source.downcast_ref::<Interrupted>()).map_or(Failed::Unreadable, |Interrupted(why)| *why)
}
