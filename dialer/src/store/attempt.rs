//! Dial attempts.

use std::time::Duration;

use proto::{AttemptId, CallId, Timestamp};
use sqlx::AssertSqlSafe;

use super::row::{ATTEMPT, AttemptRow, answered_by, answered_by_word, attempt_word, small};
use super::{Store, StoreError, Work, millis, uuid_of};
use crate::call::{Attempt, AttemptState, Call, Epoch};
use crate::carrier::AnsweredBy;

impl Store {
    /// Which call an attempt belongs to: it never changes.
    pub async fn call_of(&self, attempt: AttemptId) -> Result<Option<CallId>, StoreError> {
        let call: Option<uuid::Uuid> = sqlx::query_scalar("SELECT call_id FROM attempts WHERE attempt_id = $1")
            .bind(attempt.uuid())
            .fetch_optional(&self.pool)
            .await?;
        Ok(call.map(CallId::from))
    }

    pub async fn answered_by(&self, attempt: AttemptId) -> Result<Option<AnsweredBy>, StoreError> {
        let word: Option<String> = sqlx::query_scalar("SELECT answered_by FROM attempts WHERE attempt_id = $1")
            .bind(attempt.uuid())
            .fetch_optional(&self.pool)
            .await?
            .flatten();
        word.as_deref().map(answered_by).transpose()
    }

    /// Attempts that the carrier should have spoken of by now. One whose answer was lost is given out once in
    /// `lost_again`, one that was placed once in `placed_again`.
    pub async fn overdue_attempts(
        &self,
        lost_again: Duration,
        placed_again: Duration,
        most: u32,
    ) -> Result<Vec<(AttemptId, CallId)>, StoreError> {
        let rows: Vec<(uuid::Uuid, uuid::Uuid)> = sqlx::query_as(
            "UPDATE attempts SET check_at = now() + interval '1 millisecond' \
               * CASE WHEN state IN ('dialing', 'unknown') THEN $1::float8 ELSE $2 END \
             WHERE attempt_id IN ( \
               SELECT attempt_id FROM attempts JOIN calls USING (call_id) \
               WHERE attempts.state IN ('dialing', 'unknown', 'placed', 'answered') AND check_at <= now() \
               AND (attempts.state <> 'dialing' OR lease_until IS NULL OR lease_until < now()) \
               ORDER BY check_at LIMIT $3 FOR UPDATE OF attempts SKIP LOCKED) \
             RETURNING attempt_id, call_id",
        )
        .bind(millis(lost_again))
        .bind(millis(placed_again))
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|(attempt, call)| (attempt.into(), call.into())).collect())
    }
}

impl Work {
    pub async fn attempt(&mut self, id: AttemptId) -> Result<Option<Attempt>, StoreError> {
        let query = AssertSqlSafe(format!("SELECT {ATTEMPT} FROM attempts WHERE attempt_id = $1"));
        let row: Option<AttemptRow> = sqlx::query_as(query).bind(id.uuid()).fetch_optional(&mut *self.tx).await?;
        row.map(Attempt::try_from).transpose()
    }

    /// How many attempts of a call were given up because the carrier knew nothing of them.
    pub async fn swallowed(&mut self, call: CallId) -> Result<u32, StoreError> {
        let swallowed: i64 =
            sqlx::query_scalar("SELECT count(*) FROM attempts WHERE call_id = $1 AND state = 'not_placed'")
                .bind(uuid_of(call))
                .fetch_one(&mut *self.tx)
                .await?;
        Ok(u32::try_from(swallowed).unwrap_or(u32::MAX))
    }

    /// The attempt that can make the phone ring, or does.
    pub async fn live_attempt(&mut self, call: CallId) -> Result<Option<Attempt>, StoreError> {
        let query = AssertSqlSafe(format!(
            "SELECT {ATTEMPT} FROM attempts WHERE call_id = $1 \
             AND state IN ('intent', 'dialing', 'unknown', 'placed', 'answered')"
        ));
        let row: Option<AttemptRow> = sqlx::query_as(query).bind(uuid_of(call)).fetch_optional(&mut *self.tx).await?;
        row.map(Attempt::try_from).transpose()
    }

    /// Makes the next attempt of a call. None: the line is taken by another call.
    pub async fn intend(
        &mut self,
        call: &Call,
        account: &str,
        id: AttemptId,
        epoch: Epoch,
    ) -> Result<Option<Attempt>, StoreError> {
        let query = AssertSqlSafe(format!(
            "INSERT INTO attempts (attempt_id, call_id, number, epoch, account, from_number, to_number, state) \
             SELECT $1, $2, 1 + count(*), $3, $4, $5, $6, 'intent' FROM attempts WHERE call_id = $2 \
             ON CONFLICT DO NOTHING RETURNING {ATTEMPT}"
        ));
        let row: Option<AttemptRow> = sqlx::query_as(query)
            .bind(id.uuid())
            .bind(uuid_of(call.id))
            .bind(epoch.0)
            .bind(account)
            .bind(call.route.from.as_e164())
            .bind(call.route.to.as_e164())
            .fetch_optional(&mut *self.tx)
            .await?;
        row.map(Attempt::try_from).transpose()
    }

    /// Writes what may change in an attempt of a call whose lock is held. `check_in`: when to ask the carrier if it
    /// says nothing by then.
    pub async fn save_attempt(&mut self, attempt: &Attempt, check: Check) -> Result<(), StoreError> {
        let (sent_at, missed) = match &attempt.state {
            AttemptState::Dialing { sent_at } => (Some(*sent_at), 0),
            AttemptState::Unknown { sent_at, missed } => (Some(*sent_at), *missed),
            AttemptState::Intent
            | AttemptState::Placed { .. }
            | AttemptState::Answered { .. }
            | AttemptState::Ended
            | AttemptState::Rejected
            | AttemptState::NotPlaced
            | AttemptState::OutcomeUnknown => (None::<Timestamp>, 0),
        };
        let check_in = match check {
            Check::AsBefore => None,
            Check::In(wait) => Some(millis(wait)),
        };
        sqlx::query(
            "UPDATE attempts SET state = $2, epoch = $3, leg = coalesce($4, leg), unsent = $5, missed = $6, \
             sent_at = coalesce($7, sent_at), rang = $8, answered_by = $9, \
             check_at = coalesce(now() + $10 * interval '1 millisecond', check_at) WHERE attempt_id = $1",
        )
        .bind(attempt.id.uuid())
        .bind(attempt_word(&attempt.state))
        .bind(attempt.epoch.0)
        .bind(attempt.state.leg().map(|leg| leg.0.as_str()))
        .bind(small(attempt.unsent))
        .bind(small(missed))
        .bind(sent_at)
        .bind(attempt.rang)
        .bind(attempt.answered_by.map(answered_by_word))
        .bind(check_in)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

/// When the carrier is asked, if it says nothing by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    AsBefore,
    In(Duration),
}
