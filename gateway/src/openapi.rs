//! The contract, made from the handlers: what each operation takes and answers stands beside it, and here what all of
//! them share.
//!
//! An operation joins the contract by `#[utoipa::path(…)]` beside its handler, `ToSchema` on what it takes and answers,
//! [`Refuses`] on its error, and `routes!(…)` in `api.rs`; then `callcow-gateway openapi > gateway/openapi.json`. A new
//! code goes into the table in `problem/code.rs`, a new kind of thing into the walk in `tests/it/walking.rs`.

pub mod shapes;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Header, InfoBuilder, License, OpenApi, Ref, RefOr, Response, Tag};
use utoipa::{IntoResponses, PartialSchema as _, ToSchema as _};

use crate::api;
use crate::problem::{Code, Written};

/// The name of the security scheme, for `security` of an operation.
pub const KEY: &str = "key";

/// What every operation that needs a key may answer.
pub const KEYED: &[Code] = &[Code::MissingKey, Code::BadKey, Code::RevokedKey, Code::Scope, Code::RateLimited];
/// What every operation may answer.
pub const ANY: &[Code] =
    &[Code::BadRequest, Code::HeadersTooLarge, Code::InternalError, Code::TryAgain, Code::OutcomeUnknown];
/// What every operation that reads a body may answer.
pub const BODY: &[Code] = &[Code::MalformedJson, Code::BodyTooSlow, Code::BodyTooLarge, Code::UnsupportedMediaType];

/// The codes that an operation may answer, by its error type. Groups, so that those of many can be named in one word.
pub trait Refuses {
    const CODES: &'static [&'static [Code]];
}

/// In `responses(…)` of an operation: its problems, by status.
pub struct Problems<E>(PhantomData<E>);

impl<E: Refuses> IntoResponses for Problems<E> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status: BTreeMap<String, Vec<Code>> = BTreeMap::new();
        for code in E::CODES.iter().copied().chain([ANY]).flatten() {
            by_status.entry(code.status().as_str().to_owned()).or_default().push(*code);
        }
        by_status.into_iter().map(|(status, codes)| (status, problem(&codes).into())).collect()
    }
}

/// An answer of one status, with the codes that come with it.
fn problem(codes: &[Code]) -> Response {
    let told: Vec<_> =
        codes.iter().map(|code| format!("`{code}`: {} {}", code.entry().meaning, code.entry().remedy)).collect();
    let words = codes.iter().map(|code| code.word());
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name(Written::name()))
        .item(ObjectBuilder::new().property("code", code));
    let mut response = ResponseBuilder::new()
        .description(told.join("\n\n"))
        .content("application/problem+json", ContentBuilder::new().schema(Some(schema)).build());
    let (first, status) = (codes.first(), codes.first().map(|code| code.status().as_u16()));
    if first.is_some_and(|code| KEYED.contains(code)) {
        response = response.header_ref("WWW-Authenticate", Ref::new("#/components/headers/WWW-Authenticate"));
    }
    if let Some(409 | 429 | 503) = status {
        response = response.header_ref("Retry-After", Ref::new("#/components/headers/Retry-After"));
    }
    response.build()
}

/// The whole contract, as it is served.
pub fn document() -> OpenApi {
    let mut document = api::routes().split_for_parts().1;
    finish(&mut document);
    document
}

/// The contract as text, with a line for each member so that changes can be read.
pub fn text_of(document: &OpenApi) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("the contract is texts and numbers");
    text.push('\n');
    text
}

/// What the operations are gathered into.
pub fn begin() -> OpenApi {
    let mut document = OpenApi::new(
        InfoBuilder::new()
            .title("CallCow")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some(include_str!("openapi/about.md")))
            .license(Some(License::builder().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
            .build(),
        utoipa::openapi::Paths::new(),
    );
    document.tags = Some(vec![
        tag("calls", "Phone calls: ask for one, watch it, cancel it."),
        tag("workflows", "What calls follow, and who is told of every call that follows it."),
        tag("do-not-call", "Numbers that must not be called."),
        tag("account", "The keys of the organization, and the numbers that it calls from."),
    ]);
    let components = document.components.get_or_insert_default();
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("ck_live_… or ck_test_…")
        .description(Some("An API key. Calls of `ck_test_` keys go to the simulated phone network."))
        .build();
    components.add_security_scheme(KEY, SecurityScheme::Http(key));
    components.headers.extend(headers());
    components.schemas.insert(Written::name().into_owned(), Written::schema());
    let mut inner = Vec::new();
    Written::schemas(&mut inner);
    components.schemas.extend(inner);
    document
}

fn tag(name: &str, about: &str) -> Tag {
    let mut tag = Tag::new(name);
    tag.description = Some(about.to_owned());
    tag
}

/// Adds what every answer carries.
pub fn finish(document: &mut OpenApi) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                response.headers.extend(EVERY_ANSWER.map(|name| (name.to_owned(), shared(name))));
            }
        }
    }
}

const EVERY_ANSWER: [&str; 2] = ["X-Request-Id", "traceparent"];

/// A header that stands among the components.
fn shared(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

/// The headers that many answers have.
fn headers() -> impl Iterator<Item = (String, RefOr<Header>)> {
    [
        ("X-Request-Id", "The id of this request.", uuid()),
        ("traceparent", "The trace of this request (W3C Trace Context).", text()),
        ("WWW-Authenticate", "How to authenticate: `Bearer`.", text()),
        ("Retry-After", "Seconds to wait.", whole(1)),
    ]
    .into_iter()
    .map(|(name, about, schema)| {
        let header = HeaderBuilder::new().description(Some(about)).schema(Some(schema)).build();
        (name.to_owned(), header.into())
    })
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = path;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn text() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).build().into()
}

fn uuid() -> Schema {
    let format = utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Uuid);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build().into()
}

fn whole(minimum: u64) -> Schema {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(minimum)).build().into()
}

#[cfg(test)]
mod tests {
    use super::{document, text_of};

    /// What clients generate code from must not change unseen.
    #[test]
    fn the_committed_contract_is_the_one_that_is_served() {
        let committed =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).unwrap_or_default();
        let made = text_of(&document());
        let line = committed.lines().zip(made.lines()).take_while(|(left, right)| left == right).count() + 1;
        assert!(
            committed == made,
            "gateway/openapi.json differs from line {line} on; regenerate it: cargo run -p gateway -- openapi > gateway/openapi.json"
        );
    }
}
