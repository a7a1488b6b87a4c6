//! When and how often a call may be dialed, as it stands in its row.

use std::num::NonZeroU32;

use proto::Timestamp;
use proto::fact::{Retry, Terms};
use sqlx::FromRow;

use super::StoreError;
use super::row::{count, duration};
use crate::call::{NotTaken, Untaken};

#[derive(FromRow)]
pub(super) struct TermsRow {
    earliest_at: Option<Timestamp>,
    latest_at: Option<Timestamp>,
    dials_max: Option<i32>,
    retry_no_answer: bool,
    retry_busy: bool,
    retry_wait_ms: i64,
    concurrent_calls_max: Option<i32>,
    untaken: Option<String>,
    rang: bool,
}

/// The columns of a [`TermsRow`].
pub(super) const TERMS: &str = "earliest_at, latest_at, dials_max, retry_no_answer, retry_busy, retry_wait_ms, \
     concurrent_calls_max, untaken, rang";

impl TermsRow {
    pub(super) fn terms(&self) -> Terms {
        let number = |value: Option<i32>| NonZeroU32::new(count(value?));
        let retry = number(self.dials_max).map(|attempts_max| Retry {
            attempts_max,
            on_no_answer: self.retry_no_answer,
            on_busy: self.retry_busy,
            wait: duration(self.retry_wait_ms),
        });
        let concurrent_calls_max = number(self.concurrent_calls_max);
        Terms { earliest_at: self.earliest_at, latest_at: self.latest_at, retry, concurrent_calls_max }
    }

    pub(super) fn untaken(&self) -> Result<Option<Untaken>, StoreError> {
        let untaken = |why| Ok(Some(Untaken { why, rang: self.rang }));
        match self.untaken.as_deref() {
            None => Ok(None),
            Some("no_answer") => untaken(NotTaken::NoAnswer),
            Some("busy") => untaken(NotTaken::Busy),
            Some("declined") => untaken(NotTaken::Declined),
            Some(_) => Err(StoreError::Corrupt("how a dial went")),
        }
    }
}

pub(super) fn not_taken_word(why: NotTaken) -> &'static str {
    match why {
        NotTaken::NoAnswer => "no_answer",
        NotTaken::Busy => "busy",
        NotTaken::Declined => "declined",
    }
}
