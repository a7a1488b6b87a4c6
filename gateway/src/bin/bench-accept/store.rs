//! The raw rate: the two rows without which a call is not accepted, the call and its fact, each pair in a commit of its
//! own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proto::EventId;
use runtime::{Clock as _, SystemClock};
use sqlx::postgres::PgPoolOptions;
use tokio::task::JoinSet;
use uuid::Uuid;

const CONNECTIONS: u32 = 16;
/// As large as the fact that tells a call.
const FACT_BYTES: usize = 420;

/// Puts so many pairs into the tables of a gateway, as fast as single commits can.
pub(crate) async fn put_single(database: &str, org: Uuid, pairs: usize) -> anyhow::Result<()> {
    let options = database.parse::<sqlx::postgres::PgConnectOptions>()?.options([("search_path", "gateway")]);
    let pool = PgPoolOptions::new().min_connections(CONNECTIONS).max_connections(CONNECTIONS);
    let pool = pool.connect_with(options).await?;
    let left = Arc::new(AtomicUsize::new(pairs));
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (mut connection, left) = (pool.acquire().await?, Arc::clone(&left));
        tasks.spawn(async move {
            while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                put_pair(&mut connection, org).await?;
            }
            Ok::<_, sqlx::Error>(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    pool.close().await;
    Ok(())
}

async fn put_pair(connection: &mut sqlx::PgConnection, org: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH call AS (
             INSERT INTO calls (call_id, org_id, workflow_id, mode, from_phone, recipient_phone, callback_wanted,
                 created_at, deadline, requested, requested_event, traceparent, tracestate, told_at, events)
             VALUES ($1, $2, $1, 'test', '+14155550100', '+14155550101', true, now(), now() + interval '1 hour', $3,
                 $1, '', '', now(), 1)
         )
         INSERT INTO outbox (event_id, kind, call_id, payload, traceparent, tracestate, due_at)
         VALUES ($1, 'call.requested', $1, $3, '', '', 'infinity')",
    )
    .bind(EventId::new(SystemClock.now(), rand::random()).uuid())
    .bind(org)
    .bind([7_u8; FACT_BYTES].as_slice())
    .execute(connection)
    .await
    .map(drop)
}
