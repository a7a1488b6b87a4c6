//! A window onto a consumer: asks for as many messages as there are free hands, and never has more.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::BatchConfig;
use async_nats::{Message, StatusCode, Subscriber};
use futures_util::StreamExt as _;

use crate::connect::{Bus, Unready};
use crate::table::Source;

const PULL_TIME_MAX: Duration = Duration::from_secs(20);
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Two heartbeats and a bit: the server has forgotten us.
const SILENCE_MAX: Duration = Duration::from_secs(5);

/// What was on its way when we stopped asking arrives within a round trip.
const LEFTOVER_WAIT: Duration = Duration::from_secs(2);

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
        let request = BatchConfig {
            batch: count,
            expires: Some(PULL_TIME_MAX),
            idle_heartbeat: HEARTBEAT,
            ..BatchConfig::default()
        };
        self.consumer.request_batch(request, self.inbox.as_str().into()).await.map_err(|_| Trouble::Connection)?;
        self.asked = count;
        Ok(())
    }

    /// The next message. None: the server said something else, or ended the request.
    pub(crate) async fn next(&mut self) -> Result<Option<Message>, Trouble> {
        let next = tokio::time::timeout(SILENCE_MAX, self.messages.next()).await.map_err(|_| Trouble::Silent)?;
        let message = next.ok_or(Trouble::Connection)?;
        let Some(status) = message.status else {
            self.asked = self.asked.saturating_sub(1);
            return Ok(Some(message));
        };
        if status == StatusCode::IDLE_HEARTBEAT {
            return Ok(None);
        }
        self.asked = 0;
        if status == StatusCode::TIMEOUT || status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        Err(Trouble::Ended(message.description.unwrap_or_else(|| status.to_string())))
    }

    /// Stops asking, and gives what was still on its way back to the server for somebody else.
    pub(crate) async fn close(mut self) -> Vec<Message> {
        let mut leftover = Vec::new();
        if !self.bus.is_connected() || self.messages.drain().await.is_err() {
            return leftover;
        }
        let rest = async {
            while let Some(message) = self.messages.next().await {
                if message.status.is_none() {
                    leftover.push(message);
                }
            }
        };
        // A connection that breaks now gives them back by itself, when the server waits for our ack in vain.
        let _ = tokio::time::timeout(LEFTOVER_WAIT, rest).await;
        leftover
    }
}
