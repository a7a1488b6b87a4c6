//! `GET /api/numbers`: the numbers that the organization may call from. The operator adds them, who knows which of them
//! the carrier lets the organization use.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Reader;
use crate::openapi::{KEYED, Problems, Refuses};
use crate::problem::Code;

#[derive(Serialize, ToSchema)]
#[schema(as = Numbers)]
pub struct Answer {
    numbers: Vec<Item>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Number)]
pub struct Item {
    /// E.164.
    number: String,
    /// Whether calls come from it unless they name another one.
    default: bool,
}

/// Nothing but the key can be at fault.
pub struct Never;

impl Refuses for Never {
    const CODES: &'static [&'static [Code]] = &[KEYED];
}

/// List numbers
///
/// Name one of them as `from_number` of a call.
#[utoipa::path(
    get,
    path = "/api/numbers",
    operation_id = "listNumbers",
    tag = "account",
    security(("key" = [])),
    responses((status = 200, description = "The numbers.", body = Answer), Problems<Never>),
)]
pub async fn list(Reader(caller): Reader) -> Json<Answer> {
    let numbers = caller.key.numbers.iter().enumerate();
    let item = |(place, number): (usize, &proto::PhoneNumber)| Item {
        number: number.as_e164().to_owned(),
        default: place == 0,
    };
    Json(Answer { numbers: numbers.map(item).collect() })
}
