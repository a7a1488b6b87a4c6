//! What a voice agent follows during one call. A [`Workflow`] that exists is sound: no step dangles, none is
//! unreachable, every way leads to a close, and every asked field is declared.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Private, PropertySchema};

/// A callee won't stay for more, and a model that wants more has gone wrong.
pub const STEPS_MAX: usize = 64;
/// More questions than a person answers on the phone.
pub const FIELDS_MAX: usize = 32;
/// More than a person remembers, or asks back for.
pub const FACTS_MAX: usize = 64;
/// A minute and a half of speech.
pub const TEXT_BYTES_MAX: usize = 1_500;

/// The parts of a workflow before they are checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub name: String,
    pub goal: Private,
    /// BCP 47, such as `en-US`.
    pub language: String,
    /// None: the organization itself.
    pub on_behalf_of: Option<Private>,
    /// Who is called, in the words of the prompt.
    pub callee_name: Option<Private>,
    /// One sentence after the disclosure that says why we call.
    pub purpose: Private,
    /// What the agent may tell when asked.
    pub facts: Vec<TellFact>,
    pub fields: Vec<Field>,
    pub steps: Vec<Step>,
    pub start: StepId,
    pub voicemail: VoicemailPolicy,
}

/// A checked [`Draft`].
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow(Draft);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellFact {
    /// Such as `party size`.
    pub label: String,
    pub value: Private,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Lower snake case; unique in the workflow.
    pub name: String,
    /// As it is spoken.
    pub question: Private,
    pub kind: FieldKind,
    pub required: bool,
    /// What its value must validate against. None: whatever its kind allows.
    pub schema: Option<PropertySchema>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Number,
    Boolean,
    Date,
    Time,
    DateTime,
    Phone,
    Money,
    Choice(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(pub String);

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub act: Act,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    Say {
        text: Private,
        next: StepId,
    },
    /// Ask the question of a field and record the answer.
    Ask {
        field: String,
        next: StepId,
    },
    /// Ask the yes-or-no question of a boolean field; the answer fills the field and chooses the way.
    Confirm {
        field: String,
        yes: StepId,
        no: StepId,
    },
    /// Say goodbye and hang up.
    Close {
        text: Private,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoicemailPolicy {
    HangUp,
    /// Said once, after the beep.
    LeaveMessage(Private),
}

/// Why a draft is not a workflow. The text names the step or field, so that a model can be told what to mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadWorkflow {
    #[error("{what} has {count} items, at most {max} are allowed")]
    TooMany { what: &'static str, count: usize, max: usize },
    #[error("{place} is empty")]
    Empty { place: String },
    #[error("{place} is longer than {TEXT_BYTES_MAX} bytes")]
    TooLong { place: String },
    #[error("two steps are called {0}")]
    StepTwice(String),
    #[error("two fields are called {0}")]
    FieldTwice(String),
    #[error("{from} leads to the step {to}, which does not exist")]
    Dangling { from: String, to: String },
    #[error("step {step} asks for the field {field}, which is not declared")]
    UndeclaredField { step: String, field: String },
    #[error("step {step} confirms the field {field}, which is not boolean")]
    NotBoolean { step: String, field: String },
    #[error("step {0} can't be reached from the start")]
    Unreachable(String),
    #[error("from step {0} no way leads to a close")]
    Endless(String),
}

impl FieldKind {
    /// As it stands in schemas and for people who write some.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime",
            Self::Phone => "phone",
            Self::Money => "money",
            Self::Choice(_) => "choice",
        }
    }

    /// What may be answered, where only that may be; else empty.
    pub fn options(&self) -> &[String] {
        match self {
            Self::Choice(options) => options,
            Self::Text
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::Time
            | Self::DateTime
            | Self::Phone
            | Self::Money => &[],
        }
    }
}

impl Workflow {
    /// Checks a draft. A refused draft names the first thing that is wrong with it.
    pub fn new(draft: Draft) -> Result<Self, BadWorkflow> {
        check_sizes(&draft)?;
        check_texts(&draft)?;
        let steps = steps_by_id(&draft)?;
        check_fields(&draft)?;
        check_ways(&draft, &steps)?;
        Ok(Self(draft))
    }

    pub fn parts(&self) -> &Draft {
        &self.0
    }

    pub fn into_parts(self) -> Draft {
        self.0
    }

    pub fn start(&self) -> &StepId {
        &self.0.start
    }

    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.0.steps.iter().find(|step| step.id == *id)
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.0.fields.iter().find(|field| field.name == name)
    }

    pub fn fields(&self) -> &[Field] {
        &self.0.fields
    }
}

