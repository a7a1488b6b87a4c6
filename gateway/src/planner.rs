//! The planner, asked for a plan without a call.

use std::time::Duration;

use proto::{Private, Workflow};
use rpc::v1::planner_client::PlannerClient;
use rpc::v1::{DraftRequest, DraftResponse, draft_response};
use runtime::TraceContext;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// A planner that asks a model takes some seconds; whoever waits for it is told to come back before their patience ends.
const DEADLINE: Duration = Duration::from_secs(15);
const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// A workflow is far smaller.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Where the planner is. The connection is made when it is needed, and again when it was lost.
#[derive(Clone, Debug)]
pub struct Planner(PlannerClient<Channel>);

/// What the planner makes of a prompt.
pub struct Drafted {
    /// Such as `builtin/1`.
    pub planner: String,
    pub workflow: Workflow,
}

#[derive(Debug, thiserror::Error)]
pub enum NotDrafted {
    /// The planner finds that more is missing than we did.
    #[error("the prompt does not say enough")]
    Vague(Vec<draft::Missing>),
    #[error("the planner does not answer, or does not take the prompt")]
    Away(#[source] Status),
    #[error("the planner's answer can't be used")]
    Unusable,
}

impl Planner {
    pub fn new(at: Endpoint) -> Self {
        let channel = at.connect_timeout(CONNECT_WAIT).connect_lazy();
        Self(PlannerClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX))
    }

    pub async fn draft(&self, prompt: &Private) -> Result<Drafted, NotDrafted> {
        let mut request = Request::new(DraftRequest { prompt: prompt.expose().to_owned() });
        request.set_timeout(DEADLINE);
        TraceContext::current().inject(request.metadata_mut().as_mut());
        let answer = self.0.clone().draft(request).await.map_err(NotDrafted::Away)?;
        let DraftResponse { planner, result } = answer.into_inner();
        match result.ok_or(NotDrafted::Unusable)? {
            draft_response::Result::Workflow(workflow) => {
                let workflow = workflow.try_into().map_err(|_| NotDrafted::Unusable)?;
                Ok(Drafted { planner, workflow })
            }
            draft_response::Result::Vague(vague) => Err(NotDrafted::Vague(
                vague
                    .missing
                    .into_iter()
                    .map(|it| draft::Missing { what: it.what, suggested_question: it.suggested_question })
                    .collect(),
            )),
        }
    }
}
