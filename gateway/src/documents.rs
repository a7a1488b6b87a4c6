//! What may be read without a key: the contract, and what its problems mean. Made once, at the start.

use std::fmt::Write as _;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use utoipa::openapi::OpenApi;

use crate::openapi;
use crate::problem::Code;

pub fn router<S: Clone + Send + Sync + 'static>(contract: &OpenApi) -> Router<S> {
    let contract = openapi::text_of(contract);
    Router::new().merge(document("/openapi.json", "application/json", contract)).merge(document(
        "/problems",
        "text/html; charset=utf-8",
        problems(),
    ))
}

fn document<S: Clone + Send + Sync + 'static>(path: &str, kind: &'static str, text: String) -> Router<S> {
    let text = Bytes::from(text);
    let kind = [(CONTENT_TYPE, HeaderValue::from_static(kind))];
    Router::new().route(path, get(async move || (StatusCode::OK, kind, text)))
}

/// The catalogue, with an anchor for each code: the `type` of a problem leads here.
fn problems() -> String {
    let mut page = include_str!("documents/problems.html").to_owned();
    for code in Code::ALL {
        let entry = code.entry();
        let (word, title, status) = (entry.word, entry.title, entry.status.as_u16());
        let (meaning, remedy) = (entry.meaning, entry.remedy);
        let written = writeln!(
            page,
            "<h2 id=\"{word}\">{title}</h2>\n<p><code>{word}</code>, status {status}</p>\n<p>{meaning} {remedy}</p>"
        );
        written.expect("a text takes what is written to it");
    }
    page
}
