//! `POST /api/do-not-call`: a number that the organization no longer calls.

use axum::Json;
use axum::extract::State;
use proto::PhoneNumber;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{ChangeError, number};
use crate::api::Api;
use crate::auth::Manager;
use crate::body::{BadBody, JsonBody};
use crate::openapi::Problems;
use crate::problem::{Code, FieldProblem};
use crate::store::Source;

/// The number that is no longer called.
#[derive(ToSchema)]
#[schema(as = NewUnwantedNumber)]
#[expect(dead_code, reason = "the contract is made from it; requests are read by hand, so that all faults are named")]
pub struct Request {
    /// E.164.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$", format = "e164", example = "+14155550100")]
    number: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UnwantedNumberAdded)]
pub struct Answer {
    /// Always true.
    success: bool,
    number: String,
}

/// Put a number on the do-not-call list
///
/// Requests to call it are refused from now on; cancel those that wait already. Doing it twice is the same as doing it
/// once.
#[utoipa::path(
    post,
    path = "/api/do-not-call",
    operation_id = "addUnwantedNumber",
    tag = "do-not-call",
    security(("key" = [])),
    request_body(content = Request),
    responses((status = 200, description = "The number is on the list.", body = Answer), Problems<ChangeError>),
)]
pub async fn add(
    State(api): State<Api>,
    Manager(caller): Manager,
    body: Result<JsonBody, BadBody>,
) -> Result<Json<Answer>, ChangeError> {
    let number = read(&body?)?;
    api.store.do_not_call(Some(caller.org_id), std::slice::from_ref(&number), Source::Api, api.clock.now()).await?;
    Ok(Json(Answer { success: true, number: number.as_e164().to_owned() }))
}

fn read(JsonBody(body): &JsonBody) -> Result<PhoneNumber, ChangeError> {
    let pointer = "#/number";
    match body.get("number") {
        Some(Value::String(text)) => number(text, pointer),
        None | Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            let detail = "This field is required, and must be a string.".to_owned();
            Err(ChangeError::Field(FieldProblem { pointer: pointer.to_owned(), code: Code::InvalidRequest, detail }))
        }
    }
}
