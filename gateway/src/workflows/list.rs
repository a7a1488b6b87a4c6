//! `GET /api/workflows`: what calls of the organization have followed.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use proto::WorkflowId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::store::{StoreError, WorkflowRow};

/// Clients that know of no pages read all at once, and this many make a body of 100 KiB.
const ALL_MAX: u32 = 1_000;
const PAGE_MAX: u32 = 1_000;
const PAGE: u32 = 100;

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many at once; 100 when only a cursor is given. With it the answer tells where the next page is.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1_000)]
    pub limit: Option<String>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// The newest first. Without `limit` and `cursor` these are the newest 1,000.
#[derive(Serialize, ToSchema)]
#[schema(as = Workflows)]
pub struct Answer {
    workflows: Vec<Item>,
    /// Only in pages that were asked for, and only while there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    next_cursor: Option<WorkflowId>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Workflow)]
pub struct Item {
    #[schema(value_type = Uuid)]
    id: WorkflowId,
    #[schema(required = true)]
    name: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("no such page")]
    BadPage(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for ListError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::InvalidRequest]];
}

/// List workflows
///
/// Those that calls of yours have followed, the newest first. Call somebody else with one: `POST /api/call`.
#[utoipa::path(
    get,
    path = "/api/workflows",
    operation_id = "listWorkflows",
    tag = "workflows",
    security(("key" = [])),
    params(Page),
    responses((status = 200, description = "The workflows.", body = Answer), Problems<ListError>),
)]
pub async fn list(
    State(api): State<Api>,
    Reader(caller): Reader,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Answer>, ListError> {
    let Query(page) = page.map_err(|_| ListError::BadPage("Give limit and cursor once, percent-encoded."))?;
    if page.limit.is_none() && page.cursor.is_none() {
        let rows = api.store.workflows(caller.org_id, None, ALL_MAX).await?.unwrap_or_default();
        return Ok(Json(Answer { workflows: rows.into_iter().map(item).collect(), next_cursor: None }));
    }
    let limit = limit(page.limit.as_deref())?;
    let bad_cursor = ListError::BadPage("The cursor is the next_cursor of the page before, unchanged.");
    let after = match page.cursor.as_deref().map(str::parse) {
        None => None,
        Some(Ok(after)) => Some(after),
        Some(Err(_)) => return Err(bad_cursor),
    };
    // One more tells whether there are more.
    let mut rows = api.store.workflows(caller.org_id, after, limit + 1).await?.ok_or(bad_cursor)?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(WorkflowRow::workflow_id);
    Ok(Json(Answer { workflows: rows.into_iter().map(item).collect(), next_cursor: next }))
}

fn limit(text: Option<&str>) -> Result<u32, ListError> {
    let Some(text) = text else {
        return Ok(PAGE);
    };
    let number = text.parse().ok().filter(|number| (1..=PAGE_MAX).contains(number));
    number.ok_or(ListError::BadPage("The limit is a whole number from 1 to 1000."))
}

fn item(row: WorkflowRow) -> Item {
    Item { id: row.workflow_id(), name: Some(row.name).filter(|name| !name.is_empty()) }
}

impl IntoResponse for ListError {
    fn into_response(self) -> Response {
        match self {
            Self::BadPage(detail) => Problem::new(Code::InvalidRequest, detail),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
