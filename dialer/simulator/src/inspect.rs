//! A look behind the scenes, for tests and the demo. Not the vendor's, and open to whoever reaches the address.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::ledger::Record;
use crate::person::Person;

pub(crate) fn router() -> Router<Arc<Exchange>> {
    Router::new()
        .route("/_sim/directory", get(directory))
        .route("/_sim/calls", get(calls))
        .route("/_sim/rings", get(rings))
}

/// Somebody in the directory, for those who look from outside.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    pub number: String,
    /// A short word for how she behaves, such as `no_answer`.
    pub name: String,
    pub who: String,
    pub description: String,
    /// What CallCow should report of a call to her.
    pub call_status: String,
    pub provider_status: String,
}

impl From<&Person> for Listed {
    fn from(person: &Person) -> Self {
        Self {
            number: person.number.clone(),
            name: person.name.clone(),
            who: person.who.clone(),
            description: person.description.clone(),
            call_status: person.call_status.clone(),
            provider_status: person.provider_status.clone(),
        }
    }
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

impl Filter {
    /// A plus that was not written as `%2B` has become a space.
    fn number(&self) -> Option<String> {
        self.to.as_ref().map(|to| format!("+{}", to.trim_start_matches([' ', '+'])))
    }
}

async fn directory(State(exchange): State<Arc<Exchange>>) -> Json<Vec<Listed>> {
    Json(exchange.directory.people().map(Listed::from).collect())
}

async fn calls(State(exchange): State<Arc<Exchange>>, Query(filter): Query<Filter>) -> Json<Value> {
    let number = filter.number();
    let calls = exchange.ledger.find(|record| number.as_ref().is_none_or(|number| record.to == *number));
    Json(json!({ "calls": calls.iter().map(shown).collect::<Vec<_>>() }))
}

async fn rings(State(exchange): State<Arc<Exchange>>, Query(filter): Query<Filter>) -> Json<Value> {
    let number = filter.number();
    let calls = exchange.ledger.find(|record| number.as_ref().is_none_or(|number| record.to == *number));
    Json(json!({ "rings": calls.iter().map(|call| call.rings).sum::<u32>(), "calls": calls.len() }))
}

fn shown(record: &Record) -> Value {
    json!({
        "sid": record.sid,
        "to": record.to,
        "from": record.from,
        "status": record.status,
        "rings": record.rings,
        "answered_by": record.answered_by,
        "history": record.history,
        "transcript": record.transcript,
    })
}
