//! A plan as text that a person can check at a glance.

use std::fmt::Write as _;

use draft::Refusal;
use proto::workflow::{Act, VoicemailPolicy};
use proto::{Private, Workflow};

pub(crate) fn shown(plan: &Result<Workflow, Refusal>) -> String {
    match plan {
        Ok(workflow) => workflow_shown(workflow),
        Err(Refusal::Vague(vague)) => {
            let lines = vague
                .missing
                .iter()
                .map(|missing| format!("  missing {}: {}\n", missing.what, missing.suggested_question));
            lines.collect()
        }
        Err(
            refusal @ (Refusal::TooLong
            | Refusal::Language
            | Refusal::NotEnglish
            | Refusal::NotAllowed
            | Refusal::Schema
            | Refusal::TooMuch),
        ) => {
            format!("  {refusal}\n")
        }
    }
}

fn workflow_shown(workflow: &Workflow) -> String {
    let parts = workflow.parts();
    let name = |name: &Option<Private>| name.as_ref().map_or("-", Private::expose).to_owned();
    let mut text = String::new();
    let mut line = |words: String| writeln!(text, "  {words}").unwrap();
    line(format!("{} | to {} | for {}", parts.name, name(&parts.callee_name), name(&parts.on_behalf_of)));
    line(format!("\"{}\"", parts.purpose.expose()));
    for fact in &parts.facts {
        line(format!("fact {}: {}", fact.label, fact.value.expose()));
    }
    for step in &parts.steps {
        let question = |name: &str| workflow.field(name).map_or("?", |field| field.question.expose()).to_owned();
        match &step.act {
            Act::Say { text, next } => line(format!("{}: {} -> {}", step.id.0, text.expose(), next.0)),
            Act::Ask { field, next } => line(format!("{}: {} -> {}", step.id.0, question(field), next.0)),
            Act::Confirm { field, yes, no } => {
                line(format!("{}: {} -> {} | {}", step.id.0, question(field), yes.0, no.0));
            }
            Act::Close { .. } => {}
        }
    }
    match &parts.voicemail {
        VoicemailPolicy::LeaveMessage(message) => line(format!("voicemail: {}", message.expose())),
        VoicemailPolicy::HangUp => {}
    }
    text
}
