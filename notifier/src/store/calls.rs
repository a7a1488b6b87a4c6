//! Calls and their targets, and the delivery that begins when a call ended.

use std::time::Duration;

use bytes::Bytes;
use proto::fact::{CallbackTarget, Recipient};
use proto::{CallId, DeliveryId, OrgId, Private, Sealed, Timestamp, WebhookId, WorkflowId};
use runtime::TraceContext;
use sqlx::{Executor, Postgres};
use url::Url;
use uuid::Uuid;

use super::rows::{all_sealed, sealed, sealed_text, url};
use super::{Store, StoreError, millis};

/// What `call.requested` says that the end of the call will need.
#[derive(Debug)]
pub struct Learned<'a> {
    pub call_id: CallId,
    pub org_id: OrgId,
    pub created_at: Timestamp,
    pub metadata: Option<&'a Private>,
    pub recipient: &'a Recipient,
    pub signing_secrets: &'a [Sealed],
    /// With the id that its delivery will have.
    pub target: Option<(DeliveryId, &'a CallbackTarget)>,
}

/// A call whose end can be told.
#[derive(Debug)]
pub struct Known {
    pub created_at: Timestamp,
    pub metadata: Option<Private>,
    pub recipient_name: Option<Private>,
    pub recipient_email: Option<Private>,
    pub signing_secrets: Vec<Sealed>,
    pub targets: Vec<Target>,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub delivery_id: DeliveryId,
    /// None: the callback of the request.
    pub webhook_id: Option<WebhookId>,
    pub url: Url,
    pub bearer: Option<Sealed>,
}

pub struct NewDelivery<'a> {
    pub call_id: CallId,
    pub org_id: OrgId,
    pub target: &'a Target,
    pub signing_secrets: &'a [Sealed],
    pub host: &'a str,
    pub body: Bytes,
    pub trace: &'a TraceContext,
    /// How long it may take until it is delivered or given up.
    pub span: Duration,
    /// None: whoever has a free hand makes the first attempt. Otherwise it is ours for so long.
    pub lease: Option<Duration>,
}

/// Whether this was the first hearing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    New { fence: i64 },
    Before,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    created_at: Timestamp,
    metadata: Option<String>,
    recipient_name: Option<String>,
    recipient_email: Option<String>,
    signing_secrets: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct TargetRow {
    /// None: that of the webhook and the call.
    delivery_id: Option<Uuid>,
    webhook_id: Option<Uuid>,
    url: String,
    bearer: Option<String>,
}

const FIRST_FENCE: i64 = 1;

impl Store {
    /// Remembers a call and whom to tell. A second hearing changes nothing.
    pub async fn learn(&self, learned: &Learned<'_>) -> Result<(), StoreError> {
        let secrets: Vec<_> = learned.signing_secrets.iter().map(sealed_text).collect();
        let target = learned.target.map(|(_, target)| target);
        sqlx::query(
            "WITH call AS (
                INSERT INTO calls (call_id, org_id, created_at, metadata, signing_secrets, recipient_name,
                    recipient_email)
                VALUES ($1, $2, $3, $4, $5, $9, $10) ON CONFLICT DO NOTHING RETURNING call_id
            )
            INSERT INTO targets (delivery_id, call_id, url, bearer)
            SELECT $6, call_id, $7, $8 FROM call WHERE $6 IS NOT NULL",
        )
        .bind(learned.call_id.uuid())
        .bind(learned.org_id.uuid())
        .bind(learned.created_at)
        .bind(learned.metadata.map(Private::expose))
        .bind(secrets)
        .bind(learned.target.map(|(delivery_id, _)| delivery_id.uuid()))
        .bind(target.map(|target| target.url.as_str()))
        .bind(target.and_then(|target| target.bearer.as_ref()).map(sealed_text))
        .bind(learned.recipient.name.as_ref().map(Private::expose))
        .bind(learned.recipient.email.as_ref().map(Private::expose))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whom to tell of a call that ended at a time. None: nobody has told us of the call.
    pub async fn known(
        &self,
        call_id: CallId,
        workflow_id: WorkflowId,
        ended_at: Timestamp,
    ) -> Result<Option<Known>, StoreError> {
        let call = "SELECT created_at, metadata, recipient_name, recipient_email, signing_secrets
            FROM calls WHERE call_id = $1";
        let call = sqlx::query_as::<_, CallRow>(call).bind(call_id.uuid()).fetch_optional(&self.pool).await?;
        let Some(call) = call else {
            return Ok(None);
        };
        let targets = sqlx::query_as::<_, TargetRow>(
            "SELECT delivery_id, NULL::uuid AS webhook_id, url, bearer FROM targets
            WHERE call_id = $1 AND webhook_id IS NULL
            UNION ALL
            SELECT NULL, webhook_id, url, NULL FROM webhooks
            WHERE workflow_id = $2 AND deleted_at IS NULL AND created_at <= $3",
        )
        .bind(call_id.uuid())
        .bind(workflow_id.uuid())
        .bind(ended_at)
        .fetch_all(&self.pool)
        .await?;
        Ok(Some(Known {
            created_at: call.created_at,
            metadata: call.metadata.map(Private::new),
            recipient_name: call.recipient_name.map(Private::new),
            recipient_email: call.recipient_email.map(Private::new),
            signing_secrets: all_sealed(&call.signing_secrets)?,
            targets: targets.into_iter().map(|row| row.parse(call_id)).collect::<Result<_, _>>()?,
        }))
    }

