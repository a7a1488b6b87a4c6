use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::{Error as ServerRefusal, ErrorCode};
use bytes::Bytes;
use proto::{CallId, Envelope, EventId, Kind, wire};
use runtime::TraceContext;
use runtime::trace::number;
use tracing::{Instrument as _, Span};

use crate::connect::Bus;
use crate::header;

/// How long the caller waits for the server's word, over all tries.
const PUBLISH_TIME_MAX: Duration = Duration::from_secs(10);

/// A try that is not confirmed by then is made again with the same id.
const ACK_TIME_MAX: Duration = Duration::from_secs(3);

const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, thiserror::Error)]
pub enum NotPublished {
    /// It may have been stored or not. Publish it again, with the same event id.
    #[error("not confirmed in time")]
    Unconfirmed,
    /// The server will never take it: it is too large.
    #[error("refused")]
    Refused(#[source] PublishError),
}

impl NotPublished {
    fn name(&self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Refused(_) => "refused",
        }
    }
}

impl Bus {
    /// Returns when the fact is stored. The trace goes with it.
    pub async fn publish(&self, envelope: &Envelope, trace: &TraceContext) -> Result<(), NotPublished> {
        let bytes = wire::encode(envelope).into();
        self.publish_encoded(envelope.fact.kind(), envelope.event_id, envelope.call_id, bytes, trace).await
    }

    /// The same for a fact that was encoded before. Many of these may be under way at once.
    pub async fn publish_encoded(
        &self,
        kind: Kind,
        event_id: EventId,
        call_id: CallId,
        bytes: Bytes,
        trace: &TraceContext,
    ) -> Result<(), NotPublished> {
        let subject = self.settings().prefix.subject(kind);
        let span = span(kind, &subject, event_id, call_id, bytes.len());
        trace.parent_of(&span);
        let own = TraceContext::of(&span);
        let mut headers = HeaderMap::new();
        header::put(&mut headers, header::EVENT_ID, &event_id.to_string());
        header::put(&mut headers, header::CALL_ID, &call_id.to_string());
        header::put_trace(&mut headers, if own.trace_id().is_some() { &own } else { trace });
        let result = self.store(&subject, &headers, &bytes).instrument(span.clone()).await;
        let word = match &result {
            Ok(()) => "ok",
            Err(error) => {
                span.record("error.type", error.name());
                span.record("otel.status_code", "ERROR");
                error.name()
            }
        };
        metrics::counter!("bus_published_total", "kind" => kind.subject(), "result" => word).increment(1);
        result
    }

    /// Publishes until the server confirms, within a bounded time, always with the same headers.
    pub(crate) async fn store(&self, subject: &str, headers: &HeaderMap, bytes: &Bytes) -> Result<(), NotPublished> {
        tokio::time::timeout(PUBLISH_TIME_MAX, self.store_until_confirmed(subject, headers, bytes))
            .await
            .unwrap_or(Err(NotPublished::Unconfirmed))
    }

    async fn store_until_confirmed(
        &self,
        subject: &str,
        headers: &HeaderMap,
        bytes: &Bytes,
    ) -> Result<(), NotPublished> {
        loop {
            self.connected().await;
            let made = self.made();
            let Err(error) = self.store_once(subject, headers.clone(), bytes.clone()).await else {
                return Ok(());
            };
            if is_final(&error) {
                return Err(NotPublished::Refused(error));
            }
            tracing::debug!(error = &error as &dyn std::error::Error, "not stored, trying again");
            if error.kind() == PublishErrorKind::StreamNotFound
                && let Err(error) = self.make_streams(made).await
            {
                tracing::warn!(error = &error as &dyn std::error::Error, "streams are missing");
            }
            self.clock().sleep(PAUSE).await;
        }
    }

    async fn store_once(&self, subject: &str, headers: HeaderMap, bytes: Bytes) -> Result<(), PublishError> {
        let message = PublishMessage::build().headers(headers).payload(bytes);
        let confirmed = async { self.context().send_publish(subject.to_owned(), message).await?.await };
        match tokio::time::timeout(ACK_TIME_MAX, confirmed).await {
            Ok(result) => result.map(|_| ()),
            Err(_) => Err(PublishError::new(PublishErrorKind::TimedOut)),
        }
    }
}

fn is_final(error: &PublishError) -> bool {
    let refusal = std::error::Error::source(error).and_then(|source| source.downcast_ref::<ServerRefusal>());
    let too_large = refusal.is_some_and(|refusal| refusal.error_code() == ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM);
    too_large || error.kind() == PublishErrorKind::MaxPayloadExceeded
}

fn span(kind: Kind, subject: &str, event_id: EventId, call_id: CallId, size: usize) -> Span {
    tracing::info_span!(
        parent: None,
        "publish",
        otel.name = format!("publish {}", kind.subject()),
        otel.kind = "producer",
        otel.status_code = tracing::field::Empty,
        error.type = tracing::field::Empty,
        messaging.system = "nats",
        messaging.operation.name = "publish",
        messaging.operation.type = "send",
        messaging.destination.name = subject,
        messaging.message.id = %event_id,
        messaging.message.body.size = number(size),
        call.id = %call_id,
    )
}
