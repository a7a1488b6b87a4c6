//! What is wrong with a plan of a model.

use draft::Unproved;
use proto::workflow::BadWorkflow;

/// Says what to mend. It is told to the model only: a name of the model's own may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("it is no JSON (line {line}, column {column})")]
    NoJson { line: usize, column: usize },
    #[error("it does not fit the schema (line {line}, column {column})")]
    Shape { line: usize, column: usize },
    #[error("the label of a fact is one or two lower-case words without numbers")]
    Label,
    #[error("a reply_name is lower snake case without numbers")]
    FieldName,
    #[error("a choice needs reply_options, twelve at most")]
    Options,
    #[error("a step is only for after_yes or after_no, but no yes-or-no question comes before it")]
    Unasked,
    #[error("no yes-or-no question asks the callee to do what the call is for")]
    Undone,
    #[error("callee_name and on_behalf_of are the same: one is called, for the other the call is made")]
    OneParty,
    #[error("it repeats what the example says; plan the last briefing, and ask only what that one wants to know")]
    Example,
    #[error(transparent)]
    Workflow(#[from] BadWorkflow),
    #[error(transparent)]
    Unproved(#[from] Unproved),
}

impl Flaw {
    /// For a metric label.
    pub fn label(&self) -> &'static str {
        match self {
            Self::NoJson { .. } => "no_json",
            Self::Shape { .. } => "schema",
            Self::Label | Self::FieldName => "names",
            Self::Options => "options",
            Self::Unasked => "unasked",
            Self::Undone => "undone",
            Self::OneParty => "one_party",
            Self::Example => "example",
            Self::Workflow(_) => "workflow",
            Self::Unproved(Unproved::Number) => "invented_number",
            Self::Unproved(Unproved::Name) => "invented_name",
            Self::Unproved(Unproved::Time) => "invented_time",
            Self::Unproved(Unproved::Address) => "invented_address",
            Self::Unproved(Unproved::Secret) => "secret",
            Self::Unproved(Unproved::Withheld) => "withheld",
        }
    }
}
