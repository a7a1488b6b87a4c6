//! Signing secrets, and the keys that seal them.

use proto::{OrgId, Timestamp};
use runtime::SealedSecret;
use uuid::Uuid;

use super::{Store, StoreError};

/// A signing secret under a key that seals no more.
pub struct OldSeal {
    pub org_id: OrgId,
    created_at: Timestamp,
    pub secret: SealedSecret,
}

impl Store {
    /// All signing secrets that another key sealed. An organization has few, so they fit into memory.
    pub async fn sealed_otherwise(&self, key: &str) -> Result<Vec<OldSeal>, StoreError> {
        type Row = (Uuid, Timestamp, String, Vec<u8>, Vec<u8>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT org_id, created_at, seal_key_id, nonce, ciphertext FROM signing_secrets WHERE seal_key_id <> $1",
        )
        .bind(key)
        .fetch_all(&self.pool)
        .await?;
        let old = |(org_id, created_at, key_id, nonce, ciphertext): Row| OldSeal {
            org_id: org_id.into(),
            created_at,
            secret: SealedSecret { key_id, nonce, ciphertext },
        };
        Ok(rows.into_iter().map(old).collect())
    }

    /// Keeps the same secret under another seal.
    pub async fn keep_sealed(&self, old: &OldSeal, new: &SealedSecret) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE signing_secrets SET seal_key_id = $3, nonce = $4, ciphertext = $5
             WHERE org_id = $1 AND created_at = $2",
        )
        .bind(old.org_id.uuid())
        .bind(old.created_at)
        .bind(&new.key_id)
        .bind(&new.nonce)
        .bind(&new.ciphertext)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
