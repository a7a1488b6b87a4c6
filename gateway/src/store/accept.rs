use std::collections::HashMap;

use outbox::{Outbox, Pending};
use proto::fact::CallRequested;
use proto::{CallId, Envelope, Fact, OrgId, Timestamp};
use runtime::TraceContext;
use sqlx::PgConnection;
use sqlx::postgres::PgDatabaseError;
use uuid::Uuid;

use super::do_not_call::EVERYBODY;
use super::{Store, StoreError, encoded, row};

/// `lock_not_available` and `deadlock_detected`: somebody else holds a row for longer than we wait.
const LOCKED: [&str; 2] = ["55P03", "40P01"];

/// A call that is accepted as soon as it is kept.
#[derive(Debug)]
pub struct NewCall {
    /// Tells a request.
    pub envelope: Envelope,
    pub trace: TraceContext,
    /// The event `queued`, as clients see it.
    pub queued: String,
    /// What the client is answered.
    pub answer: String,
    pub claim: Option<Claim>,
}

/// The right of one request to be the first with its idempotency key.
#[derive(Clone, Debug)]
pub struct Claim {
    pub key: String,
    pub fingerprint: [u8; 32],
    pub expires_at: Timestamp,
}

#[derive(Debug)]
pub enum Accepted {
    Now(Pending),
    /// Somebody else accepted a request with that idempotency key, and nothing was kept of this one.
    Before,
    /// The callee is on the list of numbers not to call, of the organization or of everybody. Nothing was kept.
    Unwanted,
}

/// What was answered to the first request with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The same request, whose answer is kept until then.
    Same { answer: String, expires_at: Timestamp },
    /// Another request.
    Other,
}

/// Why a batch of calls was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// Somebody else holds a row that one of them needs, for longer than we wait; nothing was kept.
    #[error("a row is held by somebody else")]
    Locked,
    /// Nothing was kept. It may work later.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Nothing was kept, because of one of them.
    #[error("the database does not take it")]
    Refused(#[source] sqlx::Error),
    /// The connection was lost while it was committed, or no answer came, and nobody could say whether the calls were kept.
    #[error("it is not known whether the calls were kept")]
    Unsure(#[source] Option<sqlx::Error>),
}

/// Before the commit: nothing was kept.
impl From<sqlx::Error> for NotKept {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
        if code.is_some_and(|error| LOCKED.contains(&error.code())) {
            return Self::Locked;
        }
        match StoreError::from(error) {
            StoreError::Unavailable(error) => Self::Unavailable(error),
            StoreError::Refused(error) => Self::Refused(error),
            StoreError::Corrupt(what) => Self::Refused(sqlx::Error::Protocol(what.to_owned())),
        }
    }
}

impl NewCall {
    fn requested(&self) -> &CallRequested {
        let Fact::CallRequested(requested) = &self.envelope.fact else {
            unreachable!("only requests are accepted");
        };
        requested
    }
}

impl Store {
    pub async fn replay(&self, org: OrgId, claim: &Claim, now: Timestamp) -> Result<Option<Replay>, StoreError> {
        let row: Option<(Vec<u8>, String, Timestamp)> = sqlx::query_as(
            "SELECT fingerprint, answer, expires_at FROM idempotency
             WHERE org_id = $1 AND idempotency_key = $2 AND expires_at > $3",
        )
        .bind(org.uuid())
        .bind(&claim.key)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(
            |(fingerprint, answer, expires_at)| {
                if fingerprint == claim.fingerprint { Replay::Same { answer, expires_at } } else { Replay::Other }
            },
        ))
    }

    /// Keeps calls, their answers under their idempotency keys, and the facts that tell them, in one transaction: all or
    /// nothing. A call whose key somebody else holds is left out and does not stop the others. No two of them may have the
    /// same key of the same organization. The outcomes are in the order of the calls.
    ///
    /// Waits for whoever is about to keep the same key.
    pub async fn accept(&self, calls: &[&NewCall]) -> Result<Vec<Accepted>, NotKept> {
        let mut tx = self.pool.begin().await?;
        let decided = insert(&mut tx, calls).await?;
        let is_kept = |call: &NewCall| decided.get(&call.envelope.call_id.uuid()) == Some(&true);
        let facts: Vec<_> =
            calls.iter().filter(|call| is_kept(call)).map(|call| (&call.envelope, &call.trace)).collect();
        let mut pending = Outbox::put_new(&mut tx, &facts).await?.into_iter();
        if let Err(error) = tx.commit().await
            && !self.holds(facts.first().map(|(envelope, _)| envelope.call_id)).await
        {
            return Err(NotKept::Unsure(Some(error)));
        }
        let outcome = |call: &&NewCall| match decided.get(&call.envelope.call_id.uuid()) {
            Some(true) => pending.next().map_or(Accepted::Before, Accepted::Now),
            Some(false) => Accepted::Unwanted,
            None => Accepted::Before,
        };
        Ok(calls.iter().map(outcome).collect())
    }

    /// Whether calls that were being committed when the connection was lost are there: all of them, or none. None may also
    /// mean that the commit is still under way.
    async fn holds(&self, one: Option<CallId>) -> bool {
        let Some(call) = one else {
            return true;
        };
        let query = sqlx::query_scalar("SELECT EXISTS (SELECT FROM calls WHERE call_id = $1)");
        query.bind(call.uuid()).fetch_one(&self.pool).await.unwrap_or(false)
    }
}

/// The ids of those that are kept, and with false those that are not wanted. Of the others, somebody was before.
async fn insert(connection: &mut PgConnection, calls: &[&NewCall]) -> Result<HashMap<Uuid, bool>, sqlx::Error> {
    let requested: Vec<_> = calls.iter().map(|call| call.requested()).collect();
    let claims: Vec<_> = calls.iter().map(|call| call.claim.as_ref()).collect();
    let now = calls.iter().map(|call| call.envelope.at).max().unwrap_or_default();
    let decided: Vec<(Uuid, bool)> = sqlx::query_as(include_str!("accept.sql"))
        .bind(calls.iter().map(|call| call.envelope.call_id.uuid()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.envelope.org_id.uuid()).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| call.route.workflow_id.uuid()).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| row::mode_word(call.route.mode)).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| call.route.from.as_e164()).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| call.route.to.as_e164()).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| call.metadata.as_ref().map(proto::Private::expose)).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| call.callback.is_some()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.trace.trace_id()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.envelope.at).collect::<Vec<_>>())
        .bind(requested.iter().map(|call| call.deadline).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| encoded(&call.envelope)).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.envelope.event_id.uuid()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.trace.traceparent.as_str()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.trace.tracestate.as_str()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.queued.as_str()).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.map(|claim| claim.key.as_str())).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.map(|claim| claim.fingerprint.as_slice())).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.answer.as_str()).collect::<Vec<_>>())
        .bind(claims.iter().map(|claim| claim.map(|claim| claim.expires_at)).collect::<Vec<_>>())
        .bind(now)
        .bind(EVERYBODY)
        .fetch_all(connection)
        .await?;
    Ok(decided.into_iter().collect())
}
