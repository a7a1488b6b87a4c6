//! `GET /api/calls`: the calls of the organization, page by page.

mod cursor;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use proto::{Goal, Outcome, Private, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use self::cursor::List;
use super::get;
use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::shapes;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::{Code, Problem};
use crate::read_model::{seconds, time};
use crate::store::{CallFilter, CallItem, STAGES, StoreError};

/// A page of 100 is a body of some 50 KiB.
const PAGE_MAX: u32 = 100;
const PAGE: u32 = 50;

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Only calls that stand there.
    #[param(value_type = Option<shapes::Status>)]
    status: Option<String>,
    /// Only calls that ended so.
    #[param(value_type = Option<shapes::OutcomeStatus>)]
    call_status: Option<String>,
    /// Only calls to this number, in E.164 form. Write its + as `%2B`.
    #[param(value_type = Option<String>, format = "e164", pattern = r"^\+[1-9][0-9]{6,14}$")]
    recipient_phone: Option<String>,
    /// Only calls that follow this workflow.
    #[param(value_type = Option<uuid::Uuid>)]
    workflow_id: Option<String>,
    /// Only calls that were accepted then or later.
    #[param(value_type = Option<String>, format = DateTime)]
    created_after: Option<String>,
    /// Only calls that were accepted earlier.
    #[param(value_type = Option<String>, format = DateTime)]
    created_before: Option<String>,
    /// How many at once; 50 unless it is given.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// The `next_cursor` of the page before, with the same other parameters.
    cursor: Option<String>,
}

/// The newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = Calls)]
pub struct Answer {
    calls: Vec<Item>,
    /// Where the next page is. Null: there are no more.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// A call in a list. `GET /api/calls/{call_id}` shows all of it.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedCall)]
pub struct Item {
    #[schema(format = Uuid)]
    call_id: String,
    #[schema(format = Uuid)]
    workflow_id: String,
    #[schema(inline = false, value_type = shapes::Status)]
    status: &'static str,
    #[schema(value_type = shapes::Mode)]
    mode: proto::Mode,
    recipient_phone: String,
    from_phone: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required = true, format = DateTime)]
    ended_at: Option<String>,
    /// Null until the call has ended.
    #[schema(required = true, value_type = Option<shapes::Outcome>)]
    outcome: Option<get::Outcome>,
    /// Null until the call has ended, and of a call that was never planned.
    #[schema(required = true, value_type = Option<shapes::Goal>)]
    goal: Option<Goal>,
    #[schema(required = true, minimum = 0)]
    duration_seconds: Option<f64>,
}

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("no such list")]
    BadQuery(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for ListError {
    const CODES: &'static [&'static [Code]] = &[KEYED, &[Code::InvalidRequest]];
}

/// List calls
///
/// The newest first. Without a callback URL, this is how to learn what became of many calls.
#[utoipa::path(
    get,
    path = "/api/calls",
    operation_id = "listCalls",
    tag = "calls",
    security(("key" = [])),
    params(Asked),
    responses((status = 200, description = "A page of calls.", body = Answer), Problems<ListError>),
)]
pub async fn list(
    State(api): State<Api>,
    Reader(caller): Reader,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Answer>, ListError> {
    let Query(asked) = asked.map_err(|_| ListError::BadQuery("Give each parameter once, percent-encoded."))?;
    let (filter, limit) = (asked.filter()?, asked.limit()?);
    let list = List { org: caller.org_id, asked: &asked };
    let after = match asked.cursor.as_deref().map(|cursor| list.read(cursor)) {
        None => None,
        Some(Some(after)) => Some(after),
        Some(None) => {
            let detail = "The cursor is the next_cursor of the page before, unchanged, with the same other parameters.";
            return Err(ListError::BadQuery(detail));
        }
    };
    // One more tells whether there are more.
    let mut rows = api.store.calls(caller.org_id, &filter, after, limit + 1).await?;
    let length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > length;
    rows.truncate(length);
    let next_cursor = rows.last().filter(|_| more).map(|last| list.write(last.position));
    Ok(Json(Answer { calls: rows.into_iter().map(Item::from).collect(), next_cursor }))
}

impl Asked {
    fn filter(&self) -> Result<CallFilter, ListError> {
        // One that no plan knows is a number all the same, which nobody called.
        let phone = |text: &str| is_number(text).then(|| Private::new(text));
        let instant = |text: &str| text.parse::<Timestamp>().ok();
        let outcome = |text: &str| Outcome::ALL.map(Outcome::call_status).into_iter().find(|word| *word == text);
        Ok(CallFilter {
            status: read(
                self.status.as_deref(),
                |text| STAGES.into_iter().find(|stage| *stage == text),
                "status is one of queued, planning, dialing, ringing, in_progress, ended.",
            )?,
            call_status: read(
                self.call_status.as_deref(),
                outcome,
                "call_status is one of success, not_picked_up, voicemail.",
            )?,
            recipient_phone: read(
                self.recipient_phone.as_deref(),
                phone,
                "recipient_phone is in E.164 form, its + written as %2B, such as %2B14155550100.",
            )?,
            workflow_id: read(self.workflow_id.as_deref(), |text| text.parse().ok(), "workflow_id is a UUID.")?,
            created_after: read(self.created_after.as_deref(), instant, "created_after is a time of RFC 3339.")?,
            created_before: read(self.created_before.as_deref(), instant, "created_before is a time of RFC 3339.")?,
        })
    }

    fn limit(&self) -> Result<u32, ListError> {
        let whole = |text: &str| text.parse().ok().filter(|number| (1..=PAGE_MAX).contains(number));
        Ok(read(self.limit.as_deref(), whole, "limit is a whole number from 1 to 100.")?.unwrap_or(PAGE))
    }
}

fn read<T>(
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
    detail: &'static str,
) -> Result<Option<T>, ListError> {
    let Some(text) = text else {
        return Ok(None);
    };
    parse(text).map(Some).ok_or(ListError::BadQuery(detail))
}

/// As the contract has it.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

impl From<CallItem> for Item {
    fn from(item: CallItem) -> Self {
        Self {
            call_id: item.position.call_id.to_string(),
            workflow_id: item.workflow_id.to_string(),
            status: item.status,
            mode: item.mode,
            recipient_phone: item.recipient_phone,
            from_phone: item.from_phone,
            created_at: time(item.position.created_at),
            ended_at: item.ended_at.map(time),
            duration_seconds: item.outcome.map(|(_, talked)| seconds(talked)),
            outcome: item.outcome.map(|(outcome, _)| outcome.into()),
            goal: item.goal,
        }
    }
}

impl IntoResponse for ListError {
    fn into_response(self) -> Response {
        match self {
            Self::BadQuery(detail) => Problem::new(Code::InvalidRequest, detail),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
