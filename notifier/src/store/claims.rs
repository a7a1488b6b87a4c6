//! Who makes which attempt.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use proto::{CallId, DeliveryId, OrgId, Sealed, WebhookId};
use runtime::TraceContext;
use sqlx::types::Json;
use url::Url;
use uuid::Uuid;

use super::rows::{all_sealed, count, sealed, url};
use super::{Store, StoreError, millis};
use crate::lanes::Endpoint;

/// A delivery that is ours to attempt until the lease ends.
#[derive(Clone)]
pub struct Claim {
    pub delivery_id: DeliveryId,
    /// None: the callback of the request.
    pub webhook_id: Option<WebhookId>,
    pub call_id: CallId,
    pub org_id: OrgId,
    pub url: Url,
    pub endpoint: Endpoint,
    pub bearer: Option<Sealed>,
    pub signing_secrets: Vec<Sealed>,
    pub body: Bytes,
    pub trace: TraceContext,
    pub fence: i64,
    /// Attempts that were made, in all rounds.
    pub attempts: u32,
    pub round_attempts: u32,
    pub round_unlikely: u32,
    /// Nobody may put it off any longer.
    pub overdue: bool,
}

/// How many deliveries of each host may be claimed.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    pub hosts: HashMap<String, u32>,
    /// Of a host that is not listed.
    pub others: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Backlog {
    pub waiting: i64,
    pub due: i64,
    /// Of the oldest delivery that is due, how long ago it became so.
    pub oldest_due_seconds: f64,
}

#[derive(sqlx::FromRow)]
struct ClaimRow {
    delivery_id: Uuid,
    webhook_id: Option<Uuid>,
    call_id: Uuid,
    org_id: Uuid,
    url: String,
    bearer: Option<String>,
    signing_secrets: Vec<String>,
    body: Vec<u8>,
    traceparent: String,
    tracestate: String,
    fence: i64,
    attempts: i32,
    round_attempts: i32,
    round_unlikely: i32,
    overdue: bool,
}

/// Due deliveries that are looked at for each that is claimed. Those of a host that floods fill the view once; then it has
/// its share, and is not looked at.
const LOOK_AHEAD: i64 = 2;

impl Store {
    /// Takes up to `max` due deliveries, in turn from each host.
    ///
    /// The rows are found once, by the index of what is due, and then met again where they lie; the fence tells whether
    /// somebody else has changed one meanwhile. Nobody waits for the disk: a claim that a crash of the database undoes is a
    /// lease that ended early.
    pub async fn claim(&self, max: usize, shares: &Shares, lease: Duration) -> Result<Vec<Claim>, StoreError> {
        let max = i64::try_from(max).unwrap_or(i64::MAX / LOOK_AHEAD);
        let rows = sqlx::query_as::<_, ClaimRow>(
            "WITH due AS MATERIALIZED (
                SELECT ctid AS place, fence, host, due_at FROM deliveries
                WHERE state = 'waiting' AND due_at <= now() AND leased_until <= now()
                    AND coalesce(($1::jsonb ->> host)::integer, $2) > 0
                ORDER BY due_at LIMIT $3
            ), turns AS (
                SELECT place, fence, host, due_at, row_number() OVER (PARTITION BY host ORDER BY due_at) AS turn FROM due
            ), fair AS MATERIALIZED (
                SELECT place, fence FROM turns WHERE turn <= coalesce(($1::jsonb ->> host)::integer, $2)
                ORDER BY turn, due_at LIMIT $4
            ), chosen AS MATERIALIZED (
                SELECT deliveries.ctid AS place FROM fair
                JOIN deliveries ON deliveries.ctid = fair.place AND deliveries.fence = fair.fence
                FOR UPDATE OF deliveries SKIP LOCKED
            ), claimed AS (
                UPDATE deliveries SET leased_until = now() + $5 * interval '1 millisecond', fence = fence + 1
                FROM chosen WHERE deliveries.ctid = chosen.place
                RETURNING deliveries.*
            )
            SELECT delivery_id, webhook_id, call_id, org_id, url, bearer, signing_secrets, body, traceparent, tracestate, fence,
                attempts, round_attempts, round_unlikely, round_ends_at <= now() AS overdue
            FROM claimed JOIN letters USING (delivery_id), set_config('synchronous_commit', 'off', true) AS soon",
        )
        .bind(Json(&shares.hosts))
        .bind(i32::try_from(shares.others).unwrap_or(i32::MAX))
        .bind(max * LOOK_AHEAD)
        .bind(max)
        .bind(millis(lease))
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(ClaimRow::parse).collect()
    }

    /// Gives claims back, each to be taken again after its wait.
    pub async fn put_off(&self, claims: &[(&Claim, Duration)]) -> Result<(), StoreError> {
        if claims.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = claims.iter().map(|(claim, _)| claim.delivery_id.uuid()).collect();
        let fences: Vec<_> = claims.iter().map(|(claim, _)| claim.fence).collect();
        let waits: Vec<_> = claims.iter().map(|(_, wait)| millis(*wait)).collect();
        sqlx::query(
            "UPDATE deliveries
            SET due_at = now() + given.wait * interval '1 millisecond', leased_until = now(),
                fence = deliveries.fence + 1
            FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS given (delivery_id, fence, wait)
            WHERE deliveries.delivery_id = given.delivery_id AND deliveries.fence = given.fence",
        )
        .bind(ids)
        .bind(fences)
        .bind(waits)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        let (waiting, due, oldest_due_seconds): (i64, i64, f64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM deliveries WHERE state = 'waiting'),
                (SELECT count(*) FROM deliveries WHERE state = 'waiting' AND due_at <= now()),
                greatest(0, coalesce(extract(epoch FROM now() - (
                    SELECT min(due_at) FROM deliveries WHERE state = 'waiting')), 0))::float8",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Backlog { waiting, due, oldest_due_seconds })
    }
}

impl ClaimRow {
    fn parse(self) -> Result<Claim, StoreError> {
        let url = url(&self.url)?;
        Ok(Claim {
            delivery_id: self.delivery_id.into(),
            webhook_id: self.webhook_id.map(Into::into),
            call_id: self.call_id.into(),
            org_id: self.org_id.into(),
            endpoint: Endpoint::of(&url),
            url,
            bearer: self.bearer.as_deref().map(sealed).transpose()?,
            signing_secrets: all_sealed(&self.signing_secrets)?,
            body: self.body.into(),
            trace: TraceContext { traceparent: self.traceparent, tracestate: self.tracestate },
            fence: self.fence,
            attempts: count(self.attempts)?,
            round_attempts: count(self.round_attempts)?,
            round_unlikely: count(self.round_unlikely)?,
            overdue: self.overdue,
        })
    }
}
