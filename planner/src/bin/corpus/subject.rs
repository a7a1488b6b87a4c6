//! Who is measured.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use anyhow::ensure;
use draft::{Category, Refusal, Sorted};
use planner::{By, PlanSettings, Planner};
use proto::Workflow;
use runtime::{ProcessEnv, SystemClock, install_crypto};
use tokio::runtime::Runtime;

/// What a planner makes of a prompt.
pub(crate) enum Answer {
    Plan { category: Category, workflow: Box<Workflow> },
    Refused { missing: Vec<String> },
}

pub(crate) trait Subject {
    fn answer(&self, prompt: &str) -> Answer;
}

/// The rules of `draft`.
pub(crate) struct Builtin;

impl Subject for Builtin {
    fn answer(&self, prompt: &str) -> Answer {
        draft::sorted(prompt).into()
    }
}

impl From<Result<Sorted, Refusal>> for Answer {
    fn from(made: Result<Sorted, Refusal>) -> Self {
        match made {
            Ok(sorted) => Answer::Plan { category: sorted.category, workflow: Box::new(sorted.workflow) },
            Err(Refusal::Vague(vague)) => {
                Answer::Refused { missing: vague.missing.into_iter().map(|missing| missing.what).collect() }
            }
            Err(
                refusal @ (Refusal::TooLong
                | Refusal::Language
                | Refusal::NotEnglish
                | Refusal::NotAllowed
                | Refusal::Schema
                | Refusal::TooMuch),
            ) => Answer::Refused { missing: vec![refusal.to_string()] },
        }
    }
}

/// The planner that the environment sets up, as the service has it.
pub(crate) struct Configured {
    runtime: Runtime,
    planner: Planner,
    tally: RefCell<Tally>,
}

/// Where the plans came from.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) from_model: usize,
    mended: usize,
    stood_in: usize,
    without_model: usize,
    /// What was wrong with plans that were mended or not used.
    faults: BTreeMap<String, usize>,
}

impl Configured {
    pub(crate) fn read() -> anyhow::Result<Self> {
        install_crypto();
        let settings = PlanSettings::read(&ProcessEnv::read()?)?;
        ensure!(settings.model.is_some(), "--model measures the model that MODEL_API and MODEL_NAME name");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, planner: Planner::new(&settings, Arc::new(SystemClock))?, tally: RefCell::default() })
    }

    pub(crate) fn tally(self) -> Tally {
        self.tally.into_inner()
    }
}

impl Subject for Configured {
    fn answer(&self, prompt: &str) -> Answer {
        let planned = self.runtime.block_on(self.planner.plan(prompt, None));
        self.tally.borrow_mut().count(&planned.by);
        planned.made.into()
    }
}

impl Tally {
    fn count(&mut self, by: &By) {
        match by {
            By::Builtin => self.without_model += 1,
            By::Model { mended: None, .. } => self.from_model += 1,
            By::Model { mended: Some(flaw), .. } => {
                self.from_model += 1;
                self.mended += 1;
                self.fault(flaw);
            }
            By::StandIn { why, .. } => {
                self.stood_in += 1;
                self.fault(why);
            }
        }
    }

    fn fault(&mut self, what: &impl fmt::Display) {
        *self.faults.entry(what.to_string()).or_default() += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from_model, mended, stood_in, without_model, faults } = self;
        write!(f, "plans: {from_model} of the model ({mended} mended), {stood_in} of the built-in planner for it")?;
        if *without_model > 0 {
            write!(f, ", {without_model} without asking it")?;
        }
        faults.iter().try_for_each(|(what, count)| write!(f, "\n  {count} x {what}"))
    }
}
