//! The life of one message in our hands: progress while it is worked on, a verdict, and what follows from it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Message;
use async_nats::jetstream::{AckKind, Message as Delivered};
use futures_util::FutureExt as _;
use runtime::Stop;
use runtime::trace::number;
use tracing::{Instrument as _, Span};

use crate::backoff::{self, DELAY_MAX};
use crate::connect::Bus;
use crate::consume::{Work, join_trace};
use crate::dead;
use crate::header;
use crate::hear::Verdict;
use crate::table::Source;

/// A handler that takes longer hangs: the slowest waits for a language model.
const HANDLE_TIME_MAX: Duration = Duration::from_mins(5);

pub(crate) struct Process<W> {
    pub(crate) bus: Bus,
    pub(crate) source: Source,
    pub(crate) work: Arc<W>,
    pub(crate) stop: Stop,
}

/// Where a message stands in the stream, from its reply subject.
pub(crate) struct Place {
    pub(crate) sequence: u64,
    pub(crate) delivery: u64,
    /// How many wait behind it.
    pending: u32,
}

/// The hard stop came first.
struct Cut;

impl<W: Work> Process<W> {
    pub(crate) async fn run(&self, message: Message) {
        let delivered = Delivered { message, context: self.bus.context().clone() };
        let place = match delivered.info() {
            Ok(info) => Place {
                sequence: info.stream_sequence,
                delivery: u64::try_from(info.delivered).unwrap_or(1),
                pending: u32::try_from(info.pending).unwrap_or(u32::MAX),
            },
            Err(error) => {
                tracing::error!(error, consumer = self.source.durable, "not a message of a stream");
                return;
            }
        };
        metrics::gauge!("bus_pending", "consumer" => self.source.durable).set(place.pending);
        let kind = self.kind(&delivered);
        let span = self.span(&delivered, kind, &place);
        join_trace(&span, &header::trace(delivered.headers.as_ref()), place.delivery);
        let inside = span.clone();
        let life = async {
            let started = self.bus.clock().instant();
            let verdict = self.verdict(&delivered, &place).await;
            let took = self.bus.clock().instant().duration_since(started);
            self.note(&inside, kind, &verdict, took);
            self.settle(&delivered, kind, &place, verdict).await;
        };
        life.instrument(span).await;
    }

    /// Hands the message to the handler, again and again while it says «not now»: for as long as this process lives,
    /// because a message must not die of an outage. The places of the consumer are the ceiling of what waits so.
    async fn verdict(&self, message: &Delivered, place: &Place) -> Verdict {
        if self.source.deliveries_max.is_some_and(|max| place.delivery > max) {
            // Those who heard it before died of it, or were cut off each time.
            return Verdict::Poison { reason: "no verdict was ever spoken".to_owned() };
        }
        let mut tries = 0;
        loop {
            let verdict = match self.hold(message, self.hear(message, place.delivery)).await {
                Ok(verdict) => verdict,
                Err(Cut) => return Verdict::NotNow { reason: "cut off by the stop".to_owned() },
            };
            tries += 1;
            let Verdict::NotNow { reason } = &verdict else {
                return verdict;
            };
            if self.stop.is_soft() {
                return verdict;
            }
            tracing::warn!(reason, tries, consumer = self.source.durable, "not now");
            let pause = self.bus.clock().sleep(backoff::delay(tries, &mut rand::rng()));
            let pause = async {
                tokio::select! { () = pause => {}, () = self.stop.soft() => {} }
            };
            if self.hold(message, pause).await.is_err() || self.stop.is_soft() {
                return verdict;
            }
        }
    }

