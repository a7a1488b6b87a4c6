//! The organization's list of numbers that must not be called, one operation in each file.

pub mod add;
pub mod export;
pub mod import;
pub mod list;
pub mod remove;

use axum::response::{IntoResponse, Response};
use proto::PhoneNumber;

use crate::body::BadBody;
use crate::openapi::{BODY, KEYED, Refuses};
use crate::problem::{Code, FieldProblem, Problem};
use crate::store::StoreError;

/// Why a change to the list was refused. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Body(#[from] BadBody),
    #[error("the file is too large")]
    FileTooLarge,
    #[error("a number is at fault")]
    Field(FieldProblem),
    #[error("no such number on the list")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for ChangeError {
    const CODES: &'static [&'static [Code]] =
        &[KEYED, BODY, &[Code::NotFound, Code::BadPhoneNumber, Code::InvalidRequest]];
}

impl IntoResponse for ChangeError {
    fn into_response(self) -> Response {
        match self {
            Self::Body(bad) => bad.into_response(),
            Self::FileTooLarge => {
                let detail = "The file may have 1 MiB at most. Send a longer list in several files.";
                Problem::new(Code::BodyTooLarge, detail).into_response()
            }
            Self::Field(field) => Problem::new(field.code, field.detail.clone()).errors(vec![field]).into_response(),
            Self::NotFound => Problem::not_found().into_response(),
            Self::Store(error) => Problem::from(error).into_response(),
        }
    }
}

/// A number at a place of the request.
fn number(text: &str, pointer: &str) -> Result<PhoneNumber, ChangeError> {
    text.parse().map_err(|_| {
        let detail = "Write the number in E.164 form, with + and the country code, such as +14155550100.".to_owned();
        ChangeError::Field(FieldProblem { pointer: pointer.to_owned(), code: Code::BadPhoneNumber, detail })
    })
}
