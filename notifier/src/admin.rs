//! What an operator does by hand. A running notifier finds what is due again by itself.

use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use clap::Subcommand;
use outbox::CannotOpen;
use proto::{CallId, Timestamp};
use runtime::BadSetting;

use crate::config::AdminConfig;
use crate::reseal::{Resealed, reseal};
use crate::store::{Store, StoreError};

/// More lines than anybody reads.
const LISTED_MAX: i64 = 1_000;

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Lists the deliveries that were given up.
    Exhausted {
        /// How far to look back, such as 2h or 7d.
        #[arg(long, default_value = "7d", value_parser = humantime::parse_duration)]
        since: Duration,
    },
    /// Sends the result of a call again, whatever came of it before.
    Redeliver { call_id: CallId },
    /// Sends all results again that were given up.
    RedeliverExhausted {
        /// How far to look back, such as 2h or 7d.
        #[arg(long, value_parser = humantime::parse_duration)]
        since: Duration,
    },
    /// Erases what is kept of calls, as `callcow-gateway admin erase` named them. Those whose result is on its way are left.
    Erase {
        #[arg(required = true)]
        calls: Vec<CallId>,
    },
    /// Seals all kept secrets with the first key of `SEAL_KEYS`, so that the others can be taken out. Facts are kept for 72
    /// hours and may hold secrets under an old key: run it when the gateway has sealed with the new one for so long.
    Reseal,
}

#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("no database")]
    NoStore(#[from] CannotOpen),
    #[error("it was not done, or not to the end")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Setting(#[from] BadSetting),
}

impl Admin {
    /// The lines to print.
    pub async fn run(self, config: AdminConfig, now: Timestamp) -> Result<Vec<String>, NotDone> {
        let store = Store::open(&config.database_url, 1).await?;
        let round = config.schedule.new_round();
        let lines = match self {
            Self::Exhausted { since } => {
                let exhausted = store.exhausted(back(now, since), LISTED_MAX).await?;
                let line = |one: &crate::store::Exhausted| {
                    let at = one.finished_at.to_rfc3339_opts(SecondsFormat::Secs, true);
                    format!("{at} call {} delivery {} attempts {}", one.call_id, one.delivery_id, one.attempts)
                };
                exhausted.iter().map(line).collect()
            }
            Self::Redeliver { call_id } => {
                vec![format!("deliveries due again: {}", store.redeliver_call(call_id, round).await?)]
            }
            Self::RedeliverExhausted { since } => {
                let again = store.redeliver_exhausted(back(now, since), round).await?;
                vec![format!("deliveries due again: {again}")]
            }
            Self::Erase { calls } => {
                let erased = store.erase(&calls).await?;
                vec![format!("calls erased: {erased} of {}", calls.len())]
            }
            Self::Reseal => {
                let Resealed { changed, closed } = reseal(&store, &config.sealer?).await?;
                let left = (closed > 0).then(|| format!("can't be opened with these keys, and left alone: {closed}"));
                [format!("rows sealed anew: {changed}")].into_iter().chain(left).collect()
            }
        };
        store.close().await;
        Ok(lines)
    }
}

fn back(now: Timestamp, since: Duration) -> Timestamp {
    let since = TimeDelta::from_std(since).unwrap_or(TimeDelta::MAX);
    now.checked_sub_signed(since).unwrap_or(Timestamp::UNIX_EPOCH)
}
