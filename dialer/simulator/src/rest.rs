//! The vendor's HTTP API, as far as it is about calls.

mod list;
mod refusal;
mod resource;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

pub(crate) use self::refusal::Refusal;
use crate::exchange::Exchange;
use crate::ledger::{Event, Record};
use crate::order::{self, Fields, Order};
use crate::person::{Fault, PicksUp};
use crate::status::Status;

/// A request with a document of 4,000 characters and a dozen addresses is a few kilobytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Longer than anybody waits for an answer.
const NEVER: Duration = Duration::from_mins(1);
/// A phone that is answered has rung for so long.
const LATE: Duration = Duration::from_secs(6);

type Shared = State<Arc<Exchange>>;

pub(crate) fn router() -> Router<Arc<Exchange>> {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Calls.json", get(list::list).post(create))
        .route("/2010-04-01/Accounts/{account}/Calls/{file}", get(fetch).post(update))
        .route("/2010-04-01/Accounts/{account}/Calls/{sid}/Events.json", get(events))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn create(
    State(exchange): Shared,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    admit(&exchange, &account, &headers)?;
    let order = Order::read(fields(&body))?;
    let person = exchange.directory.who(&order.to);
    if person.picks_up == PicksUp::Refused {
        return Err(Refusal::BadTo);
    }
    if person.fault == Some(Fault::Throttles) && exchange.comes_first(&order) {
        return Err(Refusal::TooMany);
    }
    let made = Event {
        method: "POST".to_owned(),
        url: format!("https://api.twilio.com{}", list::path(&account)),
        parameters: order.fields.clone(),
        answer: Some(StatusCode::CREATED.as_u16()),
        at: exchange.pace.now(),
    };
    let sid = exchange.place(order, made).map_err(|_| Refusal::TooMany)?;
    match person.fault {
        Some(Fault::LosesAnswer) => exchange.pace.wait_outside(NEVER).await,
        Some(Fault::AnswersError) => return Err(Refusal::Down),
        Some(Fault::AnswersLate) => exchange.pace.wait(LATE).await,
        Some(Fault::Throttles | Fault::TellsTwice | Fault::DropsSocket) | None => {}
    }
    let record = exchange.record(&sid).ok_or(Refusal::NotFound)?;
    Ok((StatusCode::CREATED, Json(resource::call(&account, &record))).into_response())
}

async fn fetch(
    State(exchange): Shared,
    Path((account, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    admit(&exchange, &account, &headers)?;
    Ok(Json(resource::call(&account, &known(&exchange, &file)?)))
}

async fn update(
    State(exchange): Shared,
    Path((account, file)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    admit(&exchange, &account, &headers)?;
    let record = known(&exchange, &file)?;
    let fields = fields(&body);
    match order::field(&fields, "Status") {
        Some("completed") => hang_up(&exchange, &record, false)?,
        Some("canceled") => hang_up(&exchange, &record, true)?,
        Some(_) => return Err(Refusal::BadParameter("Status")),
        None => redirect(&exchange, &record, &fields)?,
    }
    Ok(Json(resource::call(&account, &known(&exchange, &file)?)))
}

/// Ends a call as far as its status allows: one that talks completes, one that does not is canceled.
fn hang_up(exchange: &Exchange, record: &Record, only_before_answer: bool) -> Result<(), Refusal> {
    let now = exchange.pace.now();
    let canceled = exchange.ledger.advance(&record.sid, Status::Canceled, now);
    if canceled.is_ok() {
        return Ok(());
    }
    if only_before_answer {
        return Err(Refusal::NotInThatState);
    }
    exchange.ledger.advance(&record.sid, Status::Completed, now).map_err(|_| Refusal::NotInThatState)?;
    Ok(())
}

fn redirect(exchange: &Exchange, record: &Record, fields: &Fields) -> Result<(), Refusal> {
    let source = order::source(fields)?.ok_or(Refusal::NoUrl)?;
    if record.status != Status::InProgress {
        return Err(Refusal::NotInThatState);
    }
    let wires = exchange.ledger.wires(&record.sid).ok_or(Refusal::NotFound)?;
    wires.redirect.try_send(source).map_err(|_| Refusal::NotInThatState)
}

async fn events(
    State(exchange): Shared,
    Path((account, sid)): Path<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    admit(&exchange, &account, &headers)?;
    let record = exchange.record(&sid).ok_or(Refusal::NotFound)?;
    let query = fields(query.unwrap_or_default().as_bytes());
    Ok(Json(list::events(&account, &record, &query)))
}

/// Checks the credentials, and that the account in the path is theirs.
fn admit(exchange: &Exchange, account: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    let settings = &exchange.settings;
    let expected = STANDARD.encode(format!("{}:{}", settings.account_sid, settings.auth_token.expose_secret()));
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Basic ")).unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(expected.as_bytes())) {
        return Err(Refusal::NotAuthenticated);
    }
    if account == settings.account_sid { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The call that a file such as `CA….json` is about.
fn known(exchange: &Exchange, file: &str) -> Result<Record, Refusal> {
    let sid = file.strip_suffix(".json").ok_or(Refusal::NotFound)?;
    exchange.record(sid).ok_or(Refusal::NotFound)
}

fn fields(form: &[u8]) -> Fields {
    form_urlencoded::parse(form).into_owned().collect()
}
