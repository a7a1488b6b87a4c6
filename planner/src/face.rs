//! The gRPC face: a draft for whoever waits for it.

use draft::Refusal;
use rpc::v1::draft_response::Result as Drafted;
use rpc::v1::planner_server::Planner;
use rpc::v1::{DraftRequest, DraftResponse, Missing, Vague};
use tonic::{Request, Response, Status};

pub(crate) struct Face;

#[tonic::async_trait]
impl Planner for Face {
    async fn draft(&self, request: Request<DraftRequest>) -> Result<Response<DraftResponse>, Status> {
        let drafted = match draft::draft(&request.into_inner().prompt) {
            Ok(workflow) => Drafted::Workflow((&workflow).into()),
            Err(Refusal::Vague(vague)) => {
                Drafted::Vague(Vague { missing: vague.missing.into_iter().map(wire).collect() })
            }
            Err(refusal @ Refusal::TooLong) => return Err(Status::invalid_argument(refusal.to_string())),
        };
        Ok(Response::new(DraftResponse { planner: draft::PLANNER.to_owned(), result: Some(drafted) }))
    }
}

fn wire(missing: draft::Missing) -> Missing {
    Missing { what: missing.what, suggested_question: missing.suggested_question }
}
