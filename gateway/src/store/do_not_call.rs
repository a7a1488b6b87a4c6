//! Numbers that must not be called.

use proto::{OrgId, PhoneNumber, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{OpenCall, Store, StoreError};

/// The organization that stands for all of them.
pub(super) const EVERYBODY: Uuid = Uuid::nil();

/// Who put a number on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Api,
    Operator,
    /// The callee asked for it on the phone.
    Callee,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Operator => "operator",
            Self::Callee => "callee",
        }
    }
}

/// A number on a list.
#[derive(Debug, sqlx::FromRow)]
pub struct Unwanted {
    pub number: String,
    pub source: String,
    pub created_at: Timestamp,
}

impl Store {
    /// Whether the number is on the organization's list, or on that for everybody.
    pub async fn is_unwanted(&self, org: OrgId, number: &PhoneNumber) -> Result<bool, StoreError> {
        let query =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM do_not_call WHERE org_id IN ($1, $2) AND number = $3)");
        Ok(query.bind(org.uuid()).bind(EVERYBODY).bind(number.as_e164()).fetch_one(&self.pool).await?)
    }

    /// None: for every organization. A number that is on the list stays as it was. Says how many are new.
    pub async fn do_not_call(
        &self,
        org: Option<OrgId>,
        numbers: &[PhoneNumber],
        source: Source,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut connection = self.pool.acquire().await?;
        insert(&mut connection, org, numbers, source, now).await
    }

    /// Whether it was on the list.
    pub async fn may_call_again(&self, org: Option<OrgId>, number: &PhoneNumber) -> Result<bool, StoreError> {
        let query = sqlx::query("DELETE FROM do_not_call WHERE org_id = $1 AND number = $2");
        let query = query.bind(org.map_or(EVERYBODY, OrgId::uuid)).bind(number.as_e164());
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// The numbers after one, in their order.
    pub async fn unwanted(&self, org: Option<OrgId>, after: &str, max: u32) -> Result<Vec<Unwanted>, StoreError> {
        let query = sqlx::query_as(
            "SELECT number, source, created_at FROM do_not_call WHERE org_id = $1 AND number > $2
             ORDER BY number LIMIT $3",
        );
        let query = query.bind(org.map_or(EVERYBODY, OrgId::uuid)).bind(after).bind(i64::from(max));
        Ok(query.fetch_all(&self.pool).await?)
    }
}

impl OpenCall {
    /// The callee asked not to be called again.
    pub async fn keep_opt_out(&mut self, number: &PhoneNumber, at: Timestamp) -> Result<(), StoreError> {
        let org = self.org_id;
        insert(&mut self.tx, Some(org), std::slice::from_ref(number), Source::Callee, at).await.map(drop)
    }
}

async fn insert(
    connection: &mut PgConnection,
    org: Option<OrgId>,
    numbers: &[PhoneNumber],
    source: Source,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let query = sqlx::query(
        "INSERT INTO do_not_call (org_id, number, source, created_at)
         SELECT $1, number, $3, $4 FROM unnest($2::text[]) AS given (number) ON CONFLICT DO NOTHING",
    );
    let numbers: Vec<_> = numbers.iter().map(PhoneNumber::as_e164).collect();
    let query = query.bind(org.map_or(EVERYBODY, OrgId::uuid)).bind(numbers).bind(source.word()).bind(now);
    Ok(query.execute(connection).await?.rows_affected())
}
