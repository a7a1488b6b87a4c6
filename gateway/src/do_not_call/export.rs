//! `GET /api/do-not-call/export`: the whole list as CSV.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use proto::OrgId;

use super::list::ListError;
use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::Problems;
use crate::read_model::time;
use crate::store::{Store, StoreError};

/// Rows that are read at once, so that a long list does not stand in memory.
const CHUNK: u32 = 1_000;
/// What a program or a person reads first.
pub(crate) const HEAD: &str = "number,source,created_at\n";

/// Export the do-not-call list
///
/// As CSV (RFC 4180) with a head, which `import` takes back.
#[utoipa::path(
    get,
    path = "/api/do-not-call/export",
    operation_id = "exportUnwantedNumbers",
    tag = "do-not-call",
    security(("key" = [])),
    responses(
        (status = 200, description = "The list.", body = String, content_type = "text/csv"),
        Problems<ListError>,
    ),
)]
pub async fn export(State(api): State<Api>, Reader(caller): Reader) -> Result<Response, ListError> {
    // The first rows are read before anything is answered, so that a database in trouble is a 503.
    let (first, after) = chunk(&api.store, Some(caller.org_id), "").await?;
    let head = stream::iter([Ok(HEAD.to_owned()), Ok(first)]);
    let rest = stream::try_unfold(after, move |after| {
        let api = api.clone();
        async move {
            let Some(after) = after else {
                return Ok::<_, StoreError>(None);
            };
            Ok(Some(chunk(&api.store, Some(caller.org_id), &after).await?))
        }
    });
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"do-not-call.csv\"")];
    let body = Body::from_stream(futures_util::StreamExt::chain(head, rest));
    Ok((headers, body).into_response())
}

/// Lines, and the number after which there may be more. Neither numbers nor our words need quotes.
pub(crate) async fn chunk(
    store: &Store,
    org: Option<OrgId>,
    after: &str,
) -> Result<(String, Option<String>), StoreError> {
    let rows = store.unwanted(org, after, CHUNK).await?;
    let mut lines = String::new();
    for row in &rows {
        lines.extend([&row.number, ",", &row.source, ",", &time(row.created_at), "\n"]);
    }
    let full = rows.len() == CHUNK as usize;
    Ok((lines, rows.into_iter().next_back().filter(|_| full).map(|row| row.number)))
}
