//! What a model is shown of a conversation that is over, and how its summary is read.

use engine::goal;
use model::{Question, Said, Shape, Speaker};
use proto::Private;
use serde::Deserialize;
use serde_json::json;

use super::{Gist, thought};

const SYSTEM: &str = include_str!("summary.txt");
/// Three sentences have some eighty words.
const TOKENS_MAX: u32 = 250;

#[derive(Deserialize)]
struct Written {
    summary: String,
}

pub(super) fn read(text: &str) -> Option<Private> {
    serde_json::from_str(text).ok().map(|Written { summary }| Private::new(summary))
}

pub(super) fn question(gist: &Gist) -> Question {
    let parts = gist.workflow.parts();
    let facts = parts.facts.iter().map(|fact| json!({"label": fact.label, "value": fact.value.expose()}));
    let call = json!({
        "wanted": parts.goal.expose(),
        "on_behalf_of": parts.on_behalf_of.as_ref().map(Private::expose),
        "callee": parts.callee_name.as_ref().map(Private::expose),
        "facts": facts.collect::<Vec<_>>(),
        "goal": goal(&gist.workflow, &gist.fills, Some(gist.ending)),
        "known": gist.fills,
        "conversation": thought::said(&gist.messages).collect::<Vec<_>>(),
    });
    let schema = json!({
        "type": "object",
        "properties": {"summary": {"type": "string"}},
        "required": ["summary"],
        "additionalProperties": false,
    });
    Question {
        system: SYSTEM.to_owned(),
        said: vec![Said { by: Speaker::Us, text: thought::as_data(&call) }],
        shape: Shape { name: "summary", description: "What the call has brought.", schema },
        tokens_max: TOKENS_MAX,
    }
}
