//! Facts that were read from the stream, by call: those of three days do not fit into memory.

use proto::{CallId, Envelope, wire};
use sqlx::pool::PoolConnection;
use sqlx::{Executor as _, Postgres};

use super::{Store, StoreError};

/// What was gathered. One process at a time has it.
pub struct Rebuilding {
    connection: PoolConnection<Postgres>,
}

impl Store {
    /// None: somebody else rebuilds.
    pub async fn begin_rebuilding(&self) -> Result<Option<Rebuilding>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        // Dropped with the connection, whatever happens.
        let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtext('gateway.retold'))")
            .fetch_one(&mut *connection)
            .await?;
        if !locked {
            return Ok(None);
        }
        connection.execute("TRUNCATE retold").await?;
        Ok(Some(Rebuilding { connection }))
    }
}

impl Rebuilding {
    /// Keeps facts with their places in the stream.
    pub async fn gather(&mut self, facts: &[(u64, Envelope)]) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO retold (call_id, sequence, fact) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bytea[])",
        )
        .bind(facts.iter().map(|(_, fact)| fact.call_id.uuid()).collect::<Vec<_>>())
        .bind(facts.iter().map(|(place, _)| column(*place)).collect::<Vec<_>>())
        .bind(facts.iter().map(|(_, fact)| wire::encode(fact)).collect::<Vec<_>>())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// The next call of which there was a fact up to that place. A person who was erased stays so.
    pub async fn call_after(&mut self, call: Option<CallId>, place: u64) -> Result<Option<CallId>, StoreError> {
        let next: Option<uuid::Uuid> = sqlx::query_scalar(
            "SELECT call_id FROM retold WHERE ($1::uuid IS NULL OR call_id > $1) AND sequence <= $2
                 AND NOT EXISTS (SELECT FROM calls WHERE calls.call_id = retold.call_id AND recipient_phone = '')
             ORDER BY call_id LIMIT 1",
        )
        .bind(call.map(CallId::uuid))
        .bind(column(place))
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(next.map(Into::into))
    }

    /// All facts of a call, in the order of the stream.
    pub async fn facts_of(&mut self, call: CallId) -> Result<Vec<Envelope>, StoreError> {
        let query = sqlx::query_scalar("SELECT fact FROM retold WHERE call_id = $1 ORDER BY sequence");
        let rows: Vec<Vec<u8>> = query.bind(call.uuid()).fetch_all(&mut *self.connection).await?;
        let decoded = rows.iter().map(|row| wire::decode(row).map_err(|_| StoreError::Corrupt("a fact")));
        decoded.collect()
    }

    pub async fn end(mut self) -> Result<(), StoreError> {
        self.connection.execute("TRUNCATE retold").await?;
        self.connection.close().await?;
        Ok(())
    }
}

fn column(place: u64) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
