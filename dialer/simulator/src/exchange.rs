//! The heart of the network: places calls, and knows all that it needs for them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use runtime::{SharedClock, Spawner, Stop};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::call::{self, Call};
use crate::config::Settings;
use crate::directory::Directory;
use crate::ledger::{Event, Full, Ledger, Line, Record, Who, Wires};
use crate::order::Order;
use crate::pace::Pace;
use crate::person::BadPerson;
use crate::webhook::Sender;

/// Redirects of one call that wait to be carried out.
const REDIRECTS_MAX: usize = 4;

pub(crate) struct Exchange {
    pub(crate) settings: Settings,
    pub(crate) pace: Pace,
    pub(crate) ledger: Ledger,
    pub(crate) directory: Directory,
    pub(crate) sender: Sender,
    pub(crate) stop: Stop,
    spawner: Spawner,
    /// Requests, by who calls whom, that were turned away as the first.
    turned_away: Mutex<BTreeSet<(String, String)>>,
}

/// The network can't be built.
#[derive(Debug, thiserror::Error)]
pub enum CannotBuild {
    #[error(transparent)]
    People(#[from] BadPerson),
    #[error("no TLS for webhooks")]
    Tls(#[source] reqwest::Error),
    #[error("can't listen")]
    Listen(#[source] std::io::Error),
}

impl Exchange {
    pub(crate) fn new(
        settings: Settings,
        clock: SharedClock,
        stop: Stop,
        spawner: Spawner,
    ) -> Result<Self, CannotBuild> {
        let pace = Pace::new(clock, settings.rate);
        let sender = Sender::new(settings.auth_token.clone(), pace.clone()).map_err(CannotBuild::Tls)?;
        let directory = Directory::read()?;
        Ok(Self {
            settings,
            pace,
            ledger: Ledger::default(),
            directory,
            sender,
            stop,
            spawner,
            turned_away: Mutex::default(),
        })
    }

    /// Accepts a call, which then lives on its own.
    pub(crate) fn place(self: &Arc<Self>, order: Order, made: Event) -> Result<String, Full> {
        let sid = new_sid("CA");
        let over = CancellationToken::new();
        let (redirect, redirects) = mpsc::channel(REDIRECTS_MAX);
        let nth = self.ledger.open(&sid, &order, made, Wires { over: over.clone(), redirect }, self.pace.now())?;
        tracing::info!(call.sid = %sid, "a call was accepted");
        let call = Call { sid: sid.clone(), order, nth, over, redirects };
        self.spawner.spawn("call", call::live(self.clone(), call));
        Ok(sid)
    }

    /// Whether this request is a first one; the next between the same numbers is a second, and the one after it a first.
    pub(crate) fn comes_first(&self, order: &Order) -> bool {
        let mut turned_away = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (order.from.clone(), order.to.clone());
        !turned_away.remove(&pair) && turned_away.insert(pair)
    }

    /// Keeps what was spoken on the line.
    pub(crate) fn say(&self, sid: &str, who: Who, text: String) {
        self.ledger.say(sid, Line { who, text, at: self.pace.now() });
    }

    pub(crate) fn record(&self, sid: &str) -> Option<Record> {
        self.ledger.get(sid)
    }
}

/// A name as the vendor makes them: two letters and 32 hexadecimal digits.
pub(crate) fn new_sid(kind: &str) -> String {
    format!("{kind}{:032x}", rand::random::<u128>())
}
