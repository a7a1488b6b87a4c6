//! Calls and their targets, and the delivery that begins when a call ended.

use std::time::Duration;

use bytes::Bytes;
use proto::fact::CallbackTarget;
use proto::{CallId, DeliveryId, OrgId, Private, Sealed, Timestamp};
use runtime::TraceContext;
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
    pub signing_secrets: &'a [Sealed],
    /// With the id that its delivery will have.
    pub target: Option<(DeliveryId, &'a CallbackTarget)>,
}

/// A call whose end can be told.
#[derive(Debug)]
pub struct Known {
    pub created_at: Timestamp,
    pub metadata: Option<Private>,
    pub signing_secrets: Vec<Sealed>,
    pub targets: Vec<Target>,
}

#[derive(Clone, Debug)]
pub struct Target {
    pub delivery_id: DeliveryId,
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
    signing_secrets: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct TargetRow {
    delivery_id: Uuid,
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
                INSERT INTO calls (call_id, org_id, created_at, metadata, signing_secrets)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING call_id
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
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// None: nobody has told us of the call.
    pub async fn known(&self, call_id: CallId) -> Result<Option<Known>, StoreError> {
        let call = "SELECT created_at, metadata, signing_secrets FROM calls WHERE call_id = $1";
        let call = sqlx::query_as::<_, CallRow>(call).bind(call_id.uuid()).fetch_optional(&self.pool).await?;
        let Some(call) = call else {
            return Ok(None);
        };
        let targets = "SELECT delivery_id, url, bearer FROM targets WHERE call_id = $1";
        let targets = sqlx::query_as::<_, TargetRow>(targets).bind(call_id.uuid()).fetch_all(&self.pool).await?;
        Ok(Some(Known {
            created_at: call.created_at,
            metadata: call.metadata.map(Private::new),
            signing_secrets: all_sealed(&call.signing_secrets)?,
            targets: targets.into_iter().map(TargetRow::parse).collect::<Result<_, _>>()?,
        }))
    }

    /// Begins a delivery, once for each target.
    pub async fn begin(&self, delivery: &NewDelivery<'_>) -> Result<Begun, StoreError> {
        let inserted = sqlx::query(
            "WITH delivery AS (
                INSERT INTO deliveries (delivery_id, call_id, org_id, host, state, due_at, leased_until, fence,
                    round_ends_at)
                VALUES ($1, $2, $3, $4, 'waiting', now(), now() + $5 * interval '1 millisecond', $6,
                    now() + $7 * interval '1 millisecond')
                ON CONFLICT DO NOTHING RETURNING delivery_id
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
        .execute(&self.pool)
        .await?;
        Ok(if inserted.rows_affected() == 0 { Begun::Before } else { Begun::New { fence: FIRST_FENCE } })
    }
}

impl TargetRow {
    fn parse(self) -> Result<Target, StoreError> {
        Ok(Target {
            delivery_id: self.delivery_id.into(),
            url: url(&self.url)?,
            bearer: self.bearer.as_deref().map(sealed).transpose()?,
        })
    }
}
