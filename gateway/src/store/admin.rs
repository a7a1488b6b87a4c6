use proto::{OrgId, PhoneNumber, Timestamp};
use runtime::SealedSecret;
use uuid::Uuid;

use super::{Store, StoreError, key_news, row};
use crate::keys::ApiKey;

/// An organization, and the first secret that its callbacks are signed with.
pub struct NewOrg {
    pub org_id: OrgId,
    pub name: String,
    pub signing_secret: SealedSecret,
}

impl Store {
    pub async fn create_org(&self, new: &NewOrg, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("INSERT INTO orgs (org_id, name, created_at) VALUES ($1, $2, $3)")
            .bind(new.org_id.uuid())
            .bind(&new.name)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        let secret = &new.signing_secret;
        sqlx::query(
            "INSERT INTO signing_secrets (org_id, created_at, seal_key_id, nonce, ciphertext)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(new.org_id.uuid())
        .bind(now)
        .bind(&secret.key_id)
        .bind(&secret.nonce)
        .bind(&secret.ciphertext)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    pub async fn org_exists(&self, org: OrgId) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar("SELECT EXISTS (SELECT FROM orgs WHERE org_id = $1)");
        Ok(query.bind(org.uuid()).fetch_one(&self.pool).await?)
    }

    pub async fn create_key(&self, id: Uuid, org: OrgId, key: &ApiKey, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO keys (key_id, org_id, sha256, mode, ending, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(org.uuid())
        .bind(key.sha256().as_slice())
        .bind(row::mode_word(key.mode()))
        .bind(key.ending())
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Whether there is such a key. A key that was revoked stays as it was. Every gateway is told with the commit.
    pub async fn revoke_key(&self, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "WITH revoked AS (
                 UPDATE keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1 RETURNING key_id
             )
             SELECT pg_notify($3, key_id::text) FROM revoked",
        );
        let row = query.bind(id).bind(now).bind(key_news::CHANNEL).fetch_optional(&self.pool).await?;
        Ok(row.is_some())
    }

    /// A number that is there already stays as it was.
    pub async fn add_number(&self, org: OrgId, number: &PhoneNumber, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO numbers (org_id, number, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(org.uuid())
            .bind(number.as_e164())
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
