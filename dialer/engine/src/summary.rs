mod proof;

use proto::{FieldValue, FormFill, Outcome, Private, Verdict};

use crate::Ending;

pub use proof::{Held, Unproved, proved};

/// One or two sentences on how the call went, by rule: nothing in them is not in the arguments. `ending`: None when
/// there was no conversation.
pub fn summary(outcome: Outcome, ending: Option<Ending>, callee_name: Option<&Private>, fills: &[FormFill]) -> Private {
    let callee = callee_name.map_or("the callee", Private::expose);
    let how = match outcome {
        Outcome::NoAnswer => format!("Nobody answered at {callee}."),
        Outcome::Busy => format!("The line of {callee} was busy."),
        Outcome::Failed => format!("The call to {callee} failed."),
        Outcome::Canceled => format!("The call to {callee} was canceled."),
        Outcome::Voicemail if ending == Some(Ending::MessageLeft) => {
            format!("An answering machine answered at {callee}; a message was left.")
        }
        Outcome::Voicemail => format!("An answering machine answered at {callee}; no message was left."),
        Outcome::Completed => completed(ending, callee),
    };
    let told = details(fills);
    if told.is_empty() { Private::new(how) } else { Private::new(format!("{how} {told}")) }
}

fn completed(ending: Option<Ending>, callee: &str) -> String {
    match ending {
        Some(Ending::OptedOut) => format!("The call to {callee} was answered, with the wish not to be called again."),
        Some(Ending::WrongNumber) => format!("The call to {callee} was answered, but it was the wrong number."),
        Some(Ending::Language) => {
            format!("The call to {callee} was answered by somebody who does not speak the language of the call.")
        }
        Some(Ending::OnHold) => format!("The call to {callee} was answered, but it was kept waiting for too long."),
        Some(Ending::Silence) => format!("The call to {callee} was answered, but nobody spoke."),
        Some(Ending::HungUp) => format!("The call to {callee} was answered and broke off before its close."),
        Some(Ending::TooManyTurns | Ending::TooLong | Ending::Repetition) => {
            format!("The call to {callee} was answered and had to be ended before its close.")
        }
        Some(Ending::Closed | Ending::Goodbye | Ending::Machine | Ending::MessageLeft) | None => {
            format!("The call to {callee} was answered.")
        }
    }
}

fn details(fills: &[FormFill]) -> String {
    let mut parts = Vec::new();
    let answers: Vec<_> = fills.iter().filter_map(answer).collect();
    if !answers.is_empty() {
        parts.push(answers.join("; "));
    }
    let declined = names(fills, |verdict| matches!(verdict, Verdict::Declined(_)));
    if !declined.is_empty() {
        parts.push(format!("not told: {declined}"));
    }
    let open = names(fills, |verdict| matches!(verdict, Verdict::Asked));
    if !open.is_empty() {
        parts.push(format!("asked without an answer: {open}"));
    }
    if parts.is_empty() {
        return String::new();
    }
    let mut text = parts.join("; ");
    text.push('.');
    capitalized(&text)
}

fn answer(fill: &FormFill) -> Option<String> {
    let Verdict::Answered { value, .. } = &fill.verdict else {
        return None;
    };
    let value = match value {
        FieldValue::Boolean(true) => "yes".to_owned(),
        FieldValue::Boolean(false) => "no".to_owned(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Text(text) => format!("\u{201c}{}\u{201d}", text.expose()),
    };
    Some(format!("{}: {value}", label(fill)))
}

fn names(fills: &[FormFill], wanted: impl Fn(&Verdict) -> bool) -> String {
    fills.iter().filter(|fill| wanted(&fill.verdict)).map(label).collect::<Vec<_>>().join(", ")
}

fn label(fill: &FormFill) -> String {
    fill.field.replace('_', " ")
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
