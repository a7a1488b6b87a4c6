//! What may be read without a key: the contract, what its problems mean, and how an agent uses it. Made once, at the start.

use std::fmt::Write as _;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::routing::get;
use bytes::Bytes;
use utoipa::openapi::OpenApi;

use crate::openapi;
use crate::problem::Code;

/// The index for language models (llmstxt.org).
const LLMS: &str = include_str!("documents/llms.txt");
/// The skill file for agents, as it is installed from the repository.
const SKILL: &str = include_str!("../../skills/agent-call/SKILL.md");

pub fn router<S: Clone + Send + Sync + 'static>(contract: &OpenApi) -> Router<S> {
    let documents = [
        ("/openapi.json", "application/json", openapi::text_of(contract)),
        ("/problems", "text/html; charset=utf-8", problems()),
        ("/llms.txt", "text/plain; charset=utf-8", LLMS.to_owned()),
        ("/skill.md", "text/markdown; charset=utf-8", SKILL.to_owned()),
    ];
    documents.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        let text = Bytes::from(text);
        let kind = [(CONTENT_TYPE, HeaderValue::from_static(kind))];
        router.route(path, get(async move || (StatusCode::OK, kind, text)))
    })
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

#[cfg(test)]
mod tests {
    use super::SKILL;
    use crate::problem::Code;

    #[test]
    fn the_skill_says_what_to_do_about_every_code() {
        let missing: Vec<_> = Code::ALL.iter().filter(|code| !SKILL.contains(&format!("`{code}`"))).collect();
        assert!(missing.is_empty(), "skills/agent-call/SKILL.md says nothing about {missing:?}");
    }

    /// Whatever it tells agents to ask for has to be there.
    #[test]
    fn the_skill_names_only_operations_of_the_contract() {
        let contract = crate::openapi::document();
        let paths = SKILL.split(['`', '"', ' ', '\n']).map(|word| word.trim_start_matches("$CALLCOW_URL"));
        let mut named = 0;
        for path in paths.filter(|word| word.starts_with("/api/")) {
            let path = path.replace("$CALL_ID", "{call_id}");
            assert!(contract.paths.paths.contains_key(&path), "{path}");
            named += 1;
        }
        assert!(named >= 5, "only {named}");
    }
}
