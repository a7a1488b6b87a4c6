//! `callcow.v1.Planner/Draft`: a plan without a call, for whoever waits for the answer. It shares the port of the health
//! endpoints, which speak the same HTTP.

use axum::Router;
use draft::{PLANNER, Refusal};
use rpc::v1::planner_server::{Planner, PlannerServer};
use rpc::v1::{DraftRequest, DraftResponse, Missing, Vague, draft_response};
use tonic::server::NamedService;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::HealthService;

/// The longest prompt that is read, in the widest letters, and some room for the frame.
const REQUEST_BYTES_MAX: usize = 4 * draft::PROMPT_CHARS_MAX + 1024;

pub(crate) async fn router() -> Router {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<PlannerServer<Drafts>>().await;
    let drafts = PlannerServer::new(Drafts).max_decoding_message_size(REQUEST_BYTES_MAX);
    Router::new()
        .route_service(&path::<PlannerServer<Drafts>>(), drafts)
        .route_service(&path::<HealthServer<HealthService>>(), health)
}

fn path<S: NamedService>() -> String {
    format!("/{}/{{method}}", S::NAME)
}

struct Drafts;

#[tonic::async_trait]
impl Planner for Drafts {
    async fn draft(&self, request: Request<DraftRequest>) -> Result<Response<DraftResponse>, Status> {
        let result = match draft::draft(&request.get_ref().prompt) {
            Ok(workflow) => draft_response::Result::Workflow((&workflow).into()),
            Err(Refusal::Vague(vague)) => draft_response::Result::Vague(wire(vague)),
            Err(
                refusal @ (Refusal::TooLong
                | Refusal::Language
                | Refusal::NotEnglish
                | Refusal::Schema
                | Refusal::TooMuch),
            ) => {
                return Err(Status::invalid_argument(refusal.to_string()));
            }
        };
        Ok(Response::new(DraftResponse { planner: PLANNER.to_owned(), result: Some(result) }))
    }
}

fn wire(vague: draft::Vague) -> Vague {
    let missing = vague.missing.into_iter();
    Vague {
        missing: missing
            .map(|missing| Missing { what: missing.what, suggested_question: missing.suggested_question })
            .collect(),
    }
}
