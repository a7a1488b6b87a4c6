//! How well a planner does on the corpus: `planner/corpus/README.md` says what counts.
//!
//! `--seen-only` leaves the unseen part out; `--failures` lists what went wrong in the seen part, never in the other.
//! `--file PATH` measures a file of the same format instead, and with `--failures` lists what went wrong in it.
//! `--model` measures the planner as the settings of the service (`MODEL_API`, `MODEL_NAME`, …) make it, and `--first N`
//! only the first so many of the seen part.

mod entry;
mod fields;
mod kinds;
mod measure;
mod subject;
mod table;
mod values;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use entry::Entry;
use measure::{Measure, measure};
use subject::{Builtin, Configured, Subject};
use table::Asked;

const SEEN: &str = include_str!("../../../corpus/seen.json");
const UNSEEN: &str = include_str!("../../../corpus/unseen.json");

#[derive(Default)]
struct Wanted {
    seen_only: bool,
    failures: bool,
    file: Option<String>,
    model: bool,
    first: Option<usize>,
}

fn main() -> anyhow::Result<ExitCode> {
    let wanted = wanted()?;
    let holds = if wanted.model {
        let configured = Configured::read()?;
        let parts = measured(&configured, &wanted)?;
        let tally = configured.tally();
        println!("{tally}");
        table::print(&parts, Asked::OfModel) && tally.from_model > 0
    } else {
        table::print(&measured(&Builtin, &wanted)?, Asked::OfBuiltin)
    };
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The parts of the corpus that are wanted, each with its figures.
fn measured(subject: &impl Subject, wanted: &Wanted) -> anyhow::Result<Vec<(&'static str, Measure)>> {
    if let Some(path) = &wanted.file {
        let prompts = fs::read_to_string(path).with_context(|| format!("{path} can't be read"))?;
        let own = measure(subject, &Entry::read_all(&prompts)?);
        if wanted.failures {
            own.failures.iter().for_each(|failure| println!("{failure}"));
        }
        return Ok(vec![("file", own)]);
    }
    let mut entries = Entry::read_all(SEEN)?;
    entries.truncate(wanted.first.unwrap_or(usize::MAX));
    let seen = measure(subject, &entries);
    if wanted.failures {
        seen.failures.iter().for_each(|failure| println!("{failure}"));
    }
    let mut parts = vec![("seen", seen)];
    if !wanted.seen_only && wanted.first.is_none() {
        // What fails there is dropped unread: who tunes on it measures nothing any more.
        parts.push(("unseen", Measure { failures: Vec::new(), ..measure(subject, &Entry::read_all(UNSEEN)?) }));
    }
    Ok(parts)
}

fn wanted() -> anyhow::Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--file" => wanted.file = Some(arguments.next().context("--file needs a path")?),
            "--seen-only" => wanted.seen_only = true,
            "--failures" => wanted.failures = true,
            "--model" => wanted.model = true,
            "--first" => wanted.first = Some(arguments.next().context("--first needs a count")?.parse()?),
            other => bail!("{other}: only --seen-only, --failures, --file, --model and --first are known"),
        }
    }
    Ok(wanted)
}