impl Act {
    /// The steps that may follow.
    pub fn ways(&self) -> Vec<&StepId> {
        match self {
            Self::Say { next, .. } | Self::Ask { next, .. } => vec![next],
            Self::Confirm { yes, no, .. } => vec![yes, no],
            Self::Close { .. } => Vec::new(),
        }
    }
}

fn check_sizes(draft: &Draft) -> Result<(), BadWorkflow> {
    let sizes = [
        ("steps", draft.steps.len(), STEPS_MAX),
        ("fields", draft.fields.len(), FIELDS_MAX),
        ("facts", draft.facts.len(), FACTS_MAX),
    ];
    for (what, count, max) in sizes {
        if count > max {
            return Err(BadWorkflow::TooMany { what, count, max });
        }
    }
    Ok(())
}

fn check_texts(draft: &Draft) -> Result<(), BadWorkflow> {
    check_text("the name", &draft.name)?;
    check_text("the goal", draft.goal.expose())?;
    check_text("the language", &draft.language)?;
    check_text("the purpose", draft.purpose.expose())?;
    for fact in &draft.facts {
        check_text(&format!("fact {}", fact.label), fact.value.expose())?;
    }
    for field in &draft.fields {
        check_text(&format!("the question of field {}", field.name), field.question.expose())?;
    }
    for step in &draft.steps {
        match &step.act {
            Act::Say { text, .. } | Act::Close { text } => {
                check_text(&format!("the text of step {}", step.id.0), text.expose())?;
            }
            Act::Ask { .. } | Act::Confirm { .. } => {}
        }
    }
    match &draft.voicemail {
        VoicemailPolicy::HangUp => Ok(()),
        VoicemailPolicy::LeaveMessage(message) => check_text("the voicemail message", message.expose()),
    }
}

fn check_text(place: &str, text: &str) -> Result<(), BadWorkflow> {
    if text.trim().is_empty() {
        return Err(BadWorkflow::Empty { place: place.to_owned() });
    }
    if text.len() > TEXT_BYTES_MAX {
        return Err(BadWorkflow::TooLong { place: place.to_owned() });
    }
    Ok(())
}

fn steps_by_id(draft: &Draft) -> Result<BTreeMap<&StepId, &Act>, BadWorkflow> {
    let mut steps = BTreeMap::new();
    for step in &draft.steps {
        if steps.insert(&step.id, &step.act).is_some() {
            return Err(BadWorkflow::StepTwice(step.id.0.clone()));
        }
    }
    Ok(steps)
}

fn check_fields(draft: &Draft) -> Result<(), BadWorkflow> {
    let mut fields = BTreeMap::new();
    for field in &draft.fields {
        if fields.insert(field.name.as_str(), &field.kind).is_some() {
            return Err(BadWorkflow::FieldTwice(field.name.clone()));
        }
    }
    for step in &draft.steps {
        let (Act::Ask { field, .. } | Act::Confirm { field, .. }) = &step.act else {
            continue;
        };
        let Some(kind) = fields.get(field.as_str()) else {
            return Err(BadWorkflow::UndeclaredField { step: step.id.0.clone(), field: field.clone() });
        };
        if matches!(step.act, Act::Confirm { .. }) && **kind != FieldKind::Boolean {
            return Err(BadWorkflow::NotBoolean { step: step.id.0.clone(), field: field.clone() });
        }
    }
    Ok(())
}

fn check_ways(draft: &Draft, steps: &BTreeMap<&StepId, &Act>) -> Result<(), BadWorkflow> {
    if !steps.contains_key(&draft.start) {
        return Err(BadWorkflow::Dangling { from: "the start".into(), to: draft.start.0.clone() });
    }
    for (id, act) in steps {
        if let Some(to) = act.ways().into_iter().find(|way| !steps.contains_key(way)) {
            return Err(BadWorkflow::Dangling { from: id.0.clone(), to: to.0.clone() });
        }
    }
    let reached = closure(BTreeSet::from([&draft.start]), |at| steps[at].ways());
    if let Some(lost) = steps.keys().find(|id| !reached.contains(**id)) {
        return Err(BadWorkflow::Unreachable(lost.0.clone()));
    }
    let closes = steps.iter().filter(|(_, act)| act.ways().is_empty()).map(|(id, _)| *id).collect();
    let ending =
        closure(closes, |at| steps.iter().filter(|(_, act)| act.ways().contains(&at)).map(|(id, _)| *id).collect());
    match steps.keys().find(|id| !ending.contains(**id)) {
        Some(endless) => Err(BadWorkflow::Endless(endless.0.clone())),
        None => Ok(()),
    }
}

