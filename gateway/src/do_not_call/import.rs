//! `POST /api/do-not-call/import`: numbers from a CSV file, all or none.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use proto::PhoneNumber;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChangeError, number};
use crate::api::Api;
use crate::auth::Manager;
use crate::body::BadBody;
use crate::openapi::Problems;
use crate::problem::{Code, FieldProblem};
use crate::store::Source;

/// Some fifty thousand numbers; a longer list comes in several files, or by the operator's command.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
const COLUMN: &str = "number";

#[derive(Serialize, ToSchema)]
#[schema(as = UnwantedNumbersImported)]
pub struct Answer {
    /// Always true.
    success: bool,
    /// Numbers in the file.
    #[schema(minimum = 0)]
    read: usize,
    /// Those of them that were not on the list.
    #[schema(minimum = 0)]
    added: u64,
}

/// Import numbers into the do-not-call list
///
/// A CSV file (RFC 4180) with a head that has a column `number`; other columns are ignored. A line at fault is named, and
/// then nothing of the file is kept.
#[utoipa::path(
    post,
    path = "/api/do-not-call/import",
    operation_id = "importUnwantedNumbers",
    tag = "do-not-call",
    security(("key" = [])),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "All numbers of the file are on the list.", body = Answer),
        Problems<ChangeError>),
)]
pub async fn import(
    State(api): State<Api>,
    Manager(caller): Manager,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, ChangeError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("text/csv");
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv") {
        return Err(BadBody::OtherType.into());
    }
    let body = body.map_err(|rejection| {
        let bad = BadBody::from(&rejection);
        if bad == BadBody::TooLarge { ChangeError::FileTooLarge } else { bad.into() }
    })?;
    let numbers = read(&body)?;
    let added = api.store.do_not_call(Some(caller.org_id), &numbers, Source::Api, api.clock.now()).await?;
    Ok(Json(Answer { success: true, read: numbers.len(), added }))
}

pub(crate) fn read(file: &[u8]) -> Result<Vec<PhoneNumber>, ChangeError> {
    let mut lines = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let head = lines.headers().map_err(|error| garbled(&error))?;
    let Some(column) = head.iter().position(|name| name.eq_ignore_ascii_case(COLUMN)) else {
        return Err(fault("#".to_owned(), format!("The first line must name a column \"{COLUMN}\".")));
    };
    let mut numbers = Vec::new();
    for line in lines.records() {
        let line = line.map_err(|error| garbled(&error))?;
        let place = line.position().map_or(0, csv::Position::line);
        numbers.push(number(line.get(column).unwrap_or_default(), &format!("#line={place}"))?);
    }
    Ok(numbers)
}

fn garbled(error: &csv::Error) -> ChangeError {
    let place = error.position().map_or(1, csv::Position::line);
    fault(format!("#line={place}"), "This line is not CSV, or has another number of columns than the head.".to_owned())
}

fn fault(pointer: String, detail: String) -> ChangeError {
    ChangeError::Field(FieldProblem { pointer, code: Code::InvalidRequest, detail })
}

#[cfg(test)]
mod tests {
    use super::{ChangeError, read};

    fn place(file: &str) -> String {
        match read(file.as_bytes()) {
            Err(ChangeError::Field(field)) => field.pointer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_read_from_their_column_wherever_it_is() {
        let numbers = read(b"name,number\r\nJane, +14155550100\r\n\"Doe, John\",+442079460958\r\n").unwrap();
        let texts: Vec<_> = numbers.iter().map(proto::PhoneNumber::as_e164).collect();
        assert_eq!(texts, ["+14155550100", "+442079460958"]);
        assert!(read(b"number\n").unwrap().is_empty());
    }

    #[test]
    fn a_line_at_fault_is_named() {
        assert_eq!(place("phone\n+14155550100\n"), "#");
        assert_eq!(place("number\n+14155550100\n4155550100\n"), "#line=3");
        assert_eq!(place("number,name\n+14155550100\n"), "#line=2");
    }
}
