//! A window onto a consumer: asks for as many messages as there are free hands, and never has more.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::BatchConfig;
use async_nats::{Message, StatusCode, Subscriber};
use futures_util::StreamExt as _;

use crate::connect::{Bus, Unready};
use crate::table::Source;

/// A request can't be taken back: this is how long a stop waits for its end when there is nothing to hear.
const PULL_TIME_MAX: Duration = Duration::from_secs(1);

/// The end of a request comes after the time that we gave it. Much later, the server has forgotten us.
const SILENCE_MAX: Duration = Duration::from_secs(5);

pub(crate) struct Window {
    bus: Bus,
    consumer: PullConsumer,
    inbox: String,
    messages: Subscriber,
    /// How many messages the server may still send us.
    asked: usize,
}

/// Why a window has to be opened anew.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the consumer is not there")]
    Unready(#[source] Unready),
    #[error("the connection does not take requests")]
    Connection,
    #[error("the server is silent")]
    Silent,
    #[error("the server ended the request: {0}")]
    Ended(String),
}

impl Window {
    pub(crate) async fn open(bus: &Bus, source: &Source) -> Result<Self, Trouble> {
        let consumer = bus.make_consumer(source).await.map_err(Trouble::Unready)?;
        let inbox = bus.client().new_inbox();
        let messages = bus.client().subscribe(inbox.clone()).await.map_err(|_| Trouble::Connection)?;
        Ok(Self { bus: bus.clone(), consumer, inbox, messages, asked: 0 })
    }

    pub(crate) fn is_asking(&self) -> bool {
        self.asked > 0
    }

    /// Asks for up to `count` messages. At most one request is open at a time.
    pub(crate) async fn ask(&mut self, count: usize) -> Result<(), Trouble> {
        let request = BatchConfig { batch: count, expires: Some(PULL_TIME_MAX), ..BatchConfig::default() };
        self.consumer.request_batch(request, self.inbox.as_str().into()).await.map_err(|_| Trouble::Connection)?;
        self.asked = count;
        Ok(())
    }

    /// The next message. None: the server ended the request.
    pub(crate) async fn next(&mut self) -> Result<Option<Message>, Trouble> {
        let next = tokio::time::timeout(SILENCE_MAX, self.messages.next()).await.map_err(|_| Trouble::Silent)?;
        let message = next.ok_or(Trouble::Connection)?;
        let Some(status) = message.status else {
            self.asked = self.asked.saturating_sub(1);
            return Ok(Some(message));
        };
        self.asked = 0;
        if status == StatusCode::TIMEOUT || status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        Err(Trouble::Ended(message.description.unwrap_or_else(|| status.to_string())))
    }

    /// Waits for the end of the request. What still came is to be given back to the server for somebody else; before the
    /// end it would come to us again.
    ///
    /// To leave earlier loses what is on its way until the ack wait is over: the client forgets a subscription
    /// before it hears that the server did, when it drains it too (async-nats 0.51).
    pub(crate) async fn close(mut self) -> Vec<Message> {
        let (mut leftover, mut link) = (Vec::new(), self.bus.link());
        while self.is_asking() && self.bus.is_connected() {
            let next = tokio::select! {
                biased;
                _ = link.changed() => break,
                next = self.next() => next,
            };
            let Ok(message) = next else { break };
            leftover.extend(message);
        }
        leftover
    }
}
