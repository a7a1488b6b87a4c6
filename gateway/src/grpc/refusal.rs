//! A problem in the words of gRPC.

use std::time::Duration;

use axum::http::StatusCode;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::problem::{self, Problem};

/// Whose the reasons are (google.rpc.ErrorInfo).
const DOMAIN: &str = "callcow";

/// The code of the problem is the reason of `ErrorInfo`; fields at fault and the time to wait come as `BadRequest` and
/// `RetryInfo`.
pub(super) fn status(problem: &Problem) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info(problem.code().word(), DOMAIN, problem.texts());
    for field in problem.fields() {
        details.add_bad_request_violation(field.pointer.trim_start_matches("#/"), &field.detail);
    }
    if let Some(seconds) = problem.wait() {
        details.set_retry_info(Some(Duration::from_secs(seconds)));
    }
    Status::with_error_details(code(problem.code()), problem.detail(), details)
}

/// By the status, but where gRPC has a finer word.
fn code(code: problem::Code) -> Code {
    let finer = [
        (problem::Code::IdempotencyConflict, Code::AlreadyExists),
        (problem::Code::IdempotencyInProgress, Code::Aborted),
        // It may have been carried out: not a code that clients retry by themselves.
        (problem::Code::OutcomeUnknown, Code::Unknown),
    ];
    let found = finer.into_iter().find(|(of, _)| *of == code);
    found.map_or_else(|| of_status(code.status()), |(_, code)| code)
}

fn of_status(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::CONFLICT => Code::FailedPrecondition,
        StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        status if status.is_client_error() => Code::InvalidArgument,
        _ => Code::Internal,
    }
}
