//! What the network remembers of its calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::order::{Fields, Order, Source};
use crate::status::Status;

/// Calls kept for look-ups: some twenty kilobytes each, with all that was requested for it; two hundred megabytes in all.
const CALLS_MAX: usize = 10_000;
/// Calls at one time. Each may hold a WebSocket and a handful of timers.
const CALLS_LIVE_MAX: usize = 2_000;
/// Lines of one transcript; a conversation that is longer is a loop.
const LINES_MAX: usize = 400;
/// Requests made for one call that are kept.
const EVENTS_MAX: usize = 50;

/// One call, as the network saw it.
#[derive(Clone)]
pub struct Record {
    pub sid: String,
    pub to: String,
    pub from: String,
    pub status: Status,
    /// How often the callee's line was reached, whether it rang or was busy.
    pub rings: u32,
    pub history: Vec<Change>,
    pub transcript: Vec<Line>,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    pub(crate) dialed: Option<DateTime<Utc>>,
    pub(crate) ended: Option<DateTime<Utc>>,
    pub(crate) talked: Option<Duration>,
    pub(crate) answered_by: Option<&'static str>,
    /// Why it failed, in the words of SIP.
    pub(crate) sip: Option<u16>,
    pub(crate) events: Vec<Event>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub status: Status,
    pub at: DateTime<Utc>,
}

/// Words spoken on the line.
#[derive(Clone, Serialize)]
pub struct Line {
    pub who: Who,
    pub text: String,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The application.
    Caller,
    /// The person or machine that was called.
    Callee,
}

/// A request that the network got or made for a call.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) parameters: Fields,
    /// None: nobody answered.
    pub(crate) answer: Option<u16>,
    pub(crate) at: DateTime<Utc>,
}

/// The wires of a live call.
#[derive(Clone)]
pub(crate) struct Wires {
    /// Cancelled when the call is over.
    pub(crate) over: CancellationToken,
    /// Takes the call to another document.
    pub(crate) redirect: mpsc::Sender<Source>,
}

struct Entry {
    record: Record,
    wires: Wires,
}

#[derive(Default)]
struct Book {
    calls: BTreeMap<String, Entry>,
    /// Oldest first.
    order: VecDeque<String>,
    live: usize,
}

/// More calls at one time than the network has lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// The change is not one that the call's status allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAllowed;

#[derive(Default)]
pub(crate) struct Ledger {
    book: Mutex<Book>,
}

impl Ledger {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a call, and says how many to this number are known from before.
    pub(crate) fn open(
        &self,
        sid: &str,
        order: &Order,
        made: Event,
        wires: Wires,
        now: DateTime<Utc>,
    ) -> Result<usize, Full> {
        let mut book = self.book();
        if book.live >= CALLS_LIVE_MAX {
            return Err(Full);
        }
        book.live += 1;
        book.forget_oldest();
        let before = book.calls.values().filter(|entry| entry.record.to == order.to).count();
        let record = Record {
            sid: sid.to_owned(),
            to: order.to.clone(),
            from: order.from.clone(),
            status: Status::Queued,
            rings: 0,
            history: vec![Change { status: Status::Queued, at: now }],
            transcript: Vec::new(),
            created: now,
            updated: now,
            dialed: None,
            ended: None,
            talked: None,
            answered_by: None,
            sip: None,
            events: vec![made],
        };
        book.order.push_back(sid.to_owned());
        book.calls.insert(sid.to_owned(), Entry { record, wires });
        Ok(before)
    }

    /// Moves a call on. The only door to another status, so that of an answer and a hang-up at one moment one wins.
    pub(crate) fn advance(&self, sid: &str, next: Status, now: DateTime<Utc>) -> Result<Record, NotAllowed> {
        let mut book = self.book();
        let entry = book.calls.get_mut(sid).ok_or(NotAllowed)?;
        if !entry.record.status.allows(next) {
            return Err(NotAllowed);
        }
        entry.record.status = next;
        entry.record.updated = now;
        entry.record.history.push(Change { status: next, at: now });
        if next.is_over() {
            entry.record.ended = Some(now);
            entry.wires.over.cancel();
        }
        let record = entry.record.clone();
        if next.is_over() {
            book.live -= 1;
        }
        Ok(record)
    }

    /// Changes what does not touch the status.
    pub(crate) fn note(&self, sid: &str, change: impl FnOnce(&mut Record)) {
        if let Some(entry) = self.book().calls.get_mut(sid) {
            change(&mut entry.record);
        }
    }

    pub(crate) fn say(&self, sid: &str, line: Line) {
        self.note(sid, |record| push_bounded(&mut record.transcript, line, LINES_MAX));
    }

    pub(crate) fn keep(&self, sid: &str, event: Event) {
        self.note(sid, |record| push_bounded(&mut record.events, event, EVENTS_MAX));
    }

    pub(crate) fn get(&self, sid: &str) -> Option<Record> {
        self.book().calls.get(sid).map(|entry| entry.record.clone())
    }

    pub(crate) fn wires(&self, sid: &str) -> Option<Wires> {
        self.book().calls.get(sid).map(|entry| entry.wires.clone())
    }

    /// The calls that `wanted` picks, newest first.
    pub(crate) fn find(&self, wanted: impl Fn(&Record) -> bool) -> Vec<Record> {
        let book = self.book();
        let newest_first = book.order.iter().rev().filter_map(|sid| book.calls.get(sid));
        newest_first.map(|entry| &entry.record).filter(|record| wanted(record)).cloned().collect()
    }
}

impl Book {
    /// Makes room; a call that goes on is never forgotten.
    fn forget_oldest(&mut self) {
        while self.order.len() >= CALLS_MAX {
            let over = |sid: &String| self.calls.get(sid).is_none_or(|entry| entry.record.status.is_over());
            let Some(oldest) = self.order.iter().position(over) else {
                return;
            };
            if let Some(sid) = self.order.remove(oldest) {
                self.calls.remove(&sid);
            }
        }
    }
}

fn push_bounded<T>(list: &mut Vec<T>, item: T, max: usize) {
    if list.len() < max {
        list.push(item);
    }
}
