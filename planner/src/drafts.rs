//! `callcow.v1.Planner/Draft`: a plan without a call, for whoever waits for the answer. It shares the port of the health
//! endpoints, which speak the same HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Json, Router};
use draft::Refusal;
use rpc::v1::planner_server::{Planner, PlannerServer};
use rpc::v1::{DraftRequest, DraftResponse, Missing, Vague, draft_response};
use runtime::face;
use tonic::server::NamedService;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::HealthService;

use crate::think::{self, Planner as Maker};

/// The longest prompt that is read, in the widest letters, and some room for the frame.
const REQUEST_BYTES_MAX: usize = 4 * draft::PROMPT_CHARS_MAX + 1024;
/// Of the time that somebody waits, the most that is kept for the way back: a model that hangs is given up while its stand-in
/// still arrives in time.
const WAY_BACK_MAX: Duration = Duration::from_millis(500);

pub(crate) async fn router(planner: Arc<Maker>) -> Router {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<PlannerServer<Drafts>>().await;
    let drafts = PlannerServer::new(Drafts { planner }).max_decoding_message_size(REQUEST_BYTES_MAX);
    face::grpc_from_zero(&path::<PlannerServer<Drafts>>());
    Router::new()
        .route_service(&path::<PlannerServer<Drafts>>(), drafts)
        .route_service(&path::<HealthServer<HealthService>>(), health)
        // What a model has to answer with.
        .route("/call-plan.schema.json", get(async || Json(think::schema())))
}

fn path<S: NamedService>() -> String {
    format!("/{}/{{method}}", S::NAME)
}

struct Drafts {
    planner: Arc<Maker>,
}

#[tonic::async_trait]
impl Planner for Drafts {
    async fn draft(&self, request: Request<DraftRequest>) -> Result<Response<DraftResponse>, Status> {
        let within = deadline(&request).map(|within| within.saturating_sub((within / 5).min(WAY_BACK_MAX)));
        let planned = self.planner.plan(&request.get_ref().prompt, within).await;
        let result = match planned.made {
            Ok(sorted) => draft_response::Result::Workflow((&sorted.workflow).into()),
            Err(Refusal::Vague(vague)) => draft_response::Result::Vague(wire(vague)),
            Err(
                refusal @ (Refusal::TooLong
                | Refusal::Language
                | Refusal::NotEnglish
                | Refusal::NotAllowed
                | Refusal::Schema
                | Refusal::TooMuch),
            ) => {
                return Err(Status::invalid_argument(refusal.to_string()));
            }
        };
        Ok(Response::new(DraftResponse { planner: planned.by.to_string(), result: Some(result) }))
    }
}

/// What whoever asks is willing to wait, as gRPC writes it: up to eight digits and a unit.
fn deadline<T>(request: &Request<T>) -> Option<Duration> {
    let text = request.metadata().get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let count = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(3_600 * count)),
        "M" => Some(Duration::from_secs(60 * count)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
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
