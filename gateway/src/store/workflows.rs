//! Workflows that calls may follow again.

use proto::fact::KnownWorkflow;
use proto::{CallId, OrgId, WorkflowId, wire};
use uuid::Uuid;

use super::{Store, StoreError};

/// A workflow as lists show it.
#[derive(sqlx::FromRow)]
pub struct WorkflowRow {
    workflow_id: Uuid,
    pub name: String,
}

impl WorkflowRow {
    pub fn workflow_id(&self) -> WorkflowId {
        self.workflow_id.into()
    }
}

impl Store {
    /// The newest first. None: `after` is no workflow of the organization.
    pub async fn workflows(
        &self,
        org: OrgId,
        after: Option<WorkflowId>,
        rows_max: u32,
    ) -> Result<Option<Vec<WorkflowRow>>, StoreError> {
        let Some(after) = after else {
            let query = sqlx::query_as(
                "SELECT workflow_id, name FROM workflows WHERE org_id = $1
                 ORDER BY created_at DESC, workflow_id DESC LIMIT $2",
            );
            return Ok(Some(query.bind(org.uuid()).bind(i64::from(rows_max)).fetch_all(&self.pool).await?));
        };
        let known = sqlx::query_scalar("SELECT EXISTS (SELECT FROM workflows WHERE org_id = $1 AND workflow_id = $2)");
        let known: bool = known.bind(org.uuid()).bind(after.uuid()).fetch_one(&self.pool).await?;
        if !known {
            return Ok(None);
        }
        let rows = sqlx::query_as(
            "SELECT workflow_id, name FROM workflows
             WHERE org_id = $1
                 AND (created_at, workflow_id) < (SELECT created_at, workflow_id FROM workflows WHERE workflow_id = $2)
             ORDER BY created_at DESC, workflow_id DESC LIMIT $3",
        );
        let rows = rows.bind(org.uuid()).bind(after.uuid()).bind(i64::from(rows_max));
        Ok(Some(rows.fetch_all(&self.pool).await?))
    }

    /// The workflow, once it was planned. None: not planned, or not the organization's.
    pub async fn workflow(&self, org: OrgId, workflow: WorkflowId) -> Result<Option<KnownWorkflow>, StoreError> {
        let row = sqlx::query_as("SELECT planner, workflow FROM workflows WHERE workflow_id = $1 AND org_id = $2");
        let row: Option<(String, Vec<u8>)> =
            row.bind(workflow.uuid()).bind(org.uuid()).fetch_optional(&self.pool).await?;
        let Some((planner, bytes)) = row else {
            return Ok(None);
        };
        let workflow = wire::decode_workflow(&bytes).map_err(|_| StoreError::Corrupt("workflow"))?;
        Ok(Some(KnownWorkflow { workflow, planner }))
    }

    /// The call that a workflow was made for. None: no call of the organization follows it.
    pub async fn first_call(&self, org: OrgId, workflow: WorkflowId) -> Result<Option<CallId>, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT call_id FROM calls WHERE workflow_id = $1 AND org_id = $2 ORDER BY created_at, call_id LIMIT 1",
        );
        let call: Option<Uuid> = query.bind(workflow.uuid()).bind(org.uuid()).fetch_optional(&self.pool).await?;
        Ok(call.map(Into::into))
    }
}
