//! `GET /api/do-not-call`: the list, page by page.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::read_model::time;
use crate::store::{StoreError, Unwanted};

/// As much as a person looks through, and a program reads at once.
const PAGE: u32 = 100;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next_cursor` of the page before. None: the first page.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UnwantedNumbers)]
pub struct Answer {
    numbers: Vec<Shown>,
    /// For the next page. Null: this is the last.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UnwantedNumber)]
struct Shown {
    /// E.164.
    number: String,
    /// `api`, `operator`, or `callee` when whoever was called asked for it.
    source: String,
    #[schema(format = "date-time")]
    created_at: String,
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ListError(#[from] StoreError);

impl Refuses for ListError {
    const CODES: &'static [&'static [Code]] = &[KEYED];
}

/// List the numbers that must not be called
///
/// Those of the organization, in the order of the numbers, a hundred at a time.
#[utoipa::path(
    get,
    path = "/api/do-not-call",
    operation_id = "listUnwantedNumbers",
    tag = "do-not-call",
    security(("key" = [])),
    params(Page),
    responses((status = 200, description = "A page of the list.", body = Answer), Problems<ListError>),
)]
pub async fn list(
    State(api): State<Api>,
    Reader(caller): Reader,
    Query(page): Query<Page>,
) -> Result<Json<Answer>, ListError> {
    // A text with NUL is no text for Postgres, and after no number.
    let after = page.cursor.unwrap_or_default().replace('\0', "");
    let mut rows = api.store.unwanted(Some(caller.org_id), &after, PAGE + 1).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).map(|last| last.number.clone());
    Ok(Json(Answer { numbers: rows.into_iter().map(Shown::from).collect(), next_cursor }))
}

impl From<Unwanted> for Shown {
    fn from(row: Unwanted) -> Self {
        Self { number: row.number, source: row.source, created_at: time(row.created_at) }
    }
}

impl IntoResponse for ListError {
    fn into_response(self) -> Response {
        Problem::from(self.0).into_response()
    }
}
