//! Registered receivers. Each is kept together with the fact that tells the notifier.

use outbox::{Outbox, Pending};
use proto::fact::{WebhookCreated, WebhookDeleted};
use proto::{CallId, Envelope, EventId, Fact, OrgId, Timestamp, WebhookId, WorkflowId};
use runtime::TraceContext;
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

use super::overdue::Moment;
use super::{Store, StoreError};

/// Every call of the workflow is told to each of them.
const OF_WORKFLOW_MAX: i64 = 10;
/// What one list shows, and more receivers than anybody looks after.
const OF_ORG_MAX: i64 = 1_000;

/// A receiver that is to be registered.
pub struct NewWebhook {
    pub workflow_id: WorkflowId,
    /// The call that the workflow was made for.
    pub call_id: CallId,
    pub url: Url,
    pub name: Option<String>,
}

#[derive(sqlx::FromRow)]
pub struct WebhookRow {
    webhook_id: Uuid,
    workflow_id: Uuid,
    pub url: String,
    pub name: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// The workflow or the organization has as many as it may have.
    #[error("too many webhooks")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for NotRegistered {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl WebhookRow {
    pub fn webhook_id(&self) -> WebhookId {
        self.webhook_id.into()
    }

    pub fn workflow_id(&self) -> WorkflowId {
        self.workflow_id.into()
    }
}

impl Store {
    /// Registers a receiver, or finds the one that the workflow has with that URL. With the fact, if there is news.
    pub async fn register(
        &self,
        org: OrgId,
        new: NewWebhook,
        moment: &Moment,
    ) -> Result<(WebhookId, Option<Pending>), NotRegistered> {
        let mut tx = self.pool.begin().await?;
        // One at a time for each organization, so that the ceilings hold and one URL makes one webhook.
        let lock = sqlx::query("SELECT FROM orgs WHERE org_id = $1 FOR NO KEY UPDATE");
        lock.bind(org.uuid()).execute(&mut *tx).await?;
        if let Some(known) = same(&mut tx, &new).await? {
            return Ok((known.into(), None));
        }
        if !has_room(&mut tx, org, new.workflow_id).await? {
            return Err(NotRegistered::TooMany);
        }
        let webhook_id = WebhookId::new(moment.now, (moment.ids)());
        insert(&mut tx, org, webhook_id, &new, moment.now).await?;
        let NewWebhook { workflow_id, call_id, url, .. } = new;
        let fact = Fact::WebhookCreated(WebhookCreated { webhook_id, workflow_id, url });
        let pending = put(&mut tx, org, call_id, fact, moment).await?;
        tx.commit().await?;
        Ok((webhook_id, Some(pending)))
    }

    /// None: there is no such webhook, or it is another organization's.
    pub async fn unregister(
        &self,
        org: OrgId,
        webhook_id: WebhookId,
        moment: &Moment,
    ) -> Result<Option<Pending>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let query =
            sqlx::query_as("DELETE FROM webhooks WHERE webhook_id = $1 AND org_id = $2 RETURNING workflow_id, call_id");
        let row: Option<(Uuid, Uuid)> = query.bind(webhook_id.uuid()).bind(org.uuid()).fetch_optional(&mut *tx).await?;
        let Some((workflow_id, call_id)) = row else {
            return Ok(None);
        };
        let fact = Fact::WebhookDeleted(WebhookDeleted { webhook_id, workflow_id: workflow_id.into() });
        let pending = put(&mut tx, org, call_id.into(), fact, moment).await?;
        tx.commit().await?;
        Ok(Some(pending))
    }

    /// The newest first; those of one workflow, or all.
    pub async fn webhooks(&self, org: OrgId, workflow: Option<WorkflowId>) -> Result<Vec<WebhookRow>, StoreError> {
        let query = sqlx::query_as(
            "SELECT webhook_id, workflow_id, url, name, created_at FROM webhooks
             WHERE org_id = $1 AND ($2::uuid IS NULL OR workflow_id = $2)
             ORDER BY created_at DESC, webhook_id DESC LIMIT $3",
        );
        let query = query.bind(org.uuid()).bind(workflow.map(WorkflowId::uuid)).bind(OF_ORG_MAX);
        Ok(query.fetch_all(&self.pool).await?)
    }
}

async fn same(connection: &mut PgConnection, new: &NewWebhook) -> Result<Option<Uuid>, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT webhook_id FROM webhooks WHERE workflow_id = $1 AND md5(url) = md5($2)");
    query.bind(new.workflow_id.uuid()).bind(new.url.as_str()).fetch_optional(connection).await
}

async fn has_room(connection: &mut PgConnection, org: OrgId, workflow: WorkflowId) -> Result<bool, sqlx::Error> {
    let query =
        sqlx::query_as("SELECT count(*) FILTER (WHERE workflow_id = $2), count(*) FROM webhooks WHERE org_id = $1");
    let (of_workflow, of_org): (i64, i64) = query.bind(org.uuid()).bind(workflow.uuid()).fetch_one(connection).await?;
    Ok(of_workflow < OF_WORKFLOW_MAX && of_org < OF_ORG_MAX)
}

async fn insert(
    connection: &mut PgConnection,
    org: OrgId,
    id: WebhookId,
    new: &NewWebhook,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO webhooks (webhook_id, org_id, workflow_id, call_id, url, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.uuid())
    .bind(org.uuid())
    .bind(new.workflow_id.uuid())
    .bind(new.call_id.uuid())
    .bind(new.url.as_str())
    .bind(&new.name)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

async fn put(
    connection: &mut PgConnection,
    org_id: OrgId,
    call_id: CallId,
    fact: Fact,
    moment: &Moment,
) -> Result<Pending, sqlx::Error> {
    let event_id = EventId::new(moment.now, (moment.ids)());
    let envelope = Envelope { event_id, org_id, call_id, at: moment.now, fact };
    Outbox::put(connection, &envelope, &TraceContext::current()).await
}
