//! From what a prompt says to the workflow.

mod booking;
mod facts;
mod lacking;
mod task;
mod told;

use proto::workflow::{Draft, FieldKind, VoicemailPolicy};
use proto::{Private, Workflow};

use self::lacking::lacking;
use crate::act::Verb;
use crate::brief::{Brief, Task};
use crate::script::{self, Beat};
use crate::speech::{breaths, sentence};
use crate::text::Text;
use crate::{Refusal, Sorted};

/// A sentence that takes longer than half a minute is not listened to.
const SENTENCE_BYTES_MAX: usize = 600;
/// What is told in one go; the workflow allows a little more.
const BREATH_BYTES_MAX: usize = 1_400;
/// More is an interview. Further questions are kept as notes.
const QUESTIONS_MAX: usize = 20;
const WISHES_MAX: usize = 6;

/// How every plan takes leave.
pub const CLOSE: &str = "That is all I needed. Have a nice day. Goodbye.";

/// How one kind of task is done.
pub(crate) struct Plan {
    /// Of the kind only, because the name of a workflow is shown in lists and logs.
    pub(crate) name: &'static str,
    pub(crate) purpose: String,
    pub(crate) beats: Vec<Beat>,
}

/// Whether people are to be seated.
pub(crate) fn is_table(task: &Task) -> bool {
    let words = ["table", "dinner", "lunch", "brunch", "breakfast", "supper"];
    matches!(task.verb, Verb::Book | Verb::WaitList)
        && task.thing.to_lowercase().split(' ').any(|word| words.contains(&word))
}

pub(crate) fn plan(text: &Text, mut brief: Brief) -> Result<Sorted, Refusal> {
    settle(&mut brief);
    let task = crate::missing::check(&brief).map_err(Refusal::Vague)?;
    let mut plan = task::plan(&brief, task);
    if plan.purpose.len() > SENTENCE_BYTES_MAX {
        plan.purpose = format!("I'm calling about this: {}.", plan.name.to_lowercase());
    }
    let voicemail = voicemail(text, &brief, task);
    let mut beats = beats(&brief, task, plan.beats);
    let fields = script::fields(&beats);
    let facts = facts::facts(text, &brief, &plan.purpose, &fields);
    let category = brief.sense.category();
    if let Some(beat) = lacking(text, category, &brief, &fields) {
        // What a message asks for is asked when it is told.
        let at = if task.verb == Verb::Tell { beats.len() } else { 0 };
        beats.insert(at, beat);
    }
    let (laid, start) = script::lay(beats, CLOSE);
    let draft = Draft {
        name: plan.name.to_owned(),
        // Not said: here the rules stand for what not to say.
        goal: Private::new(breaths(text.whole(), BREATH_BYTES_MAX).into_iter().next().unwrap_or_default()),
        language: "en-US".to_owned(),
        on_behalf_of: brief.principal.map(Private::new),
        callee_name: brief.callee.map(Private::new),
        purpose: Private::new(plan.purpose),
        facts,
        fields: laid.fields,
        steps: laid.steps,
        start,
        voicemail,
    };
    // What has a place here is cut to its size above, so that only too much of it can be wrong.
    let workflow = Workflow::new(draft).map_err(|_| Refusal::TooLong)?;
    Ok(Sorted { category, workflow })
}

/// What is too long or too much to be asked becomes a note.
fn settle(brief: &mut Brief) {
    let (short, long): (Vec<_>, Vec<_>) = std::mem::take(&mut brief.questions)
        .into_iter()
        .partition(|field| field.question.expose().len() <= SENTENCE_BYTES_MAX);
    brief.questions = short;
    let more = brief.questions.split_off(brief.questions.len().min(QUESTIONS_MAX));
    brief.notes.extend(long.into_iter().chain(more).map(|field| field.question.into_exposed()));
    let more = brief.wishes.split_off(brief.wishes.len().min(WISHES_MAX));
    brief.notes.extend(more);
}

/// The task first, then what else is to be said and asked.
fn beats(brief: &Brief, task: &Task, mut beats: Vec<Beat>) -> Vec<Beat> {
    if task.verb != Verb::Tell {
        let messages = brief.messages.join(". ");
        beats.extend(breaths(&messages, BREATH_BYTES_MAX).into_iter().enumerate().map(|(at, message)| {
            let lead = if at == 0 { "I was also asked to tell you this: " } else { "" };
            Beat::Say(sentence(&format!("{lead}{message}"), '.'))
        }));
    }
    if !matches!(task.verb, Verb::Book | Verb::Wish) {
        beats.extend(brief.wishes.iter().map(|wish| booking::wish(wish)));
    }
    if task.verb != Verb::Ask {
        beats.extend(brief.questions.iter().cloned().map(script::question));
    }
    beats
}

/// A machine is told nothing, unless the prompt says so: whoever hears it may not be who is meant.
fn voicemail(text: &Text, brief: &Brief, task: &Task) -> VoicemailPolicy {
    if task.verb != Verb::Tell {
        return VoicemailPolicy::HangUp;
    }
    let message = brief.messages.join(". ");
    if message.is_empty() || message.len() > SENTENCE_BYTES_MAX {
        return VoicemailPolicy::HangUp;
    }
    let lower = text.line().to_lowercase();
    let wanted =
        ["leave a message", "leave a voicemail", "leave them a message", "leave a voice mail", "leave voicemail"];
    if !wanted.iter().any(|words| lower.contains(words)) {
        return VoicemailPolicy::HangUp;
    }
    let whom = brief.principal.as_ref().map(|name| format!(" on behalf of {name}")).unwrap_or_default();
    let words =
        format!("Hello, this is an AI assistant calling{whom} with a message. {} Goodbye.", sentence(&message, '.'));
    VoicemailPolicy::LeaveMessage(Private::new(words))
}

/// An answer in words fits whatever the callee says; a kind that is too narrow would lose it.
pub(crate) const ANY: FieldKind = FieldKind::Text;
