use std::sync::Arc;
use std::time::Duration;

use async_nats::Message;
use async_nats::jetstream::{AckKind, Message as Delivered};
use async_trait::async_trait;
use proto::wire;
use runtime::telemetry::count_from_zero;
use runtime::{Stop, TraceContext};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::Span;

use crate::backoff;
use crate::connect::Bus;
use crate::hear::{Hear, Heard, Verdict};
use crate::process::Process;
use crate::pull::{Trouble, Window};
use crate::table::{Consumer, Source};

const TROUBLE_DELAY_MAX: Duration = Duration::from_secs(5);

const FLUSH_TIME_MAX: Duration = Duration::from_secs(2);

/// What is done with the messages of one source.
#[async_trait]
pub(crate) trait Work: Send + Sync + 'static {
    async fn work(&self, bus: &Bus, message: &Message, delivery: u64) -> Verdict;
}

/// Decodes facts for a handler.
struct Hearing<H> {
    consumer: Consumer,
    hear: Arc<H>,
}

#[async_trait]
impl<H: Hear> Work for Hearing<H> {
    async fn work(&self, bus: &Bus, message: &Message, delivery: u64) -> Verdict {
        let envelope = match wire::decode(&message.payload) {
            Ok(envelope) => envelope,
            Err(undecodable) => return Verdict::Poison { reason: format!("not decodable: {undecodable}") },
        };
        Span::current().record("call.id", tracing::field::display(envelope.call_id));
        let trace = crate::header::trace(message.headers.as_ref());
        let delivery = u32::try_from(delivery).unwrap_or(u32::MAX);
        let age = (bus.clock().now() - envelope.at).to_std().unwrap_or_default();
        metrics::histogram!("bus_fact_age_seconds", "consumer" => self.consumer.name()).record(age);
        self.hear.hear(Heard { envelope, trace, delivery }).await
    }
}

impl Bus {
    /// Hears facts until the soft stop, then finishes those that it holds and gives the others back. A server that
    /// restarts or a consumer that is deleted only makes a pause.
    pub async fn consume<H: Hear>(&self, consumer: Consumer, hear: Arc<H>, stop: Stop) {
        let source = Source::facts(consumer, self.settings());
        count_from_zero("bus_dead_letters_total", "consumer", &[consumer.name()]);
        Loop::new(self, source, Arc::new(Hearing { consumer, hear }), stop).run().await;
    }
}

pub(crate) struct Loop<W> {
    process: Arc<Process<W>>,
    free: Arc<Semaphore>,
    held: JoinSet<()>,
    stop: Stop,
}

impl<W: Work> Loop<W> {
    pub(crate) fn new(bus: &Bus, source: Source, work: Arc<W>, stop: Stop) -> Self {
        let free = Arc::new(Semaphore::new(source.in_flight_max));
        let process = Arc::new(Process { bus: bus.clone(), source, work, stop: stop.clone() });
        Self { process, free, held: JoinSet::new(), stop }
    }

    pub(crate) async fn run(mut self) {
        let bus = self.process.bus.clone();
        let stop = self.stop.clone();
        let mut troubles = 0;
        while !stop.is_soft() {
            let trouble = tokio::select! {
                heard = self.hear_until_trouble() => heard,
                () = stop.hard() => break,
            };
            let Err((heard_any, trouble)) = trouble else {
                break;
            };
            troubles = if heard_any { 1 } else { troubles + 1 };
            let consumer = self.process.source.durable;
            tracing::warn!(error = &trouble as &dyn std::error::Error, consumer, troubles, "hearing again");
            let delay = backoff::delay(troubles, &mut rand::rng()).min(TROUBLE_DELAY_MAX);
            tokio::select! {
                () = async { bus.clock().sleep(delay).await; bus.connected().await } => {}
                () = stop.soft() => {}
            }
        }
        // Each of them watches for the hard stop itself.
        while self.held.join_next().await.is_some() {}
        // The last acks must leave the process before the process does.
        if bus.is_connected() {
            let _ = tokio::time::timeout(FLUSH_TIME_MAX, bus.client().flush()).await;
        }
    }

    /// Ok: asked to stop. With the trouble comes whether the server had answered before.
    async fn hear_until_trouble(&mut self) -> Result<(), (bool, Trouble)> {
        let bus = self.process.bus.clone();
        let stop = self.stop.clone();
        let opened = tokio::select! {
            opened = async { bus.connected().await; Window::open(&bus, &self.process.source).await } => opened,
            () = stop.soft() => return Ok(()),
        };
        let mut window = opened.map_err(|trouble| (false, trouble))?;
        let mut heard_any = false;
        self.hear_through(&mut window, &mut heard_any).await.map_err(|trouble| (heard_any, trouble))?;
        for message in window.close().await {
            self.give_back(message).await;
        }
        Ok(())
    }

    async fn hear_through(&mut self, window: &mut Window, heard_any: &mut bool) -> Result<(), Trouble> {
        let mut link = self.process.bus.link();
        let stop = self.stop.clone();
        loop {
            while self.held.try_join_next().is_some() {}
            if !window.is_asking() {
                tokio::select! {
                    biased;
                    () = stop.soft() => return Ok(()),
                    _ = link.changed() => return Err(Trouble::Connection),
                    // Given back at once: the count of the free is what we ask for.
                    _ = self.free.acquire() => {}
                }
                window.ask(self.free.available_permits()).await?;
            }
            let next = tokio::select! {
                biased;
                () = stop.soft() => return Ok(()),
                _ = link.changed() => return Err(Trouble::Connection),
                next = window.next() => next?,
            };
            *heard_any = true;
            match next {
                Some(message) => self.take(message).await,
                // The server had nothing for us all the time.
                None => metrics::gauge!("bus_pending", "consumer" => self.process.source.durable).set(0),
            }
        }
    }

    async fn take(&mut self, message: Message) {
        let Ok(place) = Arc::clone(&self.free).try_acquire_owned() else {
            return self.give_back(message).await;
        };
        let process = Arc::clone(&self.process);
        self.held.spawn(async move {
            process.run(message).await;
            drop(place);
        });
    }

    async fn give_back(&self, message: Message) {
        let context = self.process.bus.context().clone();
        // Lost, it comes back when the ack wait is over.
        let _ = Delivered { message, context }.ack_with(AckKind::Nak(None)).await;
    }
}

/// The trace of the message is the parent of its first handling. A later one is a trace of its own, with a link: it may be
/// hours later.
pub(crate) fn join_trace(span: &Span, trace: &TraceContext, delivery: u64) {
    if delivery <= 1 { trace.parent_of(span) } else { trace.link_from(span) }
}
