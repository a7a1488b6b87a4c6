//! The kinds of facts, and where a plan keeps each.

use std::str::FromStr;

use anyhow::bail;
use proto::Workflow;
use proto::workflow::{Act, TellFact};

use crate::values::{Value, values};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Callee,
    /// Of a person who may be the callee: "with Dr. Lee".
    With,
    Name,
    When,
    PartySize,
    Phone,
    Email,
    Money,
    Reference,
    Free,
}

impl FromStr for Kind {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> anyhow::Result<Self> {
        Ok(match word {
            "callee" => Self::Callee,
            "name" => Self::Name,
            "when" => Self::When,
            "party size" => Self::PartySize,
            "phone" => Self::Phone,
            "email" => Self::Email,
            "money" => Self::Money,
            "reference" => Self::Reference,
            "item" | "note" | "message" | "place" => Self::Free,
            other => bail!("no kind of fact: {other}"),
        })
    }
}

/// One thing that a plan tells.
pub(crate) struct Told {
    pub(crate) kind: Kind,
    pub(crate) values: Vec<Value>,
    pub(crate) written: String,
}

impl Told {
    fn new(kind: Kind, label: &str, value: &str) -> Self {
        Self { kind, values: values(value), written: format!("{label}: {value}") }
    }

    /// A note keeps whatever it repeats.
    pub(crate) fn may_keep(&self, kind: Kind) -> bool {
        match kind {
            Kind::Free => true,
            Kind::Callee | Kind::With => matches!(self.kind, Kind::Callee | Kind::With),
            Kind::Name => matches!(self.kind, Kind::Name | Kind::With | Kind::Callee | Kind::Free),
            Kind::When | Kind::PartySize | Kind::Phone | Kind::Email | Kind::Money | Kind::Reference => {
                self.kind == kind || self.kind == Kind::Free
            }
        }
    }

    /// What has to stand in the prompt whatever it is told as: a model may say the rest in words of its own.
    pub(crate) fn values_to_prove(&self) -> Vec<Value> {
        let is_free = self.kind == Kind::Free;
        self.values.iter().filter(|value| !is_free || !matches!(value, Value::Word(_))).cloned().collect()
    }

    /// Which facts of an entry prove it.
    pub(crate) fn proved_by(&self, kind: Kind) -> bool {
        match self.kind {
            Kind::With => matches!(kind, Kind::Callee | Kind::Name),
            Kind::Callee
            | Kind::Name
            | Kind::When
            | Kind::PartySize
            | Kind::Phone
            | Kind::Email
            | Kind::Money
            | Kind::Reference
            | Kind::Free => self.kind == kind,
        }
    }
}

/// The facts of a plan, each once.
pub(crate) fn facts(workflow: &Workflow) -> Vec<Told> {
    let plan = workflow.parts();
    let mut facts: Vec<_> = plan.facts.iter().map(fact).collect();
    facts.extend(plan.callee_name.iter().map(|name| Told::new(Kind::Callee, "callee", name.expose())));
    let principal = plan.on_behalf_of.iter().map(|name| Told::new(Kind::Name, "on behalf of", name.expose()));
    for told in principal.collect::<Vec<_>>() {
        if !facts.iter().any(|fact| fact.values == told.values) {
            facts.push(told);
        }
    }
    facts
}

/// What else the agent says: it keeps free text, but tells no fact of its own.
pub(crate) fn said(workflow: &Workflow) -> Vec<Vec<Value>> {
    let plan = workflow.parts();
    let steps = plan.steps.iter().filter_map(|step| match &step.act {
        Act::Say { text, .. } | Act::Close { text } => Some(values(text.expose())),
        Act::Ask { .. } | Act::Confirm { .. } => None,
    });
    let questions = plan.fields.iter().map(|field| values(field.question.expose()));
    steps.chain(questions).chain([values(plan.purpose.expose())]).collect()
}

fn fact(fact: &TellFact) -> Told {
    let kind = match fact.label.as_str() {
        "name" => Kind::Name,
        "with" => Kind::With,
        "party size" => Kind::PartySize,
        label if label.contains("date and time") || label == "other time" => Kind::When,
        "callback number" | "number called" | "phone" => Kind::Phone,
        "email" => Kind::Email,
        "budget" | "amount" => Kind::Money,
        label if ["number", "reference", " id", "code"].iter().any(|end| label.ends_with(end)) => Kind::Reference,
        _ => Kind::Free,
    };
    let mut told = Told::new(kind, &fact.label, fact.value.expose());
    if kind == Kind::PartySize {
        // "Two adults" are a party of two.
        told.values.retain(|value| matches!(value, Value::Number(_)));
    }
    told
}
