//! `GET /api/keys`: the keys of the organization, without the keys themselves.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use proto::Mode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::scope::Scope;
use crate::api::Api;
use crate::auth::Reader;
use crate::openapi::{KEYED, Problems, Refuses, shapes};
use crate::problem::{Code, Problem};
use crate::read_model::time;
use crate::store::{KeyItem, StoreError};

/// How long a key is listed after it was revoked.
const REVOKED_SHOWN: Duration = Duration::from_hours(90 * 24);

/// The newest first; those that were revoked more than 90 days ago are left out.
#[derive(Serialize, ToSchema)]
#[schema(as = Keys)]
pub struct Answer {
    keys: Vec<Item>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ListedKey)]
pub struct Item {
    id: Uuid,
    #[schema(required = true)]
    name: Option<String>,
    #[schema(value_type = shapes::Mode)]
    mode: Mode,
    /// The last four characters of the key.
    ending: String,
    scopes: Vec<Scope>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required = true, format = DateTime)]
    expires_at: Option<String>,
    #[schema(required = true, format = DateTime)]
    revoked_at: Option<String>,
    /// Whether this is the key that asks.
    current: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refuses for ListError {
    const CODES: &'static [&'static [Code]] = &[KEYED];
}

/// List keys
///
/// Never the keys themselves: each is shown once, when it is made.
#[utoipa::path(
    get,
    path = "/api/keys",
    operation_id = "listKeys",
    tag = "account",
    security(("key" = [])),
    responses((status = 200, description = "The keys.", body = Answer), Problems<ListError>),
)]
pub async fn list(State(api): State<Api>, Reader(caller): Reader) -> Result<Json<Answer>, ListError> {
    let keys = api.store.keys(caller.org_id, api.clock.now() - REVOKED_SHOWN).await?;
    let current = caller.key.key_id;
    Ok(Json(Answer { keys: keys.into_iter().map(|key| item(key, current)).collect() }))
}

fn item(key: KeyItem, current: Uuid) -> Item {
    Item {
        current: key.key_id == current,
        id: key.key_id,
        name: key.name,
        mode: key.mode,
        ending: key.ending,
        scopes: key.scopes.list(),
        created_at: time(key.created_at),
        expires_at: key.expires_at.map(time),
        revoked_at: key.revoked_at.map(time),
    }
}

impl IntoResponse for ListError {
    fn into_response(self) -> Response {
        let Self::Store(error) = self;
        Problem::from(error).into_response()
    }
}
