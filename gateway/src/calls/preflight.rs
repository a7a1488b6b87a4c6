//! `"dry_run": true`: what would become of a request, without a call. Nothing is dialed and nothing is kept.

use axum::http::HeaderMap;
use draft::{Missing, Refusal, Vague};
use hours::Place;
use proto::fact::Recipient;
use proto::workflow::{Field, VoicemailPolicy};
use proto::{PhoneNumber, PropertySchema, Timestamp, Workflow};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::accept::AcceptError;
use super::create::CreateError;
use super::request::CallRequest;
use crate::api::Api;
use crate::auth::Caller;
use crate::idempotency;
use crate::limits::{Charged, Kind};
use crate::planner::NotDrafted;
use crate::problem::Code;

/// What would become of the request. Faults of its fields are answered as they are without `dry_run`.
#[derive(Serialize, ToSchema)]
pub struct Preflight {
    /// Always true.
    success: bool,
    /// Always true.
    dry_run: bool,
    verdict: Verdict,
    /// What the verdict means, and what to do.
    detail: String,
    /// What the prompt lacks.
    missing: Vec<Lacking>,
    /// Who planned, such as `builtin/1`. Null when nothing could be planned.
    #[schema(required = true)]
    planner: Option<String>,
    /// What the voice agent would follow. Null when nothing could be planned.
    #[schema(required = true)]
    workflow: Option<Plan>,
    /// The number that the call would come from. Null when the organization has none.
    #[schema(required = true)]
    from_phone: Option<String>,
    callee: Callee,
}

/// Whether the call would be accepted; otherwise the code that the request would be refused with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PreflightVerdict)]
pub enum Verdict {
    Allowed,
    VaguePrompt,
    DoNotCall,
    NoPhoneNumber,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MissingPart)]
pub struct Lacking {
    what: String,
    suggested_question: String,
}

#[derive(Serialize, ToSchema)]
pub struct Callee {
    /// What the clocks show where the number may be: one time where its area is known, several for a whole country, none
    /// where it belongs to no country.
    local_times: Vec<LocalTime>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CalleeTime)]
pub struct LocalTime {
    /// The IANA name, such as `America/New_York`.
    zone: &'static str,
    #[schema(format = DateTime)]
    time: String,
}

/// A workflow, as people read it.
#[derive(Serialize, ToSchema)]
pub struct Plan {
    name: String,
    goal: String,
    language: String,
    #[schema(required = true)]
    on_behalf_of: Option<String>,
    #[schema(required = true)]
    callee_name: Option<String>,
    /// What is said after the disclosure.
    purpose: String,
    /// What may be told.
    facts: Vec<Told>,
    /// What is asked.
    fields: Vec<Asked>,
    /// What is said to a mailbox. Null: the agent hangs up.
    #[schema(required = true)]
    voicemail_message: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PlannedFact)]
pub struct Told {
    label: String,
    value: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PlannedField)]
pub struct Asked {
    name: String,
    question: String,
    r#type: &'static str,
    /// What may be answered, where only that may be.
    choices: Vec<String>,
    required: bool,
    /// The JSON Schema that its value validates against: the property of your `result_schema`. Null: what its type allows.
    #[schema(required = true, value_type = Option<Map<String, Value>>, additional_properties)]
    schema: Option<Value>,
}

