//! The brain that needs no model: it walks the steps of the workflow, reads the answers, and answers simple questions
//! from the facts of the workflow. Deterministic.

mod correct;
mod listen;
mod tell;
mod walk;

use proto::workflow::{Act, Field, StepId};
use proto::{FieldValue, Message, Private, Role};

use crate::words::menu;
use crate::{Claim, Context, Declined, Next, Reply};
use listen::Reading;

/// How often a question is put, however often the callee asks back.
const ASKED_MAX: u32 = 4;

const CLARIFY: &str = "I am sorry, I did not quite get that.";
const THANKS: &str = "Thank you.";
const NEVER_MIND: &str = "That is all right.";
const CORRECTED: &str = "Thank you for the correction.";

/// What to say next.
pub fn reply(context: &Context) -> Reply {
    let heard = new_messages(context);
    let question = Question::pending(context);
    let pending = question.as_ref().map(|question| question.field);
    let corrects = |message: &&Message| correct::correction(context, pending, message.content.expose());
    if let Some(correct::Correction { claim, step }) = heard.iter().rev().find_map(corrects) {
        let new = [(claim.field.as_str(), &claim.value)];
        let reply = onward(context, &new, step, Some(CORRECTED.to_owned()));
        return Reply { claims: vec![claim], ..reply };
    }
    let Some(question) = question else {
        return onward(context, &[], &context.step, None);
    };
    // It takes no answers, and its keys are not ours to choose.
    if heard.last().is_some_and(|last| !menu::choices(last.content.expose()).is_empty()) {
        return words("");
    }
    let told = heard.iter().rev().find_map(|message| tell::answer(context, message.content.expose()));
    // What was said before the question was put is not its answer.
    let asked = context.asked > 0;
    let read = |message: &&Message| listen::read(question.field, context, message.content.expose()).filter(|_| asked);
    match heard.iter().rev().find_map(read) {
        Some(Reading::Answer { value, quote }) => question.answered(context, told, value, quote),
        Some(Reading::Declined { quote }) => question.declined(context, told, quote),
        None => question.unanswered(context, told, heard.is_empty()),
    }
}

/// The question whose answer we wait for.
struct Question<'a> {
    field: &'a Field,
    /// Where to go with a yes, or with any answer to a question that is not of yes and no.
    yes: &'a StepId,
    /// What was not confirmed goes this way: nothing is taken for granted.
    no: &'a StepId,
}

impl<'a> Question<'a> {
    fn pending(context: &'a Context) -> Option<Self> {
        let (field, yes, no) = match &context.workflow.step(&context.step)?.act {
            Act::Ask { field, next } => (field, next, next),
            Act::Confirm { field, yes, no } => (field, yes, no),
            Act::Say { .. } | Act::Close { .. } => return None,
        };
        Some(Self { field: context.workflow.field(field)?, yes, no })
    }

    fn answered(&self, context: &Context, told: Option<String>, value: FieldValue, quote: String) -> Reply {
        let claim = Claim { field: self.field.name.clone(), value, quote: Private::new(quote) };
        let courtesy = told.filter(|told| !told.is_empty()).unwrap_or_else(|| THANKS.to_owned());
        let after = if claim.value == FieldValue::Boolean(false) { self.no } else { self.yes };
        let reply = onward(context, &[(self.field.name.as_str(), &claim.value)], after, Some(courtesy));
        Reply { claims: vec![claim], ..reply }
    }

    fn declined(&self, context: &Context, told: Option<String>, quote: String) -> Reply {
        let declined = Declined { field: self.field.name.clone(), quote: Private::new(quote) };
        let courtesy = told.filter(|told| !told.is_empty()).unwrap_or_else(|| NEVER_MIND.to_owned());
        Reply { declined: vec![declined], ..onward(context, &[], self.no, Some(courtesy)) }
    }

    /// Who twice gave an answer that we do not understand has said what she can.
    fn is_clarified(&self, context: &Context) -> bool {
        let clarification = format!("{CLARIFY} {}", self.field.question.expose());
        context.messages.iter().any(|message| message.content.expose() == clarification)
    }

    fn unanswered(&self, context: &Context, told: Option<String>, silent: bool) -> Reply {
        let question = self.field.question.expose();
        if context.asked == 0 {
            return onward(context, &[], &context.step, told);
        }
        match told {
            Some(told) if context.asked < ASKED_MAX => words(format!("{told} {question}").trim_start()),
            None if silent => words(question),
            None if context.asked < ASKED_MAX && !self.is_clarified(context) => words(format!("{CLARIFY} {question}")),
            Some(_) | None => onward(context, &[], self.no, Some(NEVER_MIND.to_owned())),
        }
    }
}

fn new_messages(context: &Context) -> Vec<&Message> {
    context.messages.iter().skip(context.new_from).filter(|message| message.role == Role::User).collect()
}

/// Goes on at a step, after a word of courtesy.
fn onward(context: &Context, new: &[(&str, &FieldValue)], from: &StepId, courtesy: Option<String>) -> Reply {
    let (path, next) = walk::from(context, new, from);
    let say = match courtesy {
        // Nobody is thanked twice in a breath.
        Some(courtesy) if courtesy == THANKS && path.starts_with(THANKS.trim_end_matches('.')) => path,
        Some(courtesy) => format!("{courtesy} {path}").trim_start().to_owned(),
        None => path,
    };
    Reply { next, ..words(say) }
}

fn words(say: impl Into<String>) -> Reply {
    Reply { say: Private::new(say.into()), claims: Vec::new(), declined: Vec::new(), next: Next::Stay, digits: None }
}