    /// A panic, or no end, is a verdict too.
    async fn hear(&self, message: &Delivered, delivery: u64) -> Verdict {
        let work = AssertUnwindSafe(self.work.work(&self.bus, message, delivery)).catch_unwind();
        match tokio::time::timeout(HANDLE_TIME_MAX, work).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(_)) => Verdict::Retry { reason: "the handler panicked".to_owned() },
            Err(_) => Verdict::Retry { reason: "the handler took too long".to_owned() },
        }
    }

    /// Tells the server that the message is in good hands for as long as `work` takes.
    async fn hold<T>(&self, message: &Delivered, work: impl Future<Output = T>) -> Result<T, Cut> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = self.stop.hard() => return Err(Cut),
                () = self.bus.clock().sleep(self.source.ack_wait / 3) => {
                    // Lost, the message may be heard twice, which every handler must stand.
                    let _ = message.ack_with(AckKind::Progress).await;
                }
            }
        }
    }

    async fn settle(&self, message: &Delivered, kind: &'static str, place: &Place, verdict: Verdict) {
        let growing = || backoff::delay(place.delivery, &mut rand::rng());
        let ack = match verdict {
            Verdict::Done => AckKind::Ack,
            // Only at the stop, for another process.
            Verdict::NotNow { .. } => AckKind::Nak(None),
            Verdict::Retry { reason } => self.retry(message, kind, place, growing(), &reason).await,
            Verdict::RetryAfter { after, reason } => {
                self.retry(message, kind, place, after.min(DELAY_MAX), &reason).await
            }
            Verdict::Poison { reason } => self.bury(message, kind, place, &reason).await,
        };
        if let Err(error) = message.ack_with(ack).await {
            tracing::warn!(error, consumer = self.source.durable, "verdict not sent; the message will come again");
        }
    }

    async fn retry(&self, message: &Delivered, kind: &str, place: &Place, after: Duration, reason: &str) -> AckKind {
        if self.source.deliveries_max.is_some_and(|max| place.delivery >= max) {
            return self.bury(message, kind, place, reason).await;
        }
        tracing::warn!(
            reason,
            kind,
            delivery = place.delivery,
            consumer = self.source.durable,
            ?after,
            "to be heard again"
        );
        AckKind::Nak(Some(after))
    }

    /// Ends the message only when its dead letter is stored.
    async fn bury(&self, message: &Delivered, kind: &str, place: &Place, reason: &str) -> AckKind {
        if self.source.deliveries_max.is_none() {
            tracing::error!(reason, consumer = self.source.durable, "a dead letter can't be kept; it will come again");
            return AckKind::Nak(Some(DELAY_MAX));
        }
        let subject = self.bus.settings().prefix.dead_subject(self.source.durable);
        let headers = dead::headers(message, &self.source, place, reason);
        if let Err(error) = self.bus.store(&subject, &headers, &message.payload).await {
            let error: &dyn std::error::Error = &error;
            tracing::error!(
                error,
                consumer = self.source.durable,
                "dead letter not stored; the message will come again"
            );
            return AckKind::Nak(Some(DELAY_MAX));
        }
        metrics::counter!("bus_dead_letters_total", "consumer" => self.source.durable).increment(1);
        let delivery = place.delivery;
        tracing::error!(reason, kind, delivery, consumer = self.source.durable, "a dead letter");
        AckKind::Term
    }

    fn note(&self, span: &Span, kind: &'static str, verdict: &Verdict, took: Duration) {
        let consumer = self.source.durable;
        if verdict.is_failure() {
            span.record("error.type", verdict.name());
            span.record("otel.status_code", "ERROR");
        }
        span.record("callcow.verdict", verdict.name());
        metrics::counter!("bus_consumed_total", "consumer" => consumer, "kind" => kind, "verdict" => verdict.name())
            .increment(1);
        metrics::histogram!("bus_process_seconds", "consumer" => consumer, "kind" => kind).record(took);
    }

    fn kind(&self, message: &Delivered) -> &'static str {
        if self.source.deliveries_max.is_none() {
            return "dead";
        }
        self.bus.settings().prefix.kind(&message.subject).map_or("other", proto::Kind::subject)
    }

    fn span(&self, message: &Delivered, kind: &str, place: &Place) -> Span {
        let headers = message.headers.as_ref();
        tracing::info_span!(
            parent: None,
            "process",
            otel.name = format!("process {kind}"),
            otel.kind = "consumer",
            otel.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            messaging.system = "nats",
            messaging.operation.name = "process",
            messaging.operation.type = "process",
            messaging.destination.name = message.subject.as_str(),
            messaging.consumer.group.name = self.source.durable,
            messaging.message.id = header::get(headers, header::EVENT_ID),
            messaging.message.body.size = number(message.payload.len()),
            nats.stream = self.source.stream,
            nats.sequence = number(place.sequence),
            nats.delivered = number(place.delivery),
            callcow.verdict = tracing::field::Empty,
            call.id = header::get(headers, header::CALL_ID),
        )
    }
}
