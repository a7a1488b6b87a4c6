//! Streams and consumers: who hears what, as one table. Every process makes what is missing, so that the order in which
//! they start does not matter.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};
use async_nats::jetstream::stream::{self, DiscardPolicy, RetentionPolicy, StorageType};
use proto::Kind;

use crate::config::BusSettings;
use crate::name::Prefix;

/// A weekend: who was down for longer finds the calls ended by their deadlines.
pub const FACTS_AGE_MAX: Duration = Duration::from_hours(72);

/// Somebody has to look at a dead letter, and the gateway keeps what it has heard in its table.
const DEAD_AGE_MAX: Duration = Duration::from_hours(14 * 24);

/// A dead letter is a rare thing: so many at once are one fault.
const DEAD_MAX: i64 = 100_000;

/// The relay sends an unconfirmed fact again within seconds; the server keeps the ids of this long in memory.
pub const DUPLICATE_WINDOW: Duration = Duration::from_mins(10);

/// What servers accept without being told otherwise.
const MESSAGE_BYTES_MAX: i32 = 1024 * 1024;

/// A fact leaves this much room, so that its dead letter, which has more headers, is not too large.
const DEAD_HEADER_BYTES_MAX: i32 = 16 * 1024;

/// A message is dead when its handling failed so often.
const DELIVERIES_MAX: u64 = 5;

/// The server gives up by itself when even the burying fails so often, and tells us so.
const DELIVERIES_BACKSTOP: i64 = 10;

/// A message that waits for its retry holds one of these places: far more than are ever worked on at once.
const WAITING_MAX: i64 = 10_000;

/// Who hears facts. Replicas of a service share its consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Consumer {
    Gateway,
    Planner,
    Dialer,
    Notifier,
}

impl Consumer {
    pub const ALL: [Self; 4] = [Self::Gateway, Self::Planner, Self::Dialer, Self::Notifier];

    /// Its durable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Planner => "planner",
            Self::Dialer => "dialer",
            Self::Notifier => "notifier",
        }
    }

    pub fn hears(self) -> &'static [Kind] {
        match self {
            Self::Gateway => &Kind::ALL,
            Self::Planner => &[Kind::CallRequested],
            Self::Dialer => &[Kind::CallPlanned, Kind::CallPlanFailed, Kind::CallCancelRequested],
            Self::Notifier => &[
                Kind::CallRequested,
                Kind::CallEnded,
                Kind::CallbackRedeliveryRequested,
                Kind::WebhookCreated,
                Kind::WebhookDeleted,
            ],
        }
    }

    /// How many are worked on at once in one process: a few for each connection to the database, or to the model.
    fn in_flight_max(self) -> usize {
        match self {
            Self::Gateway | Self::Notifier => 64,
            Self::Planner => 16,
            Self::Dialer => 32,
        }
    }
}

/// One durable consumer, of facts or of dead letters.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) stream: String,
    pub(crate) durable: &'static str,
    pub(crate) in_flight_max: usize,
    pub(crate) ack_wait: Duration,
    /// None: tried for as long as the stream keeps it, because nothing comes after a dead letter.
    pub(crate) deliveries_max: Option<u64>,
    subjects: Vec<String>,
}

impl Source {
    pub(crate) fn facts(consumer: Consumer, settings: &BusSettings) -> Self {
        let prefix = &settings.prefix;
        Self {
            stream: prefix.facts_stream(),
            durable: consumer.name(),
            in_flight_max: consumer.in_flight_max(),
            ack_wait: settings.ack_wait,
            deliveries_max: Some(DELIVERIES_MAX),
            subjects: consumer.hears().iter().map(|kind| prefix.subject(*kind)).collect(),
        }
    }

    pub(crate) fn dead(settings: &BusSettings) -> Self {
        Self {
            stream: settings.prefix.dead_stream(),
            durable: "undertaker",
            in_flight_max: 4,
            ack_wait: settings.ack_wait,
            deliveries_max: None,
            subjects: Vec::new(),
        }
    }

    pub(crate) fn config(&self) -> pull::Config {
        pull::Config {
            durable_name: Some(self.durable.to_owned()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            replay_policy: ReplayPolicy::Instant,
            ack_wait: self.ack_wait,
            max_deliver: if self.deliveries_max.is_some() { DELIVERIES_BACKSTOP } else { -1 },
            max_ack_pending: WAITING_MAX,
            filter_subjects: self.subjects.clone(),
            // No backoff: together with a delayed NAK the server adds the two up.
            ..pull::Config::default()
        }
    }
}

pub(crate) fn streams(settings: &BusSettings) -> [stream::Config; 2] {
    let prefix = &settings.prefix;
    let common = stream::Config {
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        num_replicas: settings.replicas,
        // At the ceiling the oldest goes: every consumer has long heard it, and refusing new facts would stop all calls.
        discard: DiscardPolicy::Old,
        max_bytes: -1,
        max_messages_per_subject: -1,
        max_consumers: -1,
        max_message_size: MESSAGE_BYTES_MAX,
        duplicate_window: DUPLICATE_WINDOW,
        allow_direct: true,
        ..stream::Config::default()
    };
    let facts = stream::Config {
        name: prefix.facts_stream(),
        subjects: facts_subjects(prefix),
        max_age: FACTS_AGE_MAX,
        max_messages: settings.facts_max,
        max_message_size: MESSAGE_BYTES_MAX - DEAD_HEADER_BYTES_MAX,
        ..common.clone()
    };
    let dead = stream::Config {
        name: prefix.dead_stream(),
        subjects: vec![prefix.dead_subject("*"), prefix.given_up_subject()],
        max_age: DEAD_AGE_MAX,
        max_messages: DEAD_MAX,
        ..common
    };
    [facts, dead]
}

fn facts_subjects(prefix: &Prefix) -> Vec<String> {
    vec![prefix.all_calls(), prefix.all_callbacks(), prefix.all_webhooks()]
}

pub(crate) fn sources(settings: &BusSettings) -> Vec<Source> {
    let mut sources: Vec<_> = Consumer::ALL.into_iter().map(|consumer| Source::facts(consumer, settings)).collect();
    sources.push(Source::dead(settings));
    sources
}
