//! `POST /api/keys`: another key for the organization.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::{EventId, Mode, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiKey;
use super::scope::{Scope, Scopes};
use crate::api::Api;
use crate::auth::{Caller, Manager};
use crate::body::{BadBody, JsonBody};
use crate::fields::{self, Fields, INVALID};
use crate::openapi::{BODY, KEYED, Problems, Refuses, shapes};
use crate::problem::{Code, FieldProblem, Problem};
use crate::store::{NewKey, StoreError};

/// A label for people.
const NAME_CHARS_MAX: usize = 200;

/// A key to make. It may do no more than the key that makes it.
#[derive(ToSchema)]
#[schema(as = NewKey)]
#[expect(dead_code, reason = "the contract is made from it; requests are read by hand, so that all faults are named")]
pub struct Body {
    /// For you to know it by.
    #[schema(max_length = 200, pattern = r"^[^\x00]*$")]
    name: Option<String>,
    /// Without it, that of the key that makes it. A test key makes no live keys.
    #[schema(value_type = Option<shapes::Mode>)]
    mode: Option<String>,
    /// What the key may do. Without it, all that the key that makes it may.
    #[schema(value_type = Option<Vec<Scope>>, min_items = 1, max_items = 3)]
    scopes: Option<Vec<String>>,
    /// From then on it opens nothing. Without it, the key opens until it is revoked.
    #[schema(format = "future-time", example = "2100-01-01T00:00:00Z")]
    expires_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub struct Answer {
    id: Uuid,
    /// The key itself. It is shown this once.
    key: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error(transparent)]
    Body(#[from] BadBody),
    #[error("fields are at fault")]
    Fields(Vec<FieldProblem>),
    #[error("no room for another key")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for CreateError {
    const CODES: &'static [&'static [Code]] = &[KEYED, BODY, &[Code::TooManyKeys, Code::InvalidRequest]];
}

/// Make a key
///
/// To replace a key, make the new one first, use it everywhere, and revoke the old one: both open meanwhile.
#[utoipa::path(
    post,
    path = "/api/keys",
    operation_id = "createKey",
    tag = "account",
    security(("key" = [])),
    request_body = Body,
    responses((status = 200, description = "The key.", body = Answer), Problems<CreateError>),
)]
pub async fn create(
    State(api): State<Api>,
    Manager(caller): Manager,
    body: Result<JsonBody, BadBody>,
) -> Result<Json<Answer>, CreateError> {
    let JsonBody(body) = body?;
    let now = api.clock.now();
    let asked = Asked::parse(&body, &caller, now).map_err(CreateError::Fields)?;
    let key = ApiKey::generate(asked.mode, &mut rand::rng());
    let key_id = EventId::new(now, rand::random()).uuid();
    let Asked { name, scopes, expires_at, mode: _ } = asked;
    let new = NewKey { key_id, org_id: caller.org_id, key: &key, name, scopes, expires_at };
    if !api.store.create_key(&new, now).await? {
        return Err(CreateError::TooMany);
    }
    tracing::info!(key.id = %key_id, "made a key");
    Ok(Json(Answer { id: key_id, key: key.expose().to_owned() }))
}

struct Asked {
    name: Option<String>,
    mode: Mode,
    scopes: Scopes,
    expires_at: Option<Timestamp>,
}

impl Asked {
    fn parse(body: &Map<String, Value>, caller: &Caller, now: Timestamp) -> Result<Self, Vec<FieldProblem>> {
        let mut fields = Fields { body, wrong: Vec::new() };
        let name = fields.text("name").map(str::to_owned);
        if name.as_ref().is_some_and(|name| name.chars().nth(NAME_CHARS_MAX).is_some() || name.contains('\0')) {
            fields.fault("name", INVALID, format!("At most {NAME_CHARS_MAX} characters, and no NUL among them."));
        }
        let mode = mode(&mut fields, caller.mode);
        let scopes = scopes(&mut fields, &caller.key.scopes);
        let expires_at = fields.any_text("expires_at").and_then(|text| {
            text.parse::<Timestamp>().ok().or_else(|| {
                fields.fault("expires_at", INVALID, "Not a time of RFC 3339, such as 2100-01-01T00:00:00Z.");
                None
            })
        });
        if expires_at.is_some_and(|at| at <= now) {
            fields.fault("expires_at", INVALID, "This time is over.");
        }
        match (mode, scopes) {
            (Some(mode), Some(scopes)) if fields.wrong.is_empty() => Ok(Self { name, mode, scopes, expires_at }),
            _ => Err(fields.wrong),
        }
    }
}

/// An empty text is no mode here: whoever left a template unfilled must not get a live key for it, nor one without an end.
fn mode(fields: &mut Fields<'_>, own: Mode) -> Option<Mode> {
    match (fields.any_text("mode"), own) {
        (None, own) => Some(own),
        (Some("test"), _) => Some(Mode::Test),
        (Some("live"), Mode::Live) => Some(Mode::Live),
        (Some("live"), Mode::Test) => {
            fields.fault("mode", INVALID, "A test key can't make a live key. Use a live key for it.");
            None
        }
        (Some(_), _) => {
            fields.fault("mode", INVALID, "One of test and live.");
            None
        }
    }
}

fn scopes(fields: &mut Fields<'_>, own: &Scopes) -> Option<Scopes> {
    let Some(value) = fields.value("scopes") else {
        return Some(own.clone());
    };
    let words = value.as_array().filter(|words| (1..=Scope::ALL.len()).contains(&words.len()));
    let scopes: Option<Vec<_>> =
        words.and_then(|words| words.iter().map(|word| word.as_str().and_then(Scope::from_word)).collect());
    let Some(mut scopes) = scopes else {
        fields.fault("scopes", INVALID, "A list of one to three of calls, read and manage.");
        return None;
    };
    scopes.sort_by_key(|scope| scope.word());
    scopes.dedup();
    let scopes = Scopes::Only(scopes);
    if !own.cover(&scopes) {
        fields.fault("scopes", INVALID, "The key that you use has not all of these scopes itself.");
        return None;
    }
    Some(scopes)
}

impl IntoResponse for CreateError {
    fn into_response(self) -> Response {
        match self {
            Self::Body(bad) => bad.into(),
            Self::Fields(errors) => fields::problem(errors),
            Self::TooMany => Problem::plain(Code::TooManyKeys),
            Self::Store(error) => error.into(),
        }
        .into_response()
    }
}
