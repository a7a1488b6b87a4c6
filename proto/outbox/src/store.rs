use std::time::Duration;

use bytes::Bytes;
use proto::{CallId, Envelope, EventId, Kind, wire};
use runtime::TraceContext;
use sqlx::postgres::types::PgInterval;
use sqlx::{Connection as _, PgConnection, PgPool};
use uuid::Uuid;

use crate::pending::Pending;

/// The table, in the schema of the service that the search path names. Services run it among their migrations.
pub const MIGRATION: &str = include_str!("../migrations/outbox.sql");

/// The fast path has this long before the sweep takes over.
const FAST_PATH_LEASE: Duration = Duration::from_secs(5);

/// A relay that sweeps has this long to send what it took.
const SWEEP_LEASE: Duration = Duration::from_secs(30);

/// Taken at once by one sweep.
pub(crate) const SWEEP_MAX: u16 = 100;

/// Two processes of a service start at once: only one makes the table. The number is arbitrary, and ours.
const MIGRATION_LOCK: i64 = 0x6f75_7462_6f78;

type Row = (Uuid, String, Uuid, Vec<u8>, String, String);

/// Makes the table where it is missing.
pub async fn migrate(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut tx = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK).execute(&mut *tx).await?;
    sqlx::raw_sql(MIGRATION).execute(&mut *tx).await?;
    tx.commit().await
}

/// One that is there already stays as it is.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    envelope: &Envelope,
    trace: &TraceContext,
) -> Result<Pending, sqlx::Error> {
    let fact = pending(envelope, trace);
    sqlx::query(
        "INSERT INTO outbox (event_id, kind, call_id, payload, traceparent, tracestate, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7) ON CONFLICT (event_id) DO NOTHING",
    )
    .bind(fact.event_id.uuid())
    .bind(fact.kind.subject())
    .bind(fact.call_id.uuid())
    .bind(fact.payload.as_ref())
    .bind(fact.trace.traceparent.as_str())
    .bind(fact.trace.tracestate.as_str())
    .bind(interval(FAST_PATH_LEASE))
    .execute(connection)
    .await?;
    Ok(fact)
}

/// One statement for all of them, so that a batch costs one round trip. It does not look for those that are there
/// already, which costs a third of an insert.
pub(crate) async fn insert_new(
    connection: &mut PgConnection,
    facts: &[(&Envelope, &TraceContext)],
) -> Result<Vec<Pending>, sqlx::Error> {
    let pending: Vec<_> = facts.iter().map(|(envelope, trace)| pending(envelope, trace)).collect();
    sqlx::query(
        "INSERT INTO outbox (event_id, kind, call_id, payload, traceparent, tracestate, due_at)
         SELECT event_id, kind, call_id, payload, traceparent, tracestate, clock_timestamp() + $7
         FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::text[], $6::text[])
              AS fact (event_id, kind, call_id, payload, traceparent, tracestate)",
    )
    .bind(pending.iter().map(|fact| fact.event_id.uuid()).collect::<Vec<_>>())
    .bind(pending.iter().map(|fact| fact.kind.subject()).collect::<Vec<_>>())
    .bind(pending.iter().map(|fact| fact.call_id.uuid()).collect::<Vec<_>>())
    .bind(pending.iter().map(|fact| fact.payload.as_ref()).collect::<Vec<_>>())
    .bind(pending.iter().map(|fact| fact.trace.traceparent.as_str()).collect::<Vec<_>>())
    .bind(pending.iter().map(|fact| fact.trace.tracestate.as_str()).collect::<Vec<_>>())
    .bind(interval(FAST_PATH_LEASE))
    .execute(connection)
    .await?;
    Ok(pending)
}

/// Nobody sends it before.
pub(crate) async fn delay(connection: &mut PgConnection, event: EventId, wait: Duration) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET due_at = clock_timestamp() + $2 WHERE event_id = $1")
        .bind(event.uuid())
        .bind(interval(wait))
        .execute(connection)
        .await?;
    Ok(())
}

fn pending(envelope: &Envelope, trace: &TraceContext) -> Pending {
    Pending {
        event_id: envelope.event_id,
        call_id: envelope.call_id,
        kind: envelope.fact.kind(),
        payload: wire::encode(envelope).into(),
        trace: trace.clone(),
    }
}

/// Takes due facts, the oldest first, so that no other relay sends them meanwhile.
pub(crate) async fn take_due(pool: &PgPool) -> Result<Vec<Pending>, sqlx::Error> {
    let rows: Vec<Row> = sqlx::query_as(
        "UPDATE outbox SET due_at = clock_timestamp() + $1, attempts = attempts + 1
         WHERE event_id IN (
             SELECT event_id FROM outbox WHERE due_at <= clock_timestamp()
             ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         RETURNING event_id, kind, call_id, payload, traceparent, tracestate",
    )
    .bind(interval(SWEEP_LEASE))
    .bind(i64::from(SWEEP_MAX))
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().filter_map(parse).collect())
}

/// A kind that this version does not know was put by a newer one, whose relay will send it.
fn parse((event_id, kind, call_id, payload, traceparent, tracestate): Row) -> Option<Pending> {
    let kind = Kind::ALL.into_iter().find(|known| known.subject() == kind)?;
    Some(Pending {
        event_id: EventId::from(event_id),
        call_id: CallId::from(call_id),
        kind,
        payload: Bytes::from(payload),
        trace: TraceContext { traceparent, tracestate },
    })
}

/// Nobody waits for the disk: what a crash of the database brings back is sent again, with the same event id.
pub(crate) async fn delete(pool: &PgPool, published: &[EventId]) -> Result<(), sqlx::Error> {
    let ids: Vec<_> = published.iter().map(|event_id| event_id.uuid()).collect();
    sqlx::query(
        "DELETE FROM outbox USING set_config('synchronous_commit', 'off', true) AS soon WHERE event_id = ANY($1)",
    )
    .bind(ids)
    .execute(pool)
    .await?;
    Ok(())
}

/// The server was not reached: the sweep may try as soon as it is.
pub(crate) async fn release(pool: &PgPool, unpublished: &[EventId]) -> Result<(), sqlx::Error> {
    let ids: Vec<_> = unpublished.iter().map(|event_id| event_id.uuid()).collect();
    sqlx::query("UPDATE outbox SET due_at = clock_timestamp() WHERE event_id = ANY($1)")
        .bind(ids)
        .execute(pool)
        .await?;
    Ok(())
}

/// A fact that the server will never take stays in the table, for somebody to look at, and is not tried again.
pub(crate) async fn set_aside(pool: &PgPool, refused: EventId) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE outbox SET due_at = 'infinity' WHERE event_id = $1").bind(refused.uuid()).execute(pool).await?;
    Ok(())
}

/// How many facts wait, and for how many seconds the oldest has.
pub(crate) async fn depth(pool: &PgPool) -> Result<(i64, f64), sqlx::Error> {
    sqlx::query_as(
        "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 FROM outbox",
    )
    .fetch_one(pool)
    .await
}

fn interval(duration: Duration) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX) }
}
