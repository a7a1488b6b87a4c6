//! How well a planner does on the corpus: `planner/corpus/README.md` says what counts.
//!
//! `--seen-only` leaves the unseen part out; `--failures` lists what went wrong in the seen part, never in the other.

mod entry;
mod fields;
mod kinds;
mod measure;
mod subject;
mod table;
mod values;

use std::process::ExitCode;

use anyhow::bail;

use entry::Entry;
use measure::{Measure, measure};
use subject::Builtin;

const SEEN: &str = include_str!("../../../corpus/seen.json");
const UNSEEN: &str = include_str!("../../../corpus/unseen.json");

#[derive(Default)]
struct Wanted {
    seen_only: bool,
    failures: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let wanted = wanted()?;
    let subject = Builtin;
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
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--seen-only" => wanted.seen_only = true,
            "--failures" => wanted.failures = true,
            other => bail!("{other}: only --seen-only and --failures are known"),
        }
    }
    Ok(wanted)
}
