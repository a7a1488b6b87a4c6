//! Lists, page by page.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Refusal, Shared, admit, fields, resource};
use crate::ledger::Record;
use crate::order::{self, Fields};
use crate::status::Status;

const PAGE_SIZE_DEFAULT: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;

/// A filter on a time, as `StartTime`, `StartTime<` or `StartTime>`.
#[derive(Clone, Copy)]
enum When {
    On(NaiveDate),
    Until(DateTime<Utc>),
    From(DateTime<Utc>),
}

pub(super) async fn list(
    State(exchange): Shared,
    Path(account): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    admit(&exchange, &account, &headers)?;
    let query = fields(query.unwrap_or_default().as_bytes());
    let to = order::field(&query, "To");
    let from = order::field(&query, "From");
    let status: Option<Status> = order::field(&query, "Status")
        .map(|word| word.parse().map_err(|_| Refusal::BadParameter("Status")))
        .transpose()?;
    let started = whens(&query, "StartTime")?;
    let ended = whens(&query, "EndTime")?;
    let wanted = |record: &Record| {
        to.is_none_or(|to| record.to == to)
            && from.is_none_or(|from| record.from == from)
            && status.is_none_or(|status| record.status == status)
            && started.iter().all(|when| when.includes(record.dialed))
            && ended.iter().all(|when| when.includes(record.ended))
    };
    let calls = exchange.ledger.find(wanted);
    let calls: Vec<_> = calls.iter().map(|record| resource::call(&account, record)).collect();
    Ok(Json(page("calls", &path(&account), calls, &query)))
}

pub(super) fn path(account: &str) -> String {
    format!("/2010-04-01/Accounts/{account}/Calls.json")
}

pub(super) fn events(account: &str, record: &Record, query: &Fields) -> Value {
    let path = format!("/2010-04-01/Accounts/{account}/Calls/{}/Events.json", record.sid);
    page("events", &path, record.events.iter().map(resource::event).collect(), query)
}

fn page(name: &str, path: &str, items: Vec<Value>, query: &Fields) -> Value {
    let number = |name| order::field(query, name).and_then(|text| text.parse::<usize>().ok());
    let size = number("PageSize").unwrap_or(PAGE_SIZE_DEFAULT).clamp(1, PAGE_SIZE_MAX);
    let page = number("Page").unwrap_or(0);
    let start = page.saturating_mul(size);
    let total = items.len();
    let items: Vec<_> = items.into_iter().skip(start).take(size).collect();
    let filters = query.iter().filter(|(name, _)| !matches!(name.as_str(), "Page" | "PageSize" | "PageToken"));
    let filters: Vec<_> = filters.collect();
    let uri = |page: usize| {
        let mut uri = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &filters {
            uri.append_pair(name, value);
        }
        uri.append_pair("PageSize", &size.to_string()).append_pair("Page", &page.to_string());
        format!("{path}?{}", uri.finish())
    };
    let mut shown = json!({
        "first_page_uri": uri(0),
        "next_page_uri": (start + items.len() < total).then(|| uri(page + 1)),
        "previous_page_uri": page.checked_sub(1).map(uri),
        "uri": uri(page),
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + items.len().saturating_sub(1),
    });
    shown[name] = Value::from(items);
    shown
}

fn whens(query: &Fields, name: &'static str) -> Result<Vec<When>, Refusal> {
    let mut whens = Vec::new();
    for (given, text) in query {
        let Some(relation) = given.strip_prefix(name) else {
            continue;
        };
        let (first, last) = span(text).ok_or(Refusal::BadParameter(name))?;
        whens.push(match relation {
            "" => When::On(first.date_naive()),
            "<" => When::Until(last),
            ">" => When::From(first),
            _ => return Err(Refusal::BadParameter(name)),
        });
    }
    Ok(whens)
}

/// The first and the last moment that a date or a time means.
fn span(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some((time.to_utc(), time.to_utc()));
    }
    let date: NaiveDate = text.parse().ok()?;
    Some((date.and_hms_opt(0, 0, 0)?.and_utc(), date.and_hms_opt(23, 59, 59)?.and_utc()))
}

impl When {
    fn includes(self, time: Option<DateTime<Utc>>) -> bool {
        // A call that has no time yet is in no span.
        time.is_some_and(|time| match self {
            Self::On(date) => time.date_naive() == date,
            Self::Until(last) => time <= last,
            Self::From(first) => time >= first,
        })
    }
}
