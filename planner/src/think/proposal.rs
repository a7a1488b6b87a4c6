//! What a model proposes, and what has to be right with it before it is a plan.

use draft::prove;
use proto::workflow::{Act, Draft, Field, FieldKind, Step, StepId, TEXT_BYTES_MAX, TellFact, VoicemailPolicy};
use proto::{Private, Workflow};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Value, json};

const LABEL_BYTES_MAX: usize = 40;

/// The plan of one phone call.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// What kind of call it is.
    task: Task,
    /// For whom the call is made, as the briefing names them.
    #[schemars(schema_with = "nullable")]
    on_behalf_of: Option<String>,
    /// Who is called, as the briefing names them.
    #[schemars(schema_with = "nullable")]
    callee_name: Option<String>,
    /// One sentence that says why we call.
    purpose: String,
    /// What the agent may tell when it is asked.
    facts: Vec<ProposedFact>,
    /// What the author wants to know after the call.
    fields: Vec<ProposedField>,
    steps: Vec<ProposedStep>,
    /// The id of the first step.
    start: String,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
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
    Other,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProposedFact {
    label: String,
    value: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProposedField {
    /// Lower snake case.
    name: String,
    /// As it is spoken.
    question: String,
    kind: Kind,
    /// For a choice: what may be chosen. Else empty.
    options: Vec<String>,
    required: bool,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProposedStep {
    id: String,
    act: Deed,
    /// What "say" and "close" speak.
    #[schemars(schema_with = "nullable")]
    text: Option<String>,
    /// What "ask" and "confirm" fill in.
    #[schemars(schema_with = "nullable")]
    field: Option<String>,
    /// Where "say" and "ask" go on.
    #[schemars(schema_with = "nullable")]
    next: Option<String>,
    /// Where "confirm" goes on after a yes.
    #[schemars(schema_with = "nullable")]
    yes: Option<String>,
    /// Where "confirm" goes on after a no.
    #[schemars(schema_with = "nullable")]
    no: Option<String>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Deed {
    Say,
    Ask,
    Confirm,
    Close,
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
    /// The error says what to mend, without words of the plan.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let kind = match error.classify() {
                serde_json::error::Category::Data => "it does not fit the schema",
                serde_json::error::Category::Io
                | serde_json::error::Category::Syntax
                | serde_json::error::Category::Eof => "it is no JSON",
            };
            format!("{kind} (line {}, column {})", error.line(), error.column())
        })
    }

    /// `builtin`: what the built-in planner makes of the same prompt; whether a machine may hear the message is its
    /// judgement. Language, disclosure, numbers and limits are not the model's to say.
    pub fn workflow(self, prompt: &str, builtin: Option<&Workflow>) -> Result<Workflow, String> {
        let fields = self.fields.into_iter().map(ProposedField::field).collect::<Result<Vec<_>, _>>()?;
        let steps = self.steps.into_iter().map(ProposedStep::step).collect::<Result<Vec<_>, _>>()?;
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
            fields,
            steps,
            start: StepId(self.start),
            voicemail: builtin.map_or(VoicemailPolicy::HangUp, |plan| plan.parts().voicemail.clone()),
        };
        let workflow = Workflow::new(draft).map_err(|bad| bad.to_string())?;
        prove(prompt, &workflow).map_err(|unproved| unproved.to_string())?;
        Ok(workflow)
    }
}

impl Task {
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
            Self::Other => "Make a request",
        }
    }
}

impl ProposedFact {
    /// A label is shown where people's words are not.
    fn fact(self) -> Result<TellFact, String> {
        let plain = self.label.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
        if !plain || self.label.trim().is_empty() || self.label.len() > LABEL_BYTES_MAX {
            return Err("the label of a fact is a few lower-case words without numbers".to_owned());
        }
        Ok(TellFact { label: self.label, value: Private::new(self.value) })
    }
}

impl ProposedField {
    fn field(self) -> Result<Field, String> {
        let plain = self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !plain || self.name.is_empty() || self.name.len() > LABEL_BYTES_MAX {
            return Err("the name of a field is lower snake case without numbers".to_owned());
        }
        let kind = match self.kind {
            Kind::Text => FieldKind::Text,
            Kind::Number => FieldKind::Number,
            Kind::Boolean => FieldKind::Boolean,
            Kind::Date => FieldKind::Date,
            Kind::Time => FieldKind::Time,
            Kind::Datetime => FieldKind::DateTime,
            Kind::Phone => FieldKind::Phone,
            Kind::Money => FieldKind::Money,
            Kind::Choice if self.options.is_empty() => return Err("a choice needs options".to_owned()),
            Kind::Choice => FieldKind::Choice(self.options),
        };
        Ok(Field { name: self.name, question: Private::new(self.question), kind, required: self.required })
    }
}

impl ProposedStep {
    fn step(self) -> Result<Step, String> {
        let needs = |what: &str| format!("a step of that kind needs its member {what}");
        let way = |way: Option<String>, what| way.map(StepId).ok_or_else(|| needs(what));
        let text = self.text.map(Private::new).ok_or_else(|| needs("text"));
        let field = self.field.ok_or_else(|| needs("field"));
        let act = match self.act {
            Deed::Say => Act::Say { text: text?, next: way(self.next, "next")? },
            Deed::Ask => Act::Ask { field: field?, next: way(self.next, "next")? },
            Deed::Confirm => Act::Confirm { field: field?, yes: way(self.yes, "yes")?, no: way(self.no, "no")? },
            Deed::Close => Act::Close { text: text? },
        };
        Ok(Step { id: StepId(self.id), act })
    }
}
