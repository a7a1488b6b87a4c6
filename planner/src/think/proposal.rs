//! What a model proposes. It says what is told and asked, one line after the other; the ways between the steps are laid
//! here, so that none of them can lead nowhere.

use draft::{Beat, CLOSE, Category, Sorted, lay, prove};
use proto::workflow::{Draft, Field, FieldKind, TEXT_BYTES_MAX, TellFact, VoicemailPolicy};
use proto::{Private, Workflow};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Value, json};

use super::flaw::Flaw;

const LABEL_BYTES_MAX: usize = 40;
const OPTIONS_MAX: usize = 12;
/// What the example in the instructions is about.
const EXAMPLE: [&str; 2] = ["bike", "brake"];

/// The plan of one phone call.
// Members are written in the order of their names: what is read out of the briefing before what is made of it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Who is called, as the briefing names them.
    #[schemars(schema_with = "nullable")]
    callee_name: Option<String>,
    /// What the agent may tell when it is asked.
    #[schemars(length(max = 16))]
    facts: Vec<ProposedFact>,
    /// For whom the call is made, as the briefing names them.
    #[schemars(schema_with = "nullable")]
    on_behalf_of: Option<String>,
    /// One sentence that says why we call.
    purpose: String,
    /// What is still to be said and asked, in this order.
    #[schemars(length(min = 1, max = 16))]
    steps: Vec<Line>,
    /// What kind of call it is.
    task: Task,
}

#[derive(Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Task {
    Book,
    Reschedule,
    Cancel,
    Confirm,
    Ask,
    Order,
    Message,
    FollowUp,
    Quote,
    WaitList,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProposedFact {
    /// Such as "name", "with", "date and time", "party size", "callback number", "order number", "item" or "note".
    #[schemars(regex(pattern = "^[a-z ]{1,40}$"))]
    label: String,
    value: String,
}

/// One thing that the agent says.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    /// As it is spoken to the callee.
    #[serde(rename = "line")]
    spoken: String,
    reply: Reply,
    /// Lower snake case.
    #[schemars(regex(pattern = "^[a-z_]{1,40}$"))]
    reply_name: String,
    /// For a choice: what may be chosen. Else empty.
    #[schemars(length(max = OPTIONS_MAX))]
    reply_options: Vec<String>,
    when: When,
}

/// What is listened for.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Reply {
    None,
    Text,
    Number,
    Boolean,
    Date,
    Time,
    Datetime,
    Phone,
    Money,
    Choice,
}

/// Looks at the last yes-or-no question before it that is always asked.
#[derive(Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum When {
    Always,
    AfterYes,
    AfterNo,
}

/// Vendors want every member to be there, so that null says that there is nothing.
fn nullable(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"]})
}

/// The JSON Schema of a [`Proposal`], without references, so that every server understands it.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<Proposal>();
    let mut value = schema.to_value();
    value["title"] = json!("Call plan");
    value
}

impl Proposal {
    pub fn read(text: &str) -> Result<Self, Flaw> {
        serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            match error.classify() {
                serde_json::error::Category::Data => Flaw::Shape { line, column },
                serde_json::error::Category::Io
                | serde_json::error::Category::Syntax
                | serde_json::error::Category::Eof => Flaw::NoJson { line, column },
            }
        })
    }

    /// `builtin`: what the built-in planner makes of the same prompt; whether a machine may hear the message is its
    /// judgement. Language, disclosure, numbers and limits are not the model's to say.
    pub fn plan(self, prompt: &str, builtin: Option<&Workflow>) -> Result<Sorted, Flaw> {
        if self.repeats_the_example(prompt) {
            return Err(Flaw::Example);
        }
        if self.on_behalf_of.is_some() && self.on_behalf_of == self.callee_name {
            return Err(Flaw::OneParty);
        }
        let (laid, start) = lay(beats(self.steps)?, CLOSE);
        if self.task.is_deed() && !laid.fields.iter().any(|field| field.kind == FieldKind::Boolean) {
            return Err(Flaw::Undone);
        }
        let facts = self.facts.into_iter().map(ProposedFact::fact).collect::<Result<Vec<_>, _>>()?;
        let goal: String = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
        let goal = goal.get(..goal.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or_default();
        let named = |name: Option<String>| name.filter(|name| !name.trim().is_empty()).map(Private::new);
        let draft = Draft {
            name: self.task.title().to_owned(),
            goal: Private::new(goal),
            language: "en-US".to_owned(),
            on_behalf_of: named(self.on_behalf_of),
            callee_name: named(self.callee_name),
            purpose: Private::new(self.purpose),
            facts,
            fields: laid.fields,
            steps: laid.steps,
            start,
            voicemail: builtin.map_or(VoicemailPolicy::HangUp, |plan| plan.parts().voicemail.clone()),
        };
        let workflow = Workflow::new(draft)?;
        prove(prompt, &workflow)?;
        Ok(Sorted { category: self.task.category(), workflow })
    }

    /// Weak models do, and what they take from there has no name and no number that would give it away.
    fn repeats_the_example(&self, prompt: &str) -> bool {
        let lines = self.steps.iter().map(|step| &step.spoken);
        let said: Vec<_> = lines.chain([&self.purpose]).chain(self.facts.iter().map(|fact| &fact.value)).collect();
        let told = |word: &str| said.iter().any(|text| text.to_lowercase().contains(word));
        let prompt = prompt.to_lowercase();
        EXAMPLE.iter().any(|word| told(word) && !prompt.contains(word))
    }
}

