//! Results on their way to receivers, as far as we were told.

use std::time::Duration;

use outbox::{Outbox, Pending};
use proto::fact::{CallbackAttempted, CallbackRedeliveryRequested};
use proto::{CallId, DeliveryId, Envelope, EventId, Fact, OrgId, Timestamp, WebhookId};
use runtime::TraceContext;

use super::overdue::Moment;
use super::row::{callback_state, callback_word, column, count};
use super::{OpenCall, Store, StoreError};
use crate::read_model::{Callback, CallbackState, Latest};

/// How far a delivery has come, and whom it is for.
pub struct KnownCallback {
    pub callback: Callback,
    /// None: the callback of the request.
    pub webhook_id: Option<WebhookId>,
}

/// The deliveries of a call.
pub struct Deliveries {
    pub call_ended: bool,
    pub callback_wanted: bool,
    pub deliveries: Vec<Delivery>,
}

pub struct Delivery {
    pub delivery_id: DeliveryId,
    pub known: KnownCallback,
    /// The earliest first.
    pub attempts: Vec<AttemptRow>,
}

#[derive(sqlx::FromRow)]
pub struct AttemptRow {
    delivery_id: uuid::Uuid,
    attempt: i32,
    pub started_at: Option<Timestamp>,
    took_millis: i64,
    pub result: String,
    http_status: Option<i32>,
    pub answer: String,
    pub next_attempt_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct CallbackRow {
    delivery_id: uuid::Uuid,
    webhook_id: Option<uuid::Uuid>,
    state: String,
    attempts: i32,
    result: Option<String>,
    http_status: Option<i32>,
    took_millis: Option<i64>,
    next_attempt_at: Option<Timestamp>,
}

/// The newest attempts of each delivery that are shown: more than a round of the schedule has.
const ATTEMPTS_SHOWN_MAX: i64 = 50;

impl OpenCall {
    pub async fn callback(&mut self, id: DeliveryId) -> Result<Option<KnownCallback>, StoreError> {
        let row: Option<CallbackRow> = sqlx::query_as(
            "SELECT delivery_id, webhook_id, state, attempts, result, http_status, took_millis, next_attempt_at
             FROM callbacks WHERE delivery_id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(&mut *self.tx)
        .await?;
        row.map(CallbackRow::known).transpose()
    }

    pub async fn keep_callback(
        &mut self,
        id: DeliveryId,
        webhook: Option<WebhookId>,
        callback: &Callback,
    ) -> Result<(), StoreError> {
        let latest = callback.latest.as_ref();
        sqlx::query(
            "INSERT INTO callbacks (delivery_id, call_id, state, attempts, result, http_status, took_millis,
                 next_attempt_at, webhook_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (delivery_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
                 result = excluded.result, http_status = excluded.http_status, took_millis = excluded.took_millis,
                 next_attempt_at = excluded.next_attempt_at",
        )
        .bind(id.uuid())
        .bind(self.call_id.uuid())
        .bind(callback_word(callback.state))
        .bind(column(callback.attempts))
        .bind(latest.map(|latest| &latest.result))
        .bind(latest.and_then(|latest| latest.http_status).map(i32::from))
        .bind(latest.map(|latest| millis(latest.took)))
        .bind(latest.and_then(|latest| latest.next_attempt_at))
        .bind(webhook.map(WebhookId::uuid))
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// An attempt that was told before stays as it was.
    pub async fn keep_attempt(&mut self, attempted: &CallbackAttempted) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO callback_attempts (delivery_id, attempt, started_at, took_millis, result, http_status, answer,
                 next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        )
        .bind(attempted.delivery_id.uuid())
        .bind(column(attempted.attempt))
        .bind(attempted.started_at)
        .bind(millis(attempted.took))
        .bind(&attempted.result)
        .bind(attempted.http_status.map(i32::from))
        .bind(if self.erased { "" } else { attempted.answer.expose() })
        .bind(attempted.next_attempt_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

impl Store {
    /// None: there is no such call, or it is another organization's.
    pub async fn deliveries(&self, org: OrgId, call: CallId) -> Result<Option<Deliveries>, StoreError> {
        let row: Option<(bool, bool)> =
            sqlx::query_as("SELECT status = 'ended', callback_wanted FROM calls WHERE call_id = $1 AND org_id = $2")
                .bind(call.uuid())
                .bind(org.uuid())
                .fetch_optional(&self.pool)
                .await?;
        let Some((call_ended, callback_wanted)) = row else {
            return Ok(None);
        };
        let rows: Vec<CallbackRow> = sqlx::query_as(
            "SELECT delivery_id, webhook_id, state, attempts, result, http_status, took_millis, next_attempt_at
             FROM callbacks WHERE call_id = $1 ORDER BY webhook_id NULLS FIRST, delivery_id",
        )
        .bind(call.uuid())
        .fetch_all(&self.pool)
        .await?;
        let attempts: Vec<AttemptRow> = sqlx::query_as(
            "SELECT a.* FROM callbacks c CROSS JOIN LATERAL (
                 SELECT * FROM callback_attempts WHERE delivery_id = c.delivery_id ORDER BY attempt DESC LIMIT $2) a
             WHERE c.call_id = $1 ORDER BY a.attempt",
        )
        .bind(call.uuid())
        .bind(ATTEMPTS_SHOWN_MAX)
        .fetch_all(&self.pool)
        .await?;
        let mut deliveries = Vec::with_capacity(rows.len());
        for row in rows {
            deliveries.push(Delivery {
                delivery_id: row.delivery_id.into(),
                known: row.known()?,
                attempts: Vec::new(),
            });
        }
        for attempt in attempts {
            let of = deliveries.iter_mut().find(|delivery| delivery.delivery_id.uuid() == attempt.delivery_id);
            if let Some(delivery) = of {
                delivery.attempts.push(attempt);
            }
        }
        Ok(Some(Deliveries { call_ended, callback_wanted, deliveries }))
    }

    /// Asks the notifier to send deliveries of a call again.
    pub async fn ask_redelivery(
        &self,
        org: OrgId,
        call: CallId,
        deliveries: &[DeliveryId],
        moment: &Moment,
    ) -> Result<Vec<Pending>, StoreError> {
        let envelope = |delivery_id: &DeliveryId| Envelope {
            event_id: EventId::new(moment.now, (moment.ids)()),
            org_id: org,
            call_id: call,
            at: moment.now,
            fact: Fact::CallbackRedeliveryRequested(CallbackRedeliveryRequested { delivery_id: *delivery_id }),
        };
        let (envelopes, trace): (Vec<_>, _) = (deliveries.iter().map(envelope).collect(), TraceContext::current());
        let facts: Vec<_> = envelopes.iter().map(|envelope| (envelope, &trace)).collect();
        let mut tx = self.pool.begin().await?;
        let pending = Outbox::put_new(&mut tx, &facts).await?;
        tx.commit().await?;
        Ok(pending)
    }
}

impl AttemptRow {
    pub fn attempt(&self) -> u32 {
        count(self.attempt)
    }

    pub fn took(&self) -> Duration {
        Duration::from_millis(self.took_millis.try_into().unwrap_or_default())
    }

    pub fn http_status(&self) -> Option<u16> {
        self.http_status.and_then(|status| status.try_into().ok())
    }
}

impl Delivery {
    pub fn is_over(&self) -> bool {
        self.known.callback.state != CallbackState::Pending
    }
}

impl CallbackRow {
    fn known(self) -> Result<KnownCallback, StoreError> {
        let latest = self.result.map(|result| Latest {
            result,
            http_status: self.http_status.and_then(|status| u16::try_from(status).ok()),
            took: Duration::from_millis(self.took_millis.and_then(|took| took.try_into().ok()).unwrap_or_default()),
            next_attempt_at: self.next_attempt_at,
        });
        let callback = Callback { state: callback_state(&self.state)?, attempts: count(self.attempts), latest };
        Ok(KnownCallback { callback, webhook_id: self.webhook_id.map(Into::into) })
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
