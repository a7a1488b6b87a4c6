use std::num::NonZeroU32;

use proto::{OrgId, PhoneNumber, Timestamp};
use runtime::SealedSecret;

use super::{OrgLimits, Store, StoreError, key_news};

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

    /// A number that is there already stays as it was. Every gateway is told with the commit.
    pub async fn add_number(&self, org: OrgId, number: &PhoneNumber, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("INSERT INTO numbers (org_id, number, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(org.uuid())
            .bind(number.as_e164())
            .bind(now)
            .execute(&mut *tx)
            .await?;
        key_news::tell(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// All of its limits; none is the usual one. Every gateway is told with the commit.
    pub async fn limit_org(&self, org: OrgId, limits: &OrgLimits) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("UPDATE orgs SET requests_per_minute = $2, calls_at_once = $3 WHERE org_id = $1")
            .bind(org.uuid())
            .bind(column(limits.requests_per_minute))
            .bind(column(limits.calls_at_once))
            .execute(&mut *tx)
            .await?;
        key_news::tell(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn column(number: Option<NonZeroU32>) -> Option<i32> {
    number.map(|number| i32::try_from(number.get()).unwrap_or(i32::MAX))
}
