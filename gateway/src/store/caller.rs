use std::num::NonZeroU32;

use proto::{Mode, OrgId, PhoneNumber, Sealed, Timestamp};
use uuid::Uuid;

use super::{Store, StoreError, row};
use crate::keys::scope::{Scope, Scopes};

/// What a key opens: whose it is, what it may do, and what its organization calls with.
#[derive(Clone, Debug)]
pub struct KeyRow {
    pub key_id: Uuid,
    pub org_id: OrgId,
    pub mode: Mode,
    pub scopes: Scopes,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub limits: OrgLimits,
    /// The numbers that the organization may call from, its usual one first.
    pub numbers: Vec<PhoneNumber>,
    /// What its callbacks are signed with, the newest first.
    pub signing_secrets: Vec<Sealed>,
}

/// Where an organization has other limits than the usual ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrgLimits {
    pub requests_per_minute: Option<NonZeroU32>,
    /// Calls on the line at once.
    pub calls_at_once: Option<NonZeroU32>,
}

#[derive(sqlx::FromRow)]
struct Row {
    key_id: Uuid,
    org_id: Uuid,
    mode: String,
    scopes: Option<Vec<String>>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    requests_per_minute: Option<i32>,
    calls_at_once: Option<i32>,
    numbers: Vec<String>,
    seal_key_ids: Vec<String>,
    nonces: Vec<Vec<u8>>,
    ciphertexts: Vec<Vec<u8>>,
}

impl Store {
    pub async fn key(&self, sha256: &[u8; 32]) -> Result<Option<KeyRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT key_id, org_id, mode, scopes, expires_at, revoked_at, requests_per_minute, calls_at_once,
                 ARRAY(SELECT number FROM numbers WHERE numbers.org_id = keys.org_id ORDER BY created_at, number)
                     AS numbers,
                 coalesce(seal_key_ids, '{}') AS seal_key_ids, coalesce(nonces, '{}') AS nonces,
                 coalesce(ciphertexts, '{}') AS ciphertexts
             FROM keys JOIN orgs USING (org_id), LATERAL (
                 SELECT array_agg(seal_key_id ORDER BY created_at DESC) AS seal_key_ids,
                     array_agg(nonce ORDER BY created_at DESC) AS nonces,
                     array_agg(ciphertext ORDER BY created_at DESC) AS ciphertexts
                 FROM signing_secrets WHERE signing_secrets.org_id = keys.org_id
             ) AS secrets
             WHERE sha256 = $1",
        )
        .bind(sha256.as_slice())
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::checked).transpose()
    }
}

impl Row {
    fn checked(self) -> Result<KeyRow, StoreError> {
        let numbers: Result<_, _> = self.numbers.iter().map(|number| PhoneNumber::recorded(number)).collect();
        let secrets = self.seal_key_ids.into_iter().zip(self.nonces).zip(self.ciphertexts);
        Ok(KeyRow {
            key_id: self.key_id,
            org_id: self.org_id.into(),
            mode: row::mode(&self.mode)?,
            scopes: scopes(self.scopes)?,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            limits: OrgLimits {
                requests_per_minute: positive(self.requests_per_minute),
                calls_at_once: positive(self.calls_at_once),
            },
            numbers: numbers.map_err(|_| StoreError::Corrupt("number"))?,
            signing_secrets: secrets
                .map(|((key_id, nonce), ciphertext)| Sealed { key_id, nonce, ciphertext })
                .collect(),
        })
    }
}

pub(super) fn scopes(words: Option<Vec<String>>) -> Result<Scopes, StoreError> {
    let Some(words) = words else {
        return Ok(Scopes::All);
    };
    let scopes: Option<_> = words.iter().map(|word| Scope::from_word(word)).collect();
    scopes.map(Scopes::Only).ok_or(StoreError::Corrupt("scope"))
}

fn positive(number: Option<i32>) -> Option<NonZeroU32> {
    number.and_then(|number| u32::try_from(number).ok()).and_then(NonZeroU32::new)
}
