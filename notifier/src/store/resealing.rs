//! Where secrets lie, and under which key.

use proto::{OrgId, Sealed};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::rows::{all_sealed, sealed, sealed_text};
use super::{Store, StoreError};

/// The tables with secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedTable {
    Calls,
    Targets,
    Letters,
}

/// The secrets of a row, and whose they are.
#[derive(Clone, Debug)]
pub struct SealedRow {
    pub id: Uuid,
    pub org_id: OrgId,
    pub bearer: Option<Sealed>,
    pub signing_secrets: Vec<Sealed>,
}

impl SealedTable {
    /// What is learned first is sealed anew first, because the others copy from it.
    pub const ALL: [Self; 3] = [Self::Calls, Self::Targets, Self::Letters];

    fn rows(self) -> &'static str {
        match self {
            Self::Calls => "SELECT call_id AS id, org_id, NULL::text AS bearer, signing_secrets FROM calls",
            Self::Targets => {
                "SELECT delivery_id AS id, org_id, bearer, '{}'::text[] AS signing_secrets
                FROM targets JOIN calls USING (call_id)"
            }
            Self::Letters => {
                "SELECT delivery_id AS id, org_id, bearer, signing_secrets FROM letters JOIN deliveries USING (delivery_id)"
            }
        }
    }

    fn keep(self) -> &'static str {
        match self {
            Self::Calls => "UPDATE calls SET signing_secrets = $3 WHERE call_id = $1 AND $2::text IS NULL",
            Self::Targets => "UPDATE targets SET bearer = $2 WHERE delivery_id = $1 AND $3::text[] = '{}'",
            Self::Letters => "UPDATE letters SET bearer = $2, signing_secrets = $3 WHERE delivery_id = $1",
        }
    }
}

impl Store {
    /// Up to `max` rows with a secret under another key than `key`, in the order of their ids.
    pub async fn sealed_otherwise(
        &self,
        table: SealedTable,
        key: &str,
        after: Uuid,
        max: i64,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let rows: Vec<(Uuid, Uuid, Option<String>, Vec<String>)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT id, org_id, bearer, signing_secrets FROM ({}) AS kept
            WHERE id > $1 AND EXISTS (
                SELECT FROM unnest(array_append(signing_secrets, bearer)) AS secret WHERE NOT starts_with(secret, $2))
            ORDER BY id LIMIT $3",
            table.rows(),
        )))
        .bind(after)
        .bind(format!("{key}:"))
        .bind(max)
        .fetch_all(&self.pool)
        .await?;
        let parse = |(id, org_id, bearer, secrets): (Uuid, Uuid, Option<String>, Vec<String>)| {
            Ok(SealedRow {
                id,
                org_id: org_id.into(),
                bearer: bearer.as_deref().map(sealed).transpose()?,
                signing_secrets: all_sealed(&secrets)?,
            })
        };
        rows.into_iter().map(parse).collect()
    }

    /// Keeps other texts for the same secrets.
    pub async fn keep_sealed(&self, table: SealedTable, rows: &[SealedRow]) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for row in rows {
            sqlx::query(table.keep())
                .bind(row.id)
                .bind(row.bearer.as_ref().map(sealed_text))
                .bind(row.signing_secrets.iter().map(sealed_text).collect::<Vec<_>>())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
