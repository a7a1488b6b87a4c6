//! How well a planner does on the corpus: `planner/corpus/README.md` says what counts.
//!
//! `--seen-only` leaves the unseen part out; `--failures` lists what went wrong in the seen part, never in the other.
//! `--file PATH` measures a file of the same format instead, and lists what went wrong in it.

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
use subject::Builtin;

const SEEN: &str = include_str!("../../../corpus/seen.json");
const UNSEEN: &str = include_str!("../../../corpus/unseen.json");

#[derive(Default)]
struct Wanted {
    seen_only: bool,
    failures: bool,
    file: Option<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    let wanted = wanted()?;
    let subject = Builtin;
    if let Some(path) = wanted.file {
        let prompts = fs::read_to_string(&path).with_context(|| format!("{path} can't be read"))?;
        let own = measure(&subject, &Entry::read_all(&prompts)?);
        own.failures.iter().for_each(|failure| println!("{failure}"));
        return Ok(if table::print(&[("file", own)]) { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let seen = measure(&subject, &Entry::read_all(SEEN)?);
    if wanted.failures {
        for failure in &seen.failures {
            println!("{failure}");
        }
    }
    let mut parts = vec![("seen", seen)];
    if !wanted.seen_only {
        // What fails there is dropped unread: who tunes on it measures nothing any more.
        parts.push(("unseen", Measure { failures: Vec::new(), ..measure(&subject, &Entry::read_all(UNSEEN)?) }));
    }
    Ok(if table::print(&parts) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn wanted() -> anyhow::Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--file" => wanted.file = Some(arguments.next().context("--file needs a path")?),
            "--seen-only" => wanted.seen_only = true,
            "--failures" => wanted.failures = true,
            other => bail!("{other}: only --seen-only, --failures and --file are known"),
        }
    }
    Ok(wanted)
}
