//! Receivers that are told of every call of a workflow.

use proto::fact::WebhookCreated;
use proto::{Timestamp, WebhookId, WorkflowId};

use super::{Store, StoreError};

impl Store {
    /// A second hearing changes nothing, and neither does one after the webhook was deleted.
    pub async fn add_webhook(&self, webhook: &WebhookCreated, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO webhooks (webhook_id, workflow_id, url, created_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING",
        )
        .bind(webhook.webhook_id.uuid())
        .bind(webhook.workflow_id.uuid())
        .bind(webhook.url.as_str())
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Remembered also when the webhook itself is still on its way to us.
    pub async fn delete_webhook(
        &self,
        webhook: WebhookId,
        workflow: WorkflowId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO webhooks (webhook_id, workflow_id, deleted_at) VALUES ($1, $2, $3)
            ON CONFLICT (webhook_id) DO UPDATE SET deleted_at = coalesce(webhooks.deleted_at, excluded.deleted_at)",
        )
        .bind(webhook.uuid())
        .bind(workflow.uuid())
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