/// What hangs on an answer goes below its question.
fn beats(lines: Vec<Line>) -> Result<Vec<Beat>, Flaw> {
    let mut beats = Vec::new();
    for line in lines {
        let when = line.when;
        let beat = line.beat()?;
        if when == When::Always {
            beats.push(beat);
            continue;
        }
        let below = beats.iter_mut().rev().find_map(|beat| match beat {
            Beat::Confirm { yes, no, .. } => Some(if when == When::AfterYes { yes } else { no }),
            Beat::Say(_) | Beat::Ask(_) => None,
        });
        below.ok_or(Flaw::Unasked)?.push(beat);
    }
    Ok(beats)
}

impl Line {
    fn beat(self) -> Result<Beat, Flaw> {
        let kind = match self.reply {
            Reply::None => return Ok(Beat::Say(self.spoken)),
            Reply::Text => FieldKind::Text,
            Reply::Number => FieldKind::Number,
            Reply::Boolean => FieldKind::Boolean,
            Reply::Date => FieldKind::Date,
            Reply::Time => FieldKind::Time,
            Reply::Datetime => FieldKind::DateTime,
            Reply::Phone => FieldKind::Phone,
            Reply::Money => FieldKind::Money,
            Reply::Choice if self.reply_options.is_empty() || self.reply_options.len() > OPTIONS_MAX => {
                return Err(Flaw::Options);
            }
            Reply::Choice => FieldKind::Choice(self.reply_options),
        };
        if !is_plain(&self.reply_name, b'_') {
            return Err(Flaw::FieldName);
        }
        // What is asked only in one case may well stay without an answer.
        let required = self.when == When::Always;
        let question = Private::new(self.spoken);
        // What a value must validate against is the caller's alone to say.
        let schema = None;
        Ok(draft::question(Field { name: self.reply_name, question, kind, required, schema }))
    }
}

impl Task {
    /// Whether something is to be done, which then either is done or not.
    fn is_deed(self) -> bool {
        match self {
            Self::Book | Self::Reschedule | Self::Cancel | Self::Confirm | Self::WaitList => true,
            // Whether something is in stock is an order too.
            Self::Ask | Self::Order | Self::Message | Self::FollowUp | Self::Quote => false,
        }
    }

    fn category(self) -> Category {
        match self {
            Self::Book => Category::Book,
            Self::Reschedule => Category::Reschedule,
            Self::Cancel => Category::Cancel,
            Self::Confirm => Category::Confirm,
            Self::Ask => Category::Ask,
            Self::Order => Category::Order,
            Self::Message => Category::Message,
            Self::FollowUp => Category::FollowUp,
            Self::Quote => Category::Quote,
            Self::WaitList => Category::WaitList,
        }
    }

    /// The name of a workflow is shown in lists and logs, so that it is never the model's own words.
    fn title(self) -> &'static str {
        match self {
            Self::Book => "Make a booking",
            Self::Reschedule => "Reschedule",
            Self::Cancel => "Cancel",
            Self::Confirm => "Confirm a booking",
            Self::Ask => "Ask for information",
            Self::Order => "Place an order",
            Self::Message => "Deliver a message",
            Self::FollowUp => "Follow up",
            Self::Quote => "Get a quote",
            Self::WaitList => "Join a wait list",
        }
    }
}

impl ProposedFact {
    fn fact(self) -> Result<TellFact, Flaw> {
        if is_plain(&self.label, b' ') && !self.label.trim().is_empty() {
            Ok(TellFact { label: self.label, value: Private::new(self.value) })
        } else {
            Err(Flaw::Label)
        }
    }
}

/// Names and labels are shown where people's words are not.
fn is_plain(name: &str, joint: u8) -> bool {
    (1..=LABEL_BYTES_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == joint)
}
