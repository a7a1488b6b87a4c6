use proto::{Mode, OrgId, PhoneNumber, Sealed, Timestamp};
use uuid::Uuid;

use super::do_not_call::EVERYBODY;
use super::{Store, StoreError, row};

/// Whose key it is, and whether it still opens anything.
#[derive(Clone, Debug)]
pub struct KeyRow {
    pub org_id: OrgId,
    pub mode: Mode,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What an organization needs for calling somebody.
#[derive(Clone, Debug)]
pub struct CallingCard {
    /// None: the organization has no number.
    pub from: Option<PhoneNumber>,
    /// The callee is on the organization's list of numbers not to call, or on that for everybody.
    pub do_not_call: bool,
    /// The newest first.
    pub signing_secrets: Vec<Sealed>,
}

impl Store {
    pub async fn key(&self, sha256: &[u8; 32]) -> Result<Option<KeyRow>, StoreError> {
        type Row = (Uuid, String, Option<Timestamp>, Option<Timestamp>);
        let query = sqlx::query_as("SELECT org_id, mode, expires_at, revoked_at FROM keys WHERE sha256 = $1");
        let row: Option<Row> = query.bind(sha256.as_slice()).fetch_optional(&self.pool).await?;
        let Some((org_id, mode, expires_at, revoked_at)) = row else {
            return Ok(None);
        };
        Ok(Some(KeyRow { org_id: org_id.into(), mode: row::mode(&mode)?, expires_at, revoked_at }))
    }

    pub async fn calling_card(&self, org: OrgId, callee: &PhoneNumber) -> Result<CallingCard, StoreError> {
        type Row = (Option<String>, bool, Option<Vec<String>>, Option<Vec<Vec<u8>>>, Option<Vec<Vec<u8>>>);
        let (number, do_not_call, key_ids, nonces, ciphertexts): Row = sqlx::query_as(
            "SELECT (SELECT number FROM numbers WHERE org_id = $1 ORDER BY created_at, number LIMIT 1),
                    EXISTS (SELECT FROM do_not_call WHERE org_id IN ($1, $2) AND number = $3),
                    array_agg(seal_key_id ORDER BY created_at DESC),
                    array_agg(nonce ORDER BY created_at DESC),
                    array_agg(ciphertext ORDER BY created_at DESC)
             FROM signing_secrets WHERE org_id = $1",
        )
        .bind(org.uuid())
        .bind(EVERYBODY)
        .bind(callee.as_e164())
        .fetch_one(&self.pool)
        .await?;
        let from = number.map(|number| number.parse()).transpose().map_err(|_| StoreError::Corrupt("number"))?;
        let parts = key_ids.unwrap_or_default().into_iter().zip(nonces.unwrap_or_default());
        let signing_secrets = parts
            .zip(ciphertexts.unwrap_or_default())
            .map(|((key_id, nonce), ciphertext)| Sealed { key_id, nonce, ciphertext })
            .collect();
        Ok(CallingCard { from, do_not_call, signing_secrets })
    }

    /// Whether the organization may call from that number.
    pub async fn has_number(&self, org: OrgId, number: &PhoneNumber) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar("SELECT EXISTS (SELECT FROM numbers WHERE org_id = $1 AND number = $2)");
        Ok(query.bind(org.uuid()).bind(number.as_e164()).fetch_one(&self.pool).await?)
    }
}