    /// Begins the deliveries of a call, each once; all or none.
    pub async fn begin(&self, deliveries: &[NewDelivery<'_>]) -> Result<Vec<Begun>, StoreError> {
        if let [delivery] = deliveries {
            return Ok(vec![begin(&self.pool, delivery).await?]); // A statement is a transaction.
        }
        let mut tx = self.pool.begin().await?;
        let mut begun = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            begun.push(begin(&mut *tx, delivery).await?);
        }
        tx.commit().await?;
        Ok(begun)
    }
}

async fn begin(
    database: impl Executor<'_, Database = Postgres>,
    delivery: &NewDelivery<'_>,
) -> Result<Begun, StoreError> {
    let inserted = sqlx::query(
        "WITH delivery AS (
                INSERT INTO deliveries (delivery_id, call_id, org_id, host, state, due_at, leased_until, fence,
                    round_ends_at, webhook_id)
                VALUES ($1, $2, $3, $4, 'waiting', now(), now() + $5 * interval '1 millisecond', $6,
                    now() + $7 * interval '1 millisecond', $14)
                ON CONFLICT DO NOTHING RETURNING delivery_id
            ), target AS (
                INSERT INTO targets (delivery_id, call_id, url, webhook_id)
                SELECT delivery_id, $2, $8, $14 FROM delivery WHERE $14 IS NOT NULL
            )
            INSERT INTO letters (delivery_id, url, bearer, signing_secrets, body, traceparent, tracestate)
            SELECT delivery_id, $8, $9, $10, $11, $12, $13 FROM delivery",
    )
    .bind(delivery.target.delivery_id.uuid())
    .bind(delivery.call_id.uuid())
    .bind(delivery.org_id.uuid())
    .bind(delivery.host)
    .bind(millis(delivery.lease.unwrap_or_default()))
    .bind(FIRST_FENCE)
    .bind(millis(delivery.span))
    .bind(delivery.target.url.as_str())
    .bind(delivery.target.bearer.as_ref().map(sealed_text))
    .bind(delivery.signing_secrets.iter().map(sealed_text).collect::<Vec<_>>())
    .bind(&delivery.body[..])
    .bind(&delivery.trace.traceparent)
    .bind(&delivery.trace.tracestate)
    .bind(delivery.target.webhook_id.map(WebhookId::uuid))
    .execute(database)
    .await?;
    Ok(if inserted.rows_affected() == 0 { Begun::Before } else { Begun::New { fence: FIRST_FENCE } })
}

impl TargetRow {
    fn parse(self, call_id: CallId) -> Result<Target, StoreError> {
        let webhook_id = self.webhook_id.map(WebhookId::from);
        let of_webhook = webhook_id.map(|webhook| DeliveryId::of_webhook(webhook, call_id));
        Ok(Target {
            delivery_id: self.delivery_id.map(Into::into).or(of_webhook).ok_or(StoreError::Corrupt("a target"))?,
            webhook_id,
            url: url(&self.url)?,
            bearer: self.bearer.as_deref().map(sealed).transpose()?,
        })
    }
}
