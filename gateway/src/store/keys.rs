use proto::{Mode, OrgId, Timestamp};
use uuid::Uuid;

use super::{Store, StoreError, caller, key_news, row};
use crate::keys::ApiKey;
use crate::keys::scope::Scopes;

/// Keys of one organization that open something: one for each agent and person, and room for changing them.
const KEYS_MAX: i64 = 200;

/// A key to keep. It was shown, or is about to be.
pub struct NewKey<'a> {
    pub key_id: Uuid,
    pub org_id: OrgId,
    pub key: &'a ApiKey,
    /// For people.
    pub name: Option<String>,
    pub scopes: Scopes,
    pub expires_at: Option<Timestamp>,
}

/// A key, as people may see it.
#[derive(Clone, Debug)]
pub struct KeyItem {
    pub key_id: Uuid,
    pub mode: Mode,
    pub ending: String,
    pub name: Option<String>,
    pub scopes: Scopes,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    key_id: Uuid,
    mode: String,
    ending: String,
    name: Option<String>,
    scopes: Option<Vec<String>>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl Store {
    /// False: the organization has as many keys as it may have.
    pub async fn create_key(&self, new: &NewKey<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let scopes = match &new.scopes {
            Scopes::All => None,
            Scopes::Only(scopes) => Some(scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>()),
        };
        let created = sqlx::query(
            "INSERT INTO keys (key_id, org_id, sha256, mode, ending, name, scopes, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
             WHERE (SELECT count(*) FROM keys WHERE org_id = $2 AND revoked_at IS NULL) < $10",
        )
        .bind(new.key_id)
        .bind(new.org_id.uuid())
        .bind(new.key.sha256().as_slice())
        .bind(row::mode_word(new.key.mode()))
        .bind(new.key.ending())
        .bind(&new.name)
        .bind(scopes)
        .bind(now)
        .bind(new.expires_at)
        .bind(KEYS_MAX)
        .execute(&self.pool)
        .await?;
        Ok(created.rows_affected() == 1)
    }

    /// The newest first. Those that were revoked long ago are left out.
    pub async fn keys(&self, org: OrgId, revoked_since: Timestamp) -> Result<Vec<KeyItem>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT key_id, mode, ending, name, scopes, created_at, expires_at, revoked_at FROM keys
             WHERE org_id = $1 AND (revoked_at IS NULL OR revoked_at > $2)
             ORDER BY created_at DESC, key_id DESC LIMIT 1000",
        )
        .bind(org.uuid())
        .bind(revoked_since)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Row::checked).collect()
    }

    /// Whether there is such a key, of that organization if one is named. A key that was revoked stays as it was. Every
    /// gateway is told with the commit.
    pub async fn revoke_key(&self, id: Uuid, org: Option<OrgId>, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let revoked = sqlx::query(
            "UPDATE keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1 AND org_id = coalesce($3, org_id)",
        )
        .bind(id)
        .bind(now)
        .bind(org.map(OrgId::uuid))
        .execute(&mut *tx)
        .await?;
        key_news::tell(&mut tx).await?;
        tx.commit().await?;
        Ok(revoked.rows_affected() == 1)
    }
}

impl Row {
    fn checked(self) -> Result<KeyItem, StoreError> {
        Ok(KeyItem {
            key_id: self.key_id,
            mode: row::mode(&self.mode)?,
            ending: self.ending,
            name: self.name,
            scopes: caller::scopes(self.scopes)?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
        })
    }
}
