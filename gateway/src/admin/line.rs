//! Looking after the line: facts that nobody could handle, calls that do not move, and what is to be forgotten.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use clap::{Args, Subcommand};
use proto::{CallId, PhoneNumber, Timestamp};

use super::{AdminError, Printed};
use crate::store::{KeptLetter, Retried, Store};

/// More lines than anybody reads.
const LISTED_MAX: i64 = 1_000;

#[derive(Debug, Subcommand)]
pub enum DeadLetterCommand {
    /// Lists facts that a service could not handle, the newest first.
    List,
    /// Shows one, but for what it says.
    Show { id: String },
    /// Puts one back into the line. It is told when NATS does not take it for a repetition any more: ten minutes after it died.
    Retry { id: String },
    /// Deletes one for good.
    Drop { id: String },
}

#[derive(Debug, Args)]
pub struct Stuck {
    /// Calls that have stood still for longer, such as 2m.
    #[arg(long = "for", default_value = "2m", value_parser = humantime::parse_duration)]
    still: Duration,
}

#[derive(Debug, Args)]
pub struct Erase {
    /// Whose calls are to be forgotten, in E.164 form.
    #[arg(long)]
    number: PhoneNumber,
}

impl DeadLetterCommand {
    pub(super) async fn done(self, store: &Store, now: Timestamp) -> Result<Printed, AdminError> {
        match self {
            Self::List => {
                let letters = store.dead_letters(LISTED_MAX).await?;
                Ok(letters.iter().map(|letter| ("dead_letter", line(letter))).collect())
            }
            Self::Show { id } => {
                let letter = store.dead_letter(&id).await?.ok_or(AdminError::UnknownLetter)?;
                Ok(shown(letter))
            }
            Self::Retry { id } => match store.retry_letter(&id, now).await? {
                Retried::At(at) => Ok(vec![("told_at", time(at))]),
                Retried::Unreadable => Err(AdminError::UnreadableLetter),
                Retried::NotFound => Err(AdminError::UnknownLetter),
            },
            Self::Drop { id } => {
                if !store.drop_letter(&id).await? {
                    return Err(AdminError::UnknownLetter);
                }
                Ok(vec![("dropped", id)])
            }
        }
    }
}

impl Stuck {
    pub(super) async fn done(self, store: &Store, now: Timestamp) -> Result<Printed, AdminError> {
        let still = TimeDelta::from_std(self.still).unwrap_or(TimeDelta::MAX);
        let since = now.checked_sub_signed(still).unwrap_or(Timestamp::UNIX_EPOCH);
        let calls = store.stuck(since, LISTED_MAX).await?;
        let line = |call: &crate::store::StuckCall| {
            let (since, deadline) = (time(call.since), time(call.deadline));
            format!("{} org {} {} since {since} deadline {deadline}", call.call_id(), call.org_id(), call.status)
        };
        Ok(calls.iter().map(|call| ("call", line(call))).collect())
    }
}

impl Erase {
    pub(super) async fn done(self, store: &Store) -> Result<Printed, AdminError> {
        let erased = store.erase_person(&self.number).await?;
        let ids = |calls: &[CallId]| calls.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Ok(vec![("erased", ids(&erased.calls)), ("open", ids(&erased.open))])
    }
}

fn line(letter: &KeptLetter) -> String {
    let KeptLetter { dead_letter_id, consumer, reason, buried_at, .. } = letter;
    let (kind, call) = (letter.kind.as_deref().unwrap_or("unknown"), named(letter.call_id));
    format!("{dead_letter_id} consumer {consumer} kind {kind} call {call} buried {} reason {reason}", time(*buried_at))
}

fn shown(letter: KeptLetter) -> Printed {
    vec![
        ("dead_letter", letter.dead_letter_id),
        ("consumer", letter.consumer),
        ("kind", letter.kind.unwrap_or_else(|| "unknown".to_owned())),
        ("event_id", named(letter.event_id)),
        ("call_id", named(letter.call_id)),
        ("deliveries", letter.deliveries.to_string()),
        ("bytes", letter.bytes.to_string()),
        ("buried_at", time(letter.buried_at)),
        ("reason", letter.reason),
    ]
}

fn named(id: Option<uuid::Uuid>) -> String {
    id.map_or_else(|| "unknown".to_owned(), |id| id.to_string())
}

fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
