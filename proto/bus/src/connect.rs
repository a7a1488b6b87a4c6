use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{Context, ContextBuilder};
use async_nats::{Client, ConnectOptions, Event};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use runtime::{SharedClock, Stop};
use tokio::sync::{Mutex, watch};

use crate::backoff;
use crate::config::{BusSettings, User};
use crate::table::{self, Source};

/// A server that vanished without a word is noticed after two of these.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const RECONNECT_DELAY_MAX: Duration = Duration::from_secs(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Stopped before the server was reached.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    #[error("the address of the server can't be used")]
    Address(#[source] async_nats::ConnectError),
    #[error("asked to stop before the server answered")]
    Stopped,
}

/// The server does not have the streams and consumers of the table.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unready {
    #[error("stream not made")]
    Stream(#[source] async_nats::jetstream::context::CreateStreamError),
    #[error("consumer not made")]
    Consumer(#[source] async_nats::jetstream::stream::ConsumerError),
}

/// A connection that all tasks of a process share.
#[derive(Clone)]
pub struct Bus {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    context: Context,
    settings: BusSettings,
    clock: SharedClock,
    /// Changes whenever the connection comes or goes.
    link: watch::Receiver<u64>,
    making: Mutex<()>,
    /// How often the streams were made.
    made: AtomicU64,
}

impl Bus {
    /// Waits until the server is there and has the streams and consumers of the table.
    pub async fn connect(settings: &BusSettings, stop: Stop, clock: SharedClock) -> Result<Self, Unreachable> {
        let bus = Self::open(settings, clock).await?;
        let mut tries = 0;
        while let Err(error) = bus.make_all().await {
            tries += 1;
            tracing::warn!(error = &error as &dyn std::error::Error, tries, "bus not ready");
            tokio::select! {
                () = bus.clock().sleep(backoff::delay(tries, &mut rand::rng()).min(CONNECT_TIMEOUT)) => {}
                () = stop.soft() => return Err(Unreachable::Stopped),
            }
        }
        Ok(bus)
    }

    /// Does not wait: publishing and consuming begin when the server is there, and make what is missing. For a service
    /// that has work to do without it.
    pub async fn open(settings: &BusSettings, clock: SharedClock) -> Result<Self, Unreachable> {
        runtime::install_crypto();
        let (told, link) = watch::channel(0);
        let told = Arc::new(told);
        let client = options(settings)
            .name("callcow")
            .retry_on_initial_connect()
            .max_reconnects(None)
            .ping_interval(PING_INTERVAL)
            .connection_timeout(CONNECT_TIMEOUT)
            .request_timeout(Some(REQUEST_TIMEOUT))
            .reconnect_delay_callback(reconnect_delay)
            .event_callback(move |event| {
                let told = Arc::clone(&told);
                async move { note(&event, &told) }
            })
            .connect(settings.servers.addresses())
            .await
            .map_err(Unreachable::Address)?;
        let context = ContextBuilder::new().timeout(REQUEST_TIMEOUT).build(client.clone());
        let settings = settings.clone();
        let inner = Inner { client, context, settings, clock, link, making: Mutex::default(), made: AtomicU64::new(0) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether the server is reachable at this moment.
    pub fn is_connected(&self) -> bool {
        self.client().connection_state() == State::Connected
    }

    /// A check for `/ready`.
    pub fn health(&self) -> impl Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static {
        let bus = self.clone();
        move || {
            let connected = bus.is_connected();
            async move { connected.then_some(()).ok_or_else(|| "not connected".to_owned()) }.boxed()
        }
    }

    /// Waits until the server is reachable.
    pub async fn connected(&self) {
        let mut link = self.link();
        while !self.is_connected() {
            // The client tells each change; the timeout is for one that came between the look and the wait.
            let _ = tokio::time::timeout(RECONNECT_DELAY_MAX, link.changed()).await;
        }
    }

    /// Makes the streams that are missing, unless somebody did since `made` was read.
    pub(crate) async fn make_streams(&self, made: u64) -> Result<(), Unready> {
        let _making = self.inner.making.lock().await;
        if self.made() != made {
            return Ok(());
        }
        for stream in table::streams(self.settings()) {
            self.context().create_or_update_stream(stream).await.map_err(Unready::Stream)?;
        }
        self.inner.made.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    pub(crate) fn made(&self) -> u64 {
        self.inner.made.load(Ordering::Acquire)
    }

    /// Makes the consumer when it is missing, and the streams before it. A process that has just started makes the
    /// streams in any case: the table may be newer than they are.
    pub(crate) async fn make_consumer(&self, source: &Source) -> Result<PullConsumer, Unready> {
        self.make_streams(0).await?;
        let made = self.made();
        let first = self.context().create_consumer_on_stream(source.config(), &source.stream).await;
        if let Ok(consumer) = first {
            return Ok(consumer);
        }
        self.make_streams(made).await?;
        self.context().create_consumer_on_stream(source.config(), &source.stream).await.map_err(Unready::Consumer)
    }

    async fn make_all(&self) -> Result<(), Unready> {
        self.make_streams(self.made()).await?;
        for source in table::sources(self.settings()) {
            self.make_consumer(&source).await?;
        }
        Ok(())
    }

    pub(crate) fn client(&self) -> &Client {
        &self.inner.client
    }

    pub(crate) fn context(&self) -> &Context {
        &self.inner.context
    }

    pub(crate) fn settings(&self) -> &BusSettings {
        &self.inner.settings
    }

    pub(crate) fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// Changes when the connection comes or goes after this moment.
    pub(crate) fn link(&self) -> watch::Receiver<u64> {
        let mut link = self.inner.link.clone();
        link.mark_unchanged();
        link
    }
}

/// As the user of the address. Answers come to an inbox below the name of the user, so that the server can be told to let
/// nobody else listen there.
fn options(settings: &BusSettings) -> ConnectOptions {
    match settings.servers.user() {
        Some(User { name, password }) => {
            ConnectOptions::new().custom_inbox_prefix(format!("_INBOX.{name}")).user_and_password(name, password)
        }
        None => ConnectOptions::new(),
    }
}

fn reconnect_delay(attempts: usize) -> Duration {
    let tries = u64::try_from(attempts).unwrap_or(u64::MAX);
    if tries == 0 { Duration::ZERO } else { backoff::delay(tries, &mut rand::rng()).min(RECONNECT_DELAY_MAX) }
}

fn note(event: &Event, told: &watch::Sender<u64>) {
    match event {
        Event::Connected => tracing::info!("bus connected"),
        Event::Disconnected => tracing::warn!("bus disconnected"),
        Event::LameDuckMode | Event::Draining | Event::Closed | Event::SlowConsumer(_) => {
            tracing::warn!(%event, "bus event");
        }
        Event::ServerError(_) | Event::ClientError(_) => tracing::warn!(%event, "bus error"),
    }
    told.send_modify(|changes| *changes += 1);
}
