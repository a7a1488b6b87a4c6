//! Shows the plan of each prompt on standard input, one a line.

use proto::workflow::{Act, VoicemailPolicy};

fn main() {
    for prompt in std::io::stdin().lines().map_while(Result::ok) {
        println!("### {prompt}");
        match draft::draft(&prompt) {
            Ok(workflow) => show(&workflow),
            Err(draft::Refusal::Vague(vague)) => {
                for missing in vague.missing {
                    println!("  missing {}: {}", missing.what, missing.suggested_question);
                }
            }
            Err(draft::Refusal::TooLong) => println!("  too long"),
        }
    }
}

fn show(workflow: &proto::Workflow) {
    let parts = workflow.parts();
    let shown = |name: &Option<proto::Private>| name.as_ref().map_or("-", |name| name.expose()).to_owned();
    println!("  {} | to {} | for {}", parts.name, shown(&parts.callee_name), shown(&parts.on_behalf_of));
    println!("  \"{}\"", parts.purpose.expose());
    for fact in &parts.facts {
        println!("  fact {}: {}", fact.label, fact.value.expose());
    }
    for step in &parts.steps {
        let question = |name: &str| workflow.field(name).map_or("?", |field| field.question.expose());
        match &step.act {
            Act::Say { text, next } => println!("  {}: {} -> {}", step.id.0, text.expose(), next.0),
            Act::Ask { field, next } => println!("  {}: {} -> {}", step.id.0, question(field), next.0),
            Act::Confirm { field, yes, no } => println!("  {}: {} -> {} | {}", step.id.0, question(field), yes.0, no.0),
            Act::Close { .. } => {}
        }
    }
    if let VoicemailPolicy::LeaveMessage(message) = &parts.voicemail {
        println!("  voicemail: {}", message.expose());
    }
}