/// Everything that can be come to from `from` by `ways`.
fn closure<'a>(from: BTreeSet<&'a StepId>, ways: impl Fn(&'a StepId) -> Vec<&'a StepId>) -> BTreeSet<&'a StepId> {
    let mut found = from.clone();
    let mut open: Vec<_> = from.into_iter().collect();
    while let Some(at) = open.pop() {
        open.extend(ways(at).into_iter().filter(|way| found.insert(*way)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Act, BadWorkflow, Draft, Field, FieldKind, Step, StepId, VoicemailPolicy, Workflow};
    use crate::Private;

    fn id(text: &str) -> StepId {
        StepId(text.to_owned())
    }

    fn step(name: &str, act: Act) -> Step {
        Step { id: id(name), act }
    }

    fn ask(field: &str, next: &str) -> Act {
        Act::Ask { field: field.to_owned(), next: id(next) }
    }

    fn close() -> Act {
        Act::Close { text: Private::new("Goodbye.") }
    }

    fn draft(steps: Vec<Step>) -> Draft {
        let field = |name: &str, kind| Field {
            name: name.to_owned(),
            question: Private::new("Which?"),
            kind,
            required: true,
            schema: None,
        };
        Draft {
            name: "Ask".into(),
            goal: Private::new("Ask."),
            language: "en-US".into(),
            on_behalf_of: None,
            callee_name: None,
            purpose: Private::new("I have a question."),
            facts: Vec::new(),
            fields: vec![field("size", FieldKind::Number), field("free", FieldKind::Boolean)],
            steps,
            start: id("a"),
            voicemail: VoicemailPolicy::HangUp,
        }
    }

    fn refusal(steps: Vec<Step>) -> BadWorkflow {
        Workflow::new(draft(steps)).unwrap_err()
    }

    #[test]
    fn a_sound_draft_becomes_a_workflow() {
        let confirm = Act::Confirm { field: "free".into(), yes: id("c"), no: id("b") };
        let steps = vec![step("a", confirm), step("b", ask("size", "c")), step("c", close())];
        let workflow = Workflow::new(draft(steps)).unwrap();
        assert_eq!(workflow.step(workflow.start()).unwrap().id, id("a"));
    }

    #[test]
    fn a_step_that_leads_nowhere_is_refused() {
        assert_eq!(
            refusal(vec![step("a", ask("size", "gone"))]),
            BadWorkflow::Dangling { from: "a".into(), to: "gone".into() }
        );
        assert_eq!(
            refusal(vec![step("b", close())]),
            BadWorkflow::Dangling { from: "the start".into(), to: "a".into() }
        );
    }

    #[test]
    fn what_can_never_happen_or_never_end_is_refused() {
        assert_eq!(refusal(vec![step("a", close()), step("b", close())]), BadWorkflow::Unreachable("b".into()));
        let round = vec![step("a", ask("size", "b")), step("b", ask("size", "a"))];
        assert_eq!(refusal(round), BadWorkflow::Endless("a".into()));
    }

    #[test]
    fn a_question_without_its_field_is_refused() {
        assert_eq!(
            refusal(vec![step("a", ask("colour", "b")), step("b", close())]),
            BadWorkflow::UndeclaredField { step: "a".into(), field: "colour".into() }
        );
        let confirm = Act::Confirm { field: "size".into(), yes: id("b"), no: id("b") };
        assert_eq!(
            refusal(vec![step("a", confirm), step("b", close())]),
            BadWorkflow::NotBoolean { step: "a".into(), field: "size".into() }
        );
    }

    #[test]
    fn two_steps_of_one_name_are_refused() {
        assert_eq!(refusal(vec![step("a", close()), step("a", close())]), BadWorkflow::StepTwice("a".into()));
    }

    #[test]
    fn silence_and_speeches_are_refused() {
        let say = |text: &str| vec![step("a", Act::Close { text: Private::new(text) })];
        assert_eq!(refusal(say(" ")), BadWorkflow::Empty { place: "the text of step a".into() });
        assert_eq!(refusal(say(&"la ".repeat(600))), BadWorkflow::TooLong { place: "the text of step a".into() });
    }
}
