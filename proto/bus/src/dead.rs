//! A message that nobody could handle, on its way to the table where somebody looks at it.

use async_nats::jetstream::Message as Delivered;
use async_nats::jetstream::stream::{DirectGetError, DirectGetErrorKind};
use async_nats::{HeaderMap, Message};
use bytes::Bytes;
use proto::{CallId, EventId, Kind};
use runtime::TraceContext;
use serde::Deserialize;

use crate::connect::Bus;
use crate::header;
use crate::name::Prefix;
use crate::process::Place;
use crate::table::Source;

const CONSUMER: &str = "Dead-Consumer";
const SUBJECT: &str = "Dead-Subject";
const REASON: &str = "Dead-Reason";
const DELIVERIES: &str = "Dead-Deliveries";
const SEQUENCE: &str = "Dead-Sequence";
const DEAD_EVENT_ID: &str = "Dead-Event-Id";

/// A reason is a sentence. With the other headers it must fit beside a fact of the largest size.
const REASON_CHARS_MAX: usize = 500;

/// What nobody could handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The same at every hearing, and for both ways in which a message can die: `stream:consumer:sequence`.
    pub id: String,
    /// The durable name of the one who could not handle it.
    pub consumer: String,
    pub reason: String,
    pub deliveries: u64,
    /// None: not a fact that this version knows.
    pub kind: Option<Kind>,
    pub event_id: Option<EventId>,
    pub call_id: Option<CallId>,
    pub trace: TraceContext,
    /// The fact as it was. Empty when the stream did not hold it any more.
    pub payload: Bytes,
}

/// The server's word that it gave up on a message.
#[derive(Debug, Deserialize)]
struct GivenUp {
    stream: String,
    consumer: String,
    stream_seq: u64,
    deliveries: u64,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the stream does not answer")]
    NotNow(#[source] DirectGetError),
    #[error("not a dead letter")]
    Malformed,
}

pub(crate) fn headers(message: &Delivered, source: &Source, place: &Place, reason: &str) -> HeaderMap {
    let original = message.headers.as_ref();
    let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
    let mut headers = HeaderMap::new();
    let id = id(&source.stream, source.durable, place.sequence);
    header::put(&mut headers, header::EVENT_ID, &id);
    header::put(&mut headers, CONSUMER, source.durable);
    header::put(&mut headers, SUBJECT, &message.subject);
    header::put(&mut headers, REASON, &reason);
    header::put(&mut headers, DELIVERIES, &place.delivery.to_string());
    header::put(&mut headers, SEQUENCE, &place.sequence.to_string());
    header::put(&mut headers, DEAD_EVENT_ID, header::get(original, header::EVENT_ID).unwrap_or_default());
    header::put(&mut headers, header::CALL_ID, header::get(original, header::CALL_ID).unwrap_or_default());
    header::put_trace(&mut headers, &header::trace(original));
    headers
}

fn id(stream: &str, consumer: &str, sequence: u64) -> String {
    format!("{stream}:{consumer}:{sequence}")
}

impl DeadLetter {
    pub(crate) async fn read(bus: &Bus, message: &Message) -> Result<Self, Unreadable> {
        if Prefix::is_given_up(&message.subject) {
            return Self::given_up(bus, &message.payload).await;
        }
        let headers = message.headers.as_ref();
        let text = |name| header::get(headers, name).map(str::to_owned);
        Ok(Self {
            id: text(header::EVENT_ID).ok_or(Unreadable::Malformed)?,
            consumer: text(CONSUMER).ok_or(Unreadable::Malformed)?,
            reason: text(REASON).unwrap_or_default(),
            deliveries: text(DELIVERIES).and_then(|count| count.parse().ok()).unwrap_or_default(),
            kind: text(SUBJECT).and_then(|subject| bus.settings().prefix.kind(&subject)),
            event_id: text(DEAD_EVENT_ID).and_then(|id| id.parse().ok()),
            call_id: text(header::CALL_ID).and_then(|id| id.parse().ok()),
            trace: header::trace(headers),
            payload: message.payload.clone(),
        })
    }

    /// The server names the message only: it is fetched from the stream.
    async fn given_up(bus: &Bus, advisory: &[u8]) -> Result<Self, Unreadable> {
        let told: GivenUp = serde_json::from_slice(advisory).map_err(|_| Unreadable::Malformed)?;
        let mut letter = Self {
            id: id(&told.stream, &told.consumer, told.stream_seq),
            consumer: told.consumer,
            reason: "the server gave up delivering it".to_owned(),
            deliveries: told.deliveries,
            kind: None,
            event_id: None,
            call_id: None,
            trace: TraceContext::default(),
            payload: Bytes::new(),
        };
        let stream = bus.context().get_stream_no_info(&told.stream).await.map_err(|_| Unreadable::Malformed)?;
        let message = match stream.direct_get(told.stream_seq).await {
            Ok(message) => message,
            // Too old: what is known is kept.
            Err(error) if error.kind() == DirectGetErrorKind::NotFound => return Ok(letter),
            Err(error) => return Err(Unreadable::NotNow(error)),
        };
        let headers = Some(&message.headers);
        letter.kind = bus.settings().prefix.kind(&message.subject);
        letter.event_id = header::get(headers, header::EVENT_ID).and_then(|id| id.parse().ok());
        letter.call_id = header::get(headers, header::CALL_ID).and_then(|id| id.parse().ok());
        letter.trace = header::trace(headers);
        letter.payload = message.payload;
        Ok(letter)
    }
}