/// Looks at everything that decides about the request.
pub async fn preflight(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    body: &Map<String, Value>,
) -> Result<Preflight, CreateError> {
    // Looked at, and not used: it is free for the call itself.
    idempotency::key(headers, body).map_err(AcceptError::from)?;
    let charge = caller.charge(api, Kind::Requests, Charged(rand::random())).await;
    charge.map_err(AcceptError::from)?;
    let now = api.clock.now();
    let request = CallRequest::parse(body, &api.rules.callbacks, now).map_err(AcceptError::Fields)?;
    let from = super::wanted::from(caller, request.from_number.as_ref());
    if let Err(AcceptError::Fields(fields)) = from {
        return Err(AcceptError::Fields(fields).into());
    }
    let recipient = Recipient::default();
    let (missing, plan) = match draft::draft_as(request.prompt.expose(), &request.wishes, &recipient) {
        Err(Refusal::Vague(Vague { missing })) => (missing, None),
        Err(refusal) if !api.rules.leaves_to_model(&refusal) => return Err(refusal.into()),
        builtin => match &api.planner {
            None => (Vec::new(), Some((draft::PLANNER.to_owned(), builtin?))),
            Some(planner) => match planner.draft(&request.prompt).await {
                Ok(drafted) => {
                    let workflow = draft::apply(drafted.workflow, &request.wishes, &recipient)?;
                    (Vec::new(), Some((drafted.planner, workflow)))
                }
                Err(NotDrafted::Vague(missing)) => (missing, None),
                Err(error @ (NotDrafted::Away(_) | NotDrafted::Unusable)) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "no plan for a preflight");
                    return Err(AcceptError::Busy.into());
                }
            },
        },
    };
    let unwanted = api.store.is_unwanted(caller.org_id, &request.recipient_phone).await.map_err(AcceptError::from)?;
    let verdict = match (&plan, unwanted, &from) {
        (_, true, _) => Verdict::DoNotCall,
        (_, false, Err(_)) => Verdict::NoPhoneNumber,
        (None, false, Ok(_)) => Verdict::VaguePrompt,
        (Some(_), false, Ok(_)) => Verdict::Allowed,
    };
    let (planner, workflow) = plan.unzip();
    Ok(Preflight {
        success: true,
        dry_run: true,
        verdict,
        detail: verdict.detail(),
        missing: missing.into_iter().map(Lacking::from).collect(),
        planner,
        workflow: workflow.as_ref().map(Plan::from),
        from_phone: from.ok().map(|number| number.as_e164().to_owned()),
        callee: Callee::of(&request.recipient_phone, now),
    })
}

impl Verdict {
    fn detail(self) -> String {
        let code = match self {
            Self::Allowed => return "The same request without dry_run is accepted.".to_owned(),
            Self::VaguePrompt => Code::VaguePrompt,
            Self::DoNotCall => Code::DoNotCall,
            Self::NoPhoneNumber => Code::NoPhoneNumber,
        };
        format!("{} {}", code.entry().meaning, code.entry().remedy)
    }
}

impl Callee {
    fn of(number: &PhoneNumber, now: Timestamp) -> Self {
        let times = Place::of(number).local_times(now);
        let local_times = times.map(|local| LocalTime { zone: local.zone, time: local.time.to_rfc3339() });
        Self { local_times: local_times.collect() }
    }
}

impl From<Missing> for Lacking {
    fn from(Missing { what, suggested_question }: Missing) -> Self {
        Self { what, suggested_question }
    }
}

impl From<&Workflow> for Plan {
    fn from(workflow: &Workflow) -> Self {
        let parts = workflow.parts();
        let shown = |text: &proto::Private| text.expose().to_owned();
        Self {
            name: parts.name.clone(),
            goal: shown(&parts.goal),
            language: parts.language.clone(),
            on_behalf_of: parts.on_behalf_of.as_ref().map(shown),
            callee_name: parts.callee_name.as_ref().map(shown),
            purpose: shown(&parts.purpose),
            facts: parts
                .facts
                .iter()
                .map(|fact| Told { label: fact.label.clone(), value: shown(&fact.value) })
                .collect(),
            fields: parts.fields.iter().map(Asked::from).collect(),
            voicemail_message: match &parts.voicemail {
                VoicemailPolicy::HangUp => None,
                VoicemailPolicy::LeaveMessage(message) => Some(shown(message)),
            },
        }
    }
}

impl From<&Field> for Asked {
    fn from(field: &Field) -> Self {
        let question = field.question.expose().to_owned();
        let choices = field.kind.options().to_vec();
        let schema = field.schema.as_ref().map(PropertySchema::value);
        Self {
            name: field.name.clone(),
            question,
            r#type: field.kind.word(),
            choices,
            required: field.required,
            schema,
        }
    }
}
